/**
 * How the process of a strategy is run, with all that its deck leaves out.
 */
import type { ProcessConfig } from '../config/process-schema.ts';
import type { Launching } from './launch/choose.ts';

/** What becomes of a strategy's working orders when its process is gone. */
export type AtDeath = 'keep' | 'keep-exits' | 'cancel';

export interface ProcessSettings extends Launching {
  /** How long it may take over an answer, in milliseconds. */
  readonly answerMs: number;
  /** Most that it may ask for in a second of the session. */
  readonly requestsPerSecond: number;
  readonly atDeath: AtDeath;
}

/** Returns what a deck says of its strategy's process; `undefined` where it runs in that of the session. */
export function processOf(config: ProcessConfig | undefined): ProcessSettings | undefined {
  if (config === undefined || config === 'none') return undefined;
  const given: Exclude<ProcessConfig, string> = typeof config === 'string' ? { launcher: config } : config;
  const { answerSeconds = 2, trusted = false, memoryMb = 512, cpus = 1, requestsPerSecond = 50 } = given;
  return {
    launcher: given.launcher,
    memoryMb,
    cpus,
    image: given.image,
    isTrusted: trusted,
    answerMs: answerSeconds * 1000,
    requestsPerSecond,
    atDeath: given.atDeath ?? 'keep-exits',
  };
}
