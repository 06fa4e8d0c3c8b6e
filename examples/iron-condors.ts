/**
 * Iron condors on a model chain, sold as packages and held to expiry. Run it: `node examples/iron-condors.ts`.
 */
import { defineStrategy } from 'tradedeck';
import { Deck, honest, middleLess, honestOptions, regT } from 'tradedeck/engine';
import { defineInstrument, modelChain, simulateTape } from 'tradedeck/market';
import { calendar } from 'tradedeck/time';

const shares = simulateTape({ seed: 4, symbols: ['AAA'], start: '2023-01-01', end: '2023-12-31' });
const [bars] = shares.slice.streams;
if (bars.kind !== 'bars') throw new Error('the simulator makes bars');
const options = modelChain({ underlying: 'AAA', prices: bars.columns, daysMax: 45 });

const condors = defineStrategy({
  name: 'condors',
  setup({ chain, combo, standard, note }) {
    let sold = '';
    return {
      onBar({ close }) {
        const { contracts, date } = chain('AAA');
        const expiry = contracts.map(({ terms }) => terms.expiry).find((each) => each > date);
        if (expiry === undefined || expiry <= sold) return;
        const listed = contracts.filter(({ terms }) => terms.expiry === expiry).map(({ terms }) => terms.strike);
        const below = (price: number): number => Math.max(...listed.filter((strike) => strike <= price));
        const strikes = [below(close * 0.9), below(close * 0.95), below(close * 1.06), below(close * 1.11)];
        if (new Set(strikes).size < 4 || strikes[0] === -Infinity) return;
        const legs = standard('iron-condor', { underlying: 'AAA', expiry, strikes });
        if (combo(legs, { timeInForce: 'DAY', reason: `at ${close}` }) !== undefined) sold = expiry;
      },
      onContract: ({ kind, quantity, asset, reason }) => note(`${kind} ${quantity} ${asset.symbol}: ${reason}`),
    };
  },
});

const deck = new Deck({
  tape: { ...shares, instruments: [defineInstrument({ symbol: 'AAA' }), ...options.instruments] },
  streams: [bars, ...options.streams],
  strategies: [{ definition: condors }],
  cash: 20_000,
  conventions: { ...honest, margin: regT, options: { ...honestOptions, fills: middleLess(0.5) } },
  calendarOf: calendar,
});
deck.play({ streams: [bars, ...options.streams] });
const result = deck.finish();
const count = (wanted: string): number => [...deck.journal.entries()].filter(({ kind }) => kind === wanted).length;

console.log(count('package'), count('lapsed'), count('assigned')); // => 12 36 4
console.log(result.finalEquity.toFixed(2)); // => 21564.28
