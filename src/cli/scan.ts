/**
 * `tradedeck scan`: which options the strategy of a deck would sell on a day, and of each of the others which rule it
 * broke.
 *
 * The deck is played up to that day, so that what is held and tied up by then counts, and its decision is shown; or, when
 * nothing is to be held, only the history that the rules need is played.
 */
import { Fault, show } from '../base/fault.ts';
import process from 'node:process';
import { Deck } from '../engine/deck.ts';
import { playUntil } from '../desk/run/play-until.ts';
import { deckOptionsOf, loadRun, misfitOf, type LoadedRun } from '../desk/run/run.ts';
import type { AnyStrategy } from '../engine/strategy/strategy.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { sellerNames, shippedSeller, type Scan } from '../strategies/index.ts';
import { calendar } from '../time/calendars.ts';
import { formatDay, parseDay } from '../time/civil.ts';
import { formatInstant } from '../time/instant.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { tableText } from './table.ts';
import { print, styled } from './terminal.ts';

export interface ScanFlags extends RunFlags {
  readonly date?: string;
  readonly fresh?: boolean;
  readonly now?: boolean;
  readonly baseUrl?: string;
  readonly json?: boolean;
}

/** Runs the command. */
export async function scan(target: string, flags: ScanFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags);
  try {
    if (flags.now === true && flags.date !== undefined) {
      throw new Fault('flag.date', '--now is this moment, and --date another day', { field: '--date' });
    }
    if (flags.fresh === true && flags.now !== true && flags.date === undefined) {
      throw new Fault('flag.fresh', '--fresh opens the account on a day, and needs it', { field: '--date' });
    }
    const ask = flags.now === true ? scanNow : scanOf;
    const found = await ask(chosen.config, chosen.folder, flags);
    if (flags.json === true)
      print(
        JSON.stringify(
          {
            ...found.scan,
            at: formatInstant(found.scan.at),
            source: found.source,
            isModel: found.isModel,
            currency: found.currency,
            ...(found.misfit === undefined ? {} : { neverTrades: found.misfit }),
          },
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
  /** Of the money. */
  readonly currency: string;
  /** What keeps these parameters from ever trading on what was played, or nothing. */
  readonly misfit: string | undefined;
}

/** Plays up to the end of `date`, or of the tape, and returns the last decision of that day. */
async function scanOf(config: DeckConfig, folder: string, { date, fresh = false }: ScanFlags): Promise<Found> {
  const loaded = await loadRun(narrowed(config, date, fresh), folder);
  // Only that much of the tape was loaded: another day may trade, and the table shows what keeps this one from it.
  const misfit = misfitOf(loaded)(loaded.parameters);
  const name = sellerOf(loaded);
  let last: Scan | undefined;
  const definition: AnyStrategy = await shippedSeller(name, (each) => (last = each));
  const { tape } = loaded;
  const { zone } = calendar(tape.instruments[0].calendar);
  const from = date === undefined ? -Infinity : zone.instantAt(parseDay(date), 0);
  const opens = fresh && date !== undefined ? { opensAt: from } : {};
  const deck = new Deck({ ...deckOptionsOf({ ...loaded, strategy: { ...loaded.strategy, definition } }), ...opens });
  const until = date === undefined ? Infinity : zone.instantAt(parseDay(date) + 1, 0) - 1;
  const isLong = !fresh && process.stderr.isTTY;
  if (isLong) process.stderr.write(`playing up to ${date ?? 'the end'}: what is held by then counts (--fresh: not) …`);
  await playUntil(deck, tape, until);
  if (isLong) process.stderr.write('\r\x1b[2K');
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
  const { currency } = deck.ledger.cash[0];
  return { scan: last, source: tape.source, isModel: tape.simulated, currency, misfit };
}

/** Decides once, on the chains of this moment, with nothing held. */
async function scanNow(config: DeckConfig, folder: string, { baseUrl }: ScanFlags): Promise<Found> {
  const { tape: source, strategy } = config;
  if (source.source !== 'options') {
    throw new Fault('scan.tape', 'only a tape of options says on what they are sold', { field: 'tape.source' });
  }
  const { chainsNow } = await import('../desk/wiring/chain-now.ts');
  const { volatility = 'VIX', equityRules = 'strict', ...others } = strategy.parameters ?? {};
  const { strikeCeiling, contractRank, universeRank } = others;
  const needsCloses =
    equityRules !== 'none' || strikeCeiling === 'average' || [contractRank, universeRank].includes('daysSinceStrike');
  const index = volatility === 'chain' || volatility === 'none' ? undefined : String(volatility);
  const { tape, at } = await chainsNow({
    underlyings: [source, ...(source.more ?? [])].map(({ underlying }) => underlying),
    index,
    needsCloses,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  const loaded = await loadRun(config, folder, 'backtest', tape);
  let found: Scan | undefined;
  const observe = Object.assign((each: Scan): void => void (found = each), { at });
  const definition: AnyStrategy = await shippedSeller(sellerOf(loaded), observe);
  const deck = new Deck(deckOptionsOf({ ...loaded, strategy: { ...loaded.strategy, definition } }));
  await playUntil(deck, tape, at);
  if (found === undefined) {
    const rule = `nothing could be decided at ${formatInstant(at)}: there is no daily price before`;
    throw new Fault('scan.no-decision', rule, { field: '--now' });
  }
  const { currency } = deck.ledger.cash[0];
  return { scan: found, source: tape.source, isModel: false, currency, misfit: undefined };
}

/** The name of the shipped seller of options that a run is of; another strategy is a `Fault`. */
function sellerOf({ strategy }: LoadedRun): string {
  const { name } = strategy.definition;
  if (strategy.file === undefined && sellerNames.includes(name)) return name;
  const rule = `only ${sellerNames.join(', ')} scan, the strategy was ${show(name)}`;
  throw new Fault('scan.strategy', rule, { field: 'strategy.name' });
}

/** Calendar days that hold the sessions of any look-back that a seller may have, and the first of a model's vol. */
const LOOK_BACK = 150;

/**
 * What is after the day cannot matter, so that it is not even made; with `fresh` neither is what is long before it.
 */
function narrowed(config: DeckConfig, date: string | undefined, fresh: boolean): DeckConfig {
  const { tape } = config;
  if (date === undefined || tape.source !== 'options') return config;
  const { historyDays = 60 } = config.strategy.parameters ?? {};
  const start = formatDay(parseDay(date) - LOOK_BACK - Math.ceil(1.5 * Number(historyDays)));
  const [later, sooner] = [tape.start ?? start, tape.end ?? date];
  return {
    ...config,
    tape: {
      ...tape,
      end: sooner < date ? sooner : date,
      ...(fresh ? { start: later > start ? later : start } : {}),
    },
  };
}

/** Contracts of one underlying that a table shows. */
const SHOWN = 60;

function scanLines({ scan: found, source, isModel, currency, misfit }: Found): string[] {
  const { at, volatility, deployment, deployable, committed, available, symbols, positions } = found;
  const known = Number.isNaN(volatility) ? 'volatility is not known' : `volatility ${volatility.toFixed(2)}`;
  const lines = [
    `${isModel ? `${styled('yellow', 'SIMULATED PRICES')}  ` : ''}${styled('bold', formatInstant(at))}`,
    styled('dim', source),
    ...(misfit === undefined ? [] : [styled('yellow', `nothing could be sold on any day up to here: ${misfit}`)]),
    `${known}: ${percent(deployment)} may be committed, which is ${currency} ${money(deployable)}; ${money(committed)} is committed, ${money(available)} is free`,
    ...positions.map(({ symbol, decision }) => `${styled('bold', symbol)}  ${decision}`),
  ];
  for (const { symbol, kind, price, outcomes, refusal, contracts, purchase } of symbols) {
    const what = kind === 'shares' ? 'shares to buy' : `${kind}s to sell`;
    const told = refusal === undefined ? '' : `  ${styled('yellow', `none: ${refusal}`)}`;
    lines.push('', `${styled('bold', symbol)} ${Number(price.toFixed(4))}, ${what}${told}`);
    if (purchase !== undefined) lines.push(`  buy ${purchase.quantity}: ${purchase.reason}`);
    // Of calls on shares that nobody has, a strategy that also sells puts has nothing to say.
    if (
      kind === 'call' &&
      symbols.length > 1 &&
      outcomes.some(({ rule, text }) => rule === 'freeShares' && text.includes(' of 0 shares '))
    )
      continue;
    for (const { rule, outcome, text } of outcomes)
      lines.push(`  ${outcome.padEnd(5)} ${rule.padEnd(18)} ${styled('dim', text)}`);
    // What was chosen first, then what broke fewest rules.
    const broken = (row: (typeof contracts)[number]): number =>
      row.outcomes.filter(({ outcome }) => outcome === 'fail').length;
    const rows = [...contracts].sort((a, b) => Number(b.chosen) - Number(a.chosen) || broken(a) - broken(b));
    const head = ['contract', 'days', 'bid', 'ask', 'delta', 'chosen', 'why'];
    const cells = rows
      .slice(0, SHOWN)
      .map((row) => [
        row.symbol,
        String(row.days),
        row.bid?.toFixed(2) ?? '',
        row.ask?.toFixed(2) ?? '',
        row.delta?.toFixed(3) ?? '',
        row.chosen ? `sell ${row.quantity}` : 'no',
        row.reason === refusal ? `nothing of ${symbol} is sold, see above` : row.reason,
      ]);
    if (cells.length > 0) lines.push(...tableText([head, ...cells], head.length, new Set([1, 2, 3, 4])));
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
