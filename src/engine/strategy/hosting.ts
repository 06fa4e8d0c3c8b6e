/**
 * Puts a strategy on the deck: its parameters, what it sees, and how long it waits for its indicators.
 */
import { listOf } from '../../base/list.ts';
import { Fault } from '../../base/fault.ts';
import { Random } from '../../base/random.ts';
import { makeContext, type Host } from './context.ts';
import type { Deck } from '../deck.ts';
import type { BarFeed } from '../feeds/feed.ts';
import { lookingFirst } from '../feeds/crossing.ts';
import { checkHandlers } from './handlers.ts';
import { HostedAsset } from './host.ts';
import { resolveParameters } from './parameters.ts';
import type { AnyStrategy, Bar } from './strategy.ts';

/** Calls the strategy's `setup` and returns its host. Wrong parameters are a `Fault`. */
export function makeHost(
  deck: Deck,
  definition: AnyStrategy,
  given: Readonly<Record<string, unknown>>,
  index: number,
): Host {
  const parameters = resolveParameters(definition.parameters ?? {}, given);
  const wrong = definition.check?.(parameters);
  if (wrong !== undefined)
    throw new Fault('strategy.parameters', `${definition.name}: ${wrong}`, { field: 'parameters' });
  const assets = listOf(deck.tape.instruments, (_, instrument) => new HostedAsset(deck, instrument, index));
  const hasBars = deck.feeds.length > 0;
  const bar = hasBars ? firstBars(deck).view.now : EMPTY_BAR;
  const host: Host = {
    index,
    definition,
    parameters,
    assets,
    random: new Random(deck.seed).fork(definition.name),
    handlers: {},
    crossings: [],
    onlyCrosses: false,
    bar,
    warming: true,
    ready: 0,
    coarser: [],
  };
  // Each strategy waits for its own lines, not for those of the others.
  for (const feed of deck.feeds) feed.warmUp = feed.isDerived ? -1 : 0;
  const handlers = checkHandlers(definition.name, definition.setup(makeContext(deck, host)));
  host.handlers = host.crossings.length === 0 ? handlers : lookingFirst(host.crossings, handlers);
  // Who traces sees every bar.
  host.onlyCrosses = host.crossings.length > 0 && handlers.onBar === undefined && deck.tracer === undefined;
  if (hasBars) {
    const first = firstBars(deck);
    host.ready = first.warmUp + deck.conventions.extraWarmUp;
    host.coarser = deck.feeds
      .filter((feed) => feed.market === first.market && feed !== first && isWaitedFor(feed))
      .map((feed) => ({ feed, ready: feed.warmUp }));
  }
  return host;
}

/** The bars of the first asset: those that wake a strategy. */
export function firstBars({ feeds }: Deck): BarFeed {
  return feeds.find((feed) => feed.market.index === 0 && feed.executes) ?? feeds[0];
}

/** Whether the account is open and every line that the strategy follows on its first asset has a value. */
export function isReady(deck: Deck, host: Host): boolean {
  if (deck.at < deck.opensAt) return false;
  if (deck.feeds.length === 0) return true;
  return rowsPlayed(firstBars(deck)) > host.ready && host.coarser.every(({ feed, ready }) => rowsPlayed(feed) > ready);
}

/** Which bars a strategy still waits for before it is called, in words; `undefined` when it waits for none. */
export function waitsFor(deck: Deck, host: Host): string | undefined {
  if (deck.feeds.length === 0) return undefined;
  const all = [{ feed: firstBars(deck), ready: host.ready }, ...host.coarser];
  const behind = all.find(({ feed, ready }) => rowsPlayed(feed) <= ready);
  if (behind === undefined) return undefined;
  const { feed, ready } = behind;
  if (ready === 0) return `it waits for the first complete bar of ${feed.timeFrame}`;
  return `${ready} bars of warm-up of ${feed.timeFrame}, ${rowsPlayed(feed)} are complete`;
}

/** Rows of the whole tape that a feed has played. */
function rowsPlayed(feed: BarFeed): number {
  return feed.rowsBefore + feed.cursor.index - feed.firstRow + 1;
}

/** Whether a strategy waits for coarser bars: it follows a line on them, or asked for them to be made. */
function isWaitedFor(feed: BarFeed): boolean {
  return feed.isDerived ? feed.warmUp >= 0 : feed.followedLines.length > 0;
}

const EMPTY_BAR: Bar = {
  symbol: '',
  time: Number.NaN,
  openTime: Number.NaN,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: Number.NaN,
};
