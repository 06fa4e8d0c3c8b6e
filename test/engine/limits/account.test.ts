/** The controls that look at the account: what could be held, what can be paid, what may be done with options. */
import { describe, expect, test } from 'vitest';
import type { LimitSettings } from '../../../src/engine/limits/settings.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { deckOf, ended, endsOf, onBars, onQuotes, plain, play, quotes, utc, type Play } from '../play.ts';
import { cash, playChain } from '../options/chain.ts';
import { C105, C110, chain, condor, P90, P95, WHERE } from '../options/condor.ts';
import { conventions, flat, onQuoted, refusals, type Acts } from './refusals.ts';

describe('P13 what could be held at worst', () => {
  test('of one instrument, by units: what works counts, a sale at work makes no room', () => {
    const acts: Acts = {
      0: ({ buy }) => buy(60),
      2: ({ buy, sell }) => {
        sell(60, { limit: 110 });
        buy(40, { limit: 99 });
        buy(1, { limit: 99 });
      },
    };
    expect(onQuoted({ positionQuantity: 100 }, acts)).toEqual([
      'position.quantity: 101 ABC could be held, above the limit of 100',
    ]);
  });

  test('of one instrument, by money', () => {
    expect(onQuoted({ positionShare: 0.2 }, { 0: ({ buy }) => [buy(150), buy(51)] })).toEqual([
      'position.share: ABC could be worth 20100.00, above the limit of 19999.70',
    ]);
  });

  test('of all, and a rotation that buys before it has sold does not fit', () => {
    const streams = [quotes(flat(4), 'AAA'), quotes(flat(4), 'BBB')];
    const setup = onQuotes({
      0: (context) => context.asset('AAA').buy(900),
      3: (context) => [context.asset('AAA').sell(900, { limit: 110 }), context.asset('BBB').buy(101)],
    });
    const played = play({ streams, setup, limits: { grossExposure: 1 }, conventions });
    expect(refusals(endsOf(played))).toEqual([
      expect.stringMatching(/^exposure\.gross: gross exposure could be 100100\.00, above the limit of 999/),
    ]);
  });

  test('of long less short', () => {
    const streams = [quotes(flat(4), 'AAA'), quotes(flat(4), 'BBB')];
    const setup = onQuotes({
      1: (context) => [context.asset('AAA').buy(600), context.asset('BBB').sell(600), context.asset('BBB').buy(401)],
    });
    const played = play({ streams, setup, limits: { netExposure: 1 }, conventions });
    expect(refusals(endsOf(played))).toEqual([]);
    const both = onQuotes({ 1: (context) => [context.asset('AAA').buy(600), context.asset('BBB').buy(401)] });
    expect(refusals(endsOf(play({ streams, setup: both, limits: { netExposure: 1 }, conventions })))).toEqual([
      'exposure.net: net exposure could be 100100.00, above the limit of 99994.00',
    ]);
  });

  test('by one strategy', () => {
    expect(onQuoted({ strategyExposure: 0.1 }, { 0: ({ buy }) => [buy(60), buy(41)] })).toEqual([
      'exposure.strategy: the strategy could hold 10100.00, above the limit of 9999.94',
    ]);
  });

  test('short, by any mix of fills', () => {
    const acts: Acts = {
      0: ({ buy }) => buy(10),
      2: ({ sell }) => [sell(6, { limit: 101 }), sell(4, { limit: 102 }), sell(1, { limit: 103 })],
    };
    expect(onQuoted({ shorts: 'refuse' }, acts)).toEqual([
      'position.short: 1 ABC could be held short, and shorts are not allowed',
    ]);
  });

  test('none of them keeps a position from being closed', () => {
    const limits: LimitSettings = {
      positionQuantity: 5,
      positionShare: 0.001,
      grossExposure: 0.001,
      netExposure: 0.001,
      strategyExposure: 0.001,
      shorts: 'refuse',
    };
    // What is held came from before the limits: an earlier session.
    const before = deckOf({ streams: [quotes(flat(3))], setup: onQuotes({ 0: ({ buy }) => buy(100) }), conventions });
    before.play({ streams: [quotes(flat(3))] });
    const restore = before.saveState();
    const later = [quotes(flat(3), 'ABC', '2024-01-02T15:10')];
    const after = deckOf({
      streams: later,
      setup: onQuotes({ 0: ({ sell }) => [sell(60, { limit: 99 }), sell(40)], 1: ({ buy }) => buy(1) }),
      conventions,
      limits,
      restore,
    });
    after.play({ streams: later });
    const played = { deck: after, ...ended(after) };
    expect(refusals(endsOf(played)).map((text) => text.split(':')[0])).toEqual(['position.share']);
    expect(after.ledger.netQuantity(0)).toBe(0);
  });

  test('an underlying with its options, sold ones by what backs them', () => {
    const played = playChain(chain({ 0: ({ asset }) => void asset(P90).sell(1), 2: ({ buy }) => [buy(10), buy(2)] }), {
      conventions: cash,
      cash: 50_000,
      limits: { groupShare: 0.2 },
    });
    expect(refusals(endsOf(played))).toEqual([
      'position.group: ABC with its options could be worth 10055.00, above the limit of 9999.00',
    ]);
  });
});

describe('P13 sectors', () => {
  const streams = [quotes(flat(4), 'AAA'), quotes(flat(4), 'BBB'), quotes(flat(4), 'CCC')];
  const limits = { sectors: { banks: { symbols: ['AAA', 'BBB'], share: 0.3 } } };

  test('what falls together is limited together, at worst, and what is in no sector is not', () => {
    const setup = onQuotes({
      2: ({ asset }) => [asset('AAA').buy(200), asset('CCC').buy(500)],
      6: ({ asset }) => [
        asset('AAA').sell(200, { limit: 110 }),
        asset('BBB').buy(99),
        asset('BBB').buy(1, { limit: 99 }),
      ],
    });
    expect(refusals(endsOf(play({ streams, setup, limits, conventions })))).toEqual([
      expect.stringMatching(/^position\.sector: banks could be worth 30000\.00, above the limit of 2999\d\.\d\d$/),
    ]);
  });

  test('what closes passes, however much of the account the sector has become', () => {
    const before = deckOf({ streams, setup: onQuotes({ 0: ({ asset }) => asset('AAA').buy(900) }), conventions });
    before.play({ streams });
    const later = ['AAA', 'BBB', 'CCC'].map((symbol) => quotes(flat(4), symbol, '2024-01-02T15:10'));
    const setup = onQuotes({ 0: ({ asset }) => [asset('BBB').buy(1), asset('AAA').sell(900)] });
    const after = deckOf({ streams: later, setup, conventions, limits, restore: before.saveState() });
    after.play({ streams: later });
    expect(after.ledger.netQuantity(0)).toBe(0);
    expect(refusals(endsOf({ deck: after, ...ended(after) }))).toEqual([expect.stringContaining('position.sector')]);
  });

  test('options count with their underlying, sold ones by what backs them', () => {
    const acts: Acts = { 0: ({ asset }) => void asset(P90).sell(1), 2: ({ buy }) => [buy(10), buy(2)] };
    const sectors = { energy: { symbols: ['ABC'], share: 0.2 } };
    const played = playChain(chain(acts), { conventions: cash, cash: 50_000, limits: { sectors } });
    expect(refusals(endsOf(played))).toEqual([
      'position.sector: energy could be worth 10055.00, above the limit of 9999.00',
    ]);
  });

  test('a symbol that is not on the tape is refused: left out by a slip, it would have no limit', () => {
    const wrong = { sectors: { banks: { symbols: ['AAA', 'BBBB'], share: 0.3 } } };
    expect(() => deckOf({ streams, setup: onQuotes({}), conventions, limits: wrong })).toThrow(
      'BBBB is not on the tape',
    );
  });
});

describe('P14 what can be paid', () => {
  test('after all that works has filled', () => {
    const acts: Acts = { 0: ({ buy }) => [buy(500, { limit: 100 }), buy(500, { limit: 100 }), buy(1, { limit: 100 })] };
    expect(onQuoted({ buyingPower: 'own' }, acts, flat(2), { conventions: plain })).toEqual([
      'funds.own: the order takes 100.00, 0.00 is free',
    ]);
  });

  // With 100,000 and a quote of 99.99 to 100.01.
  const paid = (acts: Acts, more: Partial<Play> = {}): string[] =>
    onQuoted({ buyingPower: 'own' }, acts, flat(2), { conventions: plain, ...more });
  const lending = { conventions: { ...plain, margin: regT } };

  test('a purchase at a stop with the stop, and not with the market of now', () => {
    expect(paid({ 0: ({ buy }) => [buy(900, { stop: 125 }), buy(800, { stop: 125 })] })).toEqual([
      'funds.own: the order takes 112500.00, 100000.00 is free',
    ]);
    expect(paid({ 0: ({ buy }) => [buy(700, { stop: 125 }), buy(200, { limit: 90 })] })).toEqual([
      'funds.own: the order takes 18000.00, 12500.00 is free',
    ]);
  });

  test('a short sale after the short sales that work', () => {
    const resting: Acts = { 0: ({ sell }) => [sell(1000, { limit: 110 }), sell(1000, { limit: 110 })] };
    expect(paid(resting, lending)).toEqual(['funds.own: the order takes 55000.00, 45000.00 is free']);
  });

  test('of what closes a position only so much passes as it closes, however many orders do', () => {
    const acts: Acts = {
      0: ({ sell }) => sell(900, { limit: 99 }),
      1: ({ buy }) => [buy(900, { limit: 90 }), buy(900, { limit: 80 }), buy(900, { limit: 80 })],
    };
    // Sold for 99.99 each: 54,000 are free; the cheaper of the two that rest may be the one that closes.
    expect(onQuoted({ buyingPower: 'own' }, acts, flat(3), lending)).toEqual([
      expect.stringMatching(/^funds\.own: the order takes 36000\.00, 14\d{3}\.\d\d is free$/),
    ]);
  });
});

describe('P15 options', () => {
  const level = (optionLevel: number, acts: Acts, more: Partial<Play> = {}): string[] =>
    refusals(endsOf(playChain(chain(acts), { conventions: cash, limits: { optionLevel }, ...more })));

  test('by the level of the account', () => {
    expect(level(0, { 0: ({ asset }) => void asset(P90).sell(1) })).toEqual([
      'option.level: this needs level 1 (covered sales), the account has level 0',
    ]);
    expect(level(1, { 0: ({ asset }) => [asset(P90).sell(1), asset(C105).buy(1)] })).toEqual([
      'option.level: this needs level 2 (covered sales and purchases), the account has level 1',
    ]);
    expect(level(2, { 0: (context) => condor(context, -2) })[0]).toMatch(
      /^option\.level: .*this needs level 3 \(spreads too\)/,
    );
    const lending = { conventions: { ...plain, margin: regT } };
    expect(level(3, { 0: (context) => condor(context, -2) }, lending)).toEqual([]);
  });

  test('a naked call needs the highest level, even where the margin would allow it', () => {
    const naked: Acts = { 0: ({ asset }) => void asset(C105).sell(1) };
    const margined = { conventions: { ...plain, margin: regT } };
    expect(refusals(endsOf(playChain(chain(naked), { ...margined, limits: { optionLevel: 3 } })))).toEqual([
      expect.stringMatching(/^(option\.level: a naked sale needs level 4, the account has level 3|collateral)/),
    ]);
    expect(refusals(endsOf(playChain(chain(naked), { ...margined, limits: { optionLevel: 4 } })))).toEqual([]);
  });

  test('what covers a call that was sold is sold like a naked call, however much of it is held', () => {
    const margined = { conventions: { ...plain, margin: regT } };
    const acts: Acts = {
      0: ({ asset }) => void asset('ABC').buy(100),
      1: ({ asset }) => void asset(C105).sell(1),
      2: ({ asset }) => [asset('ABC').sell(100), asset(P90).buy(1)],
    };
    const refused = (optionLevel: number): string[] =>
      refusals(endsOf(playChain(chain(acts), { ...margined, limits: { optionLevel } })));
    expect(refused(3)).toEqual([
      'option.level: calls would be left without these shares, which needs level 4; the account has level 3',
    ]);
    expect(refused(4)).toEqual([]);
  });

  test('by the number of contracts on one underlying', () => {
    const acts: Acts = { 0: ({ asset }) => [asset(C105).buy(2), asset(C110).buy(2), asset(P90).sell(1)] };
    const ends = refusals(endsOf(playChain(chain(acts), { conventions: cash, limits: { contracts: 3 } })));
    expect(ends).toEqual(['option.contracts: 4 contracts could be long, the limit is 3']);
  });

  test('by the delta, gamma and vega of what is sold', () => {
    const sell = (limits: LimitSettings): string[] =>
      refusals(endsOf(playChain(chain({ 0: ({ asset }) => void asset(P95).sell(5) }), { conventions: cash, limits })));
    expect(sell({ shortDelta: 0.05 })[0]).toMatch(
      /^option\.delta: the options sold could have \d+\.\d\d in delta, the limit is 5000\.00/,
    );
    expect(sell({ shortGamma: 0.001 })[0]).toMatch(/^option\.gamma: .* the limit is 100\.00/);
    expect(sell({ shortVega: 0.0001 })[0]).toMatch(/^option\.vega: .* the limit is 10\.00/);
    expect(sell({ shortDelta: 1, shortGamma: 1, shortVega: 1 })).toEqual([]);
  });

  test('none is opened in the last hour of its trading', () => {
    const expiring = 'ABC240116P00095000';
    const rows = (limit: number): string[] =>
      refusals(
        endsOf(
          playChain(
            {
              closes: [100, 100],
              quotes: { [expiring]: [[1.2, 1.3], undefined] },
              setup: onBars({ 0: ({ asset }) => void asset(expiring).sell(1) }),
            },
            { conventions: cash, limits: { expiryCutoff: limit } },
          ),
        ),
      );
    expect(rows(60)).toEqual([`option.expiry-day: ${expiring} trades for 0 more minutes, the limit is 60`]);
  });

  test('no call is sold on the eve of a dividend that is worth more than its time value', () => {
    const itm = 'ABC240216C00095000';
    const sold = (amount: number): string[] =>
      refusals(
        endsOf(
          playChain(
            {
              closes: [100, 100, 100, 100],
              quotes: {
                [itm]: [
                  [5.2, 5.4],
                  [5.2, 5.4],
                  [5.2, 5.4],
                ],
              },
              setup: onQuotes({ 1: ({ asset }) => void asset(itm).sell(1) }),
            },
            {
              conventions: { ...plain, margin: regT },
              limits: { exDividend: 'refuse' },
              actions: [{ kind: 'dividend', symbol: 'ABC', at: utc('2024-01-19T05:00'), amount }],
            },
          ),
        ),
      );
    expect(sold(0.5)).toEqual([
      'option.ex-dividend: ABC pays 0.5 within days, more than the 0.30 of time value: early assignment is likely',
    ]);
    expect(sold(0.2)).toEqual([]);
  });

  test('a spread is judged as a whole', () => {
    const acts: Acts = {
      0: ({ combo, standard }) => void combo(standard('bull-put-spread', { ...WHERE, strikes: [90, 95] })),
    };
    expect(refusals(endsOf(playChain(chain(acts), { limits: { grossExposure: 0.01 }, cash: 10_000 })))).toHaveLength(1);
    expect(refusals(endsOf(playChain(chain(acts), { limits: { grossExposure: 0.2 }, cash: 10_000 })))).toEqual([]);
  });
});

describe('what cannot be valued is not within a limit', () => {
  test.each([
    [{ orderShare: 0.5 }, 'order.share'],
    [{ worstCase: true, positionShare: 0.5 }, 'position.share'],
    [{ worstCase: true, grossExposure: 1 }, 'exposure.gross'],
    [{ netExposure: 1 }, 'exposure.net'],
    [{ strategyExposure: 1 }, 'exposure.strategy'],
    [{ sectors: { all: { symbols: ['AAA', 'BBB'], share: 1 } } }, 'position.sector'],
    [{ buyingPower: 'own' }, 'funds.own'],
  ] as const)('with %j something that is held and has no price refuses what opens, and lets close', (limits, code) => {
    const streams = [quotes(flat(4), 'AAA'), quotes(flat(4), 'BBB')];
    const { margin } = conventions;
    let isKnown = true;
    const free: typeof margin.free = (ledger) => (isKnown ? margin.free(ledger) : Number.NaN);
    const deck = deckOf({
      streams,
      setup: onQuotes({
        2: ({ asset }) => asset('AAA').buy(10),
        4: ({ asset }) => {
          deck.ledger.marks[1] = Number.NaN;
          deck.ledger.equity = () => Number.NaN;
          isKnown = false;
          asset('AAA').buy(1);
          asset('AAA').sell(5);
        },
      }),
      conventions: { ...conventions, margin: { ...margin, free } },
      limits,
    });
    deck.play({ streams });
    expect(refusals(endsOf({ deck, ...ended(deck) })).map((text) => text.split(':')[0])).toEqual([code]);
    expect(deck.ledger.netQuantity(0)).toBe(5);
  });

  test('a control that throws lets no order pass, also where the strategy catches what it threw', () => {
    const streams = [quotes(flat(4))];
    const broken = { name: 'broken', sentence: '', check: (): never => expect.unreachable('this control is broken') };
    const setup = onQuotes({
      0: ({ buy }) => {
        try {
          buy(1);
        } catch (error) {
          expect(String(error)).toContain('this control is broken');
        }
      },
    });
    const deck = deckOf({ streams, setup, conventions, controls: [broken] });
    deck.play({ streams });
    expect(deck.orders.counts.submitted).toBe(0);
    expect(deck.ledger.netQuantity(0)).toBe(0);
  });
});
