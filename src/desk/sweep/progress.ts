/**
 * Tells a person how far a sweep is: one line that is written over, with runs per second and the time left.
 */
import { count, type ProgressOutput } from '../run/progress.ts';

export { count };

const FIRST_AFTER_MS = 400;
const EVERY_MS = 100;
const WIDTH = 24;

export interface SweepProgress {
  /** `stage` names a part of the work, with counts of its own. */
  update(done: number, total: number, stage?: string): void;
  end(): void;
}

/** Returns progress that is shown only on a terminal, and not at all in a short sweep. `now` is in milliseconds. */
export function sweepProgress(output: ProgressOutput, now: () => number): SweepProgress {
  let startedAt = now();
  let shownAt = startedAt + FIRST_AFTER_MS - EVERY_MS;
  let isShown = false;
  /** What was there when the sweep began: known rows took no time. */
  let first: number | undefined;
  let kind = false;
  return {
    update(done, total, stage = '') {
      const at = now();
      if (first === undefined || kind !== (stage !== '')) {
        kind = stage !== '';
        first = done;
        startedAt = at;
      }
      if (!output.isTerminal || at - shownAt < EVERY_MS) return;
      shownAt = at;
      isShown = true;
      output.write(`\r\x1b[2K${sweepLine(done, total, done - first, at - startedAt, stage)}`);
    },
    end() {
      if (isShown) output.write('\r\x1b[2K');
      isShown = false;
    },
  };
}

/** Returns a line such as `sweeping ███───── 42 %  2,030 of 4,851 runs, 812/s, 4 s left`. */
export function sweepLine(done: number, total: number, played: number, elapsedMs: number, stage = ''): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const bar = `${'█'.repeat(filled)}${'─'.repeat(WIDTH - filled)}`;
  const perSecond = elapsedMs > 0 ? (played / elapsedMs) * 1000 : 0;
  const seconds = perSecond > 0 ? Math.ceil((total - done) / perSecond) : undefined;
  const left =
    seconds === undefined ? '' : `, ${seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} left`;
  return `${stage === '' ? 'sweeping' : stage} ${bar} ${Math.floor(share * 100)} %  ${count(done)} of ${count(total)} runs, ${count(perSecond)}/s${left}`;
}
