/** When requests may go out after a 429 and after refused keys, by a clock that the test moves. */
import { describe, expect, test } from 'vitest';
import { Lane } from '../../../src/adapters/alpaca/lane.ts';

function laneAt() {
  let now = 0;
  return { lane: new Lane(() => now), to: (ms: number) => (now = ms) };
}

describe('LF-05 a 429', () => {
  test('closes the lane until the broker counts anew, by its own word', () => {
    const { lane, to } = laneAt();
    lane.answered(429, '1000', 970_000);
    expect(lane.enter()).toEqual({ why: 'throttled', forMs: 30_000 });
    to(29_999);
    expect(lane.enter()).toEqual({ why: 'throttled', forMs: 1 });
    to(30_000);
    expect(lane.enter()).toBeUndefined();
  });

  test.each([
    ['without a word', null, 5000],
    ['with one that has passed', '900', 5000],
    ['with one that is nonsense', 'soon', 5000],
    ['with one an hour away', '4600', 60_000],
  ])('%s closes it for a while all the same', (_, reset, forMs) => {
    const { lane } = laneAt();
    lane.answered(429, reset, 1_000_000);
    expect(lane.enter()).toEqual({ why: 'throttled', forMs });
  });

  test('other answers close nothing', () => {
    const { lane } = laneAt();
    for (const status of [200, 403, 404, 422, 500, 503]) lane.answered(status, '1000', 0);
    expect(lane.enter()).toBeUndefined();
  });
});

test('how many requests are answered until the broker counts anew is what it said last', () => {
  const { lane } = laneAt();
  expect(lane.left).toBeUndefined();
  lane.answered(200, '1000', 0, '186');
  lane.answered(200, '1000', 0, null);
  lane.answered(200, '1000', 0, 'many');
  expect(lane.left).toBe(186);
});

test('LF-50 after refused keys at most three requests a minute go out, until one is answered', () => {
  const { lane, to } = laneAt();
  lane.answered(401, null, 0);
  let sent = 0;
  for (let ms = 0; ms < 60_000; ms += 100) {
    to(ms);
    // Four wishes at a time, each of which would be refused.
    for (let i = 0; i < 4; i++) {
      if (lane.enter() !== undefined) continue;
      sent++;
      lane.answered(401, null, 0);
    }
  }
  expect(sent).toBe(1);
  to(90_000);
  expect(lane.enter()).toBeUndefined();
  expect(lane.enter()).toMatchObject({ why: 'locked' });
  lane.answered(200, null, 0);
  expect(lane.enter()).toBeUndefined();
});
