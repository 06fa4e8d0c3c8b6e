/**
 * Worlds in which options are traded too: the contracts, their quotes, and what the broker does with them without an order.
 *
 * The run begins a minute or two before the close of the day on which half of the contracts expire. The broker assigns what is
 * sold now and then before that, and after the close it assigns, exercises and expires. Its books move at once; what it tells of
 * it comes later, the two halves of a pair far apart, in parts, and more than once.
 */
import { contractInstrument } from '../../src/market/option/contract.ts';
import type { Instrument } from '../../src/market/instrument.ts';
import type { SimulatedBroker } from './broker.ts';
import type { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import type { Occurrences } from './occurrences.ts';
import { SECOND, type World } from './world.ts';

/** Four in the afternoon in New York. */
export const CLOSE: number = Date.UTC(2026, 10, 2, 21) * 1000;
export const UNDERLYING = 'AAA';
const TODAY = '2026-11-02';
const FRIDAY = '2026-11-06';

export const CONTRACTS: readonly Instrument[] = [TODAY, FRIDAY].flatMap((expiry) =>
  (
    [
      ['put', 99],
      ['put', 100],
      ['call', 100],
      ['call', 101],
    ] as const
  ).map(([right, strike]) => contractInstrument({ root: UNDERLYING, right, expiry, strike }, { tick: 0.01 })),
);

/** Those that trade until the close. */
export const EXPIRING: ReadonlySet<string> = new Set(
  CONTRACTS.filter(({ option }) => option!.expiry === TODAY).map(({ symbol }) => symbol),
);

export class OptionWorld {
  private readonly world: World;
  private readonly faults: Faults;
  private readonly broker: SimulatedBroker;
  private readonly occurrences: Occurrences;
  private bookings = 0;

  constructor(world: World, faults: Faults, broker: SimulatedBroker, occurrences: Occurrences) {
    this.world = world;
    this.faults = faults;
    this.broker = broker;
    this.occurrences = occurrences;
  }

  /** Options are quoted until the close, and the broker does what it does. */
  start(desks: readonly SimulatedDesk[], market: { readonly isOpen: boolean }): void {
    const { world, broker } = this;
    const chance = world.of('options');
    const quote = (): void => {
      if (world.now >= CLOSE || !market.isOpen) return;
      const { symbol, option } = CONTRACTS[chance.below(CONTRACTS.length)];
      const spot = this.spot;
      if (spot === spot) {
        const { strike, right, expiry } = option!;
        const inside = Math.max(0, right === 'call' ? spot - strike : strike - spot);
        const time = (expiry === TODAY ? 0.2 : 0.8) * Math.exp(-Math.abs(spot - strike) / 2);
        const bid = Math.max(0.01, Math.round(100 * (inside + time) + chance.below(5) - 2) / 100);
        const ask = Math.round(100 * bid + 2 + chance.below(3)) / 100;
        broker.quote(symbol, bid, ask);
        for (const desk of desks) {
          desk.take({ kind: 'market', at: desk.clock(), rows: [['quote', symbol, bid, ask, 100, 100]] });
        }
      }
      world.in((0.05 + 0.4 * chance.uniform()) * SECOND, quote);
    };
    const assign = (): void => {
      if (world.now >= CLOSE || !market.isOpen) return;
      if (this.faults.isOn && chance.below(12) === 0) this.assignEarly();
      world.in(SECOND, assign);
    };
    quote();
    assign();
    world.in(CLOSE - world.now, () => {
      for (const { symbol } of CONTRACTS) broker.halt(symbol, true);
      const spot = this.spot;
      world.in((1 + 20 * chance.uniform()) * SECOND, () => this.expire(spot));
    });
  }

  /** Price of a share; NaN before the first. */
  private get spot(): number {
    const { bid, ask } = this.broker.quotes.get(UNDERLYING) ?? { bid: Number.NaN, ask: Number.NaN };
    return (bid + ask) / 2;
  }

  /** Somebody exercises what we sold, before its end; not all of it, mostly. */
  private assignEarly(): void {
    const chance = this.world.of('options');
    const sold = CONTRACTS.filter(({ symbol }) => this.held(symbol) < 0);
    if (sold.length === 0) return;
    const contract = sold[chance.below(sold.length)];
    const count = 1 + chance.below(-this.held(contract.symbol));
    this.occurrences.add('options assigned early');
    // As over a night: nobody trades what was assigned before it is told.
    this.broker.expire(contract.symbol);
    this.broker.halt(contract.symbol, true);
    this.deliver('assignment', contract, count);
  }

  private expire(spot: number): void {
    for (const contract of CONTRACTS) {
      const { symbol, option } = contract;
      if (option!.expiry !== TODAY) continue;
      this.broker.expire(symbol);
      const held = this.held(symbol);
      if (held === 0) continue;
      const isIn = option!.right === 'call' ? spot >= option!.strike + 0.01 : spot <= option!.strike - 0.01;
      if (!isIn) {
        this.occurrences.add('options expired');
        const parts =
          Math.abs(held) > 1 && this.world.of('options').below(2) === 0 ? [1, Math.abs(held) - 1] : [Math.abs(held)];
        for (const part of parts) {
          this.tell({
            activity: 'expiry',
            name: 'OPEXP',
            symbol,
            quantity: -Math.sign(held) * part,
            price: 0,
            money: 0,
          });
        }
      } else {
        this.occurrences.add(held < 0 ? 'options assigned at expiry' : 'options exercised');
        this.deliver(held < 0 ? 'assignment' : 'exercise', contract, Math.abs(held));
      }
    }
  }

  /** Contracts end, and shares move at their strike: told as one pair, or one for each contract, halves far apart or not. */
  private deliver(activity: 'assignment' | 'exercise', { symbol, option }: Instrument, count: number): void {
    const chance = this.world.of('options');
    const { right, strike } = option!;
    const side = (right === 'call') === (activity === 'assignment') ? -1 : 1;
    const parts = count > 1 && chance.below(2) === 0 ? Array.from({ length: count }, () => 1) : [count];
    if (parts.length > 1) this.occurrences.add('delivery told in parts');
    for (const part of parts) {
      const group = `g${++this.bookings}`;
      const name = activity === 'assignment' ? 'OPASN' : 'OPEXC';
      const shares = side * 100 * part;
      const contracts = activity === 'assignment' ? part : -part;
      const isApart = chance.below(3) === 0;
      if (isApart) this.occurrences.add('halves told far apart');
      const later = isApart ? chance.below(40 * SECOND) : 0;
      const first = chance.below(2) === 0;
      const own = { activity, name, group, symbol, quantity: contracts, price: 0, money: 0 } as const;
      const money = -shares * strike;
      const other = {
        activity: 'delivery',
        name: 'OPTRD',
        group,
        symbol: UNDERLYING,
        quantity: shares,
        price: strike,
        money,
      } as const;
      this.tell(own, first ? 0 : later);
      this.tell(other, first ? later : 0);
    }
  }

  /** In the books at once; told from some seconds later on to whoever asks, and now and then to whoever listens. */
  private tell(of: Omit<Parameters<SimulatedBroker['bookActivity']>[0], 'kind' | 'id'>, later = 0): void {
    const chance = this.world.of('options');
    const soon = chance.below(3) === 0 ? chance.below(10 * SECOND) : 0;
    this.broker.bookActivity(
      { kind: 'activity', id: `o${++this.bookings}`, ...of },
      later + soon,
      chance.below(2) === 0,
    );
  }

  private held(symbol: string): number {
    return this.broker.positions.get(symbol) ?? 0;
  }
}
