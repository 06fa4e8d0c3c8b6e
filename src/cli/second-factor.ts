/**
 * `tradedeck second-factor`: makes the secret by which an authenticator shows codes, and shows it once; and the key of a
 * telephone.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Fault } from '../base/fault.ts';
import { makePhoneKey } from '../desk/deadman/door.ts';
import { armingKeyFile } from '../desk/session/arming.ts';
import { authenticatorUrl, makeSecret, secretFileOf } from '../desk/session/one-time-code.ts';
import { approvers } from '../desk/session/step-up.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { print, tell } from './terminal.ts';

/** Makes one for a person who may approve, or for the key that arms decks. */
export function secondFactor(name: string | undefined): ExitCode {
  const keyFile = keyFileOf(name);
  const secret = makeSecret(keyFile);
  // The one time that a person sees it.
  print(secret.reveal());
  print(authenticatorUrl(secret, keyFile).reveal());
  tell(`Put it into your authenticator now: it is not shown again. It lies in ${secretFileOf(keyFile)}.`);
  return EXIT.ok;
}

/** Makes the key by which a watchdog on this host knows a person's telephone; the one before is good no more. */
export function phoneKey(name: string | undefined): ExitCode {
  const keyFile = keyFileOf(name);
  const key = makePhoneKey(keyFile);
  print(`person: ${basename(keyFile, '.pem')}`);
  print(`key: ${key}`);
  tell('Keep it where the telephone keeps passwords: it is not shown again, and lies here as a hash alone.');
  return EXIT.ok;
}

function keyFileOf(name: string | undefined): string {
  const keyFile = name === undefined ? armingKeyFile() : approvers().get(name);
  if (keyFile === undefined || !existsSync(keyFile)) {
    const known = [...approvers().keys()].join(', ') || 'nobody';
    const rule = name === undefined ? 'there is no key that arms decks' : `there is no key of ${name}`;
    throw new Fault(
      'approval.no-key',
      rule,
      { file: armingKeyFile() },
      `who may approve: ${known}; see the guide to limits`,
    );
  }
  return keyFile;
}
