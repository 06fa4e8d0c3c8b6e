/**
 * `tradedeck limits`: what the gate of a deck would refuse in a mode, before anything is played, and what of it is looser
 * than the defaults.
 */
import { armingHash, limitsOf, settingText } from '../desk/config/limits.ts';
import type { DeckConfig } from '../desk/config/schema.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { chooseDeck, type RunFlags } from './run-options.ts';
import { print, styled } from './terminal.ts';

export interface LimitsFlags extends RunFlags {
  readonly as?: NonNullable<DeckConfig['mode']>;
  readonly json?: boolean;
}

/** Runs the command. */
export async function limits(target: string, { as, json, ...flags }: LimitsFlags): Promise<ExitCode> {
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
