/**
 * Ehlers' cycle measurement: smoothed price, Hilbert transform, period and phase of the dominant cycle.
 *
 * Source: Ehlers, Rocket Science for Traders, 2001; the first rows are left out as TA-Lib leaves them out, so that
 * periods and phases agree with it from their first value.
 */

/** Weights of the Hilbert transform over seven rows. */
const OUTER = 0.0962;
const INNER = 0.5769;

/** The last seven values of a stage; what came before the first is zero. */
class Delay {
  private readonly values = new Float64Array(7);

  push(value: number): void {
    this.values.copyWithin(1, 0);
    this.values[0] = value;
  }

  ago(rows: number): number {
    return this.values[rows];
  }

  /** The Hilbert transform of the values, for a gain. */
  transform(gain: number): number {
    const { values } = this;
    return (OUTER * (values[0] - values[6]) + INNER * (values[2] - values[4])) * gain;
  }
}

/** Measures the dominant cycle of a series, row by row. */
export class Cycle {
  /** Price smoothed over four rows. */
  smooth = 0;
  inPhase = 0;
  quadrature = 0;
  /** The dominant period in rows, 6 … 50, and its smoothed value. */
  period = 0;
  smoothPeriod = 0;
  private readonly start: number;
  private readonly prices = new Float64Array(4);
  private readonly smooths = new Delay();
  private readonly detrended = new Delay();
  private readonly inPhases = new Delay();
  private readonly quadratures = new Delay();
  private i2 = 0;
  private q2 = 0;
  private real = 0;
  private imaginary = 0;
  private row = 0;

  /** `start` is the first row that is measured. */
  constructor(start: number) {
    this.start = start;
  }

  /** Takes a value; answers whether measuring has begun. */
  push(value: number): boolean {
    const { prices } = this;
    prices.copyWithin(1, 0);
    prices[0] = value;
    this.smooth = (4 * prices[0] + 3 * prices[1] + 2 * prices[2] + prices[3]) / 10;
    if (this.row++ < this.start) return false;
    this.measure();
    return true;
  }

  private measure(): void {
    const gain = 0.075 * this.period + 0.54;
    this.smooths.push(this.smooth);
    const detrended = this.smooths.transform(gain);
    this.detrended.push(detrended);
    this.quadrature = this.detrended.transform(gain);
    this.inPhase = this.detrended.ago(3);
    this.inPhases.push(this.inPhase);
    this.quadratures.push(this.quadrature);
    const i2 = 0.2 * (this.inPhase - this.quadratures.transform(gain)) + 0.8 * this.i2;
    const q2 = 0.2 * (this.quadrature + this.inPhases.transform(gain)) + 0.8 * this.q2;
    this.real = 0.2 * (i2 * this.i2 + q2 * this.q2) + 0.8 * this.real;
    this.imaginary = 0.2 * (i2 * this.q2 - q2 * this.i2) + 0.8 * this.imaginary;
    this.i2 = i2;
    this.q2 = q2;
    const before = this.period;
    let period = before;
    if (this.imaginary !== 0 && this.real !== 0) period = (2 * Math.PI) / Math.atan(this.imaginary / this.real);
    period = Math.min(period, 1.5 * before);
    period = Math.max(period, 0.67 * before);
    period = Math.min(50, Math.max(6, period));
    this.period = 0.2 * period + 0.8 * before;
    this.smoothPeriod = 0.33 * this.period + 0.67 * this.smoothPeriod;
  }
}

const LONGEST = 50;

/** The phase of the dominant cycle, in degrees, −45 … 315. */
export class CyclePhase {
  phase = 0;
  readonly cycle: Cycle;
  private readonly smooths = new Float64Array(LONGEST);
  private at = LONGEST - 1;

  constructor(start: number) {
    this.cycle = new Cycle(start);
  }

  /** The dominant period as a whole number of rows. */
  get rows(): number {
    return Math.floor(this.cycle.smoothPeriod + 0.5);
  }

  push(value: number): boolean {
    if (!this.cycle.push(value)) return false;
    const { smooths, cycle, rows } = this;
    this.at = this.at + 1 === LONGEST ? 0 : this.at + 1;
    smooths[this.at] = cycle.smooth;
    let real = 0;
    let imaginary = 0;
    for (let i = 0, k = this.at; i < rows; i++) {
      const angle = (i * 2 * Math.PI) / rows;
      real += Math.sin(angle) * smooths[k];
      imaginary += Math.cos(angle) * smooths[k];
      k = k === 0 ? LONGEST - 1 : k - 1;
    }
    let { phase } = this;
    if (imaginary !== 0) phase = (Math.atan(real / imaginary) * 180) / Math.PI;
    else if (real !== 0) phase += real < 0 ? -90 : 90;
    phase += 90;
    // One row of lag of the smoothed price is made good.
    if (cycle.smoothPeriod !== 0) phase += 360 / cycle.smoothPeriod;
    if (imaginary < 0) phase += 180;
    if (phase > 315) phase -= 360;
    this.phase = phase;
    return true;
  }
}
