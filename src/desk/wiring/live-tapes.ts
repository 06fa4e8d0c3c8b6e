/**
 * The live tapes that a deck may name: what will be on them, known before the first row, and the feed that brings it.
 */
import process from 'node:process';
import { fingerprintOf } from '../../adapters/files/fingerprint.ts';
import { Fault, show } from '../../base/fault.ts';
import type { StreamShape } from '../../engine/feeds/feeds.ts';
import { ColumnsOfInputs } from '../../engine/live/columns-of.ts';
import type { LiveFeed, MarketClock } from '../../engine/live/index.ts';
import type { RecordedTape, TapeInfo } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import type { DeckConfig } from '../config/schema.ts';
import type { TapeConfig } from '../config/tape-schema.ts';
import { alpacaPlace, type AlpacaPlace } from './brokers.ts';
import type { Environment } from './keys.ts';
import { ALPACA_DOMAIN } from './kill-switches.ts';
import { describeListed, sessionsUs, wantedOf } from './listed.ts';
import { machineClock, type SessionClock } from '../session/clock.ts';
import type { Left } from '../session/days.ts';
import { checkKeyAddress } from './where-keys-go.ts';

type AlpacaTape = Extract<TapeConfig, { source: 'alpaca' }>;

/** A live tape before its first row. */
export interface LiveTapeInfo {
  readonly tape: TapeInfo;
  readonly streams: readonly StreamShape[];
  /** Calendar days to expiry of the contracts that are listed on it, on any day. */
  readonly listedDays?: { readonly least: number; readonly most: number };
}

/** Where a live tape comes from. */
export interface LiveSource {
  /** How late its prices are by its own word, in microseconds. */
  readonly delayUs: number;
  /** The feed in words. */
  readonly title: string;
  /** Whether its time is not the wall's. */
  readonly isFake: boolean;
  clock(): Promise<MarketClock>;
  /** About where something trades; undefined where it has no price. */
  price(symbol: string): Promise<number | undefined>;
  /** What is listed now: the instruments of a new session of the day `day`. */
  describe(day: number): Promise<LiveTapeInfo>;
  /** The feed of a session that its journal describes. */
  open(info: LiveTapeInfo, clock: SessionClock): Promise<LiveFeed>;
}

export interface LiveTapeRequest {
  readonly config: Pick<DeckConfig, 'tape' | 'broker' | 'instruments'>;
  readonly mode: 'paper' | 'rehearsal' | 'live';
  readonly folder: string;
  readonly environment: Environment;
  readonly fakeUrl: string | undefined;
}

/**
 * The tape of a day after another: what was on it stays in its place, what is new comes after it. Of what was there, only
 * what is held or works goes on to be streamed.
 */
export function tapeAfter(info: LiveTapeInfo, left: Left | undefined): LiveTapeInfo {
  if (left === undefined) return info;
  const { state, tape } = left;
  const known = new Set(tape.instruments.map(({ symbol }) => symbol));
  const added = info.tape.instruments.filter(({ symbol }) => !known.has(symbol));
  const instruments = [...tape.instruments, ...added];
  const listed = new Set(info.streams.map(({ symbol }) => symbol));
  const inUse = new Set([
    ...state.positions.map(({ instrument }) => instrument),
    ...state.orders.map(({ fields }) => Number(fields['instrument'])),
  ]);
  const kept = [...inUse].map((index) => tape.instruments[index]).filter(({ symbol }) => !listed.has(symbol));
  const streams = [...info.streams, ...kept.map(({ symbol }) => ({ kind: 'quotes', symbol }) as const)];
  return { tape: { ...info.tape, instruments }, streams };
}

/** Opens the source that a deck names; one that has no present is a `Fault`. */
export async function liveSource(request: LiveTapeRequest): Promise<LiveSource> {
  const { tape } = request.config;
  if (tape.source === 'alpaca') return alpacaSource(tape, request);
  if (tape.source === 'ib') {
    const { ibSource } = await import('./ib.ts');
    return ibSource(tape, request);
  }
  const rule = `a session at the present time needs a live tape, ${show(tape.source)} is a recording`;
  throw new Fault('tape.no-feed', rule, { field: 'tape.source' }, 'tape: { source: alpaca, symbols: [SPY] }');
}

async function alpacaSource(tape: AlpacaTape, request: LiveTapeRequest): Promise<LiveSource> {
  const { mode, config, folder, environment, fakeUrl } = request;
  const place = await priceKeys(mode, { config: config.broker, folder, environment, fakeUrl }, tape);
  const { AlpacaAccount, AlpacaFeed, FEED_DELAYS_US } = await import('../../adapters/alpaca/index.ts');
  const account = await AlpacaAccount.open(place);
  const stockFeed = tape.feed ?? 'iex';
  const optionFeed = tape.options?.feed ?? 'opra';
  const delayUs = Math.max(FEED_DELAYS_US[stockFeed], tape.options === undefined ? 0 : FEED_DELAYS_US[optionFeed]);
  const title = tape.options === undefined ? `alpaca ${stockFeed}` : `alpaca ${stockFeed}, ${optionFeed}`;
  const sessions = tape.warmUp?.sessions ?? 2;
  return {
    delayUs,
    title,
    isFake: place.isFake,
    clock: () => account.clock(),
    price: (symbol) => account.price(symbol),
    describe: (day) =>
      describeListed({ tape, account, title, isFake: place.isFake, instruments: config.instruments }, day),
    open: ({ tape: { instruments }, streams }) =>
      AlpacaFeed.open({
        ...place,
        streams: wantedOf(streams),
        instruments,
        calendarOf: calendar,
        stockFeed,
        optionFeed,
        before: { minutes: sessionsUs(sessions), days: sessionsUs(tape.warmUp?.days ?? 0) },
      }),
  };
}

/** The history of what would be streamed, between the days of a deck: the same strategy, played against the past. */
export async function recordedAlpaca(tape: AlpacaTape, folder: string): Promise<RecordedTape> {
  if (tape.start === undefined || tape.end === undefined) {
    const rule = 'a backtest on the history of a live tape needs start and end';
    throw new Fault('config.missing', rule, { field: 'tape.start' });
  }
  if (tape.options !== undefined) {
    const hint = 'play options of the past from files: tape.source options';
    throw new Fault('tape.no-history', 'this source has no past quotes of options', { field: 'tape.options' }, hint);
  }
  const source = await liveSource({
    config: { tape },
    mode: 'paper',
    folder,
    environment: process.env,
    fakeUrl: undefined,
  });
  const { tape: info, streams } = await source.describe(parseDay(tape.end));
  const feed = await source.open({ tape: info, streams: streams.filter(({ kind }) => kind === 'bars') }, machineClock);
  const inputs = await feed.history((parseDay(tape.start) - 1) * DAY, (parseDay(tape.end) + 2) * DAY);
  const columns = new ColumnsOfInputs(streams.filter(({ kind }) => kind === 'bars'));
  for (const input of inputs) columns.add(input);
  const slice = { streams: columns.streams() };
  const title = `${source.title}, ${tape.start} to ${tape.end}`;
  return { ...info, source: title, slice, fingerprint: fingerprintOf(slice.streams, []) };
}

/** Prices are not money: the keys of a test account read them on paper too. */
async function priceKeys(
  mode: LiveTapeRequest['mode'],
  options: Parameters<typeof alpacaPlace>[1],
  tape: AlpacaTape,
): Promise<AlpacaPlace> {
  const place = await alpacaPlace(mode === 'live' ? 'live' : 'rehearsal', options);
  if (tape.dataUrl === undefined) return place;
  checkKeyAddress(tape.dataUrl, ALPACA_DOMAIN, 'tape.dataUrl');
  return { ...place, dataUrl: tape.dataUrl };
}
