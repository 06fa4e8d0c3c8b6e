/**
 * The second factor of arming: the first session of a deck that was signed for real money begins only with a code of the
 * authenticator, taken on the desk's machine. Sessions of the same signature begin without it then, by night too; whatever
 * changes in the deck needs another signature, and so another code.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { leaseHome } from '../../adapters/lease-files/index.ts';
import { digest } from '../run/folder.ts';
import { armingKeyFile, type Arming } from './arming.ts';
import { checkCode } from './one-time-code.ts';

/**
 * Looks at a code for the signature of a deck where none was taken yet; `ask` asks a person, or nobody. Returns what takes it,
 * and writes down that it was.
 */
export async function confirmArming(
  arming: Arming,
  ask: () => Promise<string | undefined>,
  now: () => number,
): Promise<() => void> {
  const file = join(dirname(leaseHome()), 'confirmed', `${digest(arming.signature).slice(0, 24)}.json`);
  if (existsSync(file)) return () => undefined;
  const code = await ask();
  if (code === undefined) {
    const rule = 'the first session of a deck that was signed needs a code of your authenticator';
    throw new Fault(
      'arming.no-code',
      rule,
      {},
      'begin it once by hand, or with --code; tradedeck second-factor makes one',
    );
  }
  const take = checkCode(armingKeyFile(), code, now());
  return () => {
    take();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const { deck, by, at } = arming;
    const text = JSON.stringify({ deck, by, signedAt: at, confirmedAt: new Date(now()).toISOString() });
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
  };
}
