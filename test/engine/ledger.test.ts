/** The ledger loses nothing: held against whole numbers of any size that know no rounding. */
import process from 'node:process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { Units } from '../../src/engine/ledger/position.ts';
import { Ledger } from '../../src/engine/ledger/ledger.ts';
import { defineInstrument, type Instrument } from '../../src/market/instrument.ts';

const INSTRUMENTS: readonly Instrument[] = [
  defineInstrument({ symbol: 'ABC', tick: 0.01 }),
  defineInstrument({ symbol: 'XYZ', tick: 0.05, currency: 'EUR' }),
  defineInstrument({ symbol: 'BTCUSD', kind: 'crypto', tick: 0.01 }),
  defineInstrument({ symbol: 'OPT', kind: 'option', tick: 0.01 }),
  defineInstrument({
    symbol: 'ES',
    kind: 'future',
    tick: 0.25,
    multiplier: 50,
    future: { root: 'ES', expiry: '2024-03-15', initialMargin: 10_000, maintenanceMargin: 9_000 },
  }),
];

/** Cash, positions and realised profit in whole numbers of 10^-decimals, kept by first in, first out. */
class Shadow {
  readonly cash = [0n, 0n];
  readonly quantity = INSTRUMENTS.map(() => 0n);
  readonly realized = INSTRUMENTS.map(() => 0n);
  fees = 0n;
  private readonly lots: { units: bigint; price: bigint }[][] = INSTRUMENTS.map(() => []);
  private readonly first = INSTRUMENTS.map(() => 0);
  private readonly decimals: number;
  private readonly factors: readonly bigint[];

  constructor(decimals: number) {
    this.decimals = decimals;
    this.factors = INSTRUMENTS.map(
      ({ priceDecimals, quantityDecimals, multiplier }) =>
        BigInt(multiplier) * 10n ** BigInt(decimals - priceDecimals - quantityDecimals),
    );
  }

  /** Money that was booked, as the ledger says it was. */
  exact(booked: number): bigint {
    const whole = Math.trunc(booked);
    const scale = 10 ** this.decimals;
    return BigInt(whole) * BigInt(scale) + BigInt(Math.round((booked - whole) * scale));
  }

  fill(instrument: number, units: bigint, price: bigint, fee: bigint): void {
    const account = INSTRUMENTS[instrument].currency === 'USD' ? 0 : 1;
    const factor = this.factors[instrument];
    const isFuture = INSTRUMENTS[instrument].future !== undefined;
    this.fees += fee;
    this.cash[account] -= fee;
    if (!isFuture) this.cash[account] -= units * price * factor;
    this.quantity[instrument] += units;
    const lots = this.lots[instrument];
    let left = units;
    while (left !== 0n && this.first[instrument] < lots.length) {
      const lot = lots[this.first[instrument]];
      if (lot.units > 0n === left > 0n) break;
      const size = (lot.units < 0n ? -lot.units : lot.units) < (left < 0n ? -left : left) ? lot.units : -left;
      const profit = (price - lot.price) * size * factor;
      this.realized[instrument] += profit;
      if (isFuture) this.cash[account] += profit;
      lot.units -= size;
      left += size;
      if (lot.units === 0n) this.first[instrument]++;
    }
    if (left !== 0n) lots.push({ units: left, price });
  }

  /** What the open lots cost. */
  cost(instrument: number): bigint {
    let cost = 0n;
    for (let i = this.first[instrument]; i < this.lots[instrument].length; i++) {
      const { units, price } = this.lots[instrument][i];
      cost += units * price * this.factors[instrument];
    }
    return cost;
  }
}

describe('a million random fills, dividends, fees and conversions', () => {
  it('lose nothing, to the last digit, in under ten seconds of work', () => {
    const ledger = new Ledger(INSTRUMENTS, 'USD', 1_000_000);
    const shadow = new Shadow(ledger.cashDecimals);
    shadow.cash[0] = 1_000_000n * 10n ** BigInt(ledger.cashDecimals);
    const random = new Random(20_240_102);
    const start = process.threadCpuUsage();
    let dividends = 0n;
    for (let i = 0; i < 1_000_000; i++) {
      const kind = random.below(20);
      if (kind === 0) {
        const account = random.below(2);
        const booked = ledger.move(account, (random.uniform() - 0.5) * 1000, 'dividend');
        dividends += shadow.exact(booked);
        shadow.cash[account] += shadow.exact(booked);
      } else if (kind === 1) {
        const given = ledger.move(0, -random.uniform() * 500, 'other');
        const taken = ledger.move(1, -given * 0.913_72, 'other');
        shadow.cash[0] += shadow.exact(given);
        shadow.cash[1] += shadow.exact(taken);
      } else {
        const instrument = random.below(INSTRUMENTS.length);
        const { priceDecimals, quantityDecimals, ticks } = INSTRUMENTS[instrument];
        const tick = Math.round(ticks[0].tick * 10 ** priceDecimals);
        const price = (1 + random.below(60_000)) * tick;
        const held = Number(shadow.quantity[instrument]);
        // Half of the fills close, so that positions stay small and lots few.
        const size = held !== 0 && random.uniform() < 0.5 ? -held : 1 + random.below(10 ** (quantityDecimals + 3));
        const units = held === 0 || size === -held ? size : random.uniform() < 0.5 ? size : -size;
        const fee = random.uniform() < 0.1 ? 0 : random.uniform() * 3 - 0.3;
        const booked = ledger.fill(0, instrument, units, price / 10 ** priceDecimals, fee, i, i + 1);
        shadow.fill(instrument, BigInt(units), BigInt(price), shadow.exact(booked));
      }
    }
    // Of this thread alone: others may share the machine.
    const { user, system } = process.threadCpuUsage(start);
    const seconds = (user + system) / 1e6;
    expect(ledger.cash.map(({ exact }) => exact.toBigInt())).toEqual(shadow.cash);
    expect(ledger.positions[0].map(({ quantityUnits }) => BigInt(quantityUnits))).toEqual(shadow.quantity);
    expect(ledger.positions[0].map(({ realized }) => realized.toBigInt())).toEqual(shadow.realized);
    expect(ledger.feesPaid.toBigInt()).toBe(shadow.fees);
    expect(ledger.trades.length).toBeGreaterThan(100_000);
    expect(ledger.dividends.toBigInt()).toBe(dividends);
    expect(seconds).toBeLessThan(10);
  });
});

describe('the books', () => {
  const fill = fc.record({
    instrument: fc.integer({ min: 0, max: 3 }),
    units: fc.integer({ min: -500, max: 500 }).filter((units) => units !== 0),
    price: fc.integer({ min: 1, max: 100_000 }),
    fee: fc.integer({ min: 0, max: 300 }),
  });

  it('balance: cash and the cost of what is open are what was put in, plus profit, less fees', () => {
    fc.assert(
      fc.property(fc.array(fill, { minLength: 1, maxLength: 60 }), (fills) => {
        const ledger = new Ledger(INSTRUMENTS, 'USD', 1000);
        const shadow = new Shadow(ledger.cashDecimals);
        const one = 10n ** BigInt(ledger.cashDecimals);
        for (const [i, { instrument, units, price, fee }] of fills.entries()) {
          const { priceDecimals } = INSTRUMENTS[instrument];
          ledger.fill(0, instrument, units, price / 10 ** priceDecimals, fee / 100, i, i + 1);
          shadow.fill(instrument, BigInt(units), BigInt(price), (BigInt(fee) * one) / 100n);
        }
        const cash = ledger.cash.reduce((sum, { exact }) => sum + exact.toBigInt(), 0n);
        const realized = ledger.positions[0].reduce((sum, position) => sum + position.realized.toBigInt(), 0n);
        const cost = INSTRUMENTS.reduce((sum, _, instrument) => sum + shadow.cost(instrument), 0n);
        return cash + cost === 1000n * one + realized - ledger.feesPaid.toBigInt();
      }),
      { numRuns: 300 },
    );
  });

  it('share every fee out to trades and to what is still open', () => {
    const ledger = new Ledger(INSTRUMENTS, 'USD', 1000);
    ledger.fill(0, 0, 100, 10, 2, 1, 1);
    ledger.fill(0, 0, -30, 11, 0.9, 2, 2);
    ledger.fill(0, 0, -100, 12, 1, 3, 3);
    expect([ledger.trades.at(0), ledger.trades.at(1)].map(({ fees }) => fees)).toEqual([0.6 + 0.9, 1.4 + 0.7]);
    ledger.fill(0, 0, 30, 12, 0, 4, 4);
    expect(ledger.trades.at(2).fees).toBeCloseTo(0.3, 12);
  });

  it('close the oldest lot first', () => {
    const ledger = new Ledger(INSTRUMENTS, 'USD', 100_000);
    ledger.fill(0, 0, 10, 10, 0, 1, 1);
    ledger.fill(0, 0, 10, 20, 0, 2, 2);
    ledger.fill(0, 0, -15, 30, 0, 3, 3);
    const trades = [ledger.trades.at(0), ledger.trades.at(1)];
    expect(trades.map(({ quantity, entryPrice, grossProfit }) => [quantity, entryPrice, grossProfit])).toEqual([
      [10, 10, 200],
      [5, 20, 50],
    ]);
    expect(ledger.positions[0][0].averagePrice).toBe(20);
  });

  it('keep strategies apart and net them when asked', () => {
    const ledger = new Ledger(INSTRUMENTS, 'USD', 100_000, 2);
    ledger.fill(0, 0, 10, 10, 0, 1, 1);
    ledger.fill(1, 0, -4, 10, 0, 2, 2);
    expect(ledger.positions.map((own) => own[0].quantity)).toEqual([10, -4]);
    expect(ledger.netQuantity(0)).toBe(6);
    expect(ledger.trades.length).toBe(0);
  });

  it('count a future as its profit, not as its price', () => {
    const ledger = new Ledger(INSTRUMENTS, 'USD', 100_000);
    ledger.fill(0, 4, 2, 5000, 0, 1, 1);
    ledger.marks[4] = 5010;
    expect(ledger.cashValue()).toBe(100_000);
    expect(ledger.equity()).toBe(101_000);
    ledger.fill(0, 4, -2, 5010, 0, 2, 2);
    expect(ledger.cashValue()).toBe(101_000);
  });

  it('convert other currencies at their last rate', () => {
    const ledger = new Ledger(INSTRUMENTS, 'USD', 1000);
    ledger.rates[1] = 1.1;
    ledger.fill(0, 1, 10, 20, 0, 1, 1);
    ledger.marks[1] = 25;
    expect(ledger.cash[1].amount).toBe(-200);
    expect(ledger.equity()).toBeCloseTo(1000 + 10 * 5 * 1.1, 10);
  });
});

describe('a ledger of a chain of years', () => {
  it('takes more contracts than a call takes arguments', () => {
    const many = Array.from({ length: 2_000_000 }, () => INSTRUMENTS[0]);
    expect(Units.cashDecimals(many)).toBe(Units.cashDecimals([INSTRUMENTS[0]]));
  });
});
