/**
 * Hands each feed its rows of a slice. A live tape comes an instant at a time, and of thousands of feeds one or two have
 * rows then: only those are touched that have some now or had some before.
 */
import type { StreamSlice, TapeSlice } from '../../market/tape.ts';
import { BarFeed } from '../feeds/feed.ts';
import type { Feed } from '../feeds/row-feed.ts';
import { streamKey } from '../feeds/feeds.ts';

export class SliceLoader {
  /** Feeds that may have rows of the newest slice to play, in the order of their index. */
  active: readonly Feed[] = [];
  /** All feeds; derived ones join while strategies are set up. */
  private readonly feeds: readonly Feed[];
  private readonly byKey = new Map<string, Feed>();
  private readonly known = new WeakMap<StreamSlice, Feed>();
  /** Derived feeds, which follow what is loaded elsewhere. */
  private derived: readonly Feed[] = [];

  constructor(feeds: readonly Feed[]) {
    this.feeds = feeds;
  }

  /** Loads a slice; returns the feeds that were touched. */
  load(slice: TapeSlice, whole: boolean): readonly Feed[] {
    const isFirst = this.byKey.size === 0;
    if (isFirst) this.name();
    else if (!whole && slice.streams.length === 1 && this.derived.length === 0) return this.loadOne(slice.streams[0]);
    const streams = new Map<Feed, StreamSlice>();
    for (const stream of slice.streams) {
      const feed = this.feedOf(stream);
      if (feed !== undefined) streams.set(feed, stream);
    }
    const touched = isFirst || whole ? this.feeds : this.concerned(streams);
    for (const feed of touched) feed.loadSlice(streams.get(feed), whole);
    this.active = touched.filter((feed) => feed.next < feed.end || isDerived(feed));
    return touched;
  }

  /** The same where one stream has rows, as in most instants of a live tape. */
  private loadOne(stream: StreamSlice): readonly Feed[] {
    const { active } = this;
    const feed = this.feedOf(stream);
    if (feed === undefined) {
      for (const before of active) before.loadSlice(undefined, false);
      this.active = [];
      return active;
    }
    for (const before of active) if (before !== feed) before.loadSlice(undefined, false);
    feed.loadSlice(stream, false);
    this.active = feed.next < feed.end ? [feed] : [];
    return active.length === 0 || (active.length === 1 && active[0] === feed) ? [feed] : [...active, feed];
  }

  /** A stream that comes again and again is known without its name. */
  private feedOf(stream: StreamSlice): Feed | undefined {
    let feed = this.known.get(stream);
    if (feed === undefined) {
      feed = this.byKey.get(streamKey(stream.kind, stream.symbol, stream.timeFrame));
      if (feed !== undefined) this.known.set(stream, feed);
    }
    return feed;
  }

  private name(): void {
    this.derived = this.feeds.filter(isDerived);
    for (const feed of this.feeds) {
      if (!isDerived(feed)) this.byKey.set(streamKey(feed.kind, feed.market.instrument.symbol, feed.timeFrame), feed);
    }
  }

  /** Feeds with rows, those whose rows of the slice before are over, and those that follow others. */
  private concerned(streams: ReadonlyMap<Feed, StreamSlice>): readonly Feed[] {
    const feeds = new Set([...this.active, ...streams.keys(), ...this.derived]);
    return [...feeds].sort((a, b) => a.index - b.index);
  }
}

function isDerived(feed: Feed): boolean {
  return feed instanceof BarFeed && feed.isDerived;
}
