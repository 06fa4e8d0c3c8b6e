/**
 * Splits at a broker that tells of none: read from two readings of a position, between which its size and its average cost
 * moved in opposite proportion, so that what it cost stayed the same.
 *
 * A trade changes what a position cost; only a split leaves it. The ratio is that of the average costs, because a broker
 * pays for fractions of a share and keeps the rest. Anything else is left to the comparison, which freezes the symbol; where
 * it looks like a split, what does not fit is said.
 */
import type { Deck } from '../../deck.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { Activity, BrokerPosition, Snapshot } from '../broker/reports.ts';

/** A position of the reading before, as it is saved. */
export type SavedHolding = readonly [symbol: string, quantity: number, averagePrice: number];

/** How far costs may be off, relatively: they are told with few digits. */
const COST_WITHIN = 1e-3;
/** Ratios are of small whole numbers: 3 for 2, 1 for 25. */
const TERM_MAX = 200;

export class UnbookedSplits {
  private readonly deck: Deck;
  private readonly venue: BrokerVenue;
  private before: ReadonlyMap<string, BrokerPosition>;

  constructor(deck: Deck, venue: BrokerVenue, saved: readonly SavedHolding[] = []) {
    this.deck = deck;
    this.venue = venue;
    this.before = bySymbol(saved.map(([symbol, quantity, averagePrice]) => ({ symbol, quantity, averagePrice })));
  }

  save(): readonly SavedHolding[] {
    return [...this.before.values()].map(({ symbol, quantity, averagePrice }) => [symbol, quantity, averagePrice]);
  }

  /** What the broker must have booked since the reading before; this reading takes its place. */
  read({ positions }: Snapshot, at: number): readonly Activity[] {
    const { deck, before } = this;
    const now = bySymbol(positions);
    this.before = now;
    const found: Activity[] = [];
    for (const { symbol, index, instrument } of deck.markets) {
      const ours = deck.ledger.netQuantity(index);
      const theirs = now.get(symbol);
      if (instrument.kind === 'option' || instrument.kind === 'future' || ours === 0 || theirs === undefined) continue;
      if (theirs.quantity === ours || theirs.quantity * ours <= 0) continue;
      const ratio = splitOf(before.get(symbol), theirs, ours);
      if (typeof ratio === 'string') this.doubt(symbol, ours, theirs.quantity, ratio, at);
      else {
        found.push({
          kind: 'activity',
          id: `split-${at}-${symbol}`,
          activity: 'split',
          name: 'split by positions',
          symbol,
          quantity: theirs.quantity - ours,
          price: 0,
          money: 0,
          ratio,
        });
      }
    }
    return found;
  }

  private doubt(symbol: string, ours: number, theirs: number, why: string, at: number): void {
    if (ratioNear(theirs / ours, 1e-9) === undefined) return;
    const rule = `${symbol}: ${theirs} instead of ${ours} may be a split of ${theirs / ours}: ${why}`;
    this.venue.alerts.raise('activity.unknown', `${rule}; it is not booked, and stays frozen`, at);
  }
}

/** New shares per old one, or in words why it is no split. */
function splitOf(before: BrokerPosition | undefined, now: BrokerPosition, ours: number): number | string {
  if (before === undefined || before.quantity !== ours) return 'what it cost before is not known';
  if (!(before.averagePrice > 0) || !(now.averagePrice > 0)) return 'the broker does not say what it cost';
  const ratio = ratioNear(before.averagePrice / now.averagePrice, COST_WITHIN);
  const cost = `it cost ${before.averagePrice} each before and ${now.averagePrice} now`;
  if (ratio === undefined) return cost;
  // What is less than a share the broker has paid out.
  const kept = Math.trunc(ours * ratio + Math.sign(ours) * 1e-9);
  return kept === now.quantity || Math.abs(ours * ratio - now.quantity) < 1e-6 ? ratio : cost;
}

/** The fraction of small whole numbers that a value is, other than 1. */
function ratioNear(value: number, within: number): number | undefined {
  for (let below = 1; below <= TERM_MAX; below++) {
    const above = Math.round(value * below);
    if (above < 1 || above > TERM_MAX || above === below) continue;
    if (Math.abs(above / below / value - 1) <= within) return above / below;
  }
  return undefined;
}

function bySymbol(positions: readonly BrokerPosition[]): ReadonlyMap<string, BrokerPosition> {
  return new Map(positions.map((position) => [position.symbol, position]));
}
