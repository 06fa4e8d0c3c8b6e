/**
 * The chains of this moment as a tape: what a seller of options sees when it is asked what it would sell now.
 *
 * Quotes are Cboe's delayed ones, a quarter of an hour old: for looking, not for trading. Daily closes, where the rules
 * ask for some, end with the last complete day: of indices from Cboe, of shares and funds from Yahoo.
 */
import { allocateQuotes } from '../../market/columns.ts';
import { defineInstrument, type Instrument } from '../../market/instrument.ts';
import type { OptionChain } from '../../market/option/chain.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import type { ChainListing } from '../../market/option/listing.ts';
import type { Finding, RecordedTape, StreamSlice } from '../../market/tape.ts';
import { calendar } from '../../time/calendars.ts';
import { parseDay } from '../../time/civil.ts';
import { instantFromMillis } from '../../time/instant.ts';
import { ageOfQuotes } from './quote-age.ts';
import { prefixOf } from '../../research/tape-parts.ts';

export interface NowRequest {
  readonly underlyings: readonly string[];
  /** Symbol of a volatility index, where one is asked for. */
  readonly index: string | undefined;
  /** Whether daily closes are asked for. */
  readonly needsCloses: boolean;
  /** For another server than the vendors' own. */
  readonly baseUrl?: string;
}

export interface ChainsNow {
  readonly tape: RecordedTape;
  /** The instant of the newest chain: nothing on the tape is later. */
  readonly at: number;
}

export async function chainsNow({ underlyings, index, needsCloses, baseUrl }: NowRequest): Promise<ChainsNow> {
  const { CBOE_CHAIN, fetchCboeChain } = await import('../../adapters/cboe/index.ts');
  const server = baseUrl === undefined ? {} : { baseUrl };
  const found = await Promise.all(underlyings.map((symbol) => fetchCboeChain(symbol, server)));
  const level = index === undefined ? undefined : await fetchCboeChain(index, server);
  const at = Math.max(...found.map(({ chain }) => chain.at));
  const instruments: Instrument[] = [];
  const streams: StreamSlice[] = [];
  const listings: ChainListing[] = [];
  // A contract that could not be read was left out, which is no reason to show none of the others.
  const findings = found.flatMap((each) => each.findings.map((own): Finding => ({ ...own, severity: 'warning' })));
  const history = async (symbol: string, isIndex: boolean): Promise<void> => {
    const own = await closesOf(symbol, isIndex, at, baseUrl);
    streams.push(...own.slice.streams);
    findings.push(...own.findings.filter(({ severity }) => severity === 'fatal'));
  };
  for (const { chain } of found) {
    const isIndex = chain.contracts[0].terms.settlement === 'cash';
    instruments.push(defineInstrument({ symbol: chain.underlying, kind: isIndex ? 'index' : 'equity' }));
    if (needsCloses) await history(chain.underlying, isIndex);
    streams.push(quoteAt(chain.underlying, at, chain.spot, chain.spot));
  }
  if (level !== undefined) {
    const { underlying, spot } = level.chain;
    instruments.push(defineInstrument({ symbol: underlying, kind: 'index' }));
    await history(underlying, true);
    streams.push(quoteAt(underlying, at, spot, spot));
  }
  for (const { chain } of found) {
    for (const { instrument, bid, ask, bidSize, askSize } of chain.contracts) {
      instruments.push(instrument);
      streams.push(quoteAt(instrument.symbol, at, bid, ask, bidSize, askSize));
    }
    listings.push(...listingsOf(chain, at));
  }
  const tape: RecordedTape = {
    instruments,
    slice: { streams },
    listings,
    findings,
    actions: [],
    source: `delayed quotes of Cboe, ${ageOfQuotes(at, CBOE_CHAIN.delayMinutes, instantFromMillis(Date.now()))} (${CBOE_CHAIN.licence})`,
    simulated: false,
    fingerprint: '',
    adjustment: 'raw',
  };
  return { tape, at };
}

/** Daily bars of a symbol up to the last complete day before `at`. */
async function closesOf(
  symbol: string,
  isIndex: boolean,
  at: number,
  baseUrl: string | undefined,
): Promise<Pick<RecordedTape, 'slice' | 'findings'>> {
  const tape = await (isIndex ? fromCboe(symbol, baseUrl) : fromYahoo(symbol, at, baseUrl));
  const { zone } = calendar('XNYS');
  const today = zone.instantAt(parseDay(tradeDateOf(at)), 0);
  // A day that has closed is complete, whatever the quotes are of.
  const isOver = calendar('XNYS').session(tradeDateOf(at))!.closeAt <= at;
  return { slice: prefixOf(tape.slice, isOver ? at : today), findings: tape.findings };
}

async function fromCboe(symbol: string, baseUrl: string | undefined): Promise<RecordedTape> {
  const { fetchCboeHistory } = await import('../../adapters/cboe/index.ts');
  return fetchCboeHistory(symbol, baseUrl === undefined ? {} : { baseUrl });
}

/** A year and a half of days, which is more than any look-back of a seller asks for. */
const DAYS = 550;

async function fromYahoo(symbol: string, at: number, baseUrl: string | undefined): Promise<RecordedTape> {
  const { fetchYahoo } = await import('../../adapters/yahoo/fetch.ts');
  const server = baseUrl === undefined ? {} : { baseUrl, cookieUrl: baseUrl };
  return fetchYahoo(symbol, { ...server, from: at - DAYS * 86_400e6, to: at, prices: 'split-adjusted', now: at });
}

function quoteAt(
  symbol: string,
  at: number,
  bid: number | undefined,
  ask: number | undefined,
  bidSize?: number,
  askSize?: number,
): StreamSlice {
  const columns = allocateQuotes(1);
  columns.time[0] = at;
  columns.bid[0] = bid ?? Number.NaN;
  columns.ask[0] = ask ?? Number.NaN;
  columns.bidSize[0] = bidSize ?? Number.NaN;
  columns.askSize[0] = askSize ?? Number.NaN;
  return { kind: 'quotes', symbol, columns };
}

/** Open interest and volume as a listing per class, which is where chains read them from. */
function listingsOf({ contracts, underlying, date, source }: OptionChain, at: number): ChainListing[] {
  return [...Map.groupBy(contracts, ({ terms }) => terms.root)].map(([root, own]) => ({
    underlying,
    root,
    date,
    knownAt: at,
    contracts: own.map(({ instrument, openInterest, volume }) => ({ instrument, openInterest, volume })),
    source,
  }));
}
