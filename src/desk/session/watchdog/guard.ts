/**
 * A session's side of its watchdog: starts it, shows it that the loop turns, and takes leave of it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { BEAT, BEAT_MS, FAREWELL, HELD, NOTES_FILE, type Charge, type WatchdogNote } from './charge.ts';

export class Guard {
  private readonly child: ChildProcess;
  private readonly beating: NodeJS.Timeout;
  private isOver = false;
  private held = '[]';
  private readonly heldNow: () => readonly string[];

  private constructor(child: ChildProcess, onGone: () => void, heldNow: () => readonly string[]) {
    this.child = child;
    this.heldNow = heldNow;
    child.on('error', onGone);
    child.on('exit', () => {
      clearInterval(this.beating);
      if (!this.isOver) onGone();
    });
    // A pipe to a process that is gone: its exit says so.
    child.stdin?.on('error', () => undefined);
    // The loop that this turns in is the one that strategies run in.
    this.beating = setInterval(() => this.beat(), BEAT_MS).unref();
    child.unref();
  }

  /**
   * Starts a watchdog. `onGone` is called when it ends before it is told to: nobody watches from then on. `heldNow` says the
   * symbols whose stops only the session watches.
   */
  static start(charge: Charge, onGone: () => void, heldNow: () => readonly string[] = () => []): Guard {
    const file = fileURLToPath(new URL('./watch.ts', import.meta.url));
    // In a group of its own, so that what ends the terminal's processes does not end it before the session has settled.
    const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', file], {
      stdio: ['pipe', 'ignore', 'inherit'],
      detached: true,
      env: { ...process.env, ...keptCode() },
    });
    const guard = new Guard(child, onGone, heldNow);
    guard.write(JSON.stringify(charge));
    return guard;
  }

  /** The session ends as it should. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.beating);
    this.write(FAREWELL);
    this.child.stdin?.end();
  }

  private beat(): void {
    const held = JSON.stringify(this.heldNow());
    if (held !== this.held) this.write(HELD + held);
    this.held = held;
    this.write(BEAT);
  }

  private write(line: string): void {
    if (this.child.stdin?.writable === true) this.child.stdin.write(`${line}\n`);
  }
}

/** Where this process keeps compiled code: with it a watchdog begins in less than half of the time, and watches the sooner. */
function keptCode(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  // Below the folder that was named there is one for each version and user.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** What watchdogs wrote down about a session, oldest first. */
export function watchdogNotes(folder: string): readonly WatchdogNote[] {
  const path = join(folder, NOTES_FILE);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WatchdogNote);
}
