/**
 * Cash besides fills: interest, borrowed shares, settlement, margin, currencies.
 */
import { describe, expect, it } from 'vitest';
import { payFromBase, sweepToBase } from '../../../src/engine/sim/conversion.ts';
import { honest } from '../../../src/engine/sim/conventions.ts';
import { fixedFees } from '../../../src/engine/sim/fees.ts';
import { fixedFinancing } from '../../../src/engine/sim/financing.ts';
import { cashAccount, flatLeverage, regT } from '../../../src/engine/sim/margin.ts';
import { costsOf } from '../../../src/report/costs.ts';
import { joinRows } from '../../../src/research/tape-parts.ts';
import { formatInstant } from '../../../src/time/instant.ts';
import {
  bars,
  days,
  endsOf,
  fillsOf,
  intraday,
  onBars,
  onQuotes,
  plain,
  play,
  playDays,
  quotes,
  utc,
  type QuoteRow,
  type Row,
} from '../play.ts';

const flat = (count: number, price = 100): Row[] =>
  Array.from({ length: count }, () => [price, price + 1, price - 1, price] as const);

describe('interest on cash', () => {
  // 2024-01-02 was a Tuesday, the tape has Tuesday to Monday: four nights to Saturday and two more over the weekend.
  it('is earned for every night, three over a weekend', () => {
    const conventions = { ...plain, financing: fixedFinancing({ credit: 0.036, dayCount: 360 }) };
    const { of, result } = playDays(flat(5), {}, { conventions });
    const interest = of('cash');
    expect(
      interest.map(({ at, amount, text }) => [formatInstant(at).slice(0, 16), Number(amount.toFixed(4)), text]),
    ).toEqual([
      ['2024-01-03T14:30', 10, 'interest'],
      ['2024-01-04T14:30', 10, 'interest'],
      ['2024-01-05T14:30', 10, 'interest'],
      ['2024-01-08T14:30', 30.01, 'interest'],
    ]);
    expect(result.interest).toBe(60.01);
    expect(result.finalCash).toBe(100_060.01);
  });

  it('is paid on debt, where the account may owe', () => {
    const conventions = {
      ...plain,
      margin: flatLeverage(4),
      financing: fixedFinancing({ debit: 0.072, dayCount: 360 }),
    };
    const { of } = playDays(flat(3), { 0: ({ buy }) => buy(2000) }, { conventions });
    // Bought on Wednesday, owed over one night: 100,000 · 7.2 % / 360.
    expect(of('cash').map(({ amount, text }) => [amount, text])).toEqual([[-20, 'debit interest']]);
  });

  it('by default costs nothing in a cash account', () => {
    expect(playDays(flat(5), { 0: ({ buy }) => buy(10) }, { conventions: honest }).of('cash')).toEqual([]);
  });

  it('is part of the equity of the next bar, on one feed as on several', () => {
    const conventions = { ...plain, financing: fixedFinancing({ credit: 0.036, dayCount: 360 }) };
    const one = playDays(flat(5), {}, { conventions });
    const two = play({
      streams: [bars(days(flat(5)), 'ABC'), bars(days(flat(5)), 'DEF')],
      setup: () => ({ onBar: () => undefined }),
      conventions,
    });
    expect([...one.result.equity.value]).toEqual([...two.result.equity.value]);
    expect(one.result.equity.value[0]).toBe(100_000);
    expect(one.result.equity.value[1]).toBe(100_010);
  });
});

describe('trap 79: borrowed shares', () => {
  it('cost a fee for every night on the value that is short', () => {
    const conventions = { ...plain, financing: fixedFinancing({ borrowOf: { ABC: 0.36 }, dayCount: 360 }) };
    const { of, result } = playDays(flat(4), { 0: ({ sell }) => sell(100) }, { conventions });
    expect(of('cash').map(({ amount, text, instrument }) => [amount, text, instrument])).toEqual([
      [-10, 'borrow fee', 0],
      [-10, 'borrow fee', 0],
    ]);
    expect(result.interest).toBe(-20);
  });

  it('that nobody lends cannot be sold, but a holding can', () => {
    const conventions = { ...plain, financing: fixedFinancing({ available: { ABC: 50 } }) };
    const played = playDays(
      flat(6),
      {
        0: ({ sell }) => sell(51),
        1: ({ sell }) => sell(50),
        2: ({ sell }) => sell(1),
        3: ({ buy }) => buy(150),
        4: ({ sell }) => sell(100),
      },
      { conventions },
    );
    expect(fillsOf(played)).toEqual(['-50 @ 100', '+150 @ 100', '-100 @ 100']);
    expect(endsOf(played)).toEqual([
      'refused borrow.unavailable: 51 ABC would be short, 50 can be borrowed',
      'refused borrow.unavailable: 51 ABC would be short, 50 can be borrowed',
    ]);
  });
});

describe('trap 79: settlement', () => {
  const act = {
    0: ({ buy }: Parameters<Parameters<typeof onBars>[0][number]>[0]) => buy(1000),
    1: ({ sell }: Parameters<Parameters<typeof onBars>[0][number]>[0]) => sell(1000),
    2: ({ buy }: Parameters<Parameters<typeof onBars>[0][number]>[0]) => buy(1000),
  };
  const minutes = [bars(intraday(flat(5)), 'ABC', '1m')];

  it('proceeds of today cannot be spent today when sales settle a day later', () => {
    const conventions = { ...plain, margin: cashAccount(), settlementDays: 1 };
    let settled = Number.NaN;
    const played = play({
      streams: minutes,
      setup: onBars({ ...act, 3: ({ portfolio }) => void (settled = portfolio.settledCash) }),
      conventions,
    });
    expect(fillsOf(played)).toEqual(['+1000 @ 100', '-1000 @ 100']);
    expect(endsOf(played)).toEqual(['rejected margin.insufficient']);
    expect([settled, played.result.finalCash]).toEqual([0, 100_000]);
  });

  it('on the next day they can', () => {
    const conventions = { ...plain, margin: cashAccount(), settlementDays: 1 };
    expect(fillsOf(playDays(flat(5), act, { conventions }))).toEqual(['+1000 @ 100', '-1000 @ 100', '+1000 @ 100']);
  });

  it('with two days to settle, not on the next', () => {
    const conventions = { ...plain, margin: cashAccount(), settlementDays: 2 };
    expect(fillsOf(playDays(flat(5), act, { conventions }))).toEqual(['+1000 @ 100', '-1000 @ 100']);
  });

  it('does not concern margin accounts, nor the default', () => {
    for (const conventions of [
      { ...plain, settlementDays: 1 },
      { ...plain, margin: cashAccount() },
    ]) {
      expect(fillsOf(play({ streams: minutes, setup: onBars(act), conventions }))).toHaveLength(3);
    }
  });
});

describe('trap 79: margin', () => {
  const fall = (to: number): Row[] => [...flat(2), [100, 100, to, to], [to, to, to, to]];

  it('under Regulation T half must be paid, and a fall below a quarter is called', () => {
    const conventions = { ...plain, margin: regT };
    const buy = (quantity: number, rows: Row[]) =>
      playDays(rows, { 0: (context) => context.buy(quantity) }, { conventions });
    expect(endsOf(buy(2001, flat(3)))).toEqual(['rejected margin.insufficient']);
    // 200,000 of shares on 100,000: at 66.67 the equity is a quarter of the value.
    expect(buy(2000, fall(67)).of('marginCall')).toEqual([]);
    const called = buy(2000, fall(66));
    expect(called.of('marginCall')).toHaveLength(1);
    // The equity is 32,000, and 33,000 must be kept: 61 shares set 1,006.50 free.
    expect(fillsOf(called)).toEqual(['+2000 @ 100', '-61 @ 66']);
  });

  it('a buffer lets equity fall that much further', () => {
    const run = (marginBuffer: number) =>
      playDays(fall(66), { 0: ({ buy }) => buy(2000) }, { conventions: { ...plain, margin: regT, marginBuffer } });
    expect(run(0.1).of('marginCall')).toEqual([]);
    expect(run(0.01).of('marginCall')).toHaveLength(1);
  });

  it('is only called in session', () => {
    const low: Row = [60, 60, 60, 60];
    const at = (start: string) =>
      play({
        // Bought the day before; the fall begins at `start`.
        streams: joinRows([
          { streams: [bars(intraday(flat(2), '2024-01-02T15:00'), 'ABC', '1m')] },
          { streams: [bars(intraday([low, low], start), 'ABC', '1m')] },
        ]).streams,
        setup: onBars({ 0: ({ buy }) => buy(2000) }),
        conventions: { ...plain, margin: regT },
      })
        .of('marginCall')
        .map((entry) => formatInstant(entry.at).slice(11, 16));
    // The bar before the open falls outside the session; the first one inside is called.
    expect(at('2024-01-03T14:28')).toEqual([]);
    expect(at('2024-01-03T14:29')).toEqual(['14:31']);
    expect(at('2024-01-03T15:00')[0]).toEqual('15:01');
  });

  it('futures tie up their initial margin, and are closed when equity falls below what they must keep', () => {
    const future = { root: 'ES', expiry: '2024-03-15', initialMargin: 10_000, maintenanceMargin: 9000 };
    const options = {
      instruments: [{ kind: 'future' as const, calendar: 'XNYS', multiplier: 50, tick: 0.25, future }],
      conventions: { ...plain, margin: cashAccount() },
      cash: 25_000,
    };
    const twice = playDays(flat(4, 4000), { 0: ({ buy }) => buy(2), 1: ({ buy }) => buy(1) }, options);
    expect(fillsOf(twice)).toEqual(['+2 @ 4000']);
    expect(endsOf(twice)).toEqual(['rejected margin.insufficient']);
    const rows: Row[] = [...flat(2, 4000), [4000, 4000, 3925, 3925], [3925, 3925, 3925, 3925]];
    const called = playDays(rows, { 0: ({ buy }) => buy(2) }, options);
    // Two contracts must keep 18,000; 75 points are 7,500.
    expect(called.of('marginCall').map(({ amount, balance }) => [amount, balance])).toEqual([[17_500, 18_000]]);
    // One contract is enough: its loss is realised, the other's still counts.
    expect(fillsOf(called)).toEqual(['+2 @ 4000', '-1 @ 3925']);
    expect(called.result.finalCash).toBe(21_250);
    expect(called.result.finalEquity).toBe(17_500);
  });
});

describe('currencies', () => {
  const euros = { instruments: [{ currency: 'EUR' }], currency: 'USD' } as const;

  it('are converted at a stated rate, for equity in base currency', () => {
    const { result } = playDays(flat(3), { 0: ({ buy }) => buy(100) }, { ...euros, rates: { EUR: 1.1 } });
    expect(result.exactCash).toEqual({ USD: '100000', EUR: '-10000' });
    expect(result.finalCash).toBe(100_000 - 11_000);
    expect(result.finalEquity).toBe(100_000);
    expect([...result.equity.value]).toEqual([100_000, 100_000, 100_000]);
  });

  it('count what was traded, won and paid in base currency, beside trades in their own', () => {
    const acts = { 0: ({ buy }) => buy(100), 1: ({ sell }) => sell(100) } satisfies Parameters<typeof onBars>[0];
    const rows: Row[] = [...flat(2), ...flat(1, 110)];
    const conventions = { ...plain, fees: fixedFees(10) };
    const { result } = playDays(rows, acts, { ...euros, rates: { EUR: 1.1 }, conventions });
    expect(result.rates).toEqual({ ABC: 1.1 });
    expect(result.trades[0].profit).toBeCloseTo(1000 - 20, 10);
    const [row] = costsOf(result, {}).rows;
    expect(row.traded).toBeCloseTo((10_000 + 11_000) * 1.1, 8);
    expect(row.fees).toBeCloseTo(22, 10);
    expect(row.profit).toBeCloseTo(980 * 1.1, 8);
  });

  it('count fees and dividends in base currency', () => {
    const conventions = { ...plain, fees: fixedFees(10) };
    const actions = [{ kind: 'dividend', symbol: 'ABC', at: utc('2024-01-04T05:00'), amount: 0.5 }] as const;
    const { result } = playDays(
      flat(4),
      { 0: ({ buy }) => buy(100) },
      { ...euros, rates: { EUR: 1.1 }, conventions, actions },
    );
    expect(result.fees).toBeCloseTo(11, 10);
    expect(result.dividends).toBeCloseTo(55, 10);
    expect(result.finalEquity).toBeCloseTo(100_000 - 11 + 55, 8);
  });

  it('a missing rate is refused, and equity stays a number', () => {
    const played = playDays(flat(3), { 0: ({ buy }) => buy(100) }, euros);
    expect(endsOf(played)).toEqual([
      'refused currency.no-rate: the rate of EUR in USD is missing: put the currency pair on the tape, or state the rate',
    ]);
    expect(played.result.finalEquity).toBe(100_000);
  });

  it('a rate comes from a pair on the tape, from its first price on', () => {
    const pair = bars(
      days(
        [
          [1.2, 1.2, 1.2, 1.2],
          [1.25, 1.25, 1.25, 1.25],
        ],
        '2024-01-03',
      ),
      'EUR/USD',
    );
    const played = play({
      streams: [bars(days(flat(3)), 'ABC'), pair],
      instruments: [{ currency: 'EUR' }, { kind: 'fx', tick: 0.0001, calendar: 'XNYS' }],
      currency: 'USD',
      setup: onBars({ 0: ({ buy }) => buy(1), 1: ({ buy }) => buy(100) }),
    });
    expect(endsOf(played)).toEqual(['refused currency.no-rate: the rate of EUR in USD has no price yet']);
    expect(played.result.finalCash).toBeCloseTo(100_000 - 100 * 100 * 1.25, 8);
    expect(played.result.finalEquity).toBeCloseTo(100_000, 8);
  });

  it('a purchase is paid from base cash at once where the conventions say so, spread and all', () => {
    const conventions = { ...plain, conversion: payFromBase(10) };
    const acts = { 0: ({ buy }) => buy(100), 1: ({ sell }) => sell(100) } satisfies Parameters<typeof onBars>[0];
    const { of, result } = playDays(flat(4), acts, { ...euros, rates: { EUR: 1.1 }, conventions });
    expect(of('converted').map(({ text, amount }) => [text, amount])).toEqual([['USD → EUR', -11_011]]);
    expect(result.exactCash).toEqual({ USD: '88989', EUR: '10000' });
    expect(result.finalEquity).toBe(100_000 - 11);
  });

  it('sales are swept to base cash where the conventions say so', () => {
    const conventions = { ...plain, conversion: sweepToBase(0) };
    const acts = { 0: ({ buy }) => buy(100), 1: ({ sell }) => sell(100) } satisfies Parameters<typeof onBars>[0];
    const { result } = playDays(flat(4), acts, { ...euros, rates: { EUR: 1.1 }, conventions });
    expect(result.exactCash).toEqual({ USD: '100000', EUR: '0' });
  });

  it('are converted when a strategy asks, and only what is there', () => {
    const conventions = { ...plain, conversion: payFromBase(100) };
    let got = 0;
    const acts = { 0: ({ convert }) => void (got = convert(11_000, 'USD', 'EUR')) } satisfies Parameters<
      typeof onBars
    >[0];
    const { result, of } = playDays(flat(3), acts, { ...euros, rates: { EUR: 1.1 }, conventions });
    expect(got).toBe(9900);
    expect(result.exactCash).toEqual({ USD: '89000', EUR: '9900' });
    expect(of('converted')).toHaveLength(1);
    const ask = (amount: number, from: string, to: string) => () =>
      playDays(flat(3), { 0: ({ convert }) => void convert(amount, from, to) }, { ...euros, rates: { EUR: 1.1 } });
    expect(ask(200_000, 'USD', 'EUR')).toThrow(/more than the account/);
    expect(ask(1, 'USD', 'EUS')).toThrow(/no "EUS"/);
    expect(ask(-1, 'USD', 'EUR')).toThrow(/finite and positive, was -1/);
  });

  it('a dividend in a currency that can never be valued is refused before the first row', () => {
    const at = utc('2024-01-03');
    const actions = [{ kind: 'dividend', symbol: 'ABC', at, amount: 1, currency: 'GBP' }] as const;
    expect(() => playDays(flat(3), {}, { actions })).toThrow(/ABC pays a dividend in GBP, whose rate is missing/);
    const { result } = playDays(flat(3), { 0: ({ buy }) => buy(10) }, { actions, rates: { GBP: 1.25 } });
    expect(result.dividends).toBe(0);
  });
});

describe('margin on quotes', () => {
  it('is looked at once a minute where there are no bars', () => {
    const rows: QuoteRow[] = Array.from({ length: 60 }, (_, i) => [i * 5, i < 10 ? 100 : 58, i < 10 ? 100.02 : 58.02]);
    const played = play({
      streams: [quotes(rows)],
      setup: onQuotes({ 0: ({ buy }) => buy(900) }),
      conventions: { ...plain, margin: regT },
      cash: 50_000,
    });
    expect(played.of('marginCall')).toHaveLength(1);
    // 900 shares at 58.01 on 12,182 of equity: 13,052 must be kept, and a share frees 14.50 less what the bid takes.
    expect(fillsOf(played)).toEqual(['+900 @ 100.02', '-60 @ 58']);
  });
});
