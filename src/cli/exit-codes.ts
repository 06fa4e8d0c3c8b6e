/**
 * What the command's exit codes mean, and which one an error gets. Documented in docs/guide/exit-codes.md.
 */
import { Fault } from '../base/fault.ts';
import { FETCHED, LIVE_TAPES } from '../desk/config/sources.ts';

export const EXIT = {
  /** Everything was done. */
  ok: 0,
  /** The command did its work and found a problem: dirty data, a strategy that looks ahead, a ruined account. */
  problem: 1,
  /** The command line or a set-up is wrong; nothing was done. */
  usage: 2,
  /** The data cannot be read or must not be used. */
  data: 3,
  /** What was asked for is not allowed, or not in this version. */
  refused: 4,
  /** Results cannot be written. */
  output: 5,
  /** A bug in Tradedeck or in a strategy. */
  bug: 70,
  /** Stopped by Ctrl-C; what was written is complete as far as it says. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_ROOM: Readonly<Record<string, ExitCode>> = {
  csv: EXIT.data,
  data: EXIT.data,
  file: EXIT.data,
  tape: EXIT.data,
  catalog: EXIT.data,
  source: EXIT.data,
  json: EXIT.data,
  parquet: EXIT.data,
  chain: EXIT.data,
  option: EXIT.data,
  occ: EXIT.data,
  currency: EXIT.data,
  ...Object.fromEntries(FETCHED.map((source) => [source, EXIT.data])),
  journal: EXIT.problem,
  worker: EXIT.problem,
  arming: EXIT.refused,
  approval: EXIT.refused,
  alerts: EXIT.refused,
  mode: EXIT.refused,
  keys: EXIT.refused,
  lease: EXIT.refused,
  account: EXIT.refused,
  clock: EXIT.refused,
  ...Object.fromEntries(LIVE_TAPES.map((source) => [source, EXIT.data])),
  output: EXIT.output,
};

/** Codes that are something else than what their room mostly is. */
const BY_CODE: Readonly<Record<string, ExitCode>> = { 'session.running': EXIT.refused };

/** Returns the exit code of an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Error)) return EXIT.bug;
  if (error.name === 'ConfigError' && 'faults' in error) {
    // A set-up with several mistakes is a wrong set-up; one with a single one is what that one is.
    const [only, second] = error.faults as readonly { readonly fault: Fault }[];
    return second === undefined && only !== undefined ? exitCodeOf(only.fault) : EXIT.usage;
  }
  if (error.name === 'DirtyData') return EXIT.data;
  if (!(error instanceof Fault)) return EXIT.bug;
  return BY_CODE[error.code] ?? BY_ROOM[error.code.split('.', 1)[0]] ?? EXIT.usage;
}
