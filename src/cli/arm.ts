/**
 * `tradedeck arm`: signs a deck, as it is, for real money. It shows what is signed, for a signature is a reading.
 */
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { relative, resolve } from 'node:path';
import process from 'node:process';
import { Fault } from '../base/fault.ts';
import { limitsOf } from '../desk/config/limits.ts';
import { keyIn } from '../desk/session/key-file.ts';
import { armingFile, armingKeyFile, armingOf } from '../desk/session/arming.ts';
import { tailOf } from '../desk/session/permission.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { print, styled, tell } from './terminal.ts';

export interface ArmFlags extends RunFlags {
  readonly key: string;
  readonly json?: boolean;
}

/** Runs the command. */
export async function arm(target: string, { key: keyFile, json, ...flags }: ArmFlags): Promise<ExitCode> {
  if (!/\.ya?ml$/.test(target)) throw new Fault('arming.no-deck', 'only a deck in a file is signed', { file: target });
  const { config, folder } = await chooseDeck(target, flags);
  const account = config.broker?.account;
  if (account === undefined) {
    throw new Fault('account.unsaid', 'a deck that is armed names its account', { field: 'broker.account' });
  }
  const { loosened } = limitsOf({ ...config, mode: 'live' });
  const about = { at: new Date().toISOString(), by: userInfo().username };
  const arming = await armingOf(config, folder, keyIn(keyFile, 'sign'), about);
  const file = armingFile(resolve(target));
  writeFileSync(file, `${JSON.stringify(arming)}\n`);
  if (json === true) {
    print(JSON.stringify({ file: relative(process.cwd(), file), ...arming, loosened }, undefined, 2));
    return EXIT.ok;
  }
  print(`${styled('bold', target)} is signed for real money at account ${tailOf(account)}, by ${about.by}`);
  print(`deck ${arming.deck.slice(0, 12)}, code of the strategy ${arming.code.slice(0, 12)}: any change disarms it`);
  for (const line of loosened) print(styled('yellow', `looser than the defaults: ${line}`));
  tell(styled('dim', `${relative(process.cwd(), file)}; the desk proves it with ${armingKeyFile()}`));
  return EXIT.ok;
}
