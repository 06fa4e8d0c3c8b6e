/**
 * Option quotes that nobody ever offered: a chain made by a model, for the years without quotes.
 *
 * Each session lists the strikes around the price for the expiries ahead, and quotes every contract that was ever listed
 * until it expires, at the open (with the vol known since the close before) and at the close. Vol comes from a surface
 * driven by one number a day: a volatility index, or what the underlying itself realised lately. What that flatters is
 * said in `MODEL_SENTENCES` and belongs on the first page of every report: skew is milder in a crisis than it was, and
 * spreads are those of calm days.
 */
import { assert } from '../../base/assert.ts';
import { bjerksundStenslandPrice } from '../../options/bjerksund-stensland.ts';
import { europeanPrice } from '../../options/european.ts';
import { ModelSurface, realisedVol } from '../../options/model-surface.ts';
import type { VolSurface } from '../../options/surface.ts';
import { calendar } from '../../time/calendars.ts';
import { civilOf, formatDay, FRIDAY, weekdayOf } from '../../time/civil.ts';
import { allocateQuotes, type BarColumns, type QuoteColumns } from '../columns.ts';
import { tickAt, toTick, withTicks, type Instrument, type TickBand } from '../instrument.ts';
import type { StreamSlice } from '../tape.ts';
import { contractInstrument } from './contract.ts';
import { MODEL_RATE } from './model-rate.ts';
import { contractLife, monthlySettlement, rootFor, settlementDay, yearsToSettlement } from './life.ts';
import { NICKEL_TICKS } from './roots.ts';

export interface ModelChainOptions {
  readonly underlying: string;
  /** Daily bars of the underlying. */
  readonly prices: BarColumns;
  /**
   * Closes of a volatility index in points (20 is 20 %), one per instant at which they were known; left out, vol follows
   * what the underlying realised in the 21 sessions before, times `premium`.
   */
  readonly index?: { readonly time: Float64Array; readonly close: Float64Array };
  /** Implied over realised vol; 1.2 unless told, near its long mean in US shares. */
  readonly premium?: number;
  /** Third Fridays only, or every Friday. */
  readonly expiries?: 'monthly' | 'weekly';
  /** Farthest expiry listed, calendar days ahead; 60 unless told. */
  readonly daysMax?: number;
  /** Strikes listed, as parts of the price; 0.8 to 1.2 unless told. */
  readonly strikes?: readonly [low: number, high: number];
  /** Distance of strikes in money; about 1 % of the first price, on a usual grid, unless told. */
  readonly step?: number;
  readonly rights?: readonly ('call' | 'put')[];
  /** Riskless rate per year, continuously compounded; `MODEL_RATE` unless told. */
  readonly rate?: number;
  /** Dividend yield per year, continuously compounded; 0 unless told. */
  readonly dividendYield?: number;
  /** (ask − bid) ÷ mid, at least one tick; 0.05 unless told. */
  readonly spread?: number;
  /** Contracts on each side of a quote; 100 unless told. */
  readonly size?: number;
  readonly skew?: number;
  readonly smile?: number;
  /** Price steps of the quotes; those of the class where they are certain, else the coarser ones, unless told. */
  readonly ticks?: readonly TickBand[];
}

export interface ModelChain {
  readonly instruments: readonly Instrument[];
  readonly streams: readonly StreamSlice[];
  /** What was assumed, in sentences. */
  readonly sentences: readonly string[];
}

/** What every user of a model chain must know. */
export const MODEL_SENTENCES: readonly string[] = [
  'Option prices are made by a model: nobody ever offered them.',
  'The skew of the model is a constant part of the level; in a crisis puts far below the price cost more than here.',
  'Spreads are a constant part of the price; they were several times as wide in a crisis.',
];

/** Sessions whose returns make realised vol. */
const REALISED = 21;
/** Below this vol per year the driver is taken to be an error of the data. */
const VOL_MIN = 0.03;

/** Makes the chain of all sessions of `prices`; the same input gives the same quotes. */
export function modelChain(options: ModelChainOptions): ModelChain {
  const { prices, underlying } = options;
  assert(prices.length > 0, 'a model chain needs prices');
  const step = options.step ?? usualStep(prices.close[0]);
  const book = new Book(options, step);
  for (let i = 0; i < prices.length; i++) book.session(i);
  const { expiries = 'monthly', spread = 0.05, rate = MODEL_RATE } = options;
  const driver =
    options.index === undefined
      ? `the vol realised in ${REALISED} sessions times ${options.premium ?? 1.2}`
      : 'a volatility index';
  const how = `Options on ${underlying}: ${expiries} expiries, strikes ${step} apart, vol from ${driver}, rate ${rate}, spread ${spread * 100} % of the price.`;
  return { ...book.finish(), sentences: [...MODEL_SENTENCES, how] };
}

/** A step from the grid of exchanges, near 1 % of the price. */
function usualStep(price: number): number {
  const steps = [0.5, 1, 2.5, 5, 10, 25, 50, 100];
  return steps.find((each) => each >= 0.008 * price) ?? 100;
}

/** One contract with the rows of its quotes so far. */
interface Listed {
  readonly instrument: Instrument;
  readonly settlesAt: number;
  readonly tradesUntil: number;
  readonly times: number[];
  readonly bids: number[];
  readonly asks: number[];
}

class Book {
  private readonly options: ModelChainOptions;
  private readonly step: number;
  private readonly contracts = new Map<string, Listed>();
  /** Contracts that still trade. */
  private live: Listed[] = [];
  private indexRow = -1;
  private level = Number.NaN;

  constructor(options: ModelChainOptions, step: number) {
    this.options = options;
    this.step = step;
  }

  session(row: number): void {
    const { prices } = this.options;
    // At the open only the vol of the close before is known.
    this.quote(prices.openTime[row], prices.open[row]);
    this.level = this.levelAt(row);
    const [at, spot] = [prices.time[row], prices.close[row]];
    this.live = this.live.filter(({ tradesUntil }) => tradesUntil >= at);
    if (Number.isNaN(this.level)) return;
    this.list(at, spot);
    this.quote(at, spot);
  }

  private levelAt(row: number): number {
    const { index, prices, premium = 1.2 } = this.options;
    if (index === undefined) {
      if (row < REALISED) return Number.NaN;
      return Math.max(VOL_MIN, premium * realisedVol(prices.close.subarray(row - REALISED, row + 1)));
    }
    const at = prices.time[row];
    while (this.indexRow + 1 < index.time.length && index.time[this.indexRow + 1] <= at) this.indexRow++;
    const points = this.indexRow < 0 ? Number.NaN : index.close[this.indexRow];
    return points > 0 ? Math.max(VOL_MIN, points / 100) : this.level;
  }

  /** Lists the strikes around the price for the expiries ahead that are not listed yet. */
  private list(at: number, spot: number): void {
    const { underlying, daysMax = 60, strikes = [0.8, 1.2], rights = ['call', 'put'] } = this.options;
    const today = calendar('XNYS').zone.dayAt(at);
    for (const expiry of this.expiries(today, today + daysMax)) {
      const root = rootFor(underlying, expiry);
      for (let n = Math.ceil((strikes[0] * spot) / this.step); n * this.step <= strikes[1] * spot; n++) {
        for (const right of rights) {
          const key = `${expiry} ${right} ${n}`;
          if (this.contracts.has(key)) continue;
          const strike = Number((n * this.step).toFixed(3));
          const listed = newContract(contractInstrument({ root, right, expiry, strike }), this.options.ticks);
          this.contracts.set(key, listed);
          if (listed.tradesUntil > at) this.live.push(listed);
        }
      }
    }
  }

  /** Dates of expiries after `from`, up to `to`. */
  private *expiries(from: number, to: number): Generator<string> {
    const { underlying, expiries = 'monthly' } = this.options;
    if (expiries === 'monthly') {
      let { year, month } = civilOf(from);
      for (let day = monthlySettlement(underlying, year, month); day <= to;) {
        if (day > from) yield formatDay(day);
        [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
        day = monthlySettlement(underlying, year, month);
      }
      return;
    }
    for (let day = from + 1; day <= to; day++) {
      // A Friday that is a holiday names the session that it moved to, as exchanges do.
      if (weekdayOf(day) === FRIDAY) yield formatDay(settlementDay(formatDay(day)));
    }
  }

  private quote(at: number, spot: number): void {
    if (Number.isNaN(this.level)) return;
    const { rate = MODEL_RATE, dividendYield = 0, spread = 0.05, skew, smile } = this.options;
    const surface = new ModelSurface({
      level: this.level,
      ...(skew === undefined ? {} : { skew }),
      ...(smile === undefined ? {} : { smile }),
    });
    for (const contract of this.live) {
      if (at > contract.tradesUntil) continue;
      const years = yearsToSettlement(contractLife(contract.instrument), at);
      const mid = priceOf(contract.instrument, surface, spot, years, rate, dividendYield);
      const [bid, ask] = sidesOf(contract.instrument, mid, spread);
      contract.times.push(at);
      contract.bids.push(bid);
      contract.asks.push(ask);
    }
  }

  finish(): Pick<ModelChain, 'instruments' | 'streams'> {
    const { size = 100 } = this.options;
    const quoted = [...this.contracts.values()].filter(({ times }) => times.length > 0);
    return {
      instruments: quoted.map(({ instrument }) => instrument),
      streams: quoted.map(({ instrument, times, bids, asks }): StreamSlice => {
        const columns: QuoteColumns = allocateQuotes(times.length);
        columns.time.set(times);
        columns.bid.set(bids);
        columns.ask.set(asks);
        columns.bidSize.fill(size);
        columns.askSize.fill(size);
        return { kind: 'quotes', symbol: instrument.symbol, columns };
      }),
    };
  }
}

function newContract(plain: Instrument, ticks: readonly TickBand[] | undefined): Listed {
  // A class whose steps are not known is quoted in the coarser ones: what fills there would fill in finer ones too.
  const own = ticks ?? (plain.ticks.length > 0 ? undefined : NICKEL_TICKS);
  const instrument = own === undefined ? plain : withTicks(plain, own);
  const { settlesAt, tradesUntil } = contractLife(instrument);
  return { instrument, settlesAt, tradesUntil, times: [], bids: [], asks: [] };
}

function priceOf(
  { option }: Instrument,
  surface: VolSurface,
  spot: number,
  years: number,
  rate: number,
  dividendYield: number,
): number {
  const { right, strike, style } = option!;
  const forward = spot * Math.exp((rate - dividendYield) * years);
  const vol = years > 0 ? surface.vol(strike, forward, years) : 0;
  const inputs = { right, strike, spot, years, vol, rate, dividendYield };
  return style === 'american' && years > 0 ? bjerksundStenslandPrice(inputs) : europeanPrice(inputs);
}

/** Bid and ask around a price, on ticks, at least one tick apart; no bid where it would be nought. */
function sidesOf(instrument: Instrument, mid: number, spread: number): [bid: number, ask: number] {
  const half = Math.max(mid * spread, tickAt(instrument, mid)) / 2;
  const bid = toTick(instrument, Math.max(0, mid - half), 'down');
  const ask = Math.max(toTick(instrument, mid + half, 'up'), tickAt(instrument, mid));
  return [bid > 0 ? bid : Number.NaN, ask];
}
