/** A desk and a fake broker as processes, for whoever rehearses a day with them. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, expect } from 'vitest';

const COMMAND = resolve('bin/tradedeck.js');
export const home = mkdtempSync(join(tmpdir(), 'tradedeck-rehearse-'));
const environment = { ...process.env, TRADEDECK_HOME: join(home, 'desk') };
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What a test started and has not ended. */
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
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

export function tradedeck(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: home,
    encoding: 'utf8',
    env: environment,
  });
  return { code: status, out: stdout, error: stderr };
}

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

/** The sessions of a deck, in the order in which they began. */
export function sessionsIn(name: string): string[] {
  return readdirSync(join(home, name))
    .filter((entry) => entry.startsWith(`${name}-`) && !entry.endsWith('.json'))
    .map((entry) => join(home, name, entry))
    .sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs);
}

export function sessionIn(name: string): string {
  return sessionsIn(name).at(-1)!;
}

interface Status {
  readonly state: string;
  readonly records: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly positions: readonly { symbol: string; quantity: number }[];
}

/** Waits until a session stands so. */
export async function until(name: string, isSo: (status: Status) => boolean): Promise<Status> {
  for (let i = 0; i < 300; i++) {
    const isThere = existsSync(join(home, name)) && existsSync(join(sessionIn(name), 'control.json'));
    const { code, out } = isThere ? tradedeck('status', sessionIn(name), '--json') : { code: 1, out: '' };
    if (code === 0) {
      const status = JSON.parse(out) as Status;
      if (isSo(status)) return status;
    }
    await new Promise((next) => setTimeout(next, 50));
  }
  return expect.fail('it never stood so');
}

/** Waits for a process and all that it printed; a watchdog may have its errors open for longer. */
export async function ended(child: ChildProcess): Promise<number | null> {
  const [exit] = await Promise.all([once(child, 'exit'), once(child.stdout!, 'close')]);
  return (exit as [number | null])[0];
}
