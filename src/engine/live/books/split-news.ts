/**
 * Splits are told twice, by who announces them and by the broker that books them, in either order: each counts once.
 *
 * Positions, orders and prices follow whichever comes first; the other must agree with it. A broker's booking without an
 * announcement says its ratio only where no fraction of a share was paid out.
 */
import { DAY, type Instant } from '../../../time/instant.ts';
import type { Deck } from '../../deck.ts';
import type { Activity } from '../broker/reports.ts';

export interface SavedSplit {
  readonly instrument: number;
  readonly ratio: number;
  /** Units that were held before it, over all strategies, in units of the instrument. */
  readonly held: number;
  /** Money that our books paid for fractions. */
  readonly paid: number;
  readonly at: number;
  readonly by: 'announcement' | 'broker';
}

/** How far the two may be apart. */
const APART_US = 10 * DAY;
/** Ratios are of small whole numbers: 3 for 2, 1 for 25. */
const TERM_MAX = 200;

export class SplitNews {
  private readonly deck: Deck;
  private news: SavedSplit[];

  constructor(deck: Deck, saved: readonly SavedSplit[]) {
    this.deck = deck;
    this.news = [...saved];
  }

  save(at: number): readonly SavedSplit[] {
    return this.news.filter((each) => at - each.at < APART_US);
  }

  /** It is announced; returns whether our books follow now, or have followed the broker's before. */
  announced(instrument: number, ratio: number, at: number): boolean {
    const known = this.find(instrument, at);
    if (known !== undefined && Math.abs(known.ratio - ratio) < 1e-9) {
      if (known.by === 'broker') this.news = this.news.filter((each) => each !== known);
      return false;
    }
    const held = this.deck.ledger.netQuantity(instrument);
    if (held !== 0)
      this.news.push({ instrument, ratio, held, paid: this.fraction(instrument, ratio), at, by: 'announcement' });
    return true;
  }

  /**
   * The broker has booked it. Returns the money that it paid for fractions of a share beyond ours, or in words what does
   * not fit.
   */
  booked(instrument: number, { quantity, money, ratio: told }: Activity, at: number): number | string {
    const { ledger } = this.deck;
    const known = this.find(instrument, at);
    if (known?.by === 'announcement') {
      const strategies = ledger.positions.length;
      const expected = known.held * (known.ratio - 1);
      if (Math.abs(quantity - expected) >= (known.paid === 0 && money === 0 ? 1e-6 : strategies)) {
        return `the broker added ${quantity}, a split of ${known.ratio} adds ${expected}`;
      }
      this.news = this.news.filter((each) => each !== known);
      return Math.round((money - known.paid) * 1e6) / 1e6;
    }
    const held = ledger.netQuantity(instrument);
    if (held === 0) return 'our books have none';
    if (money !== 0) return 'its ratio was not announced, and a fraction was paid out';
    const ratio = told ?? (held + quantity) / held;
    if (!(ratio > 0) || !isSmallFraction(ratio)) return `no split is of ${ratio}`;
    const { symbol } = this.deck.markets[instrument].instrument;
    // Acting asks `announced` whether to follow, which notes it as announced: that it was the broker's is put right after.
    // The session's clock is an Instant.
    this.deck.happenings.act({ kind: 'split', symbol, at: at as Instant, ratio });
    this.news = this.news.map((each) =>
      each.instrument === instrument && each.at === at ? { ...each, by: 'broker' } : each,
    );
    return 0;
  }

  private find(instrument: number, at: number): SavedSplit | undefined {
    return this.news.find((each) => each.instrument === instrument && Math.abs(at - each.at) < APART_US);
  }

  /** What our books will pay for fractions: as `applySplit` does. */
  private fraction(instrument: number, ratio: number): number {
    const { ledger } = this.deck;
    const { quantityScale, multiplier } = ledger.units[instrument];
    const price = ledger.marks[instrument] / ratio;
    let paid = 0;
    for (const own of ledger.positions) {
      const exact = own[instrument].quantityUnits * ratio;
      const rest = (exact - Math.trunc(exact + Math.sign(exact) * 1e-9)) / quantityScale;
      if (Math.abs(rest) > 1e-9) paid += rest * price * multiplier;
    }
    return Math.round(paid * 10 ** ledger.cashDecimals) / 10 ** ledger.cashDecimals;
  }
}

function isSmallFraction(ratio: number): boolean {
  for (let below = 1; below <= TERM_MAX; below++) {
    const above = ratio * below;
    if (Math.abs(above - Math.round(above)) < 1e-9 && above <= TERM_MAX) return true;
  }
  return false;
}
