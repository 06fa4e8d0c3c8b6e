/**
 * What starts a strategy's process: a program with its arguments, one by one, so that no shell reads them, and what of
 * them keeps the strategy in. Three launchers make one: see `choose.ts`.
 */

export type LauncherName = 'process' | 'bubblewrap' | 'docker';

export const LAUNCHERS: readonly LauncherName[] = ['process', 'bubblewrap', 'docker'];

/** What a strategy is kept within. */
export interface Bounds {
  /** All the memory that it may use, in MB. */
  readonly memoryMb: number;
  /** Processors; only docker can hold it to that. */
  readonly cpus: number;
}

/** What is run, and what of this machine it may see. */
export interface Program {
  /** The Node that runs it: an absolute path. */
  readonly node: string;
  /** Flags of Node that are not about what it may do, such as what is loaded first. */
  readonly flags: readonly string[];
  /** The file and its arguments. */
  readonly args: readonly string[];
  /** Files and folders that it may read: absolute, without links. */
  readonly reads: readonly string[];
  /** Folders that it may write to as well; mostly none. */
  readonly writes: readonly string[];
  /** Names the container where there is one. */
  readonly name: string;
  /** Where it starts: an absolute path. */
  readonly folder: string;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** What of the arguments keeps it in, without paths of this machine: this goes into the journal. */
  readonly guards: readonly string[];
  /** A filter of calls to the kernel, which the program gets as its fourth file; undefined where there is none. */
  readonly filter?: Uint8Array;
  /** To whom what it may write to must belong; left out where it is whoever starts it. */
  readonly writer?: { readonly user: number; readonly group: number };
  /** Ends what a signal to the program does not end. */
  readonly end?: readonly [command: string, ...args: string[]];
}

/** Of the memory that a strategy may use, the part that is its heap; the rest is for buffers and the machine itself. */
const HEAP_SHARE = 0.75;

/** Flags of Node with which a strategy is run, whatever is around it. */
export function nodeGuards({ memoryMb }: Bounds): string[] {
  return [
    '--permission',
    '--disallow-code-generation-from-strings',
    '--disable-proto=throw',
    '--disable-sigusr1',
    '--no-addons',
    `--max-old-space-size=${Math.floor(memoryMb * HEAP_SHARE)}`,
  ];
}

/** The program's own arguments after Node's: what it may touch, what it is, what it is told. */
export function nodeArgs(bounds: Bounds, { flags, args, reads, writes }: Program): string[] {
  return [
    ...nodeGuards(bounds),
    ...[...reads, ...writes].map((path) => `--allow-fs-read=${path}`),
    ...writes.map((path) => `--allow-fs-write=${path}`),
    ...flags,
    ...args,
  ];
}
