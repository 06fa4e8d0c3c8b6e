/** SHA-256 gives the digests of its standard, and those of another implementation. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sha256, sha256, utf8 } from '../../src/base/sha256.ts';

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'], // FIPS 180-2, B.1
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', // FIPS 180-2, B.2
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of %j is the published one, and so are its first digits', (text, digest) => {
    expect(sha256(text)).toBe(digest);
    for (const digits of [0, 1, 8, 20, 63]) expect(sha256(text, digits)).toBe(digest.slice(0, digits));
  });

  it('of a million letters a is the published one', () => {
    const hash = new Sha256();
    const part = utf8('a'.repeat(1000));
    for (let i = 0; i < 1000; i++) hash.update(part);
    expect(hash.hex()).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'); // FIPS 180-2, B.3
  });

  it('is that of another implementation for any bytes, however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const expected = createHash('sha256').update(bytes).digest('hex');
        expect(new Sha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).hex()).toBe(expected);
      }),
    );
  });

  it('takes texts as UTF-8', () => {
    for (const text of ['é', '€', '𝄞', 'a\ud800b']) expect([...utf8(text)]).toEqual([...Buffer.from(text, 'utf8')]);
  });

  it('takes the memory of columns, views included', () => {
    const column = Float64Array.of(1, 2, 3);
    const expected = createHash('sha256').update(new Uint8Array(column.buffer, 8)).digest('hex');
    expect(new Sha256().updateArray(column.subarray(1)).hex()).toBe(expected);
  });

  it('takes nothing after its digest', () => {
    const hash = new Sha256();
    hash.digest();
    expect(() => hash.updateText('more')).toThrow('takes no more bytes');
  });
});
