/**
 * What a strategy's process may say to the desk, and nothing else: one line of JSON a message, of bounded length, depth
 * and number, with known keys only. A line that is anything else is not understood in part: it ends the process.
 */
import { z } from 'zod';
import type { SubmitRequest } from '../../engine/live/index.ts';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../../engine/orders/order.ts';
import { LINE_MAX } from './lines.ts';

/** The words of this exchange; another number is another exchange. */
export const PROTOCOL = 1;

/** Deepest nesting of a line. */
export const DEPTH_MAX = 8;
/** Most requests and most notes of one message. */
export const REQUESTS_MAX = 256;
export const NOTES_MAX = 64;
/** Longest note, in UTF-16 units. */
export const NOTE_MAX = 2000;
/** Longest piece of a saved state, in UTF-16 units; as JSON it still fits in a line. */
export const STATE_PIECE = 8000;
/** Most pieces of a saved state. */
export const STATE_PIECES_MAX = 8192;

/** Keys that mean something to the language itself. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const symbol = z.string().max(64);
const id = z.string().min(1).max(128);
const text = z.string().max(NOTE_MAX);
/** A number as decimal digits, as it is sent to a broker. */
const decimal = z.string().regex(/^-?\d{1,18}(\.\d{1,18})?$/);
const count = z.int().min(0);
const instant = z.int().min(-1e17).max(1e17);
const side = z.union([z.literal(1), z.literal(-1)]);
const hash = z.string().max(128);

const leg = z.strictObject({ symbol, side, ratio: z.int().min(1).max(10_000), isOpening: z.boolean() });
const exits = z.strictObject({
  kind: z.enum(['bracket', 'oto', 'oco']),
  target: z.strictObject({ limit: decimal }).exactOptional(),
  stop: z.strictObject({ stop: decimal, limit: decimal.exactOptional() }).exactOptional(),
  trail: z.strictObject({ trail: decimal, isFraction: z.boolean() }).exactOptional(),
});

const submit = z.strictObject({
  kind: z.literal('submit'),
  clientId: id,
  order: count,
  posts: z.int().min(1),
  strategy: count,
  symbol,
  side,
  quantity: decimal,
  type: z.enum(ORDER_TYPES),
  timeInForce: z.enum(TIMES_IN_FORCE),
  limit: decimal.exactOptional(),
  stop: decimal.exactOptional(),
  trail: decimal.exactOptional(),
  trailIsFraction: z.boolean().exactOptional(),
  limitOffset: decimal.exactOptional(),
  goodTill: instant.exactOptional(),
  extended: z.literal(true).exactOptional(),
  reduceOnly: z.boolean(),
  sendBy: instant,
  exits: exits.exactOptional(),
  legs: z.array(leg).max(16).exactOptional(),
  reason: text.exactOptional(),
  name: z.string().max(200).exactOptional(),
  fraction: z.number().exactOptional(),
  affordable: z.literal(true).exactOptional(),
});
const cancel = z.strictObject({
  kind: z.literal('cancel'),
  clientId: id,
  order: count,
  brokerId: id.exactOptional(),
  exercised: symbol.exactOptional(),
});
const replace = z.strictObject({
  kind: z.literal('replace'),
  clientId: id,
  order: count,
  brokerId: id.exactOptional(),
  quantity: decimal,
  limit: decimal.exactOptional(),
  stop: decimal.exactOptional(),
  sendBy: instant.exactOptional(),
});
const lookup = z.strictObject({ kind: z.literal('lookup'), clientId: id, order: count, brokerId: id.exactOptional() });
const snapshot = z.strictObject({
  kind: z.literal('snapshot'),
  since: instant.exactOptional(),
  known: z
    .array(z.tuple([id, id]))
    .max(500)
    .exactOptional(),
});
const request = z.discriminatedUnion('kind', [submit, cancel, replace, lookup, snapshot]);

const code = z.strictObject({ strategy: hash, engine: hash });
/** A parameter as it is declared; what bounds a number is null where nothing does. */
const parameter = z.strictObject({
  key: z.string().max(200),
  kind: z.enum(['whole', 'real', 'choice', 'flag', 'text']),
  default: z.union([z.number(), z.string().max(NOTE_MAX), z.boolean()]),
  min: z.number().nullable().exactOptional(),
  max: z.number().nullable().exactOptional(),
  choices: z.array(z.string().max(200)).max(200).exactOptional(),
  description: text,
});

const said = z.discriminatedUnion('say', [
  z.strictObject({
    say: z.literal('described'),
    protocol: z.int(),
    name: z.string().max(200),
    parameters: z.array(parameter).max(200),
    code,
  }),
  z.strictObject({ say: z.literal('ready'), protocol: z.int(), name: z.string().max(200), code }),
  z.strictObject({
    say: z.literal('took'),
    seq: count,
    requests: z.array(request).max(REQUESTS_MAX).exactOptional(),
    wakes: instant.nullable().exactOptional(),
    notes: z.array(text).max(NOTES_MAX).exactOptional(),
  }),
  z.strictObject({ say: z.literal('failed'), seq: count, message: text }),
  z.strictObject({
    say: z.literal('state'),
    piece: count,
    of: z.int().min(1).max(STATE_PIECES_MAX),
    text: z.string().max(STATE_PIECE),
  }),
]);

export type Said = z.output<typeof said>;

/** Keys of a request that a strategy's session makes and the schema does not know: there are none, or this fails. */
type Unknown = Exclude<keyof SubmitRequest, keyof z.output<typeof submit>>;
type None<T extends never> = T;
export type UnknownKeys = None<Unknown>;

/** The answer to one input. What is left out is empty; `wakes` that is left out is as it was. */
export type Took = Extract<Said, { say: 'took' }>;

/** A line that is not allowed. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

/** Reads a line of a strategy's process; throws `NotAllowed` for anything but a message that may be said. */
export function saidIn(line: string): Said {
  if (line.length > LINE_MAX) throw new NotAllowed(`a line has more than ${LINE_MAX} bytes`);
  checkDepth(line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new NotAllowed(`a line is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  checkKeys(value);
  const found = said.safeParse(value);
  if (found.success) return found.data;
  const [{ path, message }] = found.error.issues;
  throw new NotAllowed(`a message is not one that may be said: ${[...path].map(String).join('.')} ${message}`);
}

/** Counts brackets before anything is built of them. */
function checkDepth(line: string): void {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line.charCodeAt(at);
    if (isText) {
      if (letter === BACKSLASH) at++;
      else if (letter === QUOTE) isText = false;
    } else if (letter === QUOTE) isText = true;
    else if (letter === OPENS_LIST || letter === OPENS_OBJECT) {
      if (++depth > DEPTH_MAX) throw new NotAllowed(`a line is nested deeper than ${DEPTH_MAX}`);
    } else if (letter === CLOSES_LIST || letter === CLOSES_OBJECT) depth--;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS_LIST = 0x5b;
const CLOSES_LIST = 0x5d;
const OPENS_OBJECT = 0x7b;
const CLOSES_OBJECT = 0x7d;

/** Refuses keys that mean something to the language, and numbers that JSON makes infinite, wherever they stand. */
function checkKeys(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new NotAllowed('a number is not finite');
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) checkKeys(each);
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    if (RESERVED.has(key)) throw new NotAllowed(`a message has the key ${key}`);
    checkKeys(each);
  }
}
