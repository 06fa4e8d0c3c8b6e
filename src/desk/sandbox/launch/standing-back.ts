/**
 * Has a process stand back where others want the processor too: the desk, and strategies that mind their business. Every
 * thread of it, and of what it started.
 *
 * Between sessions of the kernel (`setsid`) niceness says nothing where it groups processes by session: there the group has
 * a niceness of its own (`sched(7)`, autogroup), and each process of ours is a session.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * A tenth of the processor’s time of one at 0 that wants it too. Still lower, it would get nowhere on a
 * machine that is busy for good.
 */
const NICENESS = 10;

/** More processes than a launcher makes; what has still more is held by its limits, and ended. */
const TREE_MAX = 64;

/** What the processor's time of a process is counted in: on Linux always a hundredth of a second. */
const TICK_MS = 10;
/** The fields of `/proc/PID/stat` after the name, from the third on: `utime` and `stime` are the 14th and 15th. */
const USER_TICKS = 14 - 3;
const SYSTEM_TICKS = 15 - 3;

/** Lowers a process with all that it started; what is gone meanwhile is left out. Nothing on machines without `/proc`. */
export function standBack(pid: number): void {
  for (const each of treeOf(pid)) {
    for (const thread of entries(`/proc/${each}/task`)) {
      gone(() => {
        if (getPriority(thread) < NICENESS) setPriority(thread, NICENESS);
      });
    }
    gone(() => {
      const path = `/proc/${each}/autogroup`;
      const [, niceness] = /nice (-?\d+)/.exec(readFileSync(path, 'latin1')) ?? [];
      // Others than root may change one each tenth of a second: none is spent on what stands back already.
      if (niceness !== undefined && Number(niceness) < NICENESS) writeFileSync(path, String(NICENESS));
    });
  }
}

/** Milliseconds of a processor that a process and what it started have used; 0 where that is not known. */
export function processorMs(pid: number): number {
  let ticks = 0;
  for (const each of treeOf(pid)) {
    gone(() => {
      const stat = readFileSync(`/proc/${each}/stat`, 'latin1');
      // A name may hold anything, blanks and brackets too.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
    });
  }
  return ticks * TICK_MS;
}

/** A process and all below it: what a launcher puts around a strategy comes before it. */
function treeOf(pid: number): number[] {
  const tree = [pid];
  // Grows while it is walked.
  for (const each of tree) {
    if (tree.length > TREE_MAX) break;
    gone(() => {
      const children = readFileSync(`/proc/${each}/task/${each}/children`, 'latin1');
      tree.push(...children.split(' ').filter(Boolean).map(Number));
    });
  }
  return tree;
}

function entries(folder: string): number[] {
  let found: number[] = [];
  gone(() => {
    found = readdirSync(folder).map(Number);
  });
  return found;
}

/**
 * Why the kernel may not do it: the process or thread has ended; it is another user's (what a launcher starts with rights of
 * its own); the kernel has no such file; or an autogroup was changed less than a tenth of a second ago. None of these is a
 * reason to do less for the rest.
 */
const EXPECTED: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EAGAIN']);

function gone(work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code, info } = error as NodeJS.ErrnoException & { info?: { code?: string } };
    if (!EXPECTED.has(info?.code ?? code)) throw error;
  }
}
