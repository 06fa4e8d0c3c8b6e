/**
 * The hours of a contract as the vendor writes them, in the time of its exchange.
 */
import { Fault } from '../../base/fault.ts';
import { parseDay } from '../../time/civil.ts';
import { MINUTE } from '../../time/instant.ts';
import { zone } from '../../time/zone.ts';

export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** Reads `20261118:0930-20261118:1600;20261119:CLOSED`; nothing where the zone has a name that nobody knows. */
export function readHours(text: string, zoneName: string): readonly Hours[] {
  let place;
  try {
    place = zone(zoneName);
  } catch (error) {
    // The calendar is all there is then.
    if (error instanceof Fault) return [];
    throw error;
  }
  const sessions: Hours[] = [];
  for (const part of text.split(';')) {
    const match = /^(\d{8}):(\d\d)(\d\d)-(\d{8}):(\d\d)(\d\d)$/.exec(part.trim());
    if (match === null) continue;
    const [, fromDay, fromHour, fromMinute, toDay, toHour, toMinute] = match;
    const instantOf = (day: string, hour: string, minute: string): number =>
      place.instantAt(
        parseDay(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`),
        (Number(hour) * 60 + Number(minute)) * MINUTE,
      );
    sessions.push({ from: instantOf(fromDay, fromHour, fromMinute), to: instantOf(toDay, toHour, toMinute) });
  }
  return sessions.sort((a, b) => a.from - b.from);
}
