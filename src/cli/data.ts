/**
 * `tradedeck data`: lists, imports, fetches, checks, compares and exports prices.
 */
import { writeFileSync } from 'node:fs';
import type { CorporateAction } from '../market/actions.ts';
import type { Finding } from '../market/tape.ts';
import {
  checkStored,
  compareTapes,
  exportData,
  fetchData,
  importData,
  listData,
  readSide,
  type Listed,
} from '../desk/wiring/data.ts';
import type { Mapping } from '../adapters/files/mapping.ts';
import { readMapping } from '../desk/config/mapping.ts';
import type { FETCHED } from '../desk/config/sources.ts';
import { readActionFiles, readPriceFiles } from '../desk/wiring/price-files.ts';
import { CATALOG_FOLDER } from '../desk/wiring/tapes.ts';
import { formatDate, formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, styled, tell } from './terminal.ts';

export interface DataFlags {
  readonly catalog?: string;
  readonly symbol?: string;
  readonly timeFrame?: string;
  readonly json?: boolean;
  readonly replace?: boolean;
  /** A file that says what the columns are, and single keys of the same. */
  readonly mapping?: string;
  readonly map?: readonly string[];
  /** Files of corporate actions. */
  readonly actions?: readonly string[];
}

const SHOWN = 20;

/** Lists the catalog. */
export async function ls({ catalog, symbol, json }: DataFlags): Promise<ExitCode> {
  return showListed(
    await listData(catalog ?? CATALOG_FOLDER, symbol?.split(',')),
    json,
    'the catalog is empty: fill it with data import or data fetch',
  );
}

/** Imports files into the catalog. */
export async function importCommand(
  files: readonly string[],
  flags: DataFlags & { readonly origin?: string },
): Promise<ExitCode> {
  const { catalog, origin, replace } = flags;
  const entries = await importData(catalog ?? CATALOG_FOLDER, origin ?? 'files', files, {
    ...mappingOf(flags),
    ...(await actionsOf(flags)),
    ...(replace === undefined ? {} : { replace }),
  });
  return showListed(entries, flags.json, 'nothing was imported');
}

/** Fetches symbols over the network into the catalog. */
export async function fetchCommand(
  source: (typeof FETCHED)[number],
  symbols: readonly string[],
  flags: DataFlags & { readonly start?: string; readonly end?: string; readonly baseUrl?: string },
): Promise<ExitCode> {
  const { catalog, json, symbol: _symbol, ...options } = flags;
  const entries = await fetchData(
    catalog ?? CATALOG_FOLDER,
    source,
    symbols.flatMap((each) => each.split(',')),
    options,
    tell,
  );
  return showListed(entries, json, 'nothing was fetched');
}

/** Checks files, or the whole catalog, and lists what is wrong. */
export async function check(files: readonly string[], flags: DataFlags): Promise<ExitCode> {
  const { catalog, json } = flags;
  const findings =
    files.length === 0
      ? await checkStored(catalog ?? CATALOG_FOLDER)
      : (await readPriceFiles(files, { ...mappingOf(flags), ...(await actionsOf(flags)) })).findings;
  if (json === true) print(JSON.stringify(findings, undefined, 2));
  else for (const line of findingLines(findings)) print(line);
  return findings.some(({ severity }) => severity !== 'note') ? EXIT.problem : EXIT.ok;
}

/** Writes one symbol of the catalog as CSV. */
export async function exportCommand(
  symbol: string,
  flags: DataFlags & { readonly output?: string; readonly origin?: string },
): Promise<ExitCode> {
  const text = await exportData(flags.catalog ?? CATALOG_FOLDER, symbol, flags);
  if (flags.output === undefined) process.stdout.write(text);
  else {
    writeFileSync(flags.output, text);
    tell(`${text.split('\n').length - 2} rows written to ${flags.output}`);
  }
  return EXIT.ok;
}

/** Compares the bars of two files, or of two sources in the catalog. */
export async function compare(
  a: string,
  b: string,
  flags: Pick<DataFlags, 'catalog' | 'timeFrame' | 'json'> & { readonly tolerance?: number },
): Promise<ExitCode> {
  const side = (name: string) => readSide(name, flags.catalog ?? CATALOG_FOLDER, flags.timeFrame);
  const result = compareTapes(await side(a), await side(b), flags.tolerance ?? 1e-6);
  const isSame = result.onlyFirst.length + result.onlySecond.length + result.different.length === 0;
  if (flags.json === true) print(JSON.stringify(result, undefined, 2));
  else {
    print(`${result.rows[0]} and ${result.rows[1]} bars, ${result.common} at the same times`);
    for (const at of result.onlyFirst.slice(0, SHOWN)) print(`  ${formatInstant(at)}  only in ${a}`);
    for (const at of result.onlySecond.slice(0, SHOWN)) print(`  ${formatInstant(at)}  only in ${b}`);
    for (const { at, first, second } of result.different.slice(0, SHOWN))
      print(`  ${formatInstant(at)}  close ${first} and ${second}`);
    const more = [result.onlyFirst, result.onlySecond, result.different].reduce(
      (sum, list) => sum + Math.max(0, list.length - SHOWN),
      0,
    );
    if (more > 0) print(`  … and ${more} more`);
    print(
      isSame
        ? styled('green', 'the closes are the same')
        : styled('yellow', `closes differ by up to ${(result.worst * 100).toPrecision(3)} %`),
    );
  }
  return isSame ? EXIT.ok : EXIT.problem;
}

async function actionsOf({ actions: files = [], symbol }: DataFlags): Promise<{ actions?: CorporateAction[] }> {
  const actions = await readActionFiles(files, undefined, symbol);
  return actions.length === 0 ? {} : { actions };
}

/** What was said of a file: its columns and, beside them, its symbol and time frame. */
function mappingOf({ mapping, map, symbol, timeFrame }: DataFlags): Mapping {
  return {
    ...readMapping(mapping, map),
    ...(symbol === undefined ? {} : { symbol }),
    ...(timeFrame === undefined ? {} : { timeFrame }),
  };
}

function showListed(entries: readonly Listed[], json: boolean | undefined, empty: string): ExitCode {
  if (json === true) print(JSON.stringify(entries, undefined, 2));
  else if (entries.length === 0) tell(empty);
  else {
    const width = Math.max(8, ...entries.map(({ symbol }) => symbol.length)) + 2;
    print(
      styled(
        'dim',
        `${'symbol'.padEnd(width)}${'frame'.padEnd(8)}${'kind'.padEnd(12)}${'rows'.padStart(12)}  from        to          source`,
      ),
    );
    for (const { symbol, timeFrame, kind, rows, from, to, origin, findings } of entries) {
      const remark = findings === 0 ? '' : styled('yellow', `  ${findings} finding${findings === 1 ? '' : 's'}`);
      print(
        `${symbol.padEnd(width)}${timeFrame.padEnd(8)}${kind.padEnd(12)}${rows.toLocaleString('en-US').padStart(12)}  ${formatDate(from)}  ${formatDate(to)}  ${origin}${remark}`,
      );
    }
  }
  return EXIT.ok;
}

const COLOURS = { fatal: 'red', warning: 'yellow', note: 'dim' } as const;

function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [styled('green', 'no findings')];
  const lines = (['fatal', 'warning', 'note'] as const).flatMap((severity) => {
    const some = findings.filter((finding) => finding.severity === severity);
    const shown = some.slice(0, SHOWN).map(({ rule, file, row, symbol, message, value }) => {
      const at = `${file}:${row}`;
      return `${styled(COLOURS[severity], severity.padEnd(8))}${rule.padEnd(19)}${at}  ${symbol}  ${message}${value === '' || message.includes(value) ? '' : ` (${value})`}`;
    });
    return some.length > SHOWN
      ? [...shown, `  … and ${some.length - SHOWN} more of this severity; --json lists all`]
      : shown;
  });
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return [...lines, `${count('fatal')} fatal, ${count('warning')} warnings, ${count('note')} notes`];
}
