/**
 * Frames on a disk: what a crash can tear is repaired, and what nobody may change is refused.
 */
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../src/base/crc32.ts';
import { utf8 } from '../../../src/base/sha256.ts';
import { asciiOf, frameOf, GENESIS, readSegment } from '../../../src/engine/live/frames.ts';

const READ = { before: GENESIS, file: '000001.jnl', first: 0, last: true };

/** Three records as they lie on the disk. */
function segment(texts = ['{"a":1}', '{"b":"längs"}', '{"c":[1,2,3]}']): Uint8Array {
  let hash = GENESIS;
  const frames = texts.map((text) => {
    const frame = frameOf(asciiOf(text), hash);
    hash = frame.hash;
    return frame.bytes;
  });
  const bytes = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

test('the checksum is that of the published example', () => {
  expect(crc32(utf8('123456789'))).toBe(0xcbf43926); // ISO 3309
});

describe('a journal’s segment', () => {
  test('gives back what was written', () => {
    const { texts, torn } = readSegment(segment(), READ);
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([{ a: 1 }, { b: 'längs' }, { c: [1, 2, 3] }]);
    expect(torn).toBe(0);
  });

  test('cut at any byte, gives every record that is whole and says how much was torn', () => {
    const whole = segment();
    const ends = [1, 2, 3].map(
      (count) => segment(['{"a":1}', '{"b":"längs"}', '{"c":[1,2,3]}'].slice(0, count)).length,
    );
    for (let cut = 0; cut <= whole.length; cut++) {
      const { texts, length, torn } = readSegment(whole.slice(0, cut), READ);
      expect(texts.length).toBe(ends.filter((end) => end <= cut).length);
      expect(length + torn).toBe(cut);
    }
  });

  test('I11 with any byte of its middle flipped, is refused, and the record is named', () => {
    const whole = segment();
    const first = segment(['{"a":1}']).length;
    const second = segment(['{"a":1}', '{"b":"längs"}']).length;
    for (let at = first; at < second; at++) {
      const bytes = whole.slice();
      bytes[at] ^= 0x10;
      expect(() => readSegment(bytes, READ), `byte ${at}`).toThrow(/000001.jnl: record 1 at byte/);
    }
  });

  test('with a record taken out, is refused', () => {
    const first = segment(['{"a":1}']).length;
    const second = segment(['{"a":1}', '{"b":"längs"}']).length;
    const whole = segment();
    const without = new Uint8Array([...whole.slice(0, first), ...whole.slice(second)]);
    expect(() => readSegment(without, READ)).toThrow(/its hash does not follow/);
  });

  test('that is torn and not the last, is refused', () => {
    expect(() => readSegment(segment().slice(0, -1), { ...READ, last: false })).toThrow(/not the last segment/);
  });
});
