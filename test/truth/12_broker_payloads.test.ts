/** The judge of broker payloads: that it finds a value that was lost or changed on the way. */
import { expect, test } from 'vitest';
import { judge } from './sets/12_broker_payloads.ts';

const CLOCK = {
  timestamp: '2026-11-20T14:15:22.5-05:00',
  is_open: true,
  next_open: '2026-11-23T09:30:00-05:00',
  next_close: '2026-11-20T16:00:00-05:00',
};

function statusOf(url: string, response: unknown, status = 200): string {
  return judge('x', { id: 'x', method: 'GET', url: `https://example.com${url}`, status, response }).status;
}

test('an answer that is read whole passes, whatever host and query it came from', () => {
  expect(statusOf('/v2/clock', CLOCK)).toBe('passed');
  expect(statusOf('/v2/clock?time={time}', CLOCK)).toBe('passed');
  expect(statusOf('/v2/assets', [])).toBe('passed');
});

test('planted: a wrong type, a missing field, another shape and an unknown endpoint are told', () => {
  expect(statusOf('/v2/clock', { ...CLOCK, is_open: 1 })).toBe('failed');
  expect(statusOf('/v2/clock', { ...CLOCK, next_open: undefined })).toBe('failed');
  expect(statusOf('/v2/clock', [CLOCK])).toBe('failed');
  expect(statusOf('/v2/account/configurations', { hello: 1 })).toBe('failed');
  expect(statusOf('/v2/moon', CLOCK)).toBe('not-covered');
});
