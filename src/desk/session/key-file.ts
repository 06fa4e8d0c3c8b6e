/** Keys in PEM files: which kind each use takes, and what is said where a file has none. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fault, show } from '../../base/fault.ts';

const USES = {
  sign: { isPrivate: true, kind: 'Ed25519' },
  verify: { isPrivate: false, kind: 'Ed25519' },
  seal: { isPrivate: false, kind: 'X25519' },
  open: { isPrivate: true, kind: 'X25519' },
} as const;

/** Reads a key from a PEM file; where a public one is wanted, a private one gives it. */
export function keyIn(file: string, use: keyof typeof USES): KeyObject {
  const { isPrivate, kind } = USES[use];
  const type = kind.toLowerCase();
  let key: KeyObject;
  try {
    const pem = readFileSync(file);
    key = isPrivate ? createPrivateKey(pem) : createPublicKey(pem);
  } catch {
    // What the library says of it may quote the key.
    const rule = `must be a PEM file with a ${isPrivate ? 'private' : 'public'} key`;
    throw new Fault('keys.unreadable', rule, { file }, `openssl genpkey -algorithm ${type} -out key.pem makes one`);
  }
  if (key.asymmetricKeyType !== type) {
    throw new Fault('keys.type', `must be an ${kind} key, was ${show(key.asymmetricKeyType)}`, { file });
  }
  return key;
}
