/**
 * Cboe's free chain of delayed quotes: all contracts on one underlying in one file, about fifteen minutes old.
 *
 * Its vols and greeks are read past: ours are computed from the quotes. It is for looking and for collecting, not for
 * trading, and its terms allow personal use only.
 */
import { Fault, show } from '../../base/fault.ts';
import { MINUTE } from '../../time/instant.ts';
import type { Instrument } from '../../market/instrument.ts';
import { inChainOrder, type ContractQuote, type OptionChain } from '../../market/option/chain.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { occInstrument } from '../../market/option/contract.ts';
import { rootsOf } from '../../market/option/roots.ts';
import type { Finding } from '../../market/tape.ts';
import { type CboeOptions, getCboe } from './http.ts';

/** How old the quotes are, whose they are and how they may be used: what whoever shows them must say. */
export const CBOE_CHAIN = {
  delayClass: 'delayed',
  delayMinutes: 15,
  adjusted: false,
  timezone: 'UTC',
  licence: 'Cboe, personal use only',
} as const;

export interface CboeChain {
  readonly chain: OptionChain;
  readonly findings: readonly Finding[];
}

/** Fetches the chain of a share, a fund or an index (`SPX`, with or without its mark). */
export async function fetchCboeChain(symbol: string, options: CboeOptions = {}): Promise<CboeChain> {
  const plain = symbol.replace(/^[\^_$]/, '').toUpperCase();
  // An index has classes of its own; a share is its own class.
  const isIndex = rootsOf(plain).length > 1 || rootsOf(plain)[0] !== plain || INDICES.has(plain);
  const path = `/api/global/delayed_quotes/options/${isIndex ? '_' : ''}${encodeURIComponent(plain)}.json`;
  return parseCboeChain(await getCboe(path, options), plain, path);
}

const INDICES = new Set(['XSP', 'DJX', 'XND', 'MRUT']);

/** Reads the file; one that is not shaped as it should be is the fault `cboe.bad-shape`, with the field. */
export function parseCboeChain(text: string, underlying: string, file: string): CboeChain {
  const reply = objectOf(parsed(text, file), 'the whole', file);
  const data = objectOf(reply['data'], 'data', file);
  const at = instantOf(reply['timestamp'], file);
  const spot = spotOf(data, file);
  const { options } = data;
  if (!Array.isArray(options)) throw badShape('data.options', options, 'a list', file);
  const contracts: ContractQuote[] = [];
  const findings: Finding[] = [];
  for (const [i, item] of options.entries()) {
    const row = objectOf(item, `data.options[${i}]`, file);
    const symbol = row['option'];
    if (typeof symbol !== 'string') throw badShape(`data.options[${i}].option`, symbol, 'a symbol', file);
    const tell = (rule: Finding['rule'], severity: Finding['severity'], value: string, message: string): void =>
      void findings.push({ rule, severity, file, row: i + 1, symbol, at, value, message });
    const instrument = contractOf(symbol, tell);
    if (instrument === undefined) continue;
    const number = (name: string): number | undefined => numberOf(row[name], `data.options[${i}].${name}`, file);
    const [bid, ask] = [aboveZero(number('bid')), aboveZero(number('ask'))];
    if (bid !== undefined && ask !== undefined && bid > ask) {
      tell('crossed-quote', 'warning', `${bid} > ${ask}`, 'the bid is above the ask');
    }
    contracts.push({
      instrument,
      terms: instrument.option!,
      bid,
      ask,
      bidSize: number('bid_size'),
      askSize: number('ask_size'),
      last: aboveZero(number('last_trade_price')),
      volume: number('volume'),
      openInterest: number('open_interest'),
      quotedAt: at - CBOE_CHAIN.delayMinutes * MINUTE,
      isListed: undefined,
    });
  }
  if (contracts.length === 0) throw new Fault('cboe.no-data', `there are no options on ${underlying}`, { file });
  // How old they are by now is for who shows them to say.
  const source = `Cboe delayed quotes of ${underlying}`;
  const date = tradeDateOf(at);
  return {
    chain: { underlying, at, date, spot, contracts: inChainOrder(contracts), source, isModel: false },
    findings,
  };
}

type Tell = (rule: Finding['rule'], severity: Finding['severity'], value: string, message: string) => void;

function contractOf(symbol: string, tell: Tell): Instrument | undefined {
  try {
    return occInstrument(symbol);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const isAdjusted = error.code === 'option.adjusted';
    tell(
      isAdjusted ? 'adjusted-contract' : 'bad-contract',
      isAdjusted ? 'warning' : 'fatal',
      symbol,
      `${error.rule}; it was left out`,
    );
    return undefined;
  }
}

function spotOf(data: Readonly<Record<string, unknown>>, file: string): number {
  for (const name of ['current_price', 'close', 'prev_day_close']) {
    const price = aboveZero(numberOf(data[name], `data.${name}`, file));
    if (price !== undefined) return price;
  }
  throw new Fault('chain.no-underlying', 'the file has no price of the underlying', {
    file,
    field: 'data.current_price',
  });
}

/** `2026-07-31 20:15:00`, in UTC. */
function instantOf(value: unknown, file: string): number {
  const match = typeof value === 'string' ? /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(value) : null;
  const millis = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  if (Number.isNaN(millis)) throw badShape('timestamp', value, 'a time as 2026-07-31 20:15:00', file);
  return millis * 1000;
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const rule = `must be JSON; its ${text.length} characters are not, or are cut short (${reason})`;
    throw new Fault('cboe.bad-shape', rule, { file });
  }
}

function objectOf(value: unknown, field: string, file: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>; // it is one, of unknown content
  throw badShape(field, value, 'a group of fields', file);
}

/** A field that is absent or null is not known. */
function numberOf(value: unknown, field: string, file: string): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw badShape(field, value, 'a number', file);
}

function aboveZero(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

function badShape(field: string, value: unknown, wanted: string, file: string): Fault {
  return new Fault('cboe.bad-shape', `must be ${wanted}, was ${show(value)}`, { file, field });
}
