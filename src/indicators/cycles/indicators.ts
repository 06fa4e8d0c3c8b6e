/**
 * Indicators of Ehlers' cycle measurement: MAMA, dominant period and phase, phasor, sine wave, trend line and mode.
 */
import { factor, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';
import { Cycle, CyclePhase } from './cycle.ts';

/** First measured rows and warm-ups are those of TA-Lib. */
const START = 12;
const START_OF_PHASE = 37;
const WARM_UP = 32;
const WARM_UP_OF_PHASE = 63;

class Mama extends Stream {
  private readonly cycle = new Cycle(START);
  private readonly fast: number;
  private readonly slow: number;
  private phase = 0;
  private mama = 0;
  private fama = 0;
  private row = 0;

  constructor(fast: number, slow: number) {
    super(2);
    this.fast = fast;
    this.slow = slow;
  }

  next(value: number): number {
    const measured = this.cycle.push(value);
    const warm = this.row++ >= WARM_UP;
    if (measured) {
      const { inPhase, quadrature } = this.cycle;
      const phase = inPhase === 0 ? 0 : (Math.atan(quadrature / inPhase) * 180) / Math.PI;
      const moved = Math.max(1, this.phase - phase);
      this.phase = phase;
      const weight = moved > 1 ? Math.max(this.slow, this.fast / moved) : this.fast;
      this.mama = weight * value + (1 - weight) * this.mama;
      this.fama = 0.5 * weight * this.mama + (1 - 0.5 * weight) * this.fama;
    }
    this.out[1] = warm ? this.fama : Number.NaN;
    return warm ? this.mama : Number.NaN;
  }
}

class DominantCycle extends Stream {
  private readonly cycle = new Cycle(START);
  private row = 0;

  constructor() {
    super(3);
  }

  next(value: number): number {
    const { out, cycle } = this;
    cycle.push(value);
    const warm = this.row++ >= WARM_UP;
    out[1] = warm ? cycle.inPhase : Number.NaN;
    out[2] = warm ? cycle.quadrature : Number.NaN;
    return warm ? cycle.smoothPeriod : Number.NaN;
  }
}

class PhaseLines extends Stream {
  private readonly measure = new CyclePhase(START_OF_PHASE);
  private readonly prices = new Ring(50);
  private readonly means = new Float64Array(3);
  private row = 0;
  private days = 0;
  private sine = 0;
  private lead = 0;

  constructor() {
    super(5);
  }

  next(value: number): number {
    const { out, measure, prices } = this;
    prices.push(value);
    const warm = this.row++ >= WARM_UP_OF_PHASE;
    const before = measure.phase;
    if (!measure.push(value)) {
      out.fill(Number.NaN);
      return Number.NaN;
    }
    const angle = (measure.phase * Math.PI) / 180;
    const sine = Math.sin(angle);
    const lead = Math.sin(angle + Math.PI / 4);
    const line = this.line();
    const mode = this.mode(sine, lead, measure.phase - before, line);
    out[1] = warm ? sine : Number.NaN;
    out[2] = warm ? lead : Number.NaN;
    out[3] = warm ? line : Number.NaN;
    out[4] = warm ? mode : Number.NaN;
    return warm ? measure.phase : Number.NaN;
  }

  /** The mean over one dominant cycle, smoothed over four rows. */
  private line(): number {
    const { means, prices } = this;
    const { rows } = this.measure;
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += prices.ago(i);
    const mean = rows > 0 ? sum / rows : 0;
    const line = (4 * mean + 3 * means[0] + 2 * means[1] + means[2]) / 10;
    means.copyWithin(1, 0);
    means[0] = mean;
    return line;
  }

  /** 1 in a trend, 0 in a cycle. */
  private mode(sine: number, lead: number, moved: number, line: number): number {
    const { smooth, smoothPeriod } = this.measure.cycle;
    const crossed = (sine > lead && this.sine <= this.lead) || (sine < lead && this.sine >= this.lead);
    this.sine = sine;
    this.lead = lead;
    this.days = crossed ? 1 : this.days + 1;
    let trend = !crossed && this.days >= 0.5 * smoothPeriod;
    const steady = 360 / smoothPeriod;
    if (smoothPeriod !== 0 && moved > 0.67 * steady && moved < 1.5 * steady) trend = false;
    if (line !== 0 && Math.abs((smooth - line) / line) >= 0.015) trend = true;
    return trend ? 1 : 0;
  }
}

/** A short Hilbert transformer by differences over `length` rows: in-phase and quadrature. Source: Ehlers, 2000. */
class Phasor extends Stream {
  private readonly prices: Ring;
  private readonly differences = new Ring(4);
  private readonly inPhases = new Ring(3);
  private readonly quadratures = new Ring(2);
  private readonly inPhase: number;
  private readonly quadrature: number;

  constructor(length: number, inPhase: number, quadrature: number) {
    super(2);
    this.prices = new Ring(length);
    this.inPhase = inPhase;
    this.quadrature = quadrature;
  }

  next(value: number): number {
    const { out, prices, differences, inPhases, quadratures } = this;
    const full = prices.full;
    const old = prices.push(value);
    out[1] = Number.NaN;
    if (!full) return Number.NaN;
    differences.push(value - old);
    const detrended = differences.ago(3) - differences.ago(1) * this.inPhase;
    // In-phase begins where two differences lie behind the newest.
    const inPhase = differences.count < 3 ? 0 : 1.25 * detrended + this.inPhase * inPhases.ago(2);
    const quadrature = differences.ago(1) - differences.ago(0) * this.quadrature + this.quadrature * quadratures.ago(1);
    inPhases.push(inPhase);
    quadratures.push(quadrature);
    // Differences before the first count as none, but what is made of them is kept back.
    if (!differences.full) return Number.NaN;
    out[1] = quadrature;
    return inPhase;
  }
}

/** MESA adaptive moving average, and its following average. Source: Ehlers, TASC September 2001. */
export const mama = defineIndicator({
  name: 'mama',
  title: 'MESA adaptive moving average',
  family: 'moving averages',
  inputs: ['series'],
  outputs: ['mama', 'fama'],
  parameters: [
    factor('fastLimit', 0.5, 'largest weight of a new value', 0.01, 0.99),
    factor('slowLimit', 0.05, 'smallest weight of a new value', 0.01, 0.99),
  ],
  warmUp: (_fast, _slow) => WARM_UP,
  create: (fast: number, slow: number) => new Mama(fast, slow),
});

/** The period of the dominant cycle in rows, 6 … 50, with the phasor it is measured by. */
export const dominantCycle = defineIndicator({
  name: 'dominantCycle',
  title: 'Dominant cycle period and phasor',
  family: 'trend',
  inputs: ['series'],
  outputs: ['period', 'inPhase', 'quadrature'],
  parameters: [],
  aliases: ['ht_dcperiod', 'ht_phasor'],
  warmUp: () => WARM_UP,
  create: () => new DominantCycle(),
});

/** The phase of the dominant cycle in degrees, its sine and lead sine, the trend line, and 1 in a trend or 0. */
export const cyclePhase = defineIndicator({
  name: 'cyclePhase',
  title: 'Dominant cycle phase, sine wave, trend line and mode',
  family: 'trend',
  inputs: ['series'],
  outputs: ['phase', 'sine', 'leadSine', 'trendLine', 'trendMode'],
  parameters: [],
  aliases: ['ht_dcphase', 'ht_sine', 'ht_trendline', 'ht_trendmode', 'ht-trendline'],
  warmUp: () => WARM_UP_OF_PHASE,
  create: () => new PhaseLines(),
});

/** In-phase and quadrature of a series by a short Hilbert transformer. */
export const hilbert = defineIndicator({
  name: 'hilbert',
  title: 'Hilbert transformer',
  family: 'trend',
  inputs: ['series'],
  outputs: ['inPhase', 'quadrature'],
  parameters: [
    period('length', 7, 'rows of the differences'),
    factor('inPhaseWeight', 0.635, 'weight of earlier in-phase', 0, 1),
    factor('quadratureWeight', 0.338, 'weight of earlier quadrature', 0, 1),
  ],
  aliases: ['hilbert transform'],
  warmUp: (length, _inPhase, _quadrature) => length + 3,
  create: (length: number, inPhase: number, quadrature: number) => new Phasor(length, inPhase, quadrature),
});
