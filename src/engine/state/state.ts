/**
 * The state of a deck: all that a run needs to go on later as if it had never stopped, as plain data.
 *
 * Strategies save what they keep in variables; positions, cash, working orders, lines, indicators and chance are saved
 * for them. What is over (trades, fills, the curve) is in the result of the run that was saved, and is not repeated.
 */
import { Fault, show } from '../../base/fault.ts';
import { DerivedFeed } from '../feeds/derived-feed.ts';
import { BarFeed } from '../feeds/feed.ts';
import type { Feed } from '../feeds/row-feed.ts';
import type { Gate } from '../gate/gate.ts';
import type { Host } from '../strategy/context.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SavedLive } from '../live/saved.ts';
import type { SavedContracts } from '../options/book.ts';
import type { DeckVenue } from '../ports.ts';
import type { SavedPosition } from '../ledger/position.ts';
import type { SavedJudged } from '../ledger/trade-log.ts';
import type { Treasury } from '../ledger/treasury.ts';
import type { Universe } from '../play/universe.ts';
import type { SavedFeed } from './feeds.ts';
import { plainNumber, type PlainNumber } from './numbers.ts';
import { restoreOrders, saveOrders, type SavedOrder } from './orders.ts';
import { restorePackages, savedPackages, type SavedPackage } from './packages.ts';

/** Of the format of saved states; since 2, open lots know the rate at which they were opened. */
export const STATE_VERSION = 2;
/** Fields of a market that are saved, in this order. */
export const PRICES = [
  'last',
  'lastAt',
  'bid',
  'ask',
  'bidSize',
  'askSize',
  'volumeFrom',
  'quotedAt',
  'seenBid',
  'seenAsk',
  'dayVolume',
  'dayVolumeAt',
] as const;

export interface DeckState {
  readonly version: typeof STATE_VERSION;
  /** The instant up to which everything has happened. */
  readonly at: number;
  readonly strategies: readonly {
    readonly name: string;
    readonly isWarming: boolean;
    readonly random: readonly PlainNumber[];
    /** What the strategy's own `save` returned. */
    readonly state: unknown;
  }[];
  /** Exact amounts in the ledger's smallest units, as text. */
  readonly cash: readonly { readonly currency: string; readonly units: string; readonly rate: PlainNumber }[];
  readonly positions: readonly SavedPosition[];
  readonly instruments: readonly {
    readonly symbol: string;
    /** The name it trades under now. */
    readonly name: string;
    readonly mark: PlainNumber;
    readonly prices: readonly PlainNumber[];
    readonly isDelisted: boolean;
    readonly isMember: boolean;
  }[];
  readonly orders: readonly SavedOrder[];
  readonly nextOrder: number;
  readonly sequence: number;
  readonly feeds: readonly SavedFeed[];
  readonly unsettled: readonly (readonly [settlesAt: number, money: number])[];
  /** The session for which interest was last charged, or null. */
  readonly rolledAt: number | null;
  readonly peak: number;
  readonly packages?: readonly SavedPackage[];
  /** What the market said of assignments whose shares are still held; left out where there are no options. */
  readonly judged?: readonly SavedJudged[];
  /** Option contracts whose terms have changed since their listing. */
  readonly contracts?: SavedContracts;
  /** What a live session leaves beside its deck. */
  readonly live?: SavedLive;
  /** What controls of the gate remember, by their names; left out where none does. */
  readonly limits?: Readonly<Record<string, unknown>>;
}

/** The parts of a deck that have a state. */
export interface DeckParts {
  readonly at: number;
  readonly hosts: readonly Host[];
  readonly feeds: readonly Feed[];
  readonly ledger: Ledger;
  readonly venue: DeckVenue;
  readonly gate: Gate;
  readonly universe: Universe;
  readonly treasury: Treasury;
  readonly delisted: Uint8Array;
  readonly peak: number;
}

export function saveDeck(parts: DeckParts): DeckState {
  const { at, hosts, feeds, ledger, venue, gate, universe, treasury, delisted, peak } = parts;
  return {
    version: STATE_VERSION,
    at,
    strategies: hosts.map(({ definition, warming, random, handlers }) => ({
      name: definition.name,
      isWarming: warming,
      random: random.save().map(plainNumber),
      state: handlers.save?.() ?? null,
    })),
    cash: ledger.cash.map(({ currency, exact }, account) => ({
      currency,
      units: exact.toBigInt().toString(),
      rate: plainNumber(ledger.rates[account]),
    })),
    positions: ledger.positions.flatMap((own) => own.flatMap((position) => position.save() ?? [])),
    instruments: venue.markets.map((market, index) => ({
      symbol: market.instrument.symbol,
      name: market.symbol,
      mark: plainNumber(ledger.marks[index]),
      prices: PRICES.map((name) => plainNumber(market[name])),
      isDelisted: delisted[index] === 1,
      isMember: universe.isMember(index),
    })),
    orders: saveOrders(venue.markets.flatMap(({ working }) => working)),
    nextOrder: gate.nextId,
    sequence: venue.orders.sequence,
    feeds: feeds.filter((feed) => feed instanceof BarFeed).map((feed) => feed.save()),
    unsettled: venue.settlement?.save() ?? [],
    rolledAt: treasury.rolledAt ?? null,
    peak,
    ...savedPackages(venue.packages?.waiting ?? []),
    ...(gate.memory === undefined ? {} : { limits: gate.memory.save() }),
    ...(ledger.options === undefined ? {} : { judged: ledger.trades.saveJudged(), contracts: ledger.options.save() }),
  };
}

/** Puts a saved state into a deck that was set up alike and has played nothing; a `Fault` when it is another's. */
export function restoreDeck(state: DeckState, parts: DeckParts): void {
  const { hosts, feeds, ledger, venue, gate, universe, delisted } = parts;
  check(state, parts);
  state.cash.forEach(({ units, rate }, account) => {
    ledger.cash[account].restore(BigInt(units));
    ledger.rates[account] = Number(rate);
  });
  for (const saved of state.positions) {
    const position = ledger.positions[saved.strategy][saved.instrument];
    position.restore(saved);
    ledger.reconsider(position);
  }
  state.instruments.forEach(({ name, mark, prices, isDelisted, isMember }, index) => {
    const market = venue.markets[index];
    market.symbol = name;
    PRICES.forEach((price, i) => (market[price] = Number(prices[i])));
    ledger.marks[index] = Number(mark);
    delisted[index] = isDelisted ? 1 : 0;
    universe.restore(index, isMember);
  });
  const working = new Set(state.orders.filter(({ isWorking }) => isWorking).map(({ id }) => id));
  const orders = restoreOrders(state.orders);
  venue.resume(
    orders.filter(({ id }) => working.has(id)),
    state.sequence,
    state.at,
    orders,
  );
  venue.packages?.resume(restorePackages(state.packages ?? [], orders, ledger));
  gate.nextId = state.nextOrder;
  if (state.limits !== undefined) gate.memory?.restore(state.limits);
  ledger.trades.restoreJudged(state.judged ?? []);
  if (state.contracts !== undefined) ledger.options?.restore(state.contracts);
  venue.settlement?.restore(state.unsettled);
  const bars = feeds.filter((feed) => feed instanceof BarFeed);
  state.feeds.forEach((saved, i) => {
    const feed = bars[i];
    feed.restore(saved);
    if (feed instanceof DerivedFeed && saved.unfinished !== null) feed.restoreUnfinished(saved.unfinished);
  });
  state.strategies.forEach(({ isWarming, random, state: own }, i) => {
    const host = hosts[i];
    host.warming = isWarming;
    host.random.restore(random.map(Number));
    if (own !== null) host.handlers.restore?.(own);
  });
}

function check(state: DeckState, { hosts, feeds, ledger, venue }: DeckParts): void {
  const same = (what: string, saved: readonly string[], here: readonly string[]): void => {
    if (saved.length === here.length && saved.every((name, i) => name === here[i])) return;
    const rule = `the saved state has ${what} ${saved.join(', ')}; this run has ${here.join(', ')}`;
    throw new Fault('state.other-run', rule);
  };
  if (state.version !== STATE_VERSION) {
    throw new Fault(
      'state.version',
      `a saved state must be of version ${show(STATE_VERSION)}, was ${show(state.version)}`,
    );
  }
  const bars = feeds.filter((feed) => feed instanceof BarFeed);
  same(
    'strategies',
    state.strategies.map(({ name }) => name),
    hosts.map(({ definition }) => definition.name),
  );
  same(
    'instruments',
    state.instruments.map(({ symbol }) => symbol),
    venue.markets.map(({ instrument }) => instrument.symbol),
  );
  same(
    'currencies',
    state.cash.map(({ currency }) => currency),
    ledger.cash.map(({ currency }) => currency),
  );
  same(
    'bars',
    state.feeds.map(({ symbol, timeFrame }) => `${symbol} ${timeFrame}`),
    bars.map((feed) => `${feed.market.instrument.symbol} ${feed.timeFrame}`),
  );
}
