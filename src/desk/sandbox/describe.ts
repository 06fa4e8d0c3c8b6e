/**
 * Asks a strategy what it is called and which parameters it has, in the same kind of process in which it will run.
 */
import { Fault } from '../../base/fault.ts';
import type { Launch } from './launch/launch.ts';
import { NotAllowed, PROTOCOL, type Said } from './said.ts';
import { StrategyChild } from './strategy-child.ts';
import type { Describe } from './told.ts';

export type Described = Extract<Said, { say: 'described' }>;

/** How long loading its modules may take, perhaps on a machine under load. */
const PATIENCE_MS = 60_000;
/** What is shown of what it printed before it failed. */
const PRINTED_MAX = 2000;

/** Returns what a strategy says of itself; a `Fault` where it cannot be loaded, or is not what the desk has read. */
export function askedAboutItself(launch: Launch, asked: Omit<Describe, 'do' | 'protocol'>): Promise<Described> {
  return new Promise((done, refuse) => {
    let printed = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      const shown = printed.trim();
      refuse(new Fault('sandbox.failed', `the strategy's process: ${why}${shown === '' ? '' : `:\n${shown}`}`));
    };
    const child: StrategyChild = new StrategyChild(launch, {
      said: (said) => {
        if (said.say === 'failed') {
          refuse(new Fault('strategy.load', said.message));
          child.kill('it failed');
          return;
        }
        if (said.say !== 'described' || said.protocol !== PROTOCOL) throw new NotAllowed('it was asked what it is');
        const { code } = said;
        for (const what of ['strategy', 'engine'] as const) {
          if (code[what] !== asked.code[what])
            throw new NotAllowed(`its ${what}'s code is ${code[what]}, the desk's ${asked.code[what]}`);
        }
        clearTimeout(timer);
        done(said);
        child.kill('it said what it is');
      },
      printed: (bytes) => {
        if (printed.length < PRINTED_MAX) printed += Buffer.from(bytes).toString('utf8').slice(0, PRINTED_MAX);
      },
      gone: fail,
    });
    const timer = setTimeout(() => child.kill(`did not say what it is within ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
    child.send(JSON.stringify({ do: 'describe', protocol: PROTOCOL, ...asked }));
  });
}
