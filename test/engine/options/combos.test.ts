/** Packages: several legs for one net price, filled whole or not at all. */
import { describe, expect, it } from 'vitest';
import { perContractFees } from '../../../src/engine/sim/fees.ts';
import type { Context } from '../../../src/engine/strategy/strategy.ts';
import { deckOf, ended, endsOf, fillsOf } from '../play.ts';
import { cash, cut, margined, playChain, streamsOf } from './chain.ts';
import { C105, chain, condor, P90, P95, C110, QUOTES, WHERE } from './condor.ts';

describe('packages', () => {
  it('at the market buys at the ask and sells at the bid, all legs at one instant', () => {
    const played = playChain(chain({ 0: (context) => void condor(context) }));
    expect(fillsOf(played)).toEqual(['+1 @ 0.6', '-1 @ 1.2', '-1 @ 1.1', '+1 @ 0.5']);
    expect(new Set(played.result.fills.map(({ at }) => at)).size).toBe(1);
    expect(played.of('package').map(({ text, order }) => `${order} ${text}`)).toEqual([
      `1 iron-condor: +1 ${P90} −1 ${P95} −1 ${C105} +1 ${C110}`,
    ]);
  });

  it('a credit is the least that is received', () => {
    // 1.20 + 1.10 − 0.60 − 0.50 = 1.20 is to be had.
    expect(fillsOf(playChain(chain({ 0: (context) => void condor(context, -1.2) }))).length).toBe(4);
    const waiting = playChain(chain({ 0: (context) => void condor(context, -1.21) }));
    // The third quote gives 1.40, and what rested is paid where it lay.
    expect(waiting.result.fills.map(({ price }) => price)).toEqual([0.79, 1.4, 1.1, 0.5]);
  });

  it('a debit is the most that is paid', () => {
    const acts = (limit: number) => ({
      0: ({ combo, standard }: Context) =>
        void combo(standard('bull-call-spread', { ...WHERE, strikes: [105, 110] }), { limit }),
    });
    expect(fillsOf(playChain(chain(acts(0.8))))).toEqual(['+1 @ 1.2', '-1 @ 0.4']);
    expect(fillsOf(playChain(chain(acts(0.79))))).toEqual([]);
  });

  it('trap 29: nothing fills while one leg has no quote on the side that is needed', () => {
    const none = Number.NaN;
    const quotes = {
      ...QUOTES,
      [C105]: [
        [1.1, 1.2],
        [none, 1.2],
        [none, 1.2],
      ] as const,
    };
    const played = playChain(chain({ 0: (context) => void condor(context) }, { quotes }));
    expect(fillsOf(played)).toEqual([]);
    expect(played.deck.venue.packages!.waiting.length).toBe(1);
  });

  it('takes no more whole packages than every leg shows; the rest waits, or is a tick worse at the market', () => {
    const limited = playChain(chain({ 0: (context) => void condor(context, -1, 150) }));
    expect(limited.result.fills.slice(0, 4).map(({ quantity }) => quantity)).toEqual([100, -100, -100, 100]);
    const market = playChain(chain({ 0: (context) => void condor(context, undefined, 150) }), { cash: 1e6 });
    expect(fillsOf(market).slice(4)).toEqual(['+50 @ 0.61', '-50 @ 1.19', '-50 @ 1.09', '+50 @ 0.51']);
  });

  it('rolls a sold put: bought back and the next one sold for one net price, on the same cash', () => {
    const played = playChain(
      chain({
        0: ({ asset }) => void asset(P90).sell(1),
        1: ({ asset, combo }) => {
          // Nothing is left for a second put beside the first.
          asset(P95).sell(1, { reason: 'beside it' });
          const legs = [
            { asset: asset(P90), quantity: 1 },
            { asset: asset(P95), quantity: -1 },
          ];
          combo(legs, { limit: -0.5, reason: 'up' });
        },
      }),
      { conventions: cash, cash: 9_600 },
    );
    expect(played.of('refused').map(({ text }) => text)).toEqual([expect.stringMatching('collateral.insufficient')]);
    expect(fillsOf(played)).toEqual(['-1 @ 0.5', '+1 @ 0.6', '-1 @ 1.4']);
  });

  it('leg in shares takes of a bar what the other orders left of it', () => {
    const conventions = { ...margined, volume: { ...margined.volume, share: 0.001 } };
    const played = playChain(
      chain({
        0: ({ asset, combo, standard }) => {
          asset('ABC').buy(600);
          combo(standard('covered-call', { ...WHERE, strikes: [105] }), { quantity: 8, limit: 99 });
        },
      }),
      { cash: 1e6, conventions },
    );
    // A thousand shares of the bar may be taken: 600 at its open, and four hundreds are left for packages.
    expect(fillsOf(played).slice(0, 3)).toEqual(['+600 @ 100', '+400 @ 100', '-4 @ 1.1']);
  });

  it('is canceled whole, and its legs cannot be changed one by one', () => {
    const played = playChain(
      chain({
        0: (context) => {
          const pack = condor(context, -3)!;
          expect(context.update(pack.legs[0], { quantity: 2 })).toBe(false);
          context.cancel(pack.legs[2]);
          expect(pack.status).toBe('canceled');
        },
      }),
    );
    expect(endsOf(played)).toEqual(Array.from({ length: 4 }, () => 'canceled strategy'));
    expect(played.deck.venue.packages!.waiting).toEqual([]);
  });

  it('its net price can be walked', () => {
    let pack: ReturnType<typeof condor>;
    const played = playChain(
      chain({
        0: (context) => {
          pack = condor(context, -1.6);
        },
        1: ({ updateCombo }) => expect(updateCombo(pack!, -1.4)).toBe(true),
      }),
    );
    expect(played.result.fills.length).toBe(4);
    expect(pack!.averagePrice).toBeCloseTo(-1.4, 12);
    expect([pack!.filled, pack!.status]).toEqual([1, 'filled']);
  });

  it('a buy-write: the share is priced at the close of a later bar', () => {
    const played = playChain(
      chain(
        {
          0: ({ combo, standard }) =>
            void combo(standard('covered-call', { ...WHERE, strikes: [105] }), { limit: 100 }),
        },
        { closes: [100, 101, 100.5, 102] },
      ),
    );
    // 101 − 1.10 = 99.90 is below the limit at the second close.
    expect(fillsOf(played)).toEqual(['+100 @ 101', '-1 @ 1.1']);
  });

  it('fees are paid per leg', () => {
    const fees = perContractFees(0.65, 1);
    const played = playChain(chain({ 0: (context) => void condor(context, undefined, 2) }), {
      conventions: { ...margined, fees },
    });
    expect(played.result.fees).toBeCloseTo(4 * 1.3, 12);
  });

  it('a package that the account cannot carry is refused as one', () => {
    const played = playChain(chain({ 0: (context) => void condor(context, undefined, 10) }), { cash: 4000 });
    expect(endsOf(played)).toEqual([
      'refused collateral.insufficient: iron-condor: ABC240216P00090000: the package ties up 5000.00, 4000.00 is free',
    ]);
    expect(played.of('submitted')).toEqual([]);
  });

  it.each([
    [[], 'a package has 2 to 16 legs, had 0'],
    [[1, 1], 'each leg of a package is another instrument'],
    [[1, 0.5], 'the units of a leg must be whole, were 0.5'],
  ] as const)('legs %j are refused', (quantities, message) => {
    const played = playChain(
      chain({
        0: ({ combo, asset }) => {
          const legs = quantities.map((quantity, i) => ({
            asset: asset(quantity === 0.5 && i === 1 ? P95 : P90),
            quantity,
          }));
          expect(combo(legs)).toBe(undefined);
        },
      }),
    );
    const texts = played.of('refused').map(({ text }) => text);
    expect(quantities.length === 0 ? [message] : texts.map((text) => text.split(': ').at(-1))).toEqual([message]);
  });

  it('contracts that are not there are named with their neighbours', () => {
    expect(() =>
      playChain(chain({ 0: ({ standard }) => void standard('long-strangle', { ...WHERE, strikes: [94, 105] }) })),
    ).toThrow(/no put on ABC of 2024-02-16 with strike 94/);
  });

  it('a run that is saved while a package waits goes on with it', () => {
    const whole = chain({ 0: (context) => void condor(context, -1.3) });
    const streams = streamsOf(whole);
    const instruments = playChain(whole).deck.tape.instruments;
    const second = streams[0].columns.time[1];
    const first = deckOf({ streams, setup: whole.setup, instruments, conventions: margined });
    first.play({ streams: cut(streams, -Infinity, second) });
    const state = JSON.parse(JSON.stringify(first.saveState())) as ReturnType<typeof first.saveState>;
    expect(state.packages?.length).toBe(1);
    const later = deckOf({ streams, setup: () => ({}), instruments, conventions: margined, restore: state });
    later.play({ streams: cut(streams, second, Infinity) });
    expect(ended(later).result.fills.map(({ price }) => price)).toEqual(
      playChain(whole).result.fills.map(({ price }) => price),
    );
  });
});
