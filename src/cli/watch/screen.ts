/**
 * What the live view shows, as lines of a terminal: a function of the facts and of the size of the screen, so that it can
 * be tested without one.
 */
import { stripVTControlCharacters } from 'node:util';
import type { SessionStatus } from '../../desk/session/status.ts';
import {
  alertsOf,
  clockText,
  decisionsOf,
  DOT,
  healthOf,
  ordersOf,
  positionsOf,
  processOf,
  money,
  profitText,
  signed,
  unprotectedOf,
  usesOf,
} from '../session-lines.ts';
import { styled } from '../terminal.ts';

export interface View {
  readonly folder: string;
  readonly width: number;
  readonly height: number;
  /** Equity as it was seen, oldest first. */
  readonly trail: readonly number[];
  /** Seconds since the session last answered. */
  readonly silence: number;
  /** What a person is being asked, or was told. */
  readonly prompt: string;
}

/** Seconds without an answer after which the numbers are shown as old. */
export const SILENT_AFTER = 3;

/** What stops most comes first: a narrow screen cuts the end. */
const KEYS = 'k KILL  h halt  p pause  c cancel  f flatten  d reduce  r resume  a clear  q end';

/** Returns exactly `height` lines, none wider than `width`. */
export function screenOf(status: SessionStatus, view: View): string[] {
  const { width, height } = view;
  const isOld = view.silence >= SILENT_AFTER;
  const head = [...barOf(status, view), '', ...moneyOf(status, view), ''];
  const foot = [styled('bold', view.prompt), styled('dim', KEYS)];
  const room = Math.max(0, height - head.length - foot.length);
  const body = shared(room, [
    ['alerts', alertsOf(status)],
    ['positions', positionsOf(status)],
    ['orders', ordersOf(status)],
    ['limits', limitsOf(status)],
    ['decisions', decisionsOf(status).toReversed()],
  ]);
  const lines = [...head, ...body];
  while (lines.length < height - foot.length) lines.push('');
  const shown = [...lines.slice(0, Math.max(0, height - foot.length)), ...foot].slice(0, height);
  return shown.map((line) => fit(isOld ? styled('dim', stripVTControlCharacters(line)) : line, width));
}

/** Mode and state: what must be unmistakable. */
function barOf(status: SessionStatus, { folder, silence }: View): string[] {
  const { mode, state, reason, account, zone } = status;
  const isFine = state === 'active';
  const colour = isFine ? 'green' : state === 'halted' || state === 'killed' ? 'red' : 'yellow';
  const badge = styled(
    mode === 'live' ? ['bgRed', 'white', 'bold'] : ['inverse', 'bold'],
    ` ${mode.toUpperCase()}${account === null ? '' : ` ${account}`} `,
  );
  const answers = silence < SILENT_AFTER ? 'answers' : styled('red', `no answer for ${Math.floor(silence)} s`);
  const stopped = [
    ...Object.entries(status.frozen).map(([symbol, why]) => `${symbol} frozen: ${why}`),
    ...Object.entries(status.paused).map(([strategy, why]) => `${strategy} paused: ${why}`),
    ...unprotectedOf(status),
  ];
  return [
    `${badge} ${styled([colour, 'bold'], state.toUpperCase())}  ${reason}`,
    `${clockText(status.at, zone)}  ${styled('dim', folder)}`,
    `${answers}${DOT}${healthOf(status)}`,
    ...processOf(status),
    ...stopped.map((line) => styled('yellow', line)),
  ];
}

function moneyOf(status: SessionStatus, { trail, width }: View): string[] {
  const { equity, startingCash, profit, currency, cash, exposure, counts } = status;
  const began = equity - profit;
  const share = began === 0 ? 0 : (profit / began) * 100;
  const today = `${profitText(equity, startingCash, profit)} (${signed(share)} %)`;
  const change = styled(profit < 0 ? 'red' : 'green', today);
  const invested = `${Math.round(exposure.gross * 100)} % gross, ${Math.round(exposure.net * 100)} % net`;
  const orders = ['submitted', 'filled', 'refused', 'rejected', 'canceled'].map(
    (kind) => `${counts[kind] ?? 0} ${kind === 'submitted' ? 'sent' : kind}`,
  );
  return [
    `equity ${styled('bold', `${currency} ${money(equity)}`)} ${change}   cash ${money(cash)}   exposure ${invested}`,
    `orders ${orders.join(', ')}`,
    styled('cyan', sparkline(trail, Math.min(trail.length, width))),
  ];
}

/** Limits of which something is used. */
function limitsOf({ gate: { used, currency } }: SessionStatus): string[] {
  const touched = used.filter((use) => use.used > 0);
  return touched.length === 0 ? [styled('dim', 'nothing of any limit is used')] : usesOf({ used: touched, currency });
}

/** Rows of a part that shows one line: its title above, an empty line below. */
const LEAST = 3;

/**
 * Gives each part its share of the room, those first that matter most: each leaves the later ones a line, takes what it needs of
 * the rest, and of what is long no more than half.
 */
function shared(room: number, parts: readonly (readonly [title: string, lines: readonly string[]])[]): string[] {
  const shown = parts.filter(([, lines]) => lines.length > 0);
  let left = room;
  return shown.flatMap(([title, lines], index) => {
    const later = shown.length - index - 1;
    const free = left - (LEAST - 1) - LEAST * later;
    // The head of a table and its first row belong together.
    const most = later === 0 ? free : Math.min(free, Math.max(2, Math.floor(free / 2)));
    const size = Math.max(0, Math.min(lines.length, most));
    if (size === 0) return [];
    left -= size + LEAST - 1;
    const hidden = lines.length - size;
    const more = hidden > 0 ? styled('dim', `  ${hidden} more`) : '';
    return [styled(['bold', 'underline'], title) + more, ...lines.slice(0, size), ''];
  });
}

const BARS = '▁▂▃▄▅▆▇█';

/** The newest values as bars between their lowest and their highest; a flat line where they do not differ. */
export function sparkline(values: readonly number[], width: number): string {
  const newest = values.slice(Math.max(0, values.length - width));
  const low = Math.min(...newest);
  const range = Math.max(...newest) - low;
  return newest.map((value) => BARS[range > 0 ? Math.round(((value - low) / range) * 7) : 0]).join('');
}

/** Cuts a line at a width, styles uncounted. */
export function fit(line: string, width: number): string {
  if (stripVTControlCharacters(line).length <= width) return line;
  let seen = 0;
  let out = '';
  // An escape sequence is taken whole, and takes no room.
  for (const [part] of line.matchAll(/\u{1b}\[[0-9;]*m|[^]/gu)) {
    const isStyle = part.startsWith('\x1b');
    if (!isStyle && seen++ >= width - 1) {
      if (seen === width) out += '…';
      continue;
    }
    out += part;
  }
  return out;
}
