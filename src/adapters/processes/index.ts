/** Processes of this machine: whether one that left its number behind is still there. */
import process from 'node:process';

/** Whether a process with this number is there; a number of 0 or less is nobody's. Numbers are given again after a while. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else's is one too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
