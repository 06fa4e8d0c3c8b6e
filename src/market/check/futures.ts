/**
 * Rules that only futures with an expiry have: whether it is a session, and whether rows come after it.
 *
 * | rule              | severity | broken when |
 * |-------------------|----------|-------------|
 * | expiry-no-session | warning  | the expiry date is no session of its calendar |
 * | after-expiry      | warning  | rows are later than the close of the last session (told once per stream) |
 */
import { calendar } from '../../time/calendars.ts';
import { formatInstant } from '../../time/instant.ts';
import { futureLife } from '../future-life.ts';
import type { Instrument } from '../instrument.ts';
import type { Finding } from '../tape.ts';
import type { RowPlace } from './order.ts';

/** Returns what is wrong with the rows of an instrument at these times, ascending; nothing where it is no such future. */
export function checkFuture(instrument: Instrument, place: RowPlace, time: ArrayLike<number>): Finding[] {
  const { future } = instrument;
  if (future === undefined || future.expiry === '') return [];
  const life = futureLife(instrument, calendar(instrument.calendar))!;
  const { file, symbol, lines } = place;
  const found = (rule: Finding['rule'], row: number, value: string, message: string): Finding => {
    const at = row < time.length ? { at: time[row] } : {};
    return { rule, severity: 'warning', file, row: lines?.[row] ?? row + 1, symbol, value, message, ...at };
  };
  const findings: Finding[] = [];
  if (life.isMoved) {
    const message = `${future.expiry} is no session of ${instrument.calendar}: the contract ends with that of ${life.lastTradingDate}`;
    findings.push(found('expiry-no-session', 0, future.expiry, message));
  }
  const late = Array.prototype.findIndex.call(time, (at: number) => at > life.tradesUntil);
  if (late >= 0) {
    const message = `rows from here on are later than its last session, ${life.lastTradingDate}: nothing fills there`;
    findings.push(found('after-expiry', late, formatInstant(time[late]), message));
  }
  return findings;
}
