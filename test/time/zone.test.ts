/** Wall clocks and instants agree with the time-zone data, also on the days the clocks change. */
import { describe, expect, it } from 'vitest';
import { formatInstant, HOUR, instantFromMillis, MINUTE } from '../../src/time/instant.ts';
import { parseDay } from '../../src/time/civil.ts';
import { zone } from '../../src/time/zone.ts';

const newYork = zone('America/New_York');
const utc = (text: string): number => instantFromMillis(Date.parse(text));

describe('a zone', () => {
  it.each([
    ['2024-03-10T06:59:59Z', -5],
    ['2024-03-10T07:00:00Z', -4],
    ['2024-11-03T05:59:59Z', -4],
    ['2024-11-03T06:00:00Z', -5],
    ['2006-03-20T12:00:00Z', -5], // before 2007, daylight saving began in April
    ['1990-01-01T00:00:00Z', -5],
  ])('knows that New York at %s is %d hours from UTC', (at, hours) => {
    expect(newYork.offsetAt(utc(at))).toBe(hours * HOUR);
  });

  it('takes a time that daylight saving skips as if the clock had not moved', () => {
    const at = newYork.instantAt(parseDay('2024-03-10'), 2.5 * HOUR);
    expect(formatInstant(at)).toBe('2024-03-10T07:30:00Z');
  });

  it('takes the first of a time that comes twice', () => {
    const at = newYork.instantAt(parseDay('2024-11-03'), 1.5 * HOUR);
    expect(formatInstant(at)).toBe('2024-11-03T05:30:00Z');
  });

  it('reads clocks that change by half an hour, and twice in one month', () => {
    expect(zone('Australia/Lord_Howe').offsetAt(utc('2024-01-15T00:00:00Z'))).toBe(11 * HOUR);
    expect(zone('Australia/Lord_Howe').offsetAt(utc('2024-07-15T00:00:00Z'))).toBe(10.5 * HOUR);
    const casablanca = zone('Africa/Casablanca');
    // Ramadan 2030 is over within a few weeks, and the clocks go back and forth around it.
    const offsets = new Set<number>();
    for (let at = utc('2026-01-01T00:00:00Z'); at < utc('2027-01-01T00:00:00Z'); at += 24 * HOUR) {
      offsets.add(casablanca.offsetAt(at));
    }
    expect(offsets).toEqual(new Set([0, HOUR]));
  });

  it('agrees with Intl at every hour of a year', () => {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/London',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const london = zone('Europe/London');
    for (let at = utc('2023-01-01T00:00:00Z'); at < utc('2024-01-01T00:00:00Z'); at += HOUR) {
      const clock = london.clockAt(at);
      const shown = `${String(Math.floor(clock / HOUR)).padStart(2, '0')}:${String((clock % HOUR) / MINUTE).padStart(2, '0')}`;
      expect(shown).toBe(format.format(at / 1000));
    }
  });

  it('reads offsets that have seconds', () => {
    // tzdata, africa: Liberia was 44 minutes and 30 seconds behind until January 1972.
    const monrovia = zone('Africa/Monrovia');
    expect(monrovia.offsetAt(utc('1971-06-01T00:00:00Z'))).toBe(-44.5 * MINUTE);
    expect(monrovia.offsetAt(utc('1973-06-01T00:00:00Z'))).toBe(0);
  });

  it('answers the same whatever was asked before', () => {
    const days = Array.from({ length: 800 }, (_, i) => utc('2022-12-01T00:00:00Z') + i * 24 * HOUR);
    const forward = days.map((at) => newYork.offsetAt(at));
    const backward = days.toReversed().map((at) => newYork.offsetAt(at));
    expect(backward.toReversed()).toEqual(forward);
    expect(new Set(forward)).toEqual(new Set([-5 * HOUR, -4 * HOUR]));
  });

  it('suggests the zone that was meant', () => {
    expect(() => zone('America/New_Yrok')).toThrow('did you mean "America/New_York"?');
  });
});
