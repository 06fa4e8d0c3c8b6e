/**
 * What was known and what happened on one day of a deck that was played up to it: the answer to why it did, or did not,
 * trade.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault } from '../base/fault.ts';
import type { Deck } from '../engine/deck.ts';
import { waitsFor } from '../engine/strategy/hosting.ts';
import type { Entry, EntryKind } from '../engine/journal/journal.ts';
import { decimal } from '../report/text.ts';
import { calendar } from '../time/calendars.ts';
import { formatInstant } from '../time/instant.ts';
import { print, styled } from './terminal.ts';

/** A day as it is asked for: instants `from` on and before `to`. */
export interface AskedDay {
  readonly date: string;
  readonly from: number;
  readonly to: number;
  /** Only this one; all when left out. */
  readonly symbol?: string | undefined;
}

/** What was known and what happened for one instrument on one day. */
interface DayOf {
  readonly symbol: string;
  readonly bars: number;
  readonly bar: {
    readonly time: number;
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
    readonly volume: number;
  } | null;
  readonly lines: Readonly<Record<string, number | null>>;
  readonly position: number;
  /** The crossings that the strategy asked about, each once, with their numbers. */
  readonly tests: readonly string[];
  readonly entries: readonly Entry[];
  readonly verdict: string;
}

/** Shows the day to people, or as JSON. `bars` are the bars that each symbol had on it. */
export function showDay(deck: Deck, asked: AskedDay, bars: ReadonlyMap<string, number>, isJson: boolean): void {
  const { date, from, to, symbol } = asked;
  const { instruments } = deck.tape;
  const wanted = instruments.filter((instrument) => symbol === undefined || instrument.symbol === symbol);
  if (wanted.length === 0) {
    const known = instruments.map((instrument) => instrument.symbol);
    const hint = didYouMean(symbol ?? '', known) ?? `it has ${known.slice(0, 12).join(', ')}`;
    throw new Fault('config.value', `the run has no ${symbol}`, { field: '--symbol' }, hint);
  }
  const days = wanted.map((instrument) => dayOf(deck, instrument.symbol, from, to, bars));
  // Of many instruments only those are shown about which there is something to say.
  const shown = days.length > 12 ? days.filter(({ entries, position }) => entries.length > 0 || position !== 0) : days;
  const account =
    deck.journal.length === 0
      ? []
      : [...deck.journal.entries()].filter((entry) => entry.instrument < 0 && entry.at >= from && entry.at < to);
  if (isJson) {
    print(JSON.stringify({ date, instruments: shown, account }, undefined, 2));
    return;
  }
  print(styled('bold', `${deck.hosts[0].definition.name} on ${date}`));
  for (const entry of account) print(`  ${clock(entry.at)}  ${entryText(entry)}`);
  for (const day of shown) for (const line of dayLines(day)) print(line);
  if (shown.length === 0) print('  nothing was held and nothing was decided');
}

function dayOf(deck: Deck, symbol: string, from: number, to: number, barsOf: ReadonlyMap<string, number>): DayOf {
  const instrument = deck.tape.instruments.findIndex((candidate) => candidate.symbol === symbol);
  const feeds = deck.lines.filter(({ feed }) => feed.market.index === instrument);
  const [first] = feeds;
  const bars = barsOf.get(symbol) ?? 0;
  const now = bars === 0 ? undefined : first.feed.view.now;
  const scale = deck.ledger.units[instrument].quantityScale;
  const entries = [...deck.journal.entries()]
    .filter((entry) => entry.instrument === instrument && entry.at >= from && entry.at < to)
    .map((entry) => ({
      ...entry,
      quantity: entry.quantity / scale,
      balance: entry.kind === 'filled' ? entry.balance / scale : entry.balance,
    }));
  const host = deck.hosts[0];
  const position = deck.ledger.netQuantity(instrument);
  return {
    symbol,
    bars,
    bar:
      now === undefined
        ? null
        : { time: now.time, open: now.open, high: now.high, low: now.low, close: now.close, volume: now.volume },
    lines: Object.fromEntries(
      feeds.flatMap(({ lines, feed }) =>
        lines.map((line) => [`${line.name} (${feed.timeFrame})`, finite(line.value)] as const),
      ),
    ),
    position,
    tests: testsOf(deck, deck.markets[instrument].symbol),
    entries,
    verdict:
      bars === 0
        ? noBarOn(deck.tape.instruments[instrument].calendar, from, to)
        : verdictOf(waitsFor(deck, host), entries, position),
  };
}

/** On a day of many bars only the last tests are of interest. */
const TESTS_SHOWN = 12;

function testsOf({ tracer }: Deck, symbol: string): string[] {
  const tests = (tracer?.records ?? []).flatMap((record) => record.tests.filter((test) => test.symbol === symbol));
  return [...new Set(tests.map(({ text }) => text))].slice(-TESTS_SHOWN);
}

/** A day without a bar: the market was closed, or the tape has nothing of it. */
function noBarOn(name: string, from: number, to: number): string {
  const market = calendar(name);
  const { firstYear, lastYear } = market.rules;
  const year = new Date(from / 1000).getUTCFullYear();
  const isKnown = year > firstYear && year < lastYear;
  if (isKnown && market.nextOpen(from - 1) >= to && market.sessionOf(from) === undefined) {
    return `${name} had no session on that day`;
  }
  return 'the tape has no bar of that day: a gap, or outside the run';
}

const ENDS: ReadonlySet<EntryKind> = new Set(['settled', 'lapsed', 'exercised', 'assigned', 'delisted']);

/** By the reason of an order that no strategy sent. */
const FORCED: Readonly<Record<string, string>> = {
  'margin call': 'a margin call closed it, or a part of it',
  ruin: 'the account was worth nothing, and everything was closed',
  'end of tape': 'it was closed because the tape ends',
};

function verdictOf(missing: string | undefined, entries: readonly Entry[], position: number): string {
  if (missing !== undefined) return `the strategy was not called: ${missing}`;
  // What nobody asked for comes first: its orders look like those of a strategy.
  const end = entries.find(({ kind }) => ENDS.has(kind));
  if (end !== undefined) return `it came to its end: ${end.text === '' ? end.kind : end.text}`;
  const forced = entries.find(({ kind, text }) => kind === 'submitted' && Object.hasOwn(FORCED, text));
  if (forced !== undefined) return FORCED[forced.text];
  if (entries.some(({ kind }) => kind === 'refused')) return 'it wanted to trade, and the gate refused';
  if (entries.some(({ kind }) => kind === 'rejected')) return 'it wanted to trade, and the venue rejected';
  if (entries.some(({ kind }) => kind === 'submitted')) return 'it decided to trade';
  if (entries.some(({ kind }) => kind === 'filled')) return 'an order from before was filled';
  return `the strategy was called and asked for nothing${position === 0 ? '' : ': it kept what it held'}`;
}

function dayLines({ symbol, bar, lines, position, tests, entries, verdict }: DayOf): string[] {
  const prices =
    bar === null
      ? 'no bar'
      : `open ${bar.open}  high ${bar.high}  low ${bar.low}  close ${bar.close}  volume ${bar.volume}`;
  return [
    `${styled('bold', symbol)}  ${prices}`,
    ...Object.entries(lines).map(
      ([name, value]) => `  ${name.padEnd(28)} ${value === null ? 'no value yet' : Number(value.toPrecision(8))}`,
    ),
    `  position ${position}`,
    ...tests.map((test) => `  asked: ${test}`),
    ...entries.map((entry) => `  ${clock(entry.at)}  ${entryText(entry)}`),
    `  ${styled('yellow', verdict)}`,
  ];
}

function entryText({ kind, quantity, price, amount, balance, text, order }: Entry): string {
  const parts = [
    kind,
    order === 0 ? '' : `order ${order}`,
    quantity === 0 ? '' : `${quantity > 0 ? '+' : ''}${quantity}`,
    Number.isNaN(price) ? '' : `at ${price}`,
    kind === 'filled' ? `fee ${amount}, position ${balance}` : '',
    kind === 'cash' ? decimal(amount) : '',
    kind === 'marginCall' ? `equity ${decimal(amount)}, ${decimal(balance)} must be kept` : '',
    text === '' ? '' : `“${text}”`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function clock(at: number): string {
  return formatInstant(at).replace('T', ' ');
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
