/** The traps of corporate actions, money and statistics, and the honest defaults; numbered as in their catalogue. */
import { describe, expect, it } from 'vitest';
import { sma } from '../../src/indicators/catalog.ts';
import { Deck } from '../../src/engine/deck.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { noFees, perShareFees } from '../../src/engine/sim/fees.ts';
import { cashAccount, flatLeverage, regT } from '../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { calendar } from '../../src/time/calendars.ts';
import {
  bars,
  days,
  deckOf,
  ended,
  endsOf,
  fillsOf,
  onBars,
  plain,
  play,
  playDays,
  tapeOf,
  utc,
  type Row,
} from './play.ts';

const START: Row = [100, 101, 99, 100];
const FLAT: Row = [100, 101, 99, 100];

describe('corporate actions and accounting', () => {
  const split = (ratio: number, at = '2024-01-04T05:00') =>
    [{ kind: 'split', symbol: 'ABC', at: utc(at), ratio }] as const;

  it('trap 72: a split changes quantity, average price, working orders and pays a fraction in cash', () => {
    const played = playDays(
      [START, FLAT, [66.67, 67, 66, 66.67], [66.67, 70, 59, 66]],
      {
        0: ({ buy }) => buy(101),
        1: ({ sell }) => sell(101, { limit: 120 }),
      },
      { actions: split(1.5) },
    );
    const [holding] = played.result.holdings;
    expect(holding.quantity).toBe(151);
    // What it cost for each: the half that is paid out in cash takes its cost along.
    expect(holding.averagePrice).toBeCloseTo(100 / 1.5, 4);
    const [entry] = played.of('split');
    expect([entry.quantity, entry.balance]).toEqual([101, 151]);
    // Half a share at 66.67, in whole cents.
    expect(entry.amount).toBe(33.33);
    const [working] = played.deck.markets[0].working;
    expect([working.units, working.limit]).toEqual([151, 80]);
  });

  it('trap 72: a split leaves equity as it was', () => {
    const played = playDays(
      [START, FLAT, [25, 25.5, 24, 25], [25, 26, 24, 25]],
      { 0: ({ buy }) => buy(100) },
      {
        actions: split(4),
      },
    );
    expect([...played.result.equity.value]).toEqual([100_000, 100_000, 100_000, 100_000]);
    expect(played.result.maxDrawdown).toBe(0);
  });

  it('trap 72: an order that is partly filled keeps what it still wants', () => {
    const played = playDays(
      [START, [100, 101, 99, 100, 400], [50, 51, 49, 50, 100_000]],
      { 0: ({ buy }) => buy(100) },
      {
        actions: split(2),
        conventions: { ...plain, volume: { share: 0.1 } },
      },
    );
    expect(fillsOf(played)).toEqual(['+40 @ 100', '+120 @ 50']);
    expect(played.deck.ledger.netQuantity(0)).toBe(200);
  });

  it('trap 72: trades make to the cent what their lots cost before a split that does not divide the price', () => {
    const row = (price: number): Row => [price, price, price, price];
    const played = playDays(
      [row(100.01), row(100.01), row(33.4), row(33.5), row(34), row(33.1)],
      {
        0: ({ buy }) => buy(100),
        1: ({ buy }) => buy(7),
        2: ({ sell }) => sell(110),
        3: ({ sell }) => sell(211),
      },
      { actions: split(3), conventions: { ...plain, fees: noFees } },
    );
    const { trades, finalCash, startingCash } = played.result;
    expect(trades.map(({ quantity }) => quantity)).toEqual([110, 190, 21]);
    const made = trades.reduce((sum, { profit }) => sum + profit, 0);
    expect(made).toBeCloseTo(finalCash - startingCash, 9);
    // Eleven thirtieths of 10,001, and the rest of it.
    expect(trades[0].profit).toBeCloseTo(110 * 33.5 - (110 * 100.01) / 3, 9);
    const [position] = played.deck.ledger.positions[0];
    expect(Number(position.realized.toBigInt()) / 100).toBeCloseTo(finalCash - startingCash, 9);
    expect(made).toBeCloseTo(110 * 33.5 + 211 * 34 - 100 * 100.01 - 21 * 33.4, 9);
  });

  it('trap 72: the fee of an entry is shared out once, also over a split', () => {
    const played = playDays(
      [START, FLAT, [25, 26, 24, 25], [25, 26, 24, 25]],
      {
        0: ({ buy }) => buy(100),
        2: ({ sell }) => sell(400),
      },
      { actions: split(4), conventions: { ...plain, fees: perShareFees(0, 1) } },
    );
    expect(played.result.trades.map(({ fees }) => fees)).toEqual([2]);
    expect(played.result.fees).toBe(2);
  });

  it('trap 72: how far a trade went is told in the shares of its end', () => {
    const played = playDays(
      [START, [100, 104, 98, 100], [25, 27, 24, 25], [25, 26, 24, 25]],
      {
        0: ({ buy }) => buy(100),
        2: ({ sell }) => sell(400),
      },
      { actions: split(4) },
    );
    const [trade] = played.result.trades;
    expect([trade.best, trade.worst]).toEqual([2 * 400, -1 * 400]);
  });

  it('trap 72: a reverse split that leaves nothing ends the position and the order', () => {
    const played = playDays(
      [START, FLAT, [1000, 1001, 999, 1000]],
      {
        0: ({ buy }) => buy(5),
        1: ({ sell }) => sell(5, { limit: 150 }),
      },
      { actions: split(0.1) },
    );
    expect(played.result.holdings).toEqual([]);
    expect(played.result.finalCash).toBe(100_000);
    expect(endsOf(played)).toEqual(['canceled split']);
  });

  it('trap 73: a dividend is paid once, to who holds and by who is short', () => {
    const at = utc('2024-01-04T05:00');
    const actions = [{ kind: 'dividend', symbol: 'ABC', at, amount: 0.25 }] as const;
    const bought = playDays([START, FLAT, FLAT, FLAT], { 0: ({ buy }) => buy(100) }, { actions });
    expect([bought.result.dividends, bought.result.finalCash]).toEqual([25, 100_000 - 10_000 + 25]);
    const sold = playDays([START, FLAT, FLAT, FLAT], { 0: ({ sell }) => sell(100) }, { actions });
    expect([sold.result.dividends, sold.result.finalCash]).toEqual([-25, 100_000 + 10_000 - 25]);
    const late = playDays([START, FLAT, FLAT, FLAT], { 1: ({ buy }) => buy(100) }, { actions });
    expect(late.result.dividends).toBe(0);
  });

  it('trap 73: an action at the very instant of a bar comes before it', () => {
    const at = utc('2024-01-04T21:00');
    const seen: number[] = [];
    const played = playDays(
      [START, FLAT, FLAT],
      {
        0: ({ buy }) => buy(100),
        2: ({ portfolio }) => seen.push(portfolio.cash),
      },
      { actions: [{ kind: 'dividend', symbol: 'ABC', at, amount: 1 }] },
    );
    expect(played.result.dividends).toBe(100);
    expect(seen).toEqual([90_100]);
  });

  it.each([
    ['split-adjusted', 100, 25],
    ['fully-adjusted', 100, 0],
  ] as const)('trap 12: on %s prices nothing happens twice', (adjustment, quantity, dividends) => {
    const at = utc('2024-01-04T05:00');
    const played = playDays(
      [START, FLAT, FLAT],
      { 0: ({ buy }) => buy(100) },
      {
        adjustment,
        actions: [
          { kind: 'dividend', symbol: 'ABC', at, amount: 0.25 },
          { kind: 'split', symbol: 'ABC', at, ratio: 2 },
        ],
      },
    );
    expect(played.result.holdings[0].quantity).toBe(quantity);
    expect(played.result.dividends).toBe(dividends);
  });

  it('trap 74: a delisting closes at the last price, ends the orders, and nothing is taken after it', () => {
    const removed: string[] = [];
    const played = play({
      streams: [bars(days([START, [100, 101, 99, 98], [98, 99, 97, 97], [97, 98, 96, 96]]))],
      actions: [{ kind: 'delisting', symbol: 'ABC', at: utc('2024-01-04T05:00') }],
      setup: (context) => {
        let bar = 0;
        return {
          onBar() {
            if (bar === 0) context.buy(100);
            if (bar === 1) context.sell(50, { limit: 150 });
            if (bar === 2) context.buy(10);
            bar++;
          },
          onUniverse: (change) => removed.push(...change.removed.map(({ symbol }) => symbol)),
        };
      },
    });
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 98']);
    expect(endsOf(played)).toEqual(['canceled delisted', 'refused symbol.not-tradable: ABC is not traded now']);
    expect(removed).toEqual(['ABC']);
  });

  it.each([
    ['alone, as the last row of its tape', []],
    ['beside others', [bars(days([START, FLAT, FLAT, FLAT]), 'XYZ')]],
  ])('trap 74: what is delisted at a close has had that session, %s', (_, others) => {
    // As a map file has it: the last day is 2024-01-04, which closes at 97.
    const { closeAt } = calendar('XNYS').session('2024-01-04')!;
    const played = play({
      streams: [bars(days([START, [100, 101, 99, 98], [98, 99, 97, 97]])), ...others],
      actions: [{ kind: 'delisting', symbol: 'ABC', at: closeAt }],
      setup: onBars({ 0: ({ buy }) => void buy(100), 1: ({ sell }) => void sell(50, { limit: 150 }) }),
    });
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 97']);
    expect(endsOf(played)).toEqual(['canceled delisted']);
    expect(played.of('delisted')).toMatchObject([{ at: closeAt, price: 97 }]);
  });

  it('trap 74: a new name keeps the position, and later actions find it', () => {
    const played = playDays(
      [START, FLAT, FLAT, [50, 51, 49, 50]],
      { 0: ({ buy }) => buy(100) },
      {
        actions: [
          { kind: 'symbol-change', symbol: 'ABC', at: utc('2024-01-04T05:00'), to: 'XYZ' },
          { kind: 'split', symbol: 'XYZ', at: utc('2024-01-05T05:00'), ratio: 2 },
        ],
      },
    );
    expect(played.result.holdings[0].quantity).toBe(200);
  });

  it('trap 78: money is kept in decimals, and quantities in whole lots', () => {
    const played = playDays(
      [START, [0.1, 0.3, 0.1, 0.2], [0.2, 0.3, 0.1, 0.2], FLAT],
      {
        0: ({ buy }) => buy(3),
        1: ({ sell }) => sell(3),
      },
      { cash: 1 },
    );
    expect(played.result.exactCash).toEqual({ USD: '1.3' });
    const lots = playDays([START, FLAT], { 0: ({ buy }) => buy(257) }, { instruments: [{ lot: 100 }] });
    expect(fillsOf(lots)).toEqual(['+200 @ 100']);
  });

  it('trap 78: an order price goes to the tick that is worse for getting filled', () => {
    const limits: number[] = [];
    playDays([START, FLAT], {
      0: (context) => {
        context.buy(1, { limit: 99.999 });
        context.sell(1, { limit: 100.001 });
        limits.push(...context.assets[0].orders.map(({ limit }) => limit));
      },
    });
    expect(limits).toEqual([99.99, 100.01]);
  });

  it('trap 79: a margin call comes when equity is below what must be kept, and not before', () => {
    const rows = (low: number): Row[] => [START, FLAT, [low, low, low, low], [low, low, low, low]];
    const run = (low: number) =>
      playDays(rows(low), { 0: ({ buy }) => buy(1900) }, { conventions: { ...plain, margin: regT } });
    // Equity is 100,000 + 1,900 · (price − 100), a quarter of the value must be kept: even at 63.16.
    expect(fillsOf(run(63.2))).toEqual(['+1900 @ 100']);
    // Missing are 82.50; each share that goes sets free a quarter of 63.10.
    expect(fillsOf(run(63.1))).toEqual(['+1900 @ 100', '-6 @ 63.1']);
    expect(run(63.1).of('marginCall')).toHaveLength(1);
  });

  it('trap 79: a cash account sells nothing that it does not hold', () => {
    const conventions = { ...plain, margin: cashAccount() };
    const played = playDays([START, FLAT], { 0: ({ sell }) => sell(10) }, { conventions });
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['rejected margin.short-not-allowed']);
  });

  it('trap 80: the first peak of a drawdown is what was put in', () => {
    const played = playDays([START, FLAT, [90, 91, 89, 90]], { 0: ({ buy }) => buy(1000) });
    expect(played.result.maxDrawdown).toBeCloseTo(0.1, 12);
  });
});

describe('the honest defaults', () => {
  it('are taken when nothing is said', () => {
    const tape = tapeOf({ streams: [bars(days([START, FLAT]))] });
    const deck = new Deck({ tape, streams: tape.slice.streams, strategies: [], cash: 1, calendarOf: calendar });
    expect(deck.conventions).toBe(honest);
  });

  it('slip inside the bar and never beyond it', () => {
    const played = playDays(
      [START, [100, 100, 99, 100]],
      { 0: ({ buy }) => buy(10) },
      {
        conventions: { ...honest, fees: noFees },
      },
    );
    expect(fillsOf(played)).toEqual(['+10 @ 100']);
  });

  it('leave a second strategy out of the first one’s warm-up', () => {
    const streams = [bars(days(Array.from({ length: 30 }, () => FLAT)))];
    const calls = [0, 0];
    const tape = { ...tapeOf({ streams }), instruments: [defineInstrument({ symbol: 'ABC' })] };
    const strategy = (index: number, length: number) => ({
      definition: {
        name: `waits ${length}`,
        setup: ({ use }: Parameters<Parameters<typeof deckOf>[0]['setup']>[0]) => {
          use(sma, length);
          return { onBar: () => void calls[index]++ };
        },
      },
    });
    const deck = new Deck({
      tape,
      streams,
      strategies: [strategy(0, 20), strategy(1, 5)],
      cash: 1000,
      conventions: { ...plain, margin: flatLeverage(2) },
    });
    deck.play({ streams });
    ended(deck);
    expect(calls).toEqual([11, 26]);
  });
});
