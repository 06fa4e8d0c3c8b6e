/**
 * Rules that only options have: what a quote can be worth at all, whether it moves with its underlying, whether the
 * expiry is a session and the contract in the list.
 *
 * | rule              | severity | broken when |
 * |-------------------|----------|-------------|
 * | absurd-quote      | warning  | a call's bid is above the underlying, a put's above the strike; an ask is above twice that, or far below what exercise is worth |
 * | stale-quote       | warning  | both sides rest for many rows while the underlying moves over 2 % |
 * | one-sided         | note     | rows have no bid, no ask or neither (counted, told once per contract) |
 * | expiry-no-session | warning  | the expiry date is no session, and not the Saturday that monthly contracts carried |
 * | after-expiry      | warning  | rows are later than the settlement of the contract (counted, told once per contract) |
 * | unlisted-contract | warning  | the contract is quoted on a day whose list does not have it |
 * | no-underlying     | warning  | nothing on the tape tells the price of the underlying |
 */
import { parseDay, SATURDAY, weekdayOf } from '../../time/civil.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Instrument } from '../instrument.ts';
import { contractLife } from '../option/life.ts';
import type { ChainListing } from '../option/listing.ts';
import type { Finding, StreamSlice } from '../tape.ts';
import type { RowPlace } from './order.ts';
import { FindingList } from './report.ts';

/** Rows without any change that count as stale when the underlying moves: sessions, or rows within one. */
const STALE_ROWS_DAILY = 5;
const STALE_ROWS = 60;
/** How far the underlying must have moved for resting quotes to be odd. */
const STALE_MOVE = 0.02;
/** An ask may be this part of the underlying's price below exercise: the two are rarely of the same second. */
const INTRINSIC_SLACK = 0.02;

export interface OptionStream extends RowPlace {
  readonly stream: StreamSlice;
  readonly instrument: Instrument;
}

/** Checks everything about the options of a tape that one stream alone cannot tell. */
export function checkOptions(
  options: readonly OptionStream[],
  streams: readonly StreamSlice[],
  listings: readonly ChainListing[],
): Finding[] {
  const prices = new Map(streams.map((stream) => [stream.symbol, stream]));
  const findings: Finding[] = [];
  const told = new Set<string>();
  const once = (key: string): boolean => !told.has(key) && told.add(key) !== undefined;
  for (const option of options) {
    const { instrument, stream } = option;
    const { underlying, root, expiry } = instrument.option!;
    const spots = prices.get(underlying);
    findings.push(...checkQuotes(option, spots));
    if (spots === undefined && once(underlying)) {
      const message = `nothing tells the price of ${underlying}: no implied vol, no delta and no settlement can be worked out`;
      findings.push(first(option, 'no-underlying', underlying, message));
    }
    if (once(`${root} ${expiry} ${option.file}`)) {
      const life = contractLife(instrument);
      if (life.isMoved && !isSaturdayOfMonthly(expiry, life.cycle)) {
        const message = `${expiry} is no session; by the rule for holidays these contracts settle on ${life.settlementDate}`;
        findings.push(first(option, 'expiry-no-session', expiry, message));
      }
    }
    if (stream.columns.length > 0) findings.push(...checkListed(option, listings), ...checkEnd(option));
  }
  return findings;
}

function isSaturdayOfMonthly(expiry: string, cycle: string): boolean {
  return cycle === 'monthly' && weekdayOf(parseDay(expiry)) === SATURDAY;
}

/** A finding about a stream as a whole, at its first row. */
function first(option: OptionStream, rule: Finding['rule'], value: string, message: string): Finding {
  const { file, symbol, lines, stream } = option;
  const at = stream.columns.length > 0 ? { at: stream.columns.time[0] } : {};
  return { rule, severity: 'warning', file, row: lines?.[0] ?? 1, symbol, value, message, ...at };
}

/** A list of the day of the first row, or of a day after it, that does not have the contract. */
function checkListed(option: OptionStream, listings: readonly ChainListing[]): Finding[] {
  const { instrument, stream, symbol } = option;
  const from = stream.columns.time[0];
  const until = stream.columns.time.at(-1)!;
  const { root } = instrument.option!;
  const list = listings.find(
    (each) =>
      each.knownAt >= from - HALF_DAY && each.knownAt <= until && each.root === root && each.source !== option.file,
  );
  if (list === undefined || symbolsOf(list).has(symbol)) return [];
  return [
    first(option, 'unlisted-contract', symbol, `the contract list ${list.source} of ${list.date} does not have it`),
  ];
}

/** Rows of a contract that was over: of another one with its name, or with a wrong date. */
function checkEnd({ instrument, stream, file, symbol, lines }: OptionStream): Finding[] {
  const { time, length } = stream.columns;
  const { settlementDate, settlesAt } = contractLife(instrument);
  // A chain of the evening is quoted until a quarter past.
  const from = time.findIndex((at) => at > settlesAt + HALF_DAY);
  if (from < 0) return [];
  const message = `${length - from} of ${length} rows are later than ${settlementDate}, when the contract was settled: nothing fills there`;
  const value = formatInstant(time[from]);
  return [
    {
      rule: 'after-expiry',
      severity: 'warning',
      file,
      row: lines?.[from] ?? from + 1,
      symbol,
      value,
      message,
      at: time[from],
    },
  ];
}

const HALF_DAY = 12 * 3600 * 1e6;

/** Symbols of a list, put together once. */
const symbols = new WeakMap<ChainListing, ReadonlySet<string>>();

function symbolsOf(list: ChainListing): ReadonlySet<string> {
  let known = symbols.get(list);
  if (known === undefined) {
    known = new Set(list.contracts.map(({ instrument }) => instrument.symbol));
    symbols.set(list, known);
  }
  return known;
}

/** Rows of quotes against the price of the underlying that was known with them. */
function checkQuotes(option: OptionStream, underlying: StreamSlice | undefined): Finding[] {
  const { stream, instrument } = option;
  if (stream.kind !== 'quotes' && stream.kind !== 'quote-bars') return [];
  const { columns } = stream;
  const list = new FindingList(option, columns.time);
  const [bids, asks] = 'bid' in columns ? [columns.bid, columns.ask] : [columns.bidClose, columns.askClose];
  const { right, strike } = instrument.option!;
  const walk = new SpotWalk(underlying);
  const staleRows = stream.timeFrame === '1d' || spacing(columns.time) > HALF_DAY ? STALE_ROWS_DAILY : STALE_ROWS;
  let missing = 0;
  let firstMissing = -1;
  let restsFrom = 0;
  let isTold = false;
  for (let i = 0; i < columns.length; i++) {
    const [bid, ask] = [bids[i], asks[i]];
    const spot = walk.at(columns.time[i]);
    if (!(Math.abs(bid) > 0 && Math.abs(ask) > 0)) {
      missing++;
      if (firstMissing < 0) firstMissing = i;
    }
    const most = right === 'put' ? strike : spot;
    const exercise = right === 'put' ? strike - spot : spot - strike;
    if (bid > most) list.add('absurd-quote', 'warning', i, `bid ${bid}`, `no ${right} is worth more than ${most}`);
    else if (ask > 2 * most) {
      const message = `no ${right} is worth more than ${most}, and this asks more than twice that: nothing fills there`;
      list.add('absurd-quote', 'warning', i, `ask ${ask}`, message);
    } else if (ask > 0 && ask < exercise - INTRINSIC_SLACK * spot) {
      list.add('absurd-quote', 'warning', i, `ask ${ask}`, `exercise is worth ${exercise.toFixed(2)} with ${spot}`);
    }
    if (i > 0 && (bid !== bids[i - 1] || ask !== asks[i - 1])) [restsFrom, isTold] = [i, false];
    if (i - restsFrom < staleRows || isTold || !(bid > 0 && ask > 0)) continue;
    const move = Math.abs(spot / walk.before(columns.time[restsFrom]) - 1);
    if (move > STALE_MOVE) {
      isTold = true;
      const message = `the quote rests for ${i - restsFrom} rows while the underlying moves ${(100 * move).toFixed(1)} %`;
      list.add('stale-quote', 'warning', i, `${bid} / ${ask}`, message);
    }
  }
  if (missing > 0) {
    const sides = [bids[firstMissing], asks[firstMissing]]
      .map((side) => (Math.abs(side) > 0 ? side : 'none'))
      .join(' / ');
    const message = `${missing} of ${columns.length} rows have no bid or no ask: nothing fills on a side that is not there`;
    list.add('one-sided', 'note', firstMissing, sides, message);
  }
  return list.finish();
}

function spacing(time: Float64Array): number {
  return time.length < 2 ? 0 : (time.at(-1)! - time[0]) / (time.length - 1);
}

/** The price of the underlying along growing times. */
class SpotWalk {
  private readonly time: Float64Array;
  private readonly price: (row: number) => number;
  private row = -1;

  constructor(stream: StreamSlice | undefined) {
    this.time = stream?.columns.time ?? new Float64Array(0);
    this.price = () => Number.NaN;
    if (stream === undefined) return;
    const { columns } = stream;
    if ('close' in columns) this.price = (row) => columns.close[row];
    else if ('price' in columns) this.price = (row) => columns.price[row];
    else if ('bid' in columns) this.price = (row) => (columns.bid[row] + columns.ask[row]) / 2;
    else this.price = (row) => (columns.bidClose[row] + columns.askClose[row]) / 2;
  }

  /** The newest price at an instant; NaN before the first. Instants must not fall. */
  at(at: number): number {
    while (this.row + 1 < this.time.length && this.time[this.row + 1] <= at) this.row++;
    return this.row < 0 ? Number.NaN : this.price(this.row);
  }

  /** The newest price at an earlier instant. */
  before(at: number): number {
    let row = this.row;
    while (row > 0 && this.time[row] > at) row--;
    return row < 0 ? Number.NaN : this.price(row);
  }
}
