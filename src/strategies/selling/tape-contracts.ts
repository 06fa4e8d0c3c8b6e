/**
 * The contracts of one right on a tape and what it has of them: looked up once, however often a sweep asks.
 */
import type { StreamShape } from '../../engine/feeds/feeds.ts';
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import type { Instrument, OptionTerms } from '../../market/instrument.ts';
import type { StreamSlice } from '../../market/tape.ts';

export type QuoteSlice = Extract<StreamSlice, { kind: 'quotes' | 'quote-bars' }>;

/** A stream of quotes; only one with columns has its rows. */
interface Quoted {
  readonly contract: Instrument;
  readonly stream: QuoteSlice | StreamShape;
}

export interface TapeContracts {
  readonly count: number;
  readonly underlyings: readonly string[];
  /** The least that one of them ties up when it is a put: strike × multiplier; Infinity where there are none. */
  readonly leastCollateral: number;
  readonly quoted: readonly Quoted[];
  /** Most contracts of one that are open, and that are traded; −Infinity where nobody tells. */
  readonly openInterest: number;
  /** In all of the tape, which is not less than in a session; Infinity where it is still to come. */
  readonly volume: number;
}

/** Returns the contracts of a right. */
export function contractsOf(tape: TapeFacts, right: OptionTerms['right']): TapeContracts {
  let own = known.get(tape);
  if (own === undefined) known.set(tape, (own = {}));
  return (own[right] ??= look(tape, right));
}

const known = new WeakMap<TapeFacts, { put?: TapeContracts; call?: TapeContracts }>();

function look(tape: TapeFacts, right: OptionTerms['right']): TapeContracts {
  const contracts = new Map<string, Instrument>();
  const underlyings = new Set<string>();
  let leastCollateral = Infinity;
  for (const instrument of tape.instruments) {
    const { symbol, option, multiplier } = instrument;
    if (option?.right !== right) continue;
    contracts.set(symbol, instrument);
    underlyings.add(option.underlying);
    leastCollateral = Math.min(leastCollateral, option.strike * multiplier);
  }
  const quoted: Quoted[] = [];
  let [openInterest, volume] = [-Infinity, -Infinity];
  for (const stream of tape.streams) {
    const contract = contracts.get(stream.symbol);
    if (contract === undefined) continue;
    if (stream.kind === 'bars' || stream.kind === 'trades') volume = Math.max(volume, volumeOf(stream));
    else quoted.push({ contract, stream });
  }
  for (const each of tape.listings.flatMap((listing) => listing.contracts)) {
    if (!contracts.has(each.instrument.symbol)) continue;
    openInterest = Math.max(openInterest, each.openInterest ?? -Infinity);
    volume = Math.max(volume, each.volume ?? -Infinity);
  }
  return { count: contracts.size, underlyings: [...underlyings], leastCollateral, quoted, openInterest, volume };
}

function volumeOf(stream: StreamSlice | StreamShape): number {
  if (!('columns' in stream)) return Infinity;
  const sizes = stream.kind === 'bars' ? stream.columns.volume : stream.kind === 'trades' ? stream.columns.size : [];
  let total = 0;
  for (const size of sizes) if (size > 0) total += size;
  return total;
}
