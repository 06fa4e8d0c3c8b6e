/**
 * SHA-256, so that a pure room can say what it has read: the name of some bytes that nobody else's bytes have.
 *
 * Written here because pure code has no `node:crypto`, and the browser's digest is asynchronous and not incremental.
 * Source: FIPS 180-4, section 6.2. Checked against its examples and the million-letter case.
 */
import { assert } from './assert.ts';

/** The first 32 bits of the fractional parts of the square and cube roots of the first primes (FIPS 180-4, 4.2.2, 5.3.3). */
const [INITIAL, ROUND] = fractionsOfRoots();

const BLOCK = 64;
/** The message schedule of the block that is being compressed: one for all, because nothing comes in between. */
const WORDS = new Int32Array(64);
/** Two digits for each byte. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export class Sha256 {
  private readonly state = Int32Array.from(INITIAL);
  private readonly block = new Uint8Array(BLOCK);
  private filled = 0;
  private length = 0;
  private isDone = false;

  /** Begins another message, as a new one would. */
  begin(): void {
    this.state.set(INITIAL);
    this.filled = 0;
    this.length = 0;
    this.isDone = false;
  }

  /** Adds bytes; any number of calls give the same digest as one call with all bytes. */
  update(bytes: Uint8Array): this {
    assert(!this.isDone, 'a digest that was taken takes no more bytes');
    this.length += bytes.length;
    let from = 0;
    if (this.filled > 0) {
      from = Math.min(BLOCK - this.filled, bytes.length);
      this.block.set(bytes.subarray(0, from), this.filled);
      this.filled += from;
      if (this.filled < BLOCK) return this;
      this.compress(this.block, 0);
      this.filled = 0;
    }
    for (; from + BLOCK <= bytes.length; from += BLOCK) this.compress(bytes, from);
    this.block.set(bytes.subarray(from), 0);
    this.filled = bytes.length - from;
    return this;
  }

  /** Adds a text as UTF-8. */
  updateText(text: string): this {
    return this.filled + text.length < BLOCK && this.put(text) ? this : this.update(utf8(text));
  }

  /** Puts a short text where it belongs, when all of it is ASCII. */
  private put(text: string): boolean {
    assert(!this.isDone, 'a digest that was taken takes no more bytes');
    const { block, filled } = this;
    const { length } = text;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      block[filled + i] = code;
    }
    this.filled += length;
    this.length += length;
    return true;
  }

  /** Adds the memory of a typed array, as the machine holds it (little-endian on every machine we run on). */
  updateArray(values: ArrayBufferView): this {
    return this.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** Ends the message and returns its digest in hexadecimal, 64 digits, or the first of them. */
  hex(digits = 64): string {
    this.finish();
    let text = '';
    for (let i = 0; text.length < digits; i++) {
      const word = this.state[i];
      text += HEX[word >>> 24] + HEX[(word >>> 16) & 255] + HEX[(word >>> 8) & 255] + HEX[word & 255];
    }
    return digits % 8 === 0 ? text : text.slice(0, digits);
  }

  /** Ends the message and returns its 32 bytes. */
  digest(): Uint8Array {
    this.finish();
    const digest = new Uint8Array(32);
    for (let i = 0; i < this.state.length; i++) putWord(digest, i * 4, this.state[i]);
    return digest;
  }

  private finish(): void {
    assert(!this.isDone, 'a digest is taken once');
    this.isDone = true;
    const { block, filled } = this;
    // A one bit, zeros up to the end of a block, and there the length in bits.
    block[filled] = 0x80;
    block.fill(0, filled + 1);
    if (filled >= BLOCK - 8) {
      this.compress(block, 0);
      block.fill(0);
    }
    const bits = this.length * 8;
    putWord(block, BLOCK - 8, Math.floor(bits / 2 ** 32));
    putWord(block, BLOCK - 4, bits % 2 ** 32);
    this.compress(block, 0);
  }

  private compress(bytes: Uint8Array, from: number): void {
    const { state } = this;
    const w = WORDS;
    for (let t = 0, i = from; t < 16; t++, i += 4) {
      w[t] = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] = (state[0] + a) | 0;
    state[1] = (state[1] + b) | 0;
    state[2] = (state[2] + c) | 0;
    state[3] = (state[3] + d) | 0;
    state[4] = (state[4] + e) | 0;
    state[5] = (state[5] + f) | 0;
    state[6] = (state[6] + g) | 0;
    state[7] = (state[7] + h) | 0;
  }
}

/** For whole contents: used again and again. */
const ONCE = new Sha256();

/** Returns the SHA-256 of a text (as UTF-8) or of bytes, in hexadecimal: all 64 digits, or the first of them. */
export function sha256(content: string | Uint8Array, digits = 64): string {
  ONCE.begin();
  return (typeof content === 'string' ? ONCE.updateText(content) : ONCE.update(content)).hex(digits);
}

/** Returns a text as UTF-8; half a surrogate pair becomes U+FFFD, as everywhere. */
export function utf8(text: string): Uint8Array {
  const { length } = text;
  const ascii = new Uint8Array(length);
  let at = 0;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) break;
    ascii[at] = code;
  }
  return at === length ? ascii : utf8OfAny(text);
}

function utf8OfAny(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    const code = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(bytes);
}

/** Big-endian, as the standard has it. */
function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

/** The constants are roots of primes, exact to the last bit in whole-number arithmetic. */
function fractionsOfRoots(): readonly [initial: Int32Array, round: Int32Array] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  const fraction = (prime: bigint, degree: bigint): number =>
    Number(BigInt.asIntN(32, root(prime << (32n * degree), degree)));
  return [
    Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2n)),
    Int32Array.from(primes, (prime) => fraction(prime, 3n)),
  ];
}

/** Returns the whole part of the root of a number, by bisection. */
function root(value: bigint, degree: bigint): bigint {
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle;
  }
  return low;
}
