/**
 * S20: messages of a strategy's process, changed at random, are read one after the other. Nothing of the language may be
 * another afterwards, and what is refused must be refused in the one way that is expected.
 */
import { Random } from '../../../src/base/random.ts';
import { LineReader } from '../../../src/desk/sandbox/lines.ts';
import { NotAllowed, saidIn } from '../../../src/desk/sandbox/said.ts';

export interface Fuzzed {
  /** Messages that were read, and that were refused. */
  readonly read: number;
  readonly refused: number;
  /** What the heap held more at its fullest than before, in MB. */
  readonly heldMb: number;
}

const SEEDS: readonly string[] = [
  '{"say":"took","seq":1}',
  '{"say":"took","seq":3,"wakes":1700000000000000,"notes":["a","[{"]}',
  '{"say":"failed","seq":2,"message":"x is not a function"}',
  '{"say":"ready","protocol":1,"name":"n","code":{"strategy":"ab","engine":"cd"}}',
  '{"say":"state","piece":0,"of":1,"text":"{}"}',
  '{"say":"took","seq":9,"requests":[{"kind":"submit","clientId":"td-1","order":1,"posts":1,"strategy":0,"symbol":"SPY","side":1,"quantity":"10","type":"limit","timeInForce":"DAY","limit":"401.25","reduceOnly":false,"sendBy":1,"exits":{"kind":"bracket","target":{"limit":"1"},"stop":{"stop":"2"}}},{"kind":"cancel","clientId":"td-1","order":1}]}',
];
const PIECES: readonly string[] = [
  '"__proto__":{"polluted":1},',
  '"constructor":{"prototype":{"polluted":1}},',
  '['.repeat(3000),
  '{"a":'.repeat(500),
  '1e999',
  '-0',
  '9007199254740993',
  '\\u0000',
  '\\ud800',
  'null',
  '"say":"ready",',
  '"approved":true,',
  'x'.repeat(5000),
  '\n',
  '"',
  '\\',
];

/** Reads `count` messages from a seed on; throws when one breaks out. */
export function fuzz(count: number, seed: number): Fuzzed {
  const random = new Random(seed);
  const before = fingerprint();
  const heldAtFirst = process.memoryUsage().heapUsed;
  let held = 0;
  let read = 0;
  let refused = 0;
  const whole = (below: number): number => random.below(Math.max(1, below));
  const reader = (): LineReader => new LineReader({ line: take, broken: () => refused++ });
  let lines = reader();
  let isCut = false;
  function take(text: string): void {
    try {
      saidIn(text);
      read++;
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      refused++;
    }
    isCut = true;
  }
  for (let message = 0; message < count; message++) {
    const text = changed(SEEDS[whole(SEEDS.length)], whole);
    const bytes = Buffer.from(`${text.replaceAll('\n', ' ')}\n`);
    if (whole(20) === 0) bytes[whole(bytes.length - 1)] = 0x80 | whole(128);
    isCut = false;
    const at = whole(bytes.length);
    lines.push(bytes.subarray(0, at));
    lines.push(bytes.subarray(at));
    // A reader that refused a line reads no other.
    if (!isCut) lines = reader();
    if (message % 1000 === 0) held = Math.max(held, process.memoryUsage().heapUsed - heldAtFirst);
  }
  if (fingerprint() !== before) throw new Error('a message changed what the language is made of');
  return { read, refused, heldMb: held / 2 ** 20 };
}

function changed(text: string, whole: (below: number) => number): string {
  let out = text;
  for (let times = whole(4); times > 0; times--) {
    const at = whole(out.length + 1);
    switch (whole(4)) {
      case 0:
        out = out.slice(0, at) + PIECES[whole(PIECES.length)] + out.slice(at);
        break;
      case 1:
        out = out.slice(0, at) + out.slice(at + 1 + whole(8));
        break;
      case 2:
        out = out.slice(0, at) + String.fromCharCode(whole(0x300)) + out.slice(at + 1);
        break;
      default:
        out = out.slice(0, at) + out.slice(whole(at + 1));
    }
  }
  return out;
}

/** All names of what every object, list and function has. */
function fingerprint(): string {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype, Object]
    .map((each) => Object.getOwnPropertyNames(each).join())
    .join(';');
}
