/**
 * What can be traded, and the rules its market gives it: tick and lot, multiplier, currency, calendar.
 */
import { assert } from '../base/assert.ts';

export type InstrumentKind = 'equity' | 'etf' | 'index' | 'option' | 'future' | 'fx' | 'crypto';

/** From `above` (inclusive, in money) upward, prices move in steps of `tick`. */
export interface TickBand {
  readonly above: number;
  readonly tick: number;
}

export interface OptionTerms {
  /** Class under which the contract is listed: `SPXW` for weeklies on the index SPX, `GOOG` for GOOG. */
  readonly root: string;
  readonly underlying: string;
  readonly right: 'call' | 'put';
  /** Money per share. */
  readonly strike: number;
  /**
   * The date in the contract's name, `YYYY-MM-DD`. It may be no session (the Saturdays of before 2015, holidays) and it
   * may come after the last trading (AM settlement): `contractLife` says what the contract does when.
   */
  readonly expiry: string;
  readonly style: 'american' | 'european';
  readonly settlement: 'physical' | 'cash';
  /** Settled from the opening (AM) or the closing (PM) price of the expiry day. */
  readonly settledAt: 'am' | 'pm';
  /** What one contract hands over, where that is not `multiplier` shares of the underlying: an adjusted contract. */
  readonly deliverable?: Deliverable;
}

/** What the holder of one adjusted contract gets or gives for its strike. */
export interface Deliverable {
  readonly shares: readonly { readonly symbol: string; readonly quantity: number }[];
  /** Money per contract beside the shares. */
  readonly cash: number;
}

export interface FutureTerms {
  readonly root: string;
  /** The last day on which it trades, `YYYY-MM-DD`; empty for a continuous future, which does not end. */
  readonly expiry: string;
  /** What happens to what is held then; cash where nothing is said. */
  readonly settlement?: 'physical' | 'cash';
  /** Margin that one contract ties up, in money. */
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

/** Trading before the open and after the close, on the exchange's own clock. */
export interface ExtendedHours {
  /** As `07:00`; from the market's own start when left out. */
  readonly from?: string;
  /** As `20:00`; to the market's own end when left out. */
  readonly to?: string;
}

export interface Instrument {
  readonly symbol: string;
  readonly kind: InstrumentKind;
  /** ISO 4217, or the quote coin of a crypto pair. */
  readonly currency: string;
  /** Name of a calendar in `time/calendars`: `XNYS`, `XLON`, `FX`, `24-7` … */
  readonly calendar: string;
  /** Price steps, lowest band first; empty when any price goes. */
  readonly ticks: readonly TickBand[];
  /** Smallest step of a quantity: 1 share, 0.000001 coin. */
  readonly lot: number;
  /** Money per point and unit: 1 for shares, 100 for most US options, 50 for the E-mini. */
  readonly multiplier: number;
  /** Decimals that prices keep in the ledger. */
  readonly priceDecimals: number;
  /** Decimals that quantities keep in the ledger. */
  readonly quantityDecimals: number;
  /** Left out where it trades in regular hours alone. */
  readonly extendedHours?: ExtendedHours;
  readonly option?: OptionTerms;
  readonly future?: FutureTerms;
}

export interface InstrumentOptions {
  symbol: string;
  kind?: InstrumentKind;
  currency?: string;
  calendar?: string;
  /** One tick for all prices, or bands; left out, any price goes (prices are kept to nine decimals). */
  tick?: number | readonly TickBand[];
  lot?: number;
  multiplier?: number;
  extendedHours?: ExtendedHours;
  option?: OptionTerms;
  future?: FutureTerms;
}

const CALENDARS: Record<InstrumentKind, string> = {
  equity: 'XNYS',
  etf: 'XNYS',
  index: 'XNYS',
  option: 'XCBO',
  future: 'CMES',
  fx: 'FX',
  crypto: '24-7',
};

const LOTS: Partial<Record<InstrumentKind, number>> = { crypto: 1e-6 };

/**
 * Names an instrument, with the defaults of its kind filled in: an equity trades in US dollars, on XNYS, by whole
 * shares; a crypto pair around the clock, by millionths.
 */
export function defineInstrument(options: InstrumentOptions): Instrument {
  const kind = options.kind ?? 'equity';
  const ticks = typeof options.tick === 'number' ? [{ above: 0, tick: options.tick }] : (options.tick ?? []);
  const lot = options.lot ?? LOTS[kind] ?? 1;
  const multiplier = options.multiplier ?? (kind === 'option' ? 100 : 1);
  assert(options.symbol !== '', 'an instrument needs a symbol');
  assert(lot > 0 && multiplier > 0, () => `${options.symbol}: lot and multiplier must be positive`);
  return {
    symbol: options.symbol,
    kind,
    currency: options.currency ?? 'USD',
    calendar: options.calendar ?? CALENDARS[kind],
    ticks,
    lot,
    multiplier,
    priceDecimals: ticks.length === 0 ? 9 : Math.max(...ticks.map((band) => decimalsOf(band.tick))),
    quantityDecimals: decimalsOf(lot),
    ...(options.extendedHours === undefined ? {} : { extendedHours: options.extendedHours }),
    ...(options.option === undefined ? {} : { option: options.option }),
    ...(options.future === undefined ? {} : { future: options.future }),
  };
}

/** Returns the instrument with other price steps, and with the decimals that these need. */
export function withTicks(instrument: Instrument, ticks: readonly TickBand[]): Instrument {
  return { ...instrument, ticks, priceDecimals: Math.max(...ticks.map((band) => decimalsOf(band.tick))) };
}

/** Returns how many decimals a step such as 0.01 or 0.25 has. */
export function decimalsOf(step: number): number {
  for (let decimals = 0; decimals <= 12; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 && Math.round(scaled) !== 0) return decimals;
  }
  throw new RangeError(`a step must have at most 12 decimals, was ${step}`);
}

/** Returns the tick at `price`, or 0 when the instrument has none. */
export function tickAt(instrument: Instrument, price: number): number {
  return bandAt(instrument.ticks, price);
}

/** The same for bands of no instrument. */
export function bandAt(ticks: readonly TickBand[], price: number): number {
  for (let i = ticks.length - 1; i >= 0; i--) if (price >= ticks[i].above) return ticks[i].tick;
  return ticks.length === 0 ? 0 : ticks[0].tick;
}

/** Returns `price` on the tick grid: the nearest tick, or the next one down or up. Without ticks it is unchanged. */
export function toTick(
  instrument: Instrument,
  price: number,
  direction: 'nearest' | 'down' | 'up' = 'nearest',
): number {
  const tick = tickAt(instrument, price);
  if (tick === 0) return price;
  const steps = price / tick;
  const nearest = Math.round(steps);
  // A price that is on the grid up to float noise stays there, whatever the direction.
  const whole =
    Math.abs(steps - nearest) < 1e-7 || direction === 'nearest'
      ? nearest
      : direction === 'down'
        ? Math.floor(steps)
        : Math.ceil(steps);
  const scale = SCALES[instrument.priceDecimals];
  return Math.round(whole * tick * scale) / scale;
}

const SCALES = Float64Array.from({ length: 23 }, (_, decimals) => 10 ** decimals);

/**
 * Returns how many whole lots fit into a quantity of 0 or more. Up to float noise, which grows with the number of lots,
 * a quantity that is whole lots is all of them: billions of billionths of a share are sold to the last one.
 */
export function wholeLots(quantity: number, lot: number): number {
  const lots = quantity / lot;
  const nearest = Math.round(lots);
  return Math.abs(lots - nearest) < 1e-7 + lots * 1e-15 ? nearest : Math.floor(lots);
}

/** Returns how many whole lots of an instrument fit into a quantity of 0 or more: what `toLots` leaves of it. */
export function lotsIn({ lot }: Instrument, quantity: number): number {
  return lot === 1 ? Math.floor(quantity + 1e-9) : wholeLots(quantity, lot);
}

/** Returns `quantity` cut toward zero to whole lots. */
export function toLots(instrument: Instrument, quantity: number): number {
  const { lot } = instrument;
  if (lot === 1) return Math.trunc(quantity + (quantity > 0 ? 1e-9 : -1e-9));
  const whole = quantity < 0 ? -wholeLots(-quantity, lot) : wholeLots(quantity, lot);
  const scale = SCALES[instrument.quantityDecimals];
  return Math.round(whole * lot * scale) / scale;
}
