/**
 * A session's facts as lines for a person: the same for a look at it and for the live view.
 */
import { plain } from '../adapters/webhook/index.ts';
import type { AlertStatus, SessionStatus } from '../desk/session/status.ts';
import type { LimitUse } from '../engine/gate/gate.ts';
import type { Alert } from '../engine/live/index.ts';
import { formatInstant, SECOND } from '../time/instant.ts';
import { tableText } from './table.ts';
import { oneLine, styled, styledError } from './terminal.ts';

/** What people must hear of, or that it is over, as it comes. */
export function alertLine({ code, priority, message, at, isOver }: Alert): string {
  const head =
    isOver === true
      ? styledError('green', `over ${code}`)
      : styledError(priority === 1 ? 'red' : 'yellow', `P${priority} ${code}`);
  return `${head}  ${oneLine(plain(message))}  ${formatInstant(at)}`;
}

export function positionsOf({ positions }: SessionStatus): string[] {
  if (positions.length === 0) return [styled('dim', 'no positions')];
  const rows = positions.map(({ symbol, strategy, quantity, averagePrice, mark, value, profit }) => [
    symbol,
    strategy,
    String(quantity),
    money(averagePrice),
    money(mark),
    money(value),
    money(profit),
  ]);
  return tableText([['position', 'strategy', 'quantity', 'average', 'mark', 'value', 'profit'], ...rows], 2);
}

/** Orders that work; those of which nobody knows what became of them come first. */
export function ordersOf({ orders }: SessionStatus): string[] {
  if (orders.length === 0) return [styled('dim', 'no orders work')];
  const sorted = orders.toSorted((a, b) => Number(b.status === 'unknown') - Number(a.status === 'unknown'));
  const rows = sorted.map(
    ({ id, symbol, side, quantity, filled, type, limit, stop, status, reason, keptBy, isHeldHere }) => [
      String(id),
      symbol,
      side,
      `${filled}/${quantity}`,
      type,
      limit === null ? '' : money(limit),
      stop === null ? '' : money(stop),
      status,
      isHeldHere
        ? `${reason}, held here, not at the broker`
        : keptBy === 'broker'
          ? `${reason}, kept by the broker`
          : reason,
    ],
  );
  return tableText([['order', 'symbol', 'side', 'filled', 'type', 'limit', 'stop', 'state', 'why'], ...rows], 99);
}

/** What is to have a stop at the broker, and has none now. */
export function unprotectedOf({ unprotected, at }: SessionStatus): string[] {
  return unprotected.map(
    ({ symbol, order, since }) =>
      `${symbol} has no stop at the broker for ${((at - since) / SECOND).toFixed(1)} s (order ${order})`,
  );
}

/** The process of the strategy, where it has one. */
export function processOf({ process: own }: SessionStatus): string[] {
  if (own === null) return [];
  const { state, pid, answered, answeredAt, backlog, restarts, why } = own;
  const last = answeredAt === null ? 'no answer yet' : `answer ${answered} to ${formatInstant(answeredAt)}`;
  const known = why === null ? '' : `${DOT}last stopped: ${oneLine(why)}`;
  const times = restarts === 0 ? '' : `${DOT}started again ${restarts} times`;
  return [`strategy process ${pid ?? '—'} ${state}${DOT}${last}, ${backlog} behind${times}${known}`];
}

/** Alerts that nobody has acknowledged and that are not over come first, with the numbers to acknowledge them by. */
export function alertsOf({ alerts, at }: SessionStatus): string[] {
  const isOpen = ({ acknowledgedBy, overAt }: AlertStatus): boolean => acknowledgedBy === null && overAt === null;
  const sorted = alerts.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || a.priority - b.priority);
  return sorted.map((alert) => {
    const { number, priority, text, seen, acknowledgedBy, overAt } = alert;
    const times = seen > 1 ? `, seen ${seen} times` : '';
    const end = overAt !== null ? `, over` : acknowledgedBy === null ? '' : `, acknowledged by ${acknowledgedBy}`;
    const line = `#${number} P${priority} ${oneLine(text)}  (${ageText(at - alert.at)} ago${times}${end})`;
    return isOpen(alert) ? styled(priority === 1 ? ['red', 'bold'] : 'yellow', line) : styled('dim', line);
  });
}

/** What the numbers rest on, and how old it is: numbers that stand still say so. */
export function healthOf({
  at,
  pricesAt,
  reconciledAt,
  mode,
  journal,
  records,
  unknown,
  channels,
}: SessionStatus): string {
  const prices = pricesAt === null ? [] : [aged('prices', at - pricesAt, PRICES_OLD_US)];
  const books =
    mode === 'paper'
      ? []
      : [
          reconciledAt === null
            ? styled('yellow', 'books not compared yet')
            : aged('books compared', at - reconciledAt, BOOKS_OLD_US),
        ];
  // What must be seen comes first: a narrow screen cuts the end.
  return [
    unknown === 0 ? 'none unknown' : styled(['red', 'bold'], `${unknown} UNKNOWN`),
    journal === 'ok' ? 'journal ok' : styled(['red', 'bold'], 'JOURNAL BROKEN'),
    ...prices,
    ...books,
    ...channels
      .filter(({ trouble }) => trouble !== null)
      .map(({ name, trouble }) => styled('yellow', `alerts to ${name}: ${trouble}`)),
    `${records} records`,
  ].join(DOT);
}

/** Between facts of a line. */
export const DOT: string = styled('dim', ' · ');

const PRICES_OLD_US = 90e6;
const BOOKS_OLD_US = 120e6;

function aged(what: string, age: number, old: number): string {
  const text = `${what} ${ageText(age)} ago`;
  return age > old ? styled('yellow', text) : text;
}

/** A while as people say it; microseconds. */
export function ageText(us: number): string {
  const seconds = Math.max(0, Math.round(us / 1e6));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** The exchange's clock and the machine's: both are meant by somebody. */
export function clockText(at: number, zone: string): string {
  if (!(at > 0)) return 'not begun';
  const of = (timeZone: string | undefined): string =>
    new Date(at / 1000).toLocaleTimeString('en-US', { timeZone, timeZoneName: 'short', hourCycle: 'h23' });
  const here = of(undefined);
  const there = of(zone);
  const day = new Date(at / 1000).toLocaleDateString('en-CA', { timeZone: zone });
  return here === there ? `${day} ${there}` : `${day} ${there} (here ${here})`;
}

/** How much of each limit is used, the one that is nearest to its end first. */
export function usesOf({ used, currency }: Pick<SessionStatus['gate'], 'used' | 'currency'>): string[] {
  if (used.length === 0) return [];
  const share = ({ used: part, limit }: LimitUse): number => (limit === 0 ? Number(part > 0) : part / limit);
  const rows = used
    .toSorted((a, b) => share(b) - share(a))
    .map((use) => {
      const shown = (value: number): string =>
        use.unit === 'money' ? `${currency} ${money(value)}` : `${value} ${use.unit}`;
      const percent = Math.round(share(use) * 100);
      const bar = '█'.repeat(Math.min(20, Math.round(percent / 5))).padEnd(20, '·');
      return [
        use.key,
        use.of ?? '',
        bar,
        `${percent} %`,
        shown(use.used),
        shown(use.limit),
        shown(Math.max(0, use.limit - use.used)),
      ];
    });
  return tableText([['limit', 'of', 'used', '', 'now, at worst', 'limit', 'left'], ...rows], 3);
}

/** The newest decisions by the clock of the exchange, for a screen that shows one day. */
export function decisionsOf({ recent, zone }: SessionStatus): string[] {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' });
  return recent.map(({ at, kind, text }) => `${styled('dim', clock.format(at / 1000))}  ${kind}  ${oneLine(text)}`);
}

export function recentOf({ recent }: SessionStatus): string[] {
  return recent.map(({ at, kind, text }) => `${styled('dim', formatInstant(at))}  ${kind}  ${oneLine(text)}`);
}

export function money(value: number): string {
  return value === value ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : '—';
}

/** What was earned: of a deck that goes on from another day, today and in all. */
export function profitText(equity: number, startingCash: number, profit: number): string {
  const all = equity - startingCash;
  return Math.abs(all - profit) < 0.005 ? signed(profit) : `${signed(profit)} today, ${signed(all)} in all`;
}

/** With its sign, also where it is a gain. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${money(Math.abs(value))}`;
}
