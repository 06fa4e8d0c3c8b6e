/**
 * How one simulated price moves: a random walk whose volatility wanders, with jumps.
 *
 * The logarithm of volatility is an Ornstein–Uhlenbeck process around its mean; its shocks are correlated with those of
 * the return. Jumps arrive at random, with normal log sizes, and are paid for in the drift. Within a step, high and
 * low are drawn from the law of a Brownian bridge's extremes, so that bars of any length have a consistent range.
 * Source: Scott 1987 (log-OU volatility); Merton 1976 (jumps); Glasserman 2003, section 6.4 (extremes of a bridge).
 */
import type { Random } from '../../base/random.ts';
import { tickAt, type Instrument } from '../instrument.ts';
import type { ResolvedSymbol } from './options.ts';

export class PricePath {
  /** Natural logarithm of the unrounded price. */
  logPrice: number;
  /** Of the step just made: the log price at its start, and the price's standard deviation over it. */
  logStart = 0;
  deviation = 0;
  /** Volatility relative to its long-run mean. */
  unrest = 1;
  private readonly random: Random;
  private readonly options: ResolvedSymbol;
  private readonly sessionsPerYear: number;
  private readonly ownWeight: number;
  private readonly leverageRest: number;
  private readonly logMean: number;
  private readonly jumpDrift: number;
  private logUnrest: number;

  constructor(options: ResolvedSymbol, sessionsPerYear: number, random: Random) {
    this.options = options;
    this.sessionsPerYear = sessionsPerYear;
    this.random = random;
    this.logPrice = Math.log(options.price);
    this.ownWeight = Math.sqrt(1 - options.marketCorrelation ** 2);
    this.leverageRest = Math.sqrt(1 - options.leverage ** 2);
    const stationary = options.volatilityOfVolatility ** 2 / (2 * options.meanReversion);
    // With this mean the expected variance is the square of `volatility`.
    this.logMean = -stationary;
    this.logUnrest = this.logMean + Math.sqrt(stationary) * random.normal();
    const { jumpsPerYear, jumpMean, jumpDeviation } = options;
    this.jumpDrift = jumpsPerYear * (Math.exp(jumpMean + jumpDeviation ** 2 / 2) - 1);
  }

  /** Moves on by a share of a day's activity, with the market's own shock (standard normal) for that time. */
  step(share: number, marketShock: number): void {
    const { options, random } = this;
    const years = share / this.sessionsPerYear;
    const root = Math.sqrt(years);
    this.unrest = Math.exp(this.logUnrest);
    const volatility = options.volatility * this.unrest;
    const shock = options.marketCorrelation * marketShock + this.ownWeight * random.normal();
    const ownUnrest = options.leverage * shock + this.leverageRest * random.normal();
    this.logUnrest +=
      options.meanReversion * (this.logMean - this.logUnrest) * years +
      options.volatilityOfVolatility * root * ownUnrest;
    this.logStart = this.logPrice;
    this.deviation = volatility * root;
    this.logPrice += (options.drift - this.jumpDrift - (volatility * volatility) / 2) * years + this.deviation * shock;
    // The chance of two jumps in one step is left out: it is small where it matters.
    if (random.uniform() < options.jumpsPerYear * years) {
      this.logPrice += options.jumpMean + options.jumpDeviation * random.normal();
    }
  }

  /** Draws the highest log price of the step just made; never below its start and end. */
  logHigh(): number {
    return (this.logStart + this.logPrice + this.reach()) / 2;
  }

  /** Draws the lowest log price of the step just made; never above its start and end. */
  logLow(): number {
    return (this.logStart + this.logPrice - this.reach()) / 2;
  }

  private reach(): number {
    const distance = this.logPrice - this.logStart;
    const draw = Math.log(1 - this.random.uniform());
    return Math.sqrt(distance * distance - 2 * this.deviation * this.deviation * draw);
  }
}

/** Rounds prices to an instrument's ticks; a price is at least one tick. */
export class TickGrid {
  private readonly instrument: Instrument;
  /** Ticks per unit of money where all prices share one tick and that is a whole number (100 for a cent), else 0. */
  private readonly perUnit: number;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.perUnit = instrument.ticks.length === 1 ? partsOf(instrument.ticks[0].tick) : 0;
  }

  nearest(price: number): number {
    const { perUnit } = this;
    if (perUnit > 0) return Math.max(1, Math.round(price * perUnit)) / perUnit;
    const tick = tickAt(this.instrument, price);
    return tick === 0 ? price : Math.max(tick, onGrid(Math.round(price / tick), tick));
  }

  down(price: number): number {
    const tick = tickAt(this.instrument, price);
    return tick === 0 ? price : Math.max(tick, onGrid(Math.floor(price / tick + 1e-9), tick));
  }

  /** The next tick above a price of the grid. */
  above(price: number): number {
    const tick = tickAt(this.instrument, price);
    return tick === 0 ? price : onGrid(Math.round(price / tick) + 1, tick);
  }
}

/** Multiplies so that 3 ticks of 0.1 are 0.3: by dividing, where a tick is one part of a whole. */
function onGrid(count: number, tick: number): number {
  const parts = partsOf(tick);
  return parts > 0 ? count / parts : Math.round(count * tick * 1e9) / 1e9;
}

/** 100 for 0.01; 0 where a tick is no whole part of 1. */
function partsOf(tick: number): number {
  const parts = Math.round(1 / tick);
  return parts >= 1 && Math.abs(parts * tick - 1) < 1e-9 ? parts : 0;
}
