/**
 * What a seller sees: assets by name, daily closes, and the chains of this instant, each valued once.
 */
import type { Asset, Context } from '../../engine/strategy/strategy.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { ChainValuation } from '../../market/option/value.ts';
import { mean } from '../../stats/sum.ts';
import { parseDay } from '../../time/civil.ts';
import type { GeneralParameters } from './parameters.ts';

/** Daily closes of an underlying and the days they are of, newest last. */
export interface Closes {
  readonly closes: Float64Array;
  readonly days: Float64Array;
}

/** Where nothing is asked of closes. */
export const NO_CLOSES: Closes = { closes: new Float64Array(), days: new Float64Array() };

type LookParameters = Pick<GeneralParameters, 'rate' | 'dividendYield' | 'historyDays' | 'smaMedium'>;

export class Look {
  private readonly context: Context;
  private readonly of: LookParameters;
  private readonly assets: ReadonlyMap<string, Asset>;
  private readonly needsCloses: boolean;
  private valuedAt = Number.NaN;
  private readonly valuations = new Map<string, ChainValuation>();

  /** `needsCloses`: whether anything is asked of daily closes; the first day of finer bars is waited for only then. */
  constructor(context: Context, of: LookParameters, needsCloses: boolean) {
    this.context = context;
    this.of = of;
    this.needsCloses = needsCloses;
    this.assets = new Map(context.assets.map((asset) => [asset.instrument.symbol, asset]));
  }

  asset(symbol: string): Asset {
    return this.assets.get(symbol) ?? this.context.asset(symbol);
  }

  /**
   * The chain on an underlying now, ready to be valued; `undefined` before its first price. With `only`, the part of it
   * that is one contract.
   */
  valuationOf(underlying: string, only?: string): ChainValuation | undefined {
    const now = this.context.now();
    if (now !== this.valuedAt) this.valuations.clear();
    this.valuedAt = now;
    if (!(this.asset(underlying).price > 0)) return undefined;
    const { rate, dividendYield } = this.of;
    if (only !== undefined) {
      const chain = this.context.chain(underlying);
      const contracts = chain.contracts.filter(({ instrument }) => instrument.symbol === only);
      return new ChainValuation({ ...chain, contracts }, { rate, dividendYield });
    }
    let valuation = this.valuations.get(underlying);
    if (valuation === undefined) {
      valuation = new ChainValuation(this.context.chain(underlying), { rate, dividendYield });
      this.valuations.set(underlying, valuation);
    }
    return valuation;
  }

  /** Complete days only: a day that still runs has no close. None where nothing is asked of them. */
  closesOf(symbol: string): Closes {
    if (!this.needsCloses) return NO_CLOSES;
    const asset = this.asset(symbol);
    const { close, time } = asset.bars.timeFrame === '1d' ? asset.bars : asset.barsOf('1d');
    const closes: number[] = [];
    const days: number[] = [];
    for (let ago = this.of.historyDays - 1; ago >= 0; ago--) {
      if (!(close.at(ago) > 0)) continue;
      closes.push(close.at(ago));
      days.push(parseDay(tradeDateOf(time.at(ago))));
    }
    return { closes: Float64Array.from(closes), days: Float64Array.from(days) };
  }

  /** The medium average of closes; NaN where there are not enough. */
  averageOf({ closes }: Closes): number {
    const { smaMedium } = this.of;
    return closes.length < smaMedium ? Number.NaN : mean(closes.subarray(closes.length - smaMedium));
  }
}
