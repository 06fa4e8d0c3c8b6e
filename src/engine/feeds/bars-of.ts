/**
 * Which bars a strategy is given for an instrument and time frame: those of the tape, or coarser ones made of them.
 */
import { Fault } from '../../base/fault.ts';
import { calendar as calendarOf } from '../../time/calendars.ts';
import { formatTimeFrame, parseTimeFrame } from '../../time/time-frame.ts';
import type { Deck } from '../deck.ts';
import { DerivedFeed, sourceOf } from './derived-feed.ts';
import { BarFeed } from './feed.ts';

/** Returns the feed; without a time frame, the one on which the instrument's orders fill. A `Fault` when none is. */
export function findBars(deck: Deck, instrument: number, timeFrame?: string): BarFeed {
  if (timeFrame !== undefined) timeFrame = formatTimeFrame(parseTimeFrame(timeFrame));
  const feed = deck.feeds.find(
    (candidate) =>
      candidate.market.index === instrument &&
      (timeFrame === undefined ? candidate.executes : candidate.timeFrame === timeFrame),
  );
  if (feed !== undefined) {
    // Whoever asks for them waits for the first.
    if (feed.isDerived && feed.warmUp < 0) feed.warmUp = 0;
    return feed;
  }
  if (timeFrame !== undefined) return deriveBars(deck, instrument, timeFrame);
  const { symbol } = deck.tape.instruments[instrument];
  const frames = deck.feeds.filter((candidate) => candidate.market.index === instrument).map((f) => f.timeFrame);
  const rule = `the tape has no bars of ${symbol} to trade on; it has ${frames.join(', ') || 'none'}`;
  throw new Fault('tape.no-bars', rule);
}

/** Coarser bars than the tape has, made from its finest. They are asked for in `setup`, before the first row. */
function deriveBars(deck: Deck, instrument: number, timeFrame: string): BarFeed {
  const { symbol } = deck.tape.instruments[instrument];
  if (deck.isSetUp) throw new Fault('strategy.late-bars', `ask for bars of ${timeFrame} of ${symbol} in setup`);
  const tape = deck.allFeeds.filter((feed) => !(feed instanceof BarFeed && feed.isDerived));
  const source = sourceOf(tape, instrument, timeFrame, symbol);
  const calendar = deck.calendars[instrument] ?? calendarOf('24-7');
  const splits = deck.happenings.splitsAhead(instrument);
  const feed = new DerivedFeed(source, timeFrame, deck.allFeeds.length, deck.history, calendar, tape, splits);
  deck.allFeeds.push(feed);
  deck.feeds.push(feed);
  return feed;
}
