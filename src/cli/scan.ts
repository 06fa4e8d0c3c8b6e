/**
 * `tradedeck scan`: which puts the strategy of a deck would sell on a day, and of each of the others which rule it broke.
 *
 * The deck is played up to that day, so that what is held and tied up by then counts, and its decision is shown.
 */
import { Fault, show } from '../base/fault.ts';
import { Deck } from '../engine/deck.ts';
import { playUntil } from '../desk/run/play-until.ts';
import { deckOptionsOf, loadRun } from '../desk/run/run.ts';
import { cashSecuredPuts, type Scan } from '../strategies/csp/index.ts';
import { calendar } from '../time/calendars.ts';
import { parseDay } from '../time/civil.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { tableText } from './table.ts';
import { print, styled } from './terminal.ts';

export interface ScanFlags extends RunFlags {
  readonly date?: string;
  readonly json?: boolean;
}

/** Runs the command. */
export async function scan(target: string, flags: ScanFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags);
  try {
    const found = await scanOf(chosen.config, chosen.folder, flags.date);
    if (flags.json === true)
      print(
        JSON.stringify(
          { ...found.scan, at: formatInstant(found.scan.at), source: found.source, isModel: found.isModel },
          undefined,
          2,
        ),
      );
    else for (const line of scanLines(found)) print(line);
    return EXIT.ok;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

interface Found {
  readonly scan: Scan;
  readonly source: string;
  readonly isModel: boolean;
}

/** Plays up to the end of `date`, or of the tape, and returns the last decision of that day. */
async function scanOf(config: Parameters<typeof loadRun>[0], folder: string, date: string | undefined): Promise<Found> {
  const loaded = await loadRun(config, folder);
  const { name } = loaded.strategy.definition;
  if (loaded.strategy.file !== undefined || name !== 'csp') {
    throw new Fault('scan.strategy', `only csp scans, the strategy was ${show(name)}`, { field: 'strategy.name' });
  }
  let last: Scan | undefined;
  const definition = cashSecuredPuts((each) => (last = each));
  const { tape } = loaded;
  const deck = new Deck(deckOptionsOf({ ...loaded, strategy: { ...loaded.strategy, definition } }));
  const { zone } = calendar(tape.instruments[0].calendar);
  const until = date === undefined ? Infinity : zone.instantAt(parseDay(date) + 1, 0) - 1;
  await playUntil(deck, tape, until);
  const from = date === undefined ? -Infinity : zone.instantAt(parseDay(date), 0);
  if (last === undefined || last.at < from) {
    const hint =
      last === undefined ? 'the tape begins later' : `the last decision before was at ${formatInstant(last.at)}`;
    throw new Fault(
      'scan.no-decision',
      `nothing was decided on ${date}: no session, or outside the tape`,
      { field: '--date' },
      hint,
    );
  }
  return { scan: last, source: tape.source, isModel: tape.simulated };
}

/** Contracts of one underlying that a table shows. */
const SHOWN = 60;

function scanLines({ scan: found, source, isModel }: Found): string[] {
  const { at, volatility, deployment, deployable, committed, available, symbols, positions } = found;
  const known = Number.isNaN(volatility) ? 'volatility is not known' : `volatility ${volatility.toFixed(2)}`;
  const lines = [
    `${isModel ? `${styled('yellow', 'SIMULATED PRICES')}  ` : ''}${styled('bold', formatInstant(at))}`,
    styled('dim', source),
    `${known}: ${percent(deployment)} may be committed, ${money(deployable)}; ${money(committed)} is, ${money(available)} is free`,
    ...positions.map(({ symbol, decision }) => `${styled('bold', symbol)}  ${decision}`),
  ];
  for (const { symbol, price, outcomes, refusal, contracts } of symbols) {
    lines.push(
      '',
      `${styled('bold', symbol)} ${price}${refusal === undefined ? '' : `  ${styled('yellow', `nothing is sold: ${refusal}`)}`}`,
    );
    for (const { rule, outcome, text } of outcomes)
      lines.push(`  ${outcome.padEnd(5)} ${rule.padEnd(18)} ${styled('dim', text)}`);
    // What was chosen first, then what broke fewest rules.
    const broken = (row: (typeof contracts)[number]): number =>
      row.outcomes.filter(({ outcome }) => outcome === 'fail').length;
    const rows = [...contracts].sort((a, b) => Number(b.chosen) - Number(a.chosen) || broken(a) - broken(b));
    const head = ['contract', 'days', 'bid', 'ask', 'chosen', 'why'];
    const cells = rows
      .slice(0, SHOWN)
      .map((row) => [
        row.symbol,
        String(row.days),
        row.bid?.toFixed(2) ?? '',
        row.ask?.toFixed(2) ?? '',
        row.chosen ? `sell ${row.quantity}` : 'no',
        row.reason,
      ]);
    if (cells.length > 0) lines.push(...tableText([head, ...cells], head.length, new Set([1, 2, 3])));
    if (rows.length > SHOWN) lines.push(styled('dim', `… and ${rows.length - SHOWN} more; --json has all`));
  }
  return lines;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function money(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
