/** Facts about civil days that are remembered. */
import { expect, test } from 'vitest';
import { formatDay, parseDay } from '../../src/time/civil.ts';

test('a part of a day has the date of its day, and the date still means the whole one', () => {
  expect(formatDay(20_000.75)).toBe('2024-10-04');
  expect(parseDay('2024-10-04')).toBe(20_000);
  expect(formatDay(parseDay('2024-10-04'))).toBe('2024-10-04');
});

test('more days than are remembered are still right', () => {
  for (const day of [-719_468, -1, 0, 11_016, 60_000]) expect(parseDay(formatDay(day))).toBe(day);
  for (let day = 0; day < 50_000; day++) formatDay(day);
  expect(formatDay(3)).toBe('1970-01-04');
  expect(parseDay('1970-01-04')).toBe(3);
  expect(() => parseDay('2023-02-29')).toThrow('an existing day');
});
