/**
 * Which contracts were listed when, kept in the catalog beside the prices: `<folder>/<source>/listings/<underlying>.json`.
 *
 * Without it a chain that was imported would know quotes and no open interest, and nobody could say which contracts there
 * were on a morning. One file per underlying, written whole; what is imported anew replaces its own days and no others.
 */
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Instrument } from '../../market/instrument.ts';
import { occInstrument } from '../../market/option/contract.ts';
import type { ChainListing, ListedContract } from '../../market/option/listing.ts';

interface StoredListing extends Omit<ChainListing, 'contracts'> {
  /** Symbol, open interest and volume; the instrument where its name does not say all. */
  readonly contracts: readonly (readonly [
    symbol: string,
    openInterest: number | null,
    volume: number | null,
    instrument?: Instrument,
  ])[];
}

interface StoredListings {
  readonly version: 1;
  readonly listings: readonly StoredListing[];
}

/** Adds listings to those of the catalog; returns the files that were written. */
export function storeListings(folder: string, origin: string, listings: readonly ChainListing[]): string[] {
  return [...Map.groupBy(listings, ({ underlying }) => underlying)].map(([underlying, own]) => {
    const file = join(folder, encodeURIComponent(origin), 'listings', `${encodeURIComponent(underlying)}.json`);
    const kept = new Map((existsSync(file) ? readStored(file) : []).map((each) => [keyOf(each), each]));
    for (const listing of own) kept.set(keyOf(listing), stored(listing));
    const sorted = [...kept.values()].sort((a, b) => a.knownAt - b.knownAt || (a.root < b.root ? -1 : 1));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, `${JSON.stringify({ version: 1, listings: sorted } satisfies StoredListings)}\n`);
    renameSync(`${file}.part`, file);
    return file;
  });
}

/** Returns the listings of some underlyings from all sources, in the order in which they could be known. */
export function readListings(folder: string, underlyings: readonly string[]): ChainListing[] {
  const names = new Set(underlyings.map((underlying) => `${encodeURIComponent(underlying)}.json`));
  const files = globSync('*/listings/*.json', { cwd: folder }).sort();
  return files
    .filter((name) => names.has(name.split(/[\\/]/)[2]))
    .flatMap((name) => readStored(join(folder, name)).map(known))
    .sort((a, b) => a.knownAt - b.knownAt);
}

/** A class has one list a day at one instant: what is imported again replaces it. */
function keyOf({ root, date, knownAt }: Pick<ChainListing, 'root' | 'date' | 'knownAt'>): string {
  return `${root} ${date} ${knownAt}`;
}

function stored({ contracts, ...listing }: ChainListing): StoredListing {
  return {
    ...listing,
    contracts: contracts.map(({ instrument, openInterest = null, volume = null }) =>
      isPlain(instrument)
        ? [instrument.symbol, openInterest, volume]
        : [instrument.symbol, openInterest, volume, instrument],
    ),
  };
}

function known({ contracts, ...listing }: StoredListing): ChainListing {
  return {
    ...listing,
    contracts: contracts.map(([symbol, openInterest, volume, instrument]): ListedContract => ({
      instrument: instrument ?? occInstrument(symbol),
      openInterest: openInterest ?? undefined,
      volume: volume ?? undefined,
    })),
  };
}

/** Whether the name of a contract gives the same instrument. */
function isPlain(instrument: Instrument): boolean {
  if (instrument.option?.deliverable !== undefined) return false;
  const plain = occInstrument(instrument.symbol);
  return plain === instrument || JSON.stringify(plain) === JSON.stringify(instrument);
}

function readStored(file: string): readonly StoredListing[] {
  let parsed: Partial<StoredListings>;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8')) as Partial<StoredListings>; // What `storeListings` wrote.
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Fault('catalog.listings', `the list of contracts is not readable (${said})`, { file }, 'import it again');
  }
  if (parsed.version === 1 && parsed.listings !== undefined) return parsed.listings;
  throw new Fault('catalog.listings', `the list has version ${String(parsed.version)}, known is 1`, { file });
}
