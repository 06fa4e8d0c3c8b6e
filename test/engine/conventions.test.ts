/** The named sets of conventions: one order book, and what each of them makes of it. */
import { describe, expect, it } from 'vitest';
import {
  backtestingPy,
  backtrader,
  bt,
  CONVENTIONS,
  honest,
  lean,
  type Conventions,
} from '../../src/engine/sim/conventions.ts';
import { bpsFees, perContractFees } from '../../src/engine/sim/fees.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { entrySpread } from '../../src/engine/sim/slippage.ts';
import type { Context } from '../../src/engine/strategy/strategy.ts';
import { bars, days, endsOf, fillsOf, onBars, play, playDays, type Row } from './play.ts';

const FLAT: Row = [100, 101, 99, 100];

type Acts = Readonly<Record<number, (context: Context) => void>>;

const fillsUnder = (conventions: Conventions, rows: readonly Row[], acts: Acts, cash = 100_000): string[] =>
  fillsOf(playDays(rows, acts, { conventions, cash }));

describe('a decision at a close', () => {
  const rows: readonly Row[] = [FLAT, [104, 106, 103, 105]];
  const acts: Acts = { 0: ({ buy }) => buy(10) };

  it.each([
    ['honest', '+10 @ 104.02'], // Next open, one basis point worse, on the tick.
    ['lean', '+10 @ 104'],
    ['backtrader', '+10 @ 104'],
    ['bt', '+10 @ 100'],
  ])('under %s fills as %s', (name, fill) => {
    expect(fillsUnder(CONVENTIONS[name], rows, acts)).toEqual([fill]);
  });

  it('under backtestingPy comes a bar later, and ends at the last open', () => {
    const fills = fillsUnder(backtestingPy, [FLAT, ...rows, [107, 108, 106, 107]], acts);
    expect(fills).toEqual(['+10 @ 104', '-10 @ 107']);
  });
});

describe('a target where each share costs ten in fees', () => {
  const rows: readonly Row[] = [FLAT, FLAT, FLAT];
  const acts: Acts = { 0: ({ targetPercent }) => targetPercent(1), 1: ({ targetPercent }) => targetPercent(0.5) };
  const fees = perContractFees(10);

  // bt 1.4.1 with commissions=lambda q, p: abs(q) * 10, integer positions and 10,000 in cash buys 90 and sells 50.
  it.each<[string, Conventions, readonly string[]]>([
    ['under bt leaves room for them when it sells, too', bt, ['+90 @ 100', '-50 @ 100']],
    [
      'otherwise only when it buys',
      { ...bt, sizing: { ...bt.sizing, reservesFees: true } },
      ['+90 @ 100', '-45 @ 100'],
    ],
  ])('%s', (_, conventions, fills) => {
    expect(fillsUnder({ ...conventions, fees }, rows, acts, 10_000)).toEqual(fills);
  });
});

describe('a limit that is touched', () => {
  const acts: Acts = { 0: ({ buy }) => buy(10, { limit: 98 }), 1: ({ buy }) => buy(10, { limit: 98 }) };
  const rows: readonly Row[] = [FLAT, FLAT, [100, 101, 98, 99]];

  it.each([
    ['honest', 0],
    ['lean', 0],
    ['backtrader', 2],
    ['bt', 2],
    ['backtestingPy', 1],
  ])('under %s', (name, count) => {
    const buys = fillsUnder(CONVENTIONS[name], rows, acts).filter((fill) => fill.startsWith('+'));
    expect(buys).toHaveLength(count);
  });
});

describe('a fill at the close of the same bar', () => {
  const atClose: Conventions = { ...honest, timing: 'this-close' };

  it('slips no further than the bar went', () => {
    expect(fillsUnder(atClose, [[100, 100, 99, 100], FLAT], { 0: ({ buy }) => buy(10) })).toEqual(['+10 @ 100']);
  });

  it('shares the volume of the bar, and the rest waits for the next', () => {
    const thin: Row = [100, 101, 99, 100, 500];
    const acts: Acts = { 0: ({ buy }) => [buy(30), buy(40)] };
    const fills = fillsUnder({ ...atClose, slippage: bt.slippage }, [thin, thin], acts);
    expect(fills).toEqual(['+30 @ 100', '+20 @ 100', '+20 @ 100']);
  });

  it('sizes a fraction of the account when it fills', () => {
    const sized: Conventions = { ...bt, sizing: { ...bt.sizing, at: 'fill' } };
    expect(fillsUnder(sized, [FLAT, FLAT], { 0: ({ buyFraction }) => buyFraction(0.5) })).toEqual(['+500 @ 100']);
  });
});

describe('all of the account', () => {
  const rows: readonly Row[] = [FLAT, [100, 101, 99, 100], FLAT];
  const acts: Acts = { 0: ({ targetPercent }) => targetPercent(1) };

  it('honest leaves room for the fee, and is cut when the price slips away', () => {
    expect(fillsUnder(honest, rows, acts, 10_000)).toEqual(['+99 @ 100.01']);
  });

  it('lean keeps a quarter of a percent', () => {
    expect(fillsUnder(lean, rows, acts)).toEqual(['+997 @ 100']);
  });

  it('backtrader buys whole shares for all of it, and has an order refused that a gap makes too dear', () => {
    expect(fillsUnder(backtrader, rows, acts)).toEqual(['+1000 @ 100']);
    const played = playDays([FLAT, [101, 102, 100, 101]], acts, { conventions: backtrader });
    expect(endsOf(played)).toEqual(['rejected margin.insufficient']);
  });

  it('bt pays at the close of the row', () => {
    expect(fillsUnder(bt, rows, acts)).toEqual(['+1000 @ 100']);
  });

  it('backtestingPy sizes it at the fill', () => {
    const buy: Acts = { 0: ({ buyFraction }) => buyFraction(0.5) };
    expect(fillsUnder(backtestingPy, [FLAT, FLAT, [80, 81, 79, 80], [80, 81, 79, 80]], buy)[0]).toBe('+625 @ 80');
  });
});

describe('the fees of lean', () => {
  it('are half a cent a share, at least a dollar, at most half a percent', () => {
    const fee = (quantity: number, price = 100): number => {
      const row: Row = [price, price, price, price];
      return playDays([row, row], { 0: ({ buy }) => buy(quantity) }, { conventions: lean }).result.fees;
    };
    expect([fee(1), fee(10), fee(1000), fee(100, 1)]).toEqual([0.5, 1, 5, 0.5]);
  });
});

describe('ruin', () => {
  const crash: Row = [50, 51, 49, 50];
  const rows: readonly Row[] = [FLAT, FLAT, [100, 101, 99, 100], [210, 211, 209, 210], crash, crash];
  const acts: Acts = { 0: ({ sell }) => sell(1000), 1: ({ sell }) => sell(1000) };

  it('ends a run under backtestingPy with nothing left', () => {
    const { result } = playDays(rows, acts, { conventions: backtestingPy });
    expect(result.ruinedAt).toBeDefined();
    expect(result.finalEquity).toBe(0);
  });

  it('writes off what is owed in the journal, so that its entries add up to nothing', () => {
    const { result, of } = playDays(rows, acts, { conventions: backtestingPy });
    const traded = result.fills.reduce((sum, { quantity, price, fee }) => sum - quantity * price - fee, 0);
    const [written, ...more] = of('cash');
    expect(more).toEqual([]);
    expect(written).toMatchObject({ text: 'debt written off after ruin', balance: 0 });
    expect(result.startingCash + traded + written.amount).toBeCloseTo(0, 9);
  });

  it('does not end it under backtrader', () => {
    const { result } = playDays(rows, acts, { conventions: backtrader });
    expect(result.ruinedAt).toBeUndefined();
    expect(result.finalEquity).toBeGreaterThan(0);
  });
});

describe('the path inside a bar', () => {
  const acts: Acts = { 0: ({ buy }) => buy(10, { stopLoss: 95, takeProfit: 110 }) };
  const both: Row = [100, 112, 94, 100];

  it.each([
    ['adverse', '-10 @ 95'],
    ['high-first', '-10 @ 110'],
    ['low-first', '-10 @ 95'],
  ] as const)('%s', (path, exit) => {
    expect(fillsUnder({ ...backtrader, path }, [FLAT, FLAT, both], acts)).toEqual(['+10 @ 100', exit]);
  });

  it('nearest-first goes to the nearer extreme first', () => {
    const nearest = { ...backtrader, path: 'nearest-first' } as const;
    expect(fillsUnder(nearest, [FLAT, FLAT, [105, 112, 94, 100]], acts)[1]).toBe('-10 @ 110');
    expect(fillsUnder(nearest, [FLAT, FLAT, [100, 112, 94, 100]], acts)[1]).toBe('-10 @ 95');
  });
});

/** Without the bar that backtesting.py lets pass before it calls a strategy. */
const py: Conventions = { ...backtestingPy, extraWarmUp: 0 };

// As backtesting.py 0.6.6 and backtrader 1.9.78.123 fill them.
describe('exits and the bar of their entry', () => {
  const limitEntry: Acts = { 1: ({ buy }) => buy(10, { limit: 102, stopLoss: 97, takeProfit: 104 }) };
  const rows: readonly Row[] = [FLAT, FLAT, [100, 105, 96, 98], [98, 99, 97.5, 98], [98, 106, 98, 105], FLAT];

  it.each<[string, Conventions]>([
    ['backtestingPy', py],
    ['backtrader', backtrader],
  ])('under %s a limit that fills at the open is no market entry: its exits wait', (_, conventions) => {
    expect(fillsUnder(conventions, rows, limitEntry)).toEqual(['+10 @ 100', '-10 @ 104']);
  });

  it('under backtestingPy a market entry may be stopped at once, under backtrader not', () => {
    const acts: Acts = { 1: ({ buy }) => buy(10, { stopLoss: 97 }) };
    expect(fillsUnder(py, rows, acts)).toEqual(['+10 @ 100', '-10 @ 97']);
    expect(fillsUnder(backtrader, rows, acts)).toEqual(['+10 @ 100']);
  });

  it('under backtestingPy a stop entry reaches its target in the same bar when its stop loss lies outside', () => {
    const acts = (stopLoss: number): Acts => ({ 1: ({ buy }) => buy(10, { stop: 102, stopLoss, takeProfit: 104 }) });
    expect(fillsUnder(py, rows, acts(95))).toEqual(['+10 @ 102', '-10 @ 104']);
    expect(fillsUnder(py, rows, acts(97))).toEqual(['+10 @ 102', '-10 @ 104']);
    const next: readonly Row[] = [...rows.slice(0, 3), [98, 99, 96, 98], FLAT];
    expect(fillsUnder(py, next, acts(97))).toEqual(['+10 @ 102', '-10 @ 97']);
  });
});

// backtesting.py 0.6.6 gives the sizes and prices below.
describe('a fraction of the account under backtestingPy', () => {
  it('takes exits, which close what it bought', () => {
    const acts: Acts = { 1: ({ buyFraction }) => buyFraction(0.5, { stopLoss: 97 }) };
    expect(fillsUnder(py, [FLAT, FLAT, FLAT, [100, 101, 96, 99]], acts, 10_000)).toEqual(['+50 @ 100', '-50 @ 97']);
  });

  it('counts what it closes, and the margin that this held', () => {
    const acts: Acts = { 1: ({ sell }) => sell(20), 2: ({ buyFraction }) => buyFraction(0.5) };
    // Of 10,000 the short position of 20 holds 2,000: half of the rest is 40 shares, of which 20 close it.
    const rows: readonly Row[] = [FLAT, FLAT, FLAT, FLAT];
    expect(fillsUnder(py, rows, acts, 10_000).slice(0, 2)).toEqual(['-20 @ 100', '+40 @ 100']);
  });

  it('values what is held at the close of the bar in which it fills', () => {
    const acts: Acts = { 1: ({ buy }) => buy(20), 2: ({ buyFraction }) => buyFraction(0.5) };
    // At 110 the account is worth 10,200 and 2,200 of it are tied: half of the rest buys 40 at 100.
    const rows: readonly Row[] = [FLAT, FLAT, FLAT, [100, 110, 99, 110], FLAT];
    expect(fillsUnder(py, rows, acts, 10_000)[1]).toBe('+40 @ 100');
  });

  it('borrows the fee as it borrows the price', () => {
    const conventions = { ...py, fees: bpsFees(100), margin: flatLeverage(2) };
    const acts: Acts = { 1: ({ buyFraction }) => buyFraction(0.5) };
    expect(fillsUnder(conventions, [FLAT, FLAT, FLAT, FLAT], acts, 10_000)[0]).toBe('+99 @ 100');
  });
});

it('a spread on entries is paid by limits, too, and by no exit', () => {
  const conventions = { ...py, slippage: entrySpread(0.01) };
  const acts: Acts = { 1: ({ buy }) => buy(10, { limit: 100 }), 2: ({ sell }) => sell(10, { limit: 101 }) };
  expect(fillsUnder(conventions, [FLAT, FLAT, FLAT, FLAT, FLAT], acts)).toEqual(['+10 @ 101', '-10 @ 101']);
});

describe('one by one', () => {
  it('a stop that closes pays for a purchase at the open of its bar', () => {
    const acts: Acts = {
      1: ({ buy }) => buy(90, { stopLoss: 97 }),
      2: ({ buy }) => buy(50),
    };
    const rows: readonly Row[] = [FLAT, FLAT, FLAT, [100, 101, 96, 99], FLAT];
    const fills = ['+90 @ 100', '-90 @ 97', '+50 @ 100', '-50 @ 100'];
    expect(fillsUnder(py, rows, acts, 10_000)).toEqual(fills);
  });

  it('the exits of the newest entry come first, and of one entry the stop before the target', () => {
    const acts: Acts = {
      1: ({ buy }) => buy(10, { stopLoss: 95, takeProfit: 110 }),
      2: ({ buy }) => buy(20, { stopLoss: 96, takeProfit: 111 }),
    };
    const rows: readonly Row[] = [FLAT, FLAT, FLAT, FLAT, [100, 112, 94, 99], FLAT];
    const fills = ['+10 @ 100', '+20 @ 100', '-20 @ 96', '-10 @ 95'];
    expect(fillsUnder(py, rows, acts)).toEqual(fills);
  });
});

describe('a stop-limit that the open passes', () => {
  const acts: Acts = { 1: ({ buy }) => buy(10, { stop: 102, limit: 104 }) };

  it.each<[string, Row, readonly string[]]>([
    ['fills at the stop when the bar comes back to it', [103, 105, 101, 102], ['+10 @ 102']],
    ['fills at the nearest price of the bar when it does not', [103, 105, 102.5, 104], ['+10 @ 102.5']],
    ['waits when the bar stays beyond the limit', [105, 106, 104.5, 105], []],
  ])('under backtestingPy %s', (_, row, fills) => {
    const bought = fillsUnder(py, [FLAT, FLAT, row, [110, 111, 109, 110]], acts);
    expect(bought.filter((fill) => fill.startsWith('+'))).toEqual(fills);
  });
});

// backtrader 1.9.78.123 fills these rows so.
describe('under backtrader', () => {
  it('a trailing stop follows closes', () => {
    const acts: Acts = { 0: ({ buy }) => buy(10, { trail: { amount: 3 } }) };
    const rows: readonly Row[] = [FLAT, [100, 101, 94, 99], [99, 101.5, 98, 101], [101, 103, 100, 102]];
    expect(fillsUnder(backtrader, rows, acts)).toEqual(['+10 @ 102']);
    expect(fillsUnder({ ...backtrader, trailing: 'extremes' }, rows, acts)).toEqual(['+10 @ 97']);
  });

  it.each<[string, Row, readonly string[]]>([
    ['that turned fills at the limit', [101, 104, 99, 100], ['+10 @ 101']],
    ['that did not turn fills nothing', [99, 104, 98, 100.5], []],
  ])('a bar that triggers a stop-limit with its limit below the stop, and %s', (_, row, fills) => {
    const acts: Acts = { 0: ({ buy }) => buy(10, { stop: 103, limit: 101 }) };
    expect(fillsUnder(backtrader, [FLAT, row, [110, 111, 109, 110]], acts)).toEqual(fills);
  });
});

describe('a tape without volume', () => {
  const bare: readonly Row[] = [FLAT, FLAT].map(([open, high, low, close]) => [open, high, low, close, 0] as const);
  const said = (rows: readonly Row[]): boolean =>
    playDays(rows, {}, { conventions: honest }).result.assumptions.join().includes('come without a volume');

  it('says that its share of a bar limits nothing', () => {
    expect(said(bare)).toBe(true);
    expect(said([FLAT, FLAT])).toBe(false);
  });
});

describe('every set', () => {
  it.each(Object.entries(CONVENTIONS))('%s says what it assumes', (name, conventions) => {
    const { result } = playDays([FLAT, FLAT], {}, { conventions });
    expect(result.conventions).toBe(name);
    expect(result.assumptions.length).toBeGreaterThan(6);
    for (const sentence of result.assumptions) expect(sentence).toMatch(/^[A-Z].*\.$/s);
  });

  it.each(Object.entries(CONVENTIONS))('%s rebalances by selling first', (_name, conventions) => {
    const rows = Array.from({ length: 6 }, () => FLAT);
    const played = play({
      streams: [bars(days(rows), 'AAA'), bars(days(rows), 'BBB')],
      conventions,
      setup: onBars({
        1: (context) => context.rebalance({ BBB: 0.9 }),
        3: (context) => context.rebalance({ AAA: 0.9, BBB: 0 }),
      }),
    });
    const symbols = played.result.fills.map(({ symbol, quantity }) => `${symbol} ${Math.sign(quantity)}`);
    expect(symbols.slice(0, 3)).toEqual(['BBB 1', 'BBB -1', 'AAA 1']);
  });
});
