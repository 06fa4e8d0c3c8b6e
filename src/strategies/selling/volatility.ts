/**
 * The level of volatility that deployment and spikes are measured by: an index on the tape, or the chain's own vol.
 */
import { Fault } from '../../base/fault.ts';
import type { Asset } from '../../engine/strategy/strategy.ts';
import { expiriesOf } from '../../market/option/chain.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { expectedMoveOf, type ChainValuation } from '../../market/option/value.ts';

export interface Reading {
  /** Points; NaN where nobody knows. */
  readonly level: number;
  /** At the open of this session; NaN where nobody knows. */
  readonly sessionOpen: number;
}

/** The horizon of a volatility index, calendar days. */
const HORIZON = 30;

export class VolatilityReader {
  private readonly index: Asset | undefined;
  private readonly isChain: boolean;
  private first = { date: '', level: Number.NaN, at: Number.NaN };

  constructor(source: string, assets: readonly Asset[]) {
    this.isChain = source === 'chain';
    this.index = assets.find(({ symbol }) => symbol === source);
    if (this.isChain || source === 'none' || this.index !== undefined) return;
    const rule = `volatility is read from ${source}, which is not on the tape`;
    throw new Fault(
      'selling.no-volatility',
      rule,
      { field: 'volatility' },
      'chain takes the vol at the money, none does without',
    );
  }

  save(): { readonly date: string; readonly level: number; readonly at: number } {
    const { date, level, at } = this.first;
    // Plain data knows no NaN: nothing was read yet.
    return date === '' ? { date, level: 0, at: 0 } : { date, level, at };
  }

  restore({ date, level, at }: ReturnType<VolatilityReader['save']>): void {
    if (date !== '') this.first = { date, level, at };
  }

  /** Reads the level at `now`; `valuation` is asked for only where the chain is the source. */
  read(now: number, valuation: () => ChainValuation | undefined): Reading {
    const level = this.index?.price ?? (this.isChain ? levelOf(valuation()) : Number.NaN);
    const date = tradeDateOf(now);
    const bars = this.index?.bars;
    if (bars?.timeFrame === '1d') {
      const isToday = tradeDateOf(bars.time.value) === date;
      return { level, sessionOpen: isToday ? bars.open.value : Number.NaN };
    }
    if (this.first.date !== date && level > 0) this.first = { date, level, at: now };
    // A reading is no open of itself: on a daily tape the chain has none, and entries stand in.
    const isEarlier = this.first.date === date && this.first.at < now;
    return { level, sessionOpen: isEarlier ? this.first.level : Number.NaN };
  }
}

function levelOf(valuation: ChainValuation | undefined): number {
  if (valuation === undefined) return Number.NaN;
  const { chain } = valuation;
  const distance = (expiry: string): number => Math.abs(daysToExpiry(expiry, chain.date) - HORIZON);
  const [nearest] = expiriesOf(chain)
    .filter((expiry) => expiry > chain.date)
    .sort((a, b) => distance(a) - distance(b));
  const move = nearest === undefined ? undefined : expectedMoveOf(valuation, nearest);
  return move === undefined ? Number.NaN : 100 * move.vol;
}
