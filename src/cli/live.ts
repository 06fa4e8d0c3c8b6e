/**
 * `tradedeck rehearse` and `tradedeck live`, and `tradedeck paper` on a live tape: plays today's session of a deck and
 * ends with it.
 */
import { relative, resolve } from 'node:path';
import process from 'node:process';
import type { AccountFacts, SessionMode } from '../engine/live/index.ts';
import { Fault } from '../base/fault.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { isClean, isOld, SUMMARY_FILE, type DaySummary } from '../desk/session/day-summary.ts';
import { armingFile } from '../desk/session/arming.ts';
import { playLive } from '../desk/session/live.ts';
import type { LiveWorld, Readiness } from '../desk/session/live-world.ts';
import { confirmationOf, tailOf } from '../desk/session/permission.ts';
import { formatInstant } from '../time/instant.ts';
import type { Session } from '../time/session.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { stoppedBySignals } from './stopping.ts';
import { alertLine, money, profitText } from './session-lines.ts';
import { oneLine, print, styled, styledError, tell } from './terminal.ts';
import { typed } from './typed-word.ts';

export interface LiveFlags extends RunFlags {
  readonly again?: boolean;
  readonly runs?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Where a fake broker listens. */
  readonly at?: string;
  /** Six digits of the authenticator, for the first session of a deck that was signed. */
  readonly code?: string;
  /** Waits for the next session where today has none. */
  readonly wait?: boolean;
}

/** Plays today's session of a deck in a mode. */
export async function live(mode: SessionMode, target: string, flags: LiveFlags): Promise<ExitCode> {
  const chosen = await chooseDeck(target, flags);
  const { output } = chosen.config;
  const config =
    flags.runs === undefined ? chosen.config : { ...chosen.config, output: { ...output, folder: flags.runs } };
  using stopping = stoppedBySignals();
  const { stop } = stopping;
  const isSilent = flags.quiet === true || flags.json === true;
  const world: LiveWorld = {
    deckFolder: chosen.folder,
    base: process.cwd(),
    environment: process.env,
    fakeUrl: fakeAddress(mode, flags.at),
    stop,
    armingFile: /\.ya?ml$/.test(target) ? armingFile(resolve(target)) : undefined,
    isNext: flags.wait === true,
    isAgain: flags.again === true,
    confirm: (facts, day) => confirmed(config, facts, day),
    askCode: () => (flags.code === undefined ? typed('Code of your authenticator: ') : Promise.resolve(flags.code)),
    onReady: (about) => {
      if (!isSilent) for (const line of readyLines(about)) tell(line);
    },
    onAlert: (alert) => tell(alertLine(alert)),
    notice: (text) => {
      if (!isSilent) tell(oneLine(text));
    },
  };
  try {
    const played = await playLive(config, mode, world);
    if (played.kind === 'no-session') {
      const opensNext = formatInstant(played.opensNext);
      if (flags.json === true) print(JSON.stringify({ session: null, opensNext }));
      else if (flags.quiet !== true) tell(`no session today; the next one opens at ${opensNext} (--wait waits for it)`);
      return EXIT.ok;
    }
    const folder = relative(process.cwd(), played.folder);
    if (flags.json === true) print(JSON.stringify({ folder, ...played.summary }));
    else if (flags.quiet !== true) for (const line of summaryLines(played.summary, folder)) print(line);
    if (played.summary.end === 'stopped') return EXIT.interrupted;
    return isClean(played.summary) ? EXIT.ok : EXIT.problem;
  } catch (error) {
    throw error instanceof Fault ? await chosen.locate(error) : error;
  }
}

/** A fake is for rehearsing, and real money goes nowhere else than to its broker. */
export function fakeAddress(mode: SessionMode, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (mode === 'live') throw new Fault('mode.address', 'with real money there is no other address', { field: '--at' });
  if (!URL.canParse(text) || !/^(https?|tcp):$/.test(new URL(text).protocol)) {
    throw new Fault(
      'config.value',
      `must be an address as http://127.0.0.1:8877 or tcp://127.0.0.1:7497, was ${text}`,
      { field: '--at' },
    );
  }
  return text.replace(/\/$/, '');
}

function readyLines({ mode, account, day, prices, recovered, folder }: Readiness): string[] {
  const where =
    mode === 'paper'
      ? 'orders go to the simulated venue; no broker is connected'
      : mode === 'live'
        ? styledError('bgRed', ` REAL MONEY: orders go to account ${tailOf(account?.number ?? '')} `)
        : `orders go to the test account ${tailOf(account?.number ?? '')} at the broker`;
  const place = relative(process.cwd(), folder);
  return [
    `${styledError('bold', mode.toUpperCase())}  ${where}`,
    `${day.date}, ${formatInstant(day.openAt)} to ${formatInstant(day.closeAt)}${day.isEarlyClose ? ', an early close' : ''}; prices: ${prices}`,
    ...(recovered > 0 ? [`goes on: ${recovered} records were replayed`] : []),
    styledError('dim', `tradedeck status ${place}   looks at it while it plays`),
  ];
}

/** Says in large letters what is about to happen, and asks for it to be typed. A deck that says it needs no terminal. */
async function confirmed({ broker, name }: DeckConfig, facts: AccountFacts, day: Session): Promise<boolean> {
  const expected = confirmationOf(facts.number);
  if (broker?.confirm !== undefined) {
    if (broker.confirm === expected) return true;
    throw new Fault('mode.unconfirmed', 'broker.confirm must be the word live and the number of the account', {
      field: 'broker.confirm',
    });
  }
  if (!process.stdin.isTTY) {
    const hint = 'for unattended use write it in the deck: broker.confirm';
    throw new Fault('mode.unconfirmed', 'nobody is there to confirm it', { field: 'broker.confirm' }, hint);
  }
  const money = `${facts.currency} ${facts.equity.toLocaleString('en-US')}`;
  for (const line of ['', ...LARGE, '']) tell(styledError(['bold', 'red'], line));
  tell(
    `${name ?? 'This deck'} will send orders with REAL MONEY to account ${tailOf(facts.number)} (${money}) on ${day.date}.`,
  );
  return (await typed('Type the word live and the whole number of the account: ')) === expected;
}

const LARGE = [
  '  #       ###  #     #  #####',
  '  #        #   #     #  #    ',
  '  #        #    #   #   #### ',
  '  #        #     # #    #    ',
  '  #####   ###     #     #####',
];

function summaryLines(summary: DaySummary, folder: string): string[] {
  const { date, end, currency, equity, profit, dayProfit, cash, fills, orders, refusals, alerts, prices, records } =
    summary;
  const refused = Object.entries(refusals).map(([code, count]) => `${count} × ${code}`);
  return [
    `${styled('bold', `${summary.mode.toUpperCase()} ${date}`)}  ${END_WORDS[end]}, state ${summary.state}`,
    `equity ${currency} ${money(equity)} (${profitText(equity, equity - profit, dayProfit)}), cash ${money(cash)}`,
    `${orders['submitted'] ?? 0} orders, ${fills} fills, ${summary.working} work still, ${summary.unknown} of unknown outcome`,
    ...(refused.length === 0 ? [] : [`refused: ${refused.join(', ')}`]),
    ...summary.positions.map(({ symbol, quantity, averagePrice }) => `  ${symbol}  ${quantity} at ${money(averagePrice)}`),
booksText(summary),
    ...alerts.map((alert) => styled('yellow', `alert: ${oneLine(alert)}`)),
    `prices: ${prices.taken} rows, ${prices.duplicates} twice, ${prices.late} late, ${prices.amended} told anew, ${prices.bad} none, ${prices.breaks} breaks`,
    styled('dim', `${folder}/${SUMMARY_FILE}  ${records} records; tradedeck verify ${folder}`),
  ]; // prettier-ignore
}

function booksText(summary: DaySummary): string {
  const { differences, comparedAt } = summary;
  if (differences === null) {
    return summary.mode === 'paper'
      ? 'books: there is no broker to compare with'
      : styled('red', 'books were never compared');
  }
  const drift = differences.map(({ symbol, ours, theirs }) => `${symbol}: ours ${ours}, the broker's ${theirs}`);
  const when = isOld(summary) ? `, compared last at ${comparedAt}` : '';
  return drift.length === 0
    ? `books: as the broker's${when === '' ? '' : styled('yellow', when)}`
    : styled('red', `books differ: ${drift.join('; ')}${when}`);
}

const END_WORDS: Readonly<Record<DaySummary['end'], string>> = {
  closed: 'the day is over',
  stopped: 'stopped; the same command goes on while the day lasts',
  'lease-lost': 'ENDED: another desk holds the account',
  broken: 'ENDED: the journal could not be written',
};
