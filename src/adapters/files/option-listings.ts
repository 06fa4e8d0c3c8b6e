/**
 * What the rows of an option file say about each day: which contracts there were, with volume and open interest.
 */
import { formatDay } from '../../time/civil.ts';
import type { Zone } from '../../time/zone.ts';
import type { ChainListing, ListedContract } from '../../market/option/listing.ts';
import type { OptionRows } from './option-rows.ts';
import type { OptionTimes } from './option-times.ts';

/** One listing per class and trade date: all contracts of the day's rows, known when its last row was. */
export function listingsOf(
  file: string,
  rows: OptionRows,
  { at, market }: OptionTimes,
  groups: readonly Int32Array[],
): ChainListing[] {
  const [volume, open] = [rows.column('volume'), rows.column('openInterest')];
  type Growing = Omit<ChainListing, 'source' | 'knownAt' | 'contracts'> & {
    knownAt: number;
    contracts: ListedContract[];
  };
  const listings = new Map<string, Growing>();
  const dates = new Dates(market.zone);
  for (const [code, group] of groups.entries()) {
    const instrument = rows.contracts[code];
    const { underlying, root } = instrument.option!;
    const lastOfDay = lastRows(group, (row) => at[rows.tableRows[row]], dates);
    for (const [date, row] of lastOfDay) {
      const key = `${root} ${date}`;
      let listing = listings.get(key);
      if (listing === undefined)
        listings.set(key, (listing = { knownAt: -Infinity, date, underlying, root, contracts: [] }));
      listing.knownAt = Math.max(listing.knownAt, at[rows.tableRows[row]]);
      listing.contracts.push({ instrument, openInterest: known(open?.[row]), volume: known(volume?.[row]) });
    }
  }
  return [...listings.values()].map((listing) => ({ ...listing, source: file }));
}

/** The last row of each day, which counts: volume grows in a day. */
function lastRows(
  group: Int32Array,
  timeOf: (row: number) => number,
  dates: Dates,
): Iterable<readonly [string, number]> {
  // A file of one day, as most are, has one row per contract.
  if (group.length === 1) return [[dates.of(timeOf(group[0])), group[0]]];
  const last = new Map<string, number>();
  for (const row of group) {
    const date = dates.of(timeOf(row));
    const before = last.get(date);
    if (before === undefined || timeOf(before) <= timeOf(row)) last.set(date, row);
  }
  return last;
}

/** The dates of instants on a market's clock; rows of one instant ask once. */
class Dates {
  private readonly market: Zone;
  private readonly seen = new Map<number, string>();

  constructor(market: Zone) {
    this.market = market;
  }

  of(at: number): string {
    let date = this.seen.get(at);
    if (date === undefined) this.seen.set(at, (date = formatDay(this.market.dayAt(at))));
    return date;
  }
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
