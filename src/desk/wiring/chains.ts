/**
 * Where `tradedeck data chain` finds a chain: in files, on the tape of a deck, or at a vendor.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import type { OptionChain } from '../../market/option/chain.ts';
import { chainAt } from '../../market/option/chain-at.ts';
import type { Finding, RecordedTape } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { HOUR, instantFromMillis, MINUTE } from '../../time/instant.ts';
import type { Mapping } from '../../adapters/files/mapping.ts';
import { readPriceFiles } from './price-files.ts';
import { ageOfQuotes } from './quote-age.ts';

export interface ChainRequest {
  /** Which of several underlyings; the only one when left out. */
  readonly underlying?: string;
  /** `2015-12-24` (its close), `2015-12-24T10:30` on the market's clock, or with a Z; the last moment when left out. */
  readonly at?: string;
  readonly baseUrl?: string;
  /** What the columns of files are, where their names do not say. */
  readonly columns?: Mapping;
}

export interface FoundChain {
  readonly chain: OptionChain;
  readonly findings: readonly Finding[];
  /** How old the quotes are when they are not those of the moment, and whose they are. */
  readonly delay: string | undefined;
}

/** Finds the chain of files, of a deck's tape (`deck.yaml`), or of a vendor (`cboe:SPX`). */
export async function findChain(sources: readonly string[], request: ChainRequest): Promise<FoundChain> {
  const [first, ...others] = sources as [string];
  const [vendor, symbol] = first.split(':', 2);
  if (vendor === 'cboe' && symbol !== undefined && others.length === 0) return fromCboe(symbol, request);
  const tape = /\.ya?ml$/.test(first) ? await tapeOfDeck(first) : await readPriceFiles(sources, request.columns);
  const underlying = request.underlying ?? onlyUnderlying(tape, sources.join(', '));
  const at = request.at === undefined ? lastQuote(tape, underlying) : instantOf(request.at);
  return { chain: chainAt(tape, underlying, at), findings: tape.findings, delay: undefined };
}

async function fromCboe(symbol: string, { at, baseUrl }: ChainRequest): Promise<FoundChain> {
  if (at !== undefined) throw new Fault('flag.at', 'a chain of delayed quotes is of now', { field: '--at' });
  const { CBOE_CHAIN, fetchCboeChain } = await import('../../adapters/cboe/index.ts');
  const { chain, findings } = await fetchCboeChain(symbol, baseUrl === undefined ? {} : { baseUrl });
  const age = ageOfQuotes(chain.at, CBOE_CHAIN.delayMinutes, instantFromMillis(Date.now()));
  return { chain, findings, delay: `${age}; ${CBOE_CHAIN.licence}` };
}

/** Returns a chain as CSV that files are read from. */
export async function chainText(chain: OptionChain): Promise<string> {
  const { chainToCsv } = await import('../../adapters/files/chain-csv.ts');
  return chainToCsv(chain);
}

async function tapeOfDeck(file: string): Promise<RecordedTape> {
  const [{ readDeck }, { loadTape }, { cutTape }] = await Promise.all([
    import('../config/read.ts'),
    import('./tapes.ts'),
    import('../run/span.ts'),
  ]);
  const config = readDeck(readFileSync(file, 'utf8'), file);
  const tape = cutTape(await loadTape(config.tape, config.instruments, dirname(file), config.seed ?? 1), config.tape);
  if ('slice' in tape) return tape;
  const hint = 'narrow it: tape.start, tape.end, tape.contracts';
  throw new Fault('chain.too-long', 'the tape does not fit in memory', { file, field: 'tape' }, hint);
}

function onlyUnderlying({ instruments }: RecordedTape, file: string): string {
  const all = [...new Set(instruments.flatMap(({ option }) => option?.underlying ?? []))];
  if (all.length === 1) return all[0];
  const rule = all.length === 0 ? 'there are no options in it' : `there are options on ${all.join(', ')}`;
  throw new Fault('chain.underlying', rule, { file }, all.length === 0 ? undefined : 'say which: --underlying');
}

/** The newest quote of any contract. */
function lastQuote(tape: RecordedTape, underlying: string): number {
  const own = new Set(
    tape.instruments.filter(({ option }) => option?.underlying === underlying).map((each) => each.symbol),
  );
  let last = -Infinity;
  for (const { symbol, columns } of tape.slice.streams) {
    if (own.has(symbol) && columns.length > 0) last = Math.max(last, columns.time.at(-1)!);
  }
  if (last > -Infinity) return last;
  if (own.size === 0) {
    const known = [...new Set(tape.instruments.flatMap(({ option }) => option?.underlying ?? []))];
    const hint = didYouMean(underlying, known) ?? `there are options on ${known.join(', ')}`;
    throw new Fault('chain.empty', `there are no options on ${show(underlying)}`, { field: '--underlying' }, hint);
  }
  throw new Fault('chain.empty', `no contract on ${underlying} has a price`);
}

function instantOf(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(Z)?)?$/.exec(text);
  const market = calendar('XNYS');
  if (match !== null) {
    const day = parseDay(match[1]);
    const clock = Number(match[2]) * HOUR + Number(match[3]) * MINUTE;
    if (match[4] !== undefined) return day * 24 * HOUR + clock;
    if (match[2] !== undefined) return market.zone.instantAt(day, clock);
    const session = market.session(day);
    if (session !== undefined) return session.closeAt;
  }
  const rule = `must be a session as YYYY-MM-DD, or YYYY-MM-DDTHH:MM on the market’s clock, was ${JSON.stringify(text)}`;
  throw new Fault('flag.at', rule, { field: '--at' });
}
