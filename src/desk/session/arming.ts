/**
 * Arming: real money moves only for a deck that somebody has signed as it is, deck and code of the strategy.
 *
 * The signature is Ed25519 and lies in a file beside the deck. The key that makes it need not be on the desk's machine at
 * all; the one that proves it lies in the desk's own home, where decks cannot say another. Whatever changes in the deck, in
 * the flags over it, or in the strategy's code disarms it.
 */
import { Buffer } from 'node:buffer';
import { sign, verify, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { armingDigest } from '../config/limits.ts';
import type { DeckConfig } from '../config/schema.ts';
import { hashOfStrategy } from '../run/deck-strategy.ts';
import { keyIn } from './key-file.ts';

const ARMING = 'tradedeck-arming';

export interface Arming {
  readonly arming: typeof ARMING;
  readonly version: 1;
  /** Hash of all in the deck that decides. */
  readonly deck: string;
  /** Hash of the strategy's code. */
  readonly code: string;
  /** When, ISO 8601, by the clock of who signed. */
  readonly at: string;
  readonly by: string;
  /** Of everything before it, base64. */
  readonly signature: string;
}

/** Where the signature of a deck lies. */
export function armingFile(deckFile: string): string {
  return `${deckFile}.armed`;
}

/** Where the key lies that proves signatures. */
export function armingKeyFile(): string {
  return join(dirname(leaseHome()), 'arming.pem');
}

/** Signs a deck and the code of its strategy as they are now. */
export async function armingOf(
  config: DeckConfig,
  folder: string,
  key: KeyObject,
  { at, by }: Pick<Arming, 'at' | 'by'>,
): Promise<Arming> {
  const unsigned = { arming: ARMING, version: 1, ...(await hashesOf(config, folder)), at, by } as const;
  return { ...unsigned, signature: sign(null, Buffer.from(JSON.stringify(unsigned)), key).toString('base64') };
}

/** Refuses a deck that nobody has signed, whose signature proves nothing, or that has changed since; else who signed it. */
export async function checkArming(config: DeckConfig, folder: string, file: string | undefined): Promise<Arming> {
  const hint = 'tradedeck arm deck.yaml --key private.pem';
  if (file === undefined) {
    throw new Fault('arming.no-deck', 'real money moves only for a deck in a file that was signed', {}, hint);
  }
  const place = { file: relative(process.cwd(), file) };
  if (!existsSync(file)) {
    throw new Fault('arming.not-armed', 'nobody has signed this deck for real money', place, hint);
  }
  const proof = armingKeyFile();
  if (!existsSync(proof)) {
    const rule = 'there is no key to prove signatures with';
    throw new Fault('arming.no-key', rule, { file: proof }, `openssl pkey -in private.pem -pubout -out ${proof}`);
  }
  const arming = read(file, place);
  const { signature, ...unsigned } = arming;
  const signed = Buffer.from(JSON.stringify(unsigned));
  if (!verify(null, signed, keyIn(proof, 'verify'), Buffer.from(signature, 'base64'))) {
    throw new Fault(
      'arming.signature',
      `the signature is not of the key in ${proof}, or the file was changed`,
      place,
      hint,
    );
  }
  const now = await hashesOf(config, folder);
  const changed = now.deck === arming.deck ? (now.code === arming.code ? undefined : 'strategy’s code') : 'deck';
  if (changed !== undefined) {
    const which = changed === 'deck' ? 'deck' : 'code';
    const rule = `the ${changed} has changed since ${arming.by} signed it on ${arming.at}: it was ${short(arming[which])}, is ${short(now[which])}`;
    throw new Fault('arming.changed', rule, place, hint);
  }
  return arming;
}

async function hashesOf(config: DeckConfig, folder: string): Promise<Pick<Arming, 'deck' | 'code'>> {
  const codeHash = hashOfStrategy(config.strategy, folder);
  return { deck: armingDigest(config), code: codeHash };
}

function read(file: string, place: { readonly file: string }): Arming {
  const wrong = (): Fault => new Fault('arming.malformed', 'the file is no signature of a deck', place);
  let found: Partial<Arming> | null;
  try {
    found = JSON.parse(readFileSync(file, 'utf8')) as Partial<Arming> | null;
  } catch {
    throw wrong();
  }
  const { arming, version, deck, code, at, by, signature } = found ?? {};
  const isWhole = [deck, code, at, by, signature].every((each) => typeof each === 'string');
  if (arming !== ARMING || version !== 1 || !isWhole) throw wrong();
  // Every field was just looked at.
  return found as Arming;
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
