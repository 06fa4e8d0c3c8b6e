/**
 * S20: lines of a strategy's process are bounded in length, depth and number, have known keys only, and cannot touch what
 * the language is made of.
 */
import { expect, test } from 'vitest';
import { LINE_MAX, LineReader } from '../../../src/desk/sandbox/lines.ts';
import { DEPTH_MAX, NotAllowed, saidIn, STATE_PIECE } from '../../../src/desk/sandbox/said.ts';
import { fuzz } from './fuzz.ts';

const SUBMIT = {
  kind: 'submit',
  clientId: 'td-1',
  order: 1,
  posts: 1,
  strategy: 0,
  symbol: 'SPY',
  side: 1,
  quantity: '10',
  type: 'limit',
  timeInForce: 'DAY',
  limit: '401.25',
  reduceOnly: false,
  sendBy: 1_700_000_000_000_000,
};

const took = (more: object = {}): string => JSON.stringify({ say: 'took', seq: 1, ...more });

test('what may be said is read as it was said', () => {
  const said = { say: 'took', seq: 7, requests: [SUBMIT], wakes: null, notes: ['waits'] };
  expect(saidIn(JSON.stringify(said))).toEqual(said);
});

test.each([
  ['no JSON', '{"say":"took"'],
  ['nothing', ''],
  ['no object', '[1]'],
  ['another word', '{"say":"order","seq":1}'],
  ['a key of nobody', took({ approved: true })],
  ['who sends it', took({ strategy: 1 })],
  ['a key of nobody in a request', took({ requests: [{ ...SUBMIT, approved: true }] })],
  ['a number that is infinite', '{"say":"took","seq":1e999}'],
  ['a price that is no decimal', took({ requests: [{ ...SUBMIT, limit: 'Infinity' }] })],
  ['a side of its own', took({ requests: [{ ...SUBMIT, side: 2 }] })],
  ['a negative number of an input', '{"say":"took","seq":-1}'],
  ['half a number', '{"say":"took","seq":1.5}'],
  ['too many requests', took({ requests: Array.from({ length: 257 }, () => ({ kind: 'snapshot' })) })],
  ['too many notes', took({ notes: Array.from({ length: 65 }, () => '') })],
  ['a note that is too long', took({ notes: ['x'.repeat(2001)] })],
  ['its prototype', '{"say":"took","seq":1,"__proto__":{"isAdmin":true}}'],
  [
    'a constructor deep inside',
    '{"say":"took","seq":1,"requests":[{"kind":"snapshot","constructor":{"prototype":{}}}]}',
  ],
  ['too deep', `{"say":"took","seq":1,"notes":${'['.repeat(DEPTH_MAX)}${']'.repeat(DEPTH_MAX)}}`],
])('it is not allowed: %s', (_, line) => {
  expect(() => saidIn(line)).toThrow(NotAllowed);
});

test('a bracket within a text is no depth', () => {
  const note = '[[[[[[[[[[{{{{{{"\\';
  expect(saidIn(took({ notes: [note] }))).toMatchObject({ notes: [note] });
});

test('the longest piece of a state fits in a line, whatever it consists of', () => {
  const piece = JSON.stringify({ say: 'state', piece: 0, of: 1, text: '\u0001'.repeat(STATE_PIECE) });
  expect(Buffer.byteLength(piece)).toBeLessThan(LINE_MAX);
  expect(() => saidIn(piece)).not.toThrow();
});

function readerOf(): { reader: LineReader; lines: string[]; broken: string[] } {
  const lines: string[] = [];
  const broken: string[] = [];
  const reader = new LineReader({ line: (text) => void lines.push(text), broken: (why) => void broken.push(why) });
  return { reader, lines, broken };
}

test('lines come whole, however they were cut', () => {
  const { reader, lines } = readerOf();
  for (const byte of Buffer.from('one\ntwö\n\nthree')) reader.push(Uint8Array.of(byte));
  expect(lines).toEqual(['one', 'twö', '']);
  reader.push(Buffer.from('\n'));
  expect(lines.at(-1)).toBe('three');
});

test('a line that never ends is held up to its bound, and then no more is read', () => {
  const { reader, lines, broken } = readerOf();
  const piece = Buffer.alloc(10_000, 0x61);
  for (let sent = 0; sent < 100; sent++) {
    reader.push(piece);
    expect(reader.waiting).toBeLessThanOrEqual(LINE_MAX);
  }
  reader.push(Buffer.from('\n{"say":"took","seq":1}\n'));
  expect({ lines, broken: broken.length, waiting: reader.waiting }).toEqual({ lines: [], broken: 1, waiting: 0 });
});

test('a line of the longest length is read, one of a byte more is not', () => {
  const { reader, lines, broken } = readerOf();
  reader.push(Buffer.from(`${'a'.repeat(LINE_MAX)}\n`));
  expect(lines).toHaveLength(1);
  reader.push(Buffer.from(`${'a'.repeat(LINE_MAX + 1)}\n`));
  expect(broken).toHaveLength(1);
});

test('what is no UTF-8 is not read as something else', () => {
  const { reader, broken } = readerOf();
  reader.push(Buffer.from([0x22, 0xff, 0x22, 0x0a]));
  expect(broken[0]).toContain('no UTF-8');
});

test('S20 messages that were changed at random crash nothing, and change nothing but their own reader', () => {
  const { read, refused, heldMb } = fuzz(10_000, 1);
  expect(read + refused).toBe(10_000);
  expect(refused).toBeGreaterThan(5000);
  expect(read).toBeGreaterThan(100);
  expect(heldMb).toBeLessThan(200);
});
