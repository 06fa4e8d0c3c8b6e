/** A desk and a fake broker as processes, for whoever rehearses a day with them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, expect } from 'vitest';
import { askSession, CONTROL_FILE } from '../../src/desk/session/control.ts';
import type { SessionStatus } from '../../src/desk/session/status.ts';
import { COMMAND, typed } from './typed.ts';

/**
 * Longer than any of it takes, also where twenty others share two cores and a process takes half a minute to begin; what never
 * comes is told before the test is given up.
 */
const PATIENCE_MS = 100_000;
/** For tests that start one process after the other. */
export const PATIENT = { timeout: 300_000 };
export const home = mkdtempSync(join(tmpdir(), 'tradedeck-rehearse-'));
const environment = { ...process.env, TRADEDECK_HOME: join(home, 'desk') };
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What a test started and has not ended. */
const running: ChildProcess[] = [];
afterEach(() => {
  // A fake broker that may end as it should keeps its code, and the next one begins in half of the time.
  for (const child of running.splice(0))
    child.kill(child.spawnargs.some((each) => each.startsWith('fake-')) ? 'SIGTERM' : 'SIGKILL');
});

/** Starts the command; a last argument that is no text is more of its environment. */
export function start(...given: readonly (string | NodeJS.ProcessEnv)[]): ChildProcess {
  const args = given.filter((each) => typeof each === 'string');
  const more = given.filter((each) => typeof each !== 'string');
  const env = Object.assign({}, environment, ...more) as NodeJS.ProcessEnv; // Texts by name, all of them.
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: home, env });
  running.push(child);
  return child;
}

export const tradedeck = (...args: string[]) => typed(home, args, environment);

/** Starts a fake broker whose day passes at a speed; returns where it is. */
export async function fake(speed: string, time: string, ...more: string[]): Promise<string> {
  const args = ['--speed', speed, '--date', '2026-11-27', '--time', time, '--port', '0', '--json', ...more];
  const child = start('fake-alpaca', ...args);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const { addresses } = JSON.parse(line.toString()) as { addresses: Record<string, string> };
  return addresses['trading and data'];
}

export async function control(url: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${url}/__fake/${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

/** How fast a fake broker's day passes: slowly while processes begin and are looked at, which takes as long as it takes. */
export const pass = (url: string, speed: number): Promise<void> => control(url, 'speed', { speed });

/** The sessions of a deck, in the order in which they began. */
export function sessionsIn(name: string): string[] {
  // Beside the folders of sessions there are files, and some of them only for a moment.
  return readdirSync(join(home, name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(`${name}-`))
    .map((entry) => join(home, name, entry.name))
    .sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs);
}

export function sessionIn(name: string): string {
  return sessionsIn(name).at(-1)!;
}

/** Waits until a session stands so. */
export async function until(name: string, isSo: (status: SessionStatus) => boolean): Promise<SessionStatus> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const status = await statusOf(name);
    if (status !== undefined && isSo(status)) return status;
    await new Promise((next) => setTimeout(next, 80));
  }
  return expect.fail('it never stood so');
}

/** What `status` prints, asked for without starting a process for it; undefined where no session runs. */
async function statusOf(name: string): Promise<SessionStatus | undefined> {
  const folder = existsSync(join(home, name)) ? sessionIn(name) : undefined;
  if (folder === undefined || !existsSync(join(folder, CONTROL_FILE))) return undefined;
  try {
    return (await askSession(folder, { ask: 'status' })).status;
  } catch {
    // Between its beginning and its end a session may be gone at any moment.
    return undefined;
  }
}

/** Waits for a process and all that it printed; a watchdog may have its errors open for longer. */
export async function ended(child: ChildProcess): Promise<number | null> {
  const [exit] = await Promise.all([once(child, 'exit'), once(child.stdout!, 'close')]);
  return (exit as [number | null])[0];
}
