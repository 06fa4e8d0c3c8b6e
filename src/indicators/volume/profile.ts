/**
 * Market profile: how much was traded at which price over the last rows, and where most of it was.
 *
 * A row's volume counts at its close, put up to the next step of price. The point of control is the step with the most;
 * the value area grows from it, each time to the neighbour that has more, until it holds more than its share.
 * Source: J. Steidlmayer and S. Hawkins, Steidlmayer on Markets (2003); what counts per row, and that equal points of
 * control are told apart by how near they are to the middle, as LEAN has it.
 */
import { factor, period } from '../arguments.ts';
import { defineIndicator } from '../define.ts';
import { Stream } from '../stream.ts';
import { Ring } from '../windows.ts';

/** A close this small a part of a step above one is on it: 134.35 / 0.05 is a little more than 2687 in float64. */
const ON_STEP = 1e-9;

class Profile extends Stream {
  private readonly share: number;
  private readonly stepsPerUnit: number;
  private readonly byVolume: boolean;
  private readonly steps: Ring;
  private readonly amounts: Ring;

  constructor(rows: number, share: number, step: number, byVolume: boolean) {
    super(7);
    this.share = share;
    this.stepsPerUnit = 1 / step;
    this.byVolume = byVolume;
    this.steps = new Ring(rows);
    this.amounts = new Ring(rows);
  }

  next(close: number, volume: number): number {
    this.steps.push(Math.ceil(close * this.stepsPerUnit - ON_STEP));
    this.amounts.push(this.byVolume ? volume : 1);
    if (!this.steps.full) {
      this.out.fill(Number.NaN);
      return Number.NaN;
    }
    const levels = this.levels();
    const control = pointOfControl(levels);
    const [low, high, amount] = this.valueArea(levels, control);
    const { out } = this;
    out[1] = levels[control].amount;
    out[2] = this.priceOf(levels[levels.length - 1]);
    out[3] = this.priceOf(levels[0]);
    out[4] = amount;
    out[5] = this.priceOf(levels[high]);
    out[6] = this.priceOf(levels[low]);
    return this.priceOf(levels[control]);
  }

  private priceOf({ step }: Level): number {
    return step / this.stepsPerUnit;
  }

  /** What was traded at each step of price, lowest first, summed anew from the rows: nothing of old rows is left. */
  private levels(): Level[] {
    const { steps, amounts } = this;
    const found = new Map<number, number>();
    for (let i = steps.size - 1; i >= 0; i--) {
      const step = steps.ago(i);
      found.set(step, (found.get(step) ?? 0) + amounts.ago(i));
    }
    return [...found].map(([step, amount]) => ({ step, amount })).sort((a, b) => a.step - b.step);
  }

  /** Indexes of the lowest and the highest level of the value area, and the amount that it has to hold. */
  private valueArea(levels: readonly Level[], control: number): [low: number, high: number, amount: number] {
    const wanted = levels.reduce((sum, { amount }) => sum + amount, 0) * this.share;
    let [low, high] = [control, control];
    let held = levels[control].amount;
    while (held <= wanted && (low > 0 || high < levels.length - 1)) {
      const below = low > 0 ? levels[low - 1].amount : -1;
      const above = high < levels.length - 1 ? levels[high + 1].amount : -1;
      if (below > above) low--;
      else high++;
      held += Math.max(below, above);
    }
    return [low, high, wanted];
  }
}

interface Level {
  readonly step: number;
  readonly amount: number;
}

/** The level with the most; of equal ones the one nearest to the middle, of those the lowest. */
function pointOfControl(levels: readonly Level[]): number {
  const middle = (levels.length - 1) >> 1;
  let found = 0;
  for (let i = 1; i < levels.length; i++) {
    const more = levels[i].amount - levels[found].amount;
    if (more > 0 || (more === 0 && Math.abs(middle - i) < Math.abs(middle - found))) found = i;
  }
  return found;
}

const OUTPUTS = ['control', 'controlAmount', 'high', 'low', 'valueAmount', 'valueHigh', 'valueLow'] as const;

const PARAMETERS = [
  period('period', 20, 'rows that are looked at'),
  factor('share', 0.7, 'of what was traded that the value area holds more than', 0, 1),
  factor('step', 0.05, 'prices are put up to a multiple of this', Number.MIN_VALUE),
];

const warmUp = (rows: number, _share: number, _step: number): number => rows - 1;

/** Volume profile: prices by the volume that was traded at them. Amounts are volumes. */
export const volumeProfile = defineIndicator({
  name: 'volumeProfile',
  title: 'Volume profile',
  family: 'volume',
  inputs: ['close', 'volume'],
  outputs: OUTPUTS,
  parameters: PARAMETERS,
  warmUp,
  create: (rows: number, share: number, step: number) => new Profile(rows, share, step, true),
});

/** Time profile (TPO): prices by the rows that closed at them. Amounts are numbers of rows. */
export const timeProfile = defineIndicator({
  name: 'timeProfile',
  title: 'Time profile',
  family: 'volume',
  inputs: ['close'],
  outputs: OUTPUTS,
  parameters: PARAMETERS,
  warmUp,
  create: (rows: number, share: number, step: number) => new Profile(rows, share, step, false),
  aliases: ['marketprofile', 'tpo'],
});
