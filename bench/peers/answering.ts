/**
 * One side of a comparison in TypeScript: reads a line that names the work, does it, and answers with time and result.
 *
 * `python/answering.py` is the same for the other side, and speaks the same lines: what begins with `@` is JSON.
 */
import { createInterface } from 'node:readline';

/** What a side says of one work. */
export interface Answer {
  /** Seconds of processor time of one run, all threads counted. */
  readonly core: number;
  /** Seconds of the wall clock of one run. */
  readonly wall: number;
  readonly runs: number;
  readonly result: Readonly<Record<string, unknown>>;
}

export type Work = () => Readonly<Record<string, unknown>>;

/** Short work is repeated until this many seconds have passed. */
const LEAST = 0.1;
/** Seconds of processor time for which a work runs before it is measured: the compiler is then done with it. */
const WARM_UP = 1;

function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function measure(work: Work): Answer {
  const core = coreSeconds();
  const wall = performance.now();
  let runs = 0;
  let result;
  do {
    result = work();
    runs++;
  } while (coreSeconds() - core < LEAST && performance.now() - wall < 2000 * LEAST);
  return { core: (coreSeconds() - core) / runs, wall: (performance.now() - wall) / 1000 / runs, runs, result };
}

const warm = new Set<Work>();

function warmUp(work: Work): void {
  // By this clock too: on a busy machine a second of the wall clock may be a tenth of work.
  const start = coreSeconds();
  while (!warm.has(work) && coreSeconds() - start < WARM_UP) work();
  warm.add(work);
}

/** A work that breaks off is an answer too: the others go on. */
function attempt(work: Work): Answer | { readonly error: string } {
  try {
    warmUp(work);
    return measure(work);
  } catch (error) {
    return { error: String(error) };
  }
}

/** Answers to every line on standard input, until it ends. */
export async function answer(
  works: Readonly<Record<string, Work>>,
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  say({ versions });
  for await (const line of createInterface({ input: process.stdin })) say(attempt(works[line.trim()]));
}

function say(value: object): void {
  process.stdout.write(`@${JSON.stringify(value)}\n`);
}
