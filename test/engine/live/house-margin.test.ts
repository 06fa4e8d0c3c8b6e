/**
 * P14 What the account must keep is never less by our own number than by the broker's: two accounts as Alpaca's own
 * documentation records them, and what its assets ask for.
 */
import { describe, expect, test } from 'vitest';
import { withHouse } from '../../../src/engine/live/broker/house-margin.ts';
import type { AssetRules } from '../../../src/engine/live/broker/reports.ts';
import { LiveSession } from '../../../src/engine/live/session.ts';
import { EARLIEST_REGIME } from '../../../src/engine/limits/margin-regime.ts';
import { cashAccount, regT } from '../../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { deckOf, onQuotes, plain, quotes, type QuoteRow } from '../play.ts';
import { deckOf as deckOfSession, OPEN, puppet } from './bench.ts';

// The examples of GET /v2/account in Alpaca's OpenAPI file of the trading endpoints (version 2.0.1): equity, what is held
// long, and what it says of margin. A cent is what it rounds by.
const RECORDED = [
  { equity: 103_820.56, long: 126_960.76, initial: 63_480.38, kept: 38_088.228, regT: 80_680.36 },
  { equity: 123_346.11, long: 1259.61, initial: 629.8, kept: 377.88, regT: 245_432.61 },
] as const;
const CENT = 0.01;

/** The ledger of an account that is worth so much and holds so much of one share, at 1 each. */
function ledgerOf(equity: number, long: number) {
  const row = (second: number): QuoteRow => [second, 1, 1, 1_000_000, 1_000_000];
  const streams = [quotes([row(0), row(1), row(2)])];
  const setup = onQuotes({ 0: ({ buy }) => buy(long) });
  const instruments = [{ lot: 0.01 }];
  const deck = deckOf({ streams, setup, conventions: { ...plain, margin: regT }, cash: equity, instruments });
  deck.play({ streams });
  expect(deck.ledger.netQuantity(0)).toBe(long);
  expect(deck.ledger.equity()).toBeCloseTo(equity, 6);
  return deck.ledger;
}

const THIRTY: AssetRules = { symbol: 'ABC', isTradable: true, isMarginable: true, keptLong: 0.3, keptShort: 0.3 };

describe('P14 two recorded accounts', () => {
  test.each(RECORDED)(
    'with $equity: own numbers are at least the broker’s',
    ({ equity, long, initial, kept, regT: power }) => {
      const ledger = ledgerOf(equity, long);
      const house = withHouse(regT, { rules: () => THIRTY });
      expect(house.maintenance(ledger)).toBeGreaterThanOrEqual(kept - CENT);
      expect(ledger.equity() - house.free(ledger)).toBeGreaterThanOrEqual(initial - CENT);
      expect(2 * house.free(ledger)).toBeLessThanOrEqual(power + CENT);
      // They are not kinder, and not much harsher either.
      expect(house.maintenance(ledger)).toBeCloseTo(kept, 1);
      expect(2 * house.free(ledger)).toBeCloseTo(power, 1);
    },
  );

  test.each(RECORDED)('with $equity: by the rule alone too little would be kept', ({ equity, long, kept }) => {
    expect(regT.maintenance(ledgerOf(equity, long))).toBeLessThan(kept - CENT);
  });
});

describe('a broker’s requirement', () => {
  const asset = (rules: Partial<AssetRules>) => withHouse(regT, { rules: () => ({ ...THIRTY, ...rules }) });
  const share = defineInstrument({ symbol: 'ABC', tick: 0.01 });

  test('counts where it is larger than the rule, to open and to keep, on its own side', () => {
    const steep = asset({ keptLong: 0.75, keptShort: 1 });
    expect([steep.perUnit(share, 1, 100), steep.keptPerUnit!(share, 1, 100)]).toEqual([75, 75]);
    expect([steep.perUnit(share, -1, 100), steep.keptPerUnit!(share, -1, 100)]).toEqual([100, 100]);
    const mild = asset({ keptLong: 0.2, keptShort: 0.2 });
    expect([mild.perUnit(share, 1, 100), mild.keptPerUnit!(share, 1, 100)]).toEqual([50, 25]);
  });

  test('is the whole price for what cannot be bought on margin', () => {
    const none = asset({ isMarginable: false });
    expect([none.perUnit(share, 1, 100), none.keptPerUnit!(share, 1, 100)]).toEqual([100, 100]);
  });

  test('is not guessed where the broker has said nothing, and is none of an account that pays in full', () => {
    expect(withHouse(regT, { rules: () => undefined }).perUnit(share, 1, 100)).toBe(50);
    const cash = cashAccount();
    expect(withHouse(cash, { rules: () => THIRTY })).toBe(cash);
  });

  test('is what one more unit ties up where it says that in money: of shares on margin, and of futures everywhere', () => {
    const terms = { root: 'ES', expiry: '2026-12-18', initialMargin: 12_000, maintenanceMargin: 10_000 };
    const future = defineInstrument({ symbol: 'ESZ26', kind: 'future', tick: 0.25, multiplier: 50, future: terms });
    const margin = (symbol: string, side: number) => {
      const initial = symbol === 'ESZ26' ? 25_300 : 80;
      return side > 0 ? ({ symbol, side: 1, initial, maintenance: initial * 0.9 } as const) : undefined;
    };
    const word = { rules: () => undefined, margin };
    const [lent, paid] = [withHouse(regT, word), withHouse(cashAccount(), word)];
    expect([lent.perUnit(share, 1, 100), lent.keptPerUnit!(share, 1, 100), lent.perUnit(share, -1, 100)]).toEqual([
      80, 72, 50,
    ]);
    expect(paid.perUnit(share, 1, 100)).toBe(100);
    expect([lent, paid].map((each) => each.perUnit(future, 1, 6000))).toEqual([25_300, 25_300]);
    expect([lent, paid].map((each) => each.keptPerUnit!(future, -1, 6000))).toEqual([10_000, 10_000]);
  });
});

describe('P18 in a session', () => {
  test('an order that would leave less than the broker asks for is refused, and passes by the rule alone', () => {
    const strategy = puppet();
    const session = new LiveSession({
      deck: deckOfSession({
        strategies: [strategy],
        cash: 10_000,
        conventions: { ...plain, margin: regT },
        limits: { marginRegime: EARLIEST_REGIME },
      }),
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60_000_000 },
    });
    const account = { number: 'PA1', cash: 10_000, equity: 10_000, buyingPower: 20_000, isBlocked: false };
    const books = (assets: readonly AssetRules[]) =>
      session.take({
        kind: 'report',
        at: session.at,
        report: { kind: 'snapshot', happened: [], account, assets, positions: [], orders: [] },
      });
    session.take({ kind: 'start', at: OPEN });
    const buy = (units: number): string => {
      strategy.wishes.push((context) => void context.buy(units, { limit: 100 }));
      const { from, to } = session.take({
        kind: 'market',
        at: session.at + 1_000_000,
        rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]],
      });
      const ends = Array.from({ length: to - from }, (_, i) => session.deck.journal.entry(from + i));
      return ends.map(({ kind, text }) => (kind === 'refused' ? text : kind)).join(' ');
    };
    books([{ ...THIRTY, symbol: 'AAA', keptLong: 0.75 }]);
    expect(buy(150)).toContain('margin.intraday: the intraday margin level could be -12');
    books([{ ...THIRTY, symbol: 'AAA' }]);
    expect(buy(150)).toContain('submitted');
  });
});
