/**
 * `tradedeck limits`: what the gate of a deck would refuse in a mode, before anything is played, and what of it is looser
 * than the defaults; of a session that runs, how much of each limit is used.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { armingHash, limitsOf, settingText } from '../desk/config/limits.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { askSession, CONTROL_FILE } from '../desk/session/control.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { runningFolder } from './find-session.ts';
import { usesOf } from './session-lines.ts';
import { print, styled } from './terminal.ts';

export interface LimitsFlags extends RunFlags {
  readonly as?: NonNullable<DeckConfig['mode']>;
  readonly json?: boolean;
}

/** Runs the command: of a deck, or without one of the session that runs, with how much of each limit is used. */
export async function limits(target: string | undefined, { as, json, ...flags }: LimitsFlags): Promise<ExitCode> {
  if (target === undefined || existsSync(join(target, CONTROL_FILE))) return used(target, { json: json === true });
  const { config } = await chooseDeck(target, flags);
  const mode = as ?? config.mode ?? 'live';
  const { settings = {}, controls, loosened } = limitsOf({ ...config, mode });
  const digits = armingHash(config);
  if (json === true) {
    const sentences = controls.map(({ sentence }) => sentence);
    print(JSON.stringify({ mode, limits: settings, controls: sentences, loosened, armed: digits }, undefined, 2));
    return EXIT.ok;
  }
  print(styled('bold', `limits of ${target} as ${mode}`));
  const rows = Object.entries(settings).filter(([, value]) => value !== undefined);
  for (const [key, value] of rows) print(`  ${key.padEnd(24)}${settingText(value)}`);
  for (const { sentence } of controls) print(`  ${sentence}`);
  if (rows.length + controls.length === 0) print('  none');
  if (loosened.length > 0)
    print(styled('yellow', 'looser than the defaults, and so written into the head of a session:'));
  for (const line of loosened) print(styled('yellow', `  ${line}`));
  print(styled('dim', `armed: ${digits}   in the deck says that it is the one that was confirmed`));
  return EXIT.ok;
}

/** Shows the limits of a session that runs, the one that is nearest to its end first. */
export async function used(
  name: string | undefined,
  flags: { readonly runs?: string; readonly json?: boolean },
): Promise<ExitCode> {
  const { status } = await askSession(runningFolder(name, flags.runs), { ask: 'status' });
  const { limits: all, used: uses, loosened, currency } = status.gate;
  if (flags.json === true) {
    print(JSON.stringify(status.gate, undefined, 2));
    return EXIT.ok;
  }
  const lines = usesOf({ used: uses, currency });
  for (const line of lines) print(line);
  if (lines.length > 0) print();
  for (const [key, value] of Object.entries(all)) print(`  ${key.padEnd(24)}${settingText(value)}`);
  if (Object.keys(all).length === 0) print('  no limits');
  for (const line of loosened) print(styled('yellow', `looser than the defaults: ${line}`));
  return EXIT.ok;
}
