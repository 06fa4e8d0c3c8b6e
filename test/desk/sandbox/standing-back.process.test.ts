/**
 * LF-26: a strategy that is late because it computes, or that was started again, stands back where others want the processor;
 * one that merely waits does not. The processes are real, and what they are lowered to is asked of the kernel.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, expect, test } from 'vitest';
import { supervisorOf } from '../../../bench/neighbours.ts';
import type { LauncherName } from '../../../src/desk/sandbox/launch/launch.ts';
import { toolPath } from '../../../src/desk/sandbox/launch/rlimits.ts';
import { processorMs, standBack } from '../../../src/desk/sandbox/launch/standing-back.ts';

const base = mkdtempSync(join(tmpdir(), 'tradedeck-standing-back-'));
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A process of its own session, which has begun to run `code`. */
async function started(code: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', `process.stdout.write('begun');${code}`], { detached: true });
  ends.push(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid!;
}

function nicenessOf(pid: number): number[] {
  return [...new Set(readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread))))];
}

/** Niceness of a session among sessions, where the kernel has that. */
function groupOf(pid: number): string | undefined {
  const path = `/proc/${pid}/autogroup`;
  return existsSync(path) ? /nice (-?\d+)/.exec(readFileSync(path, 'latin1'))?.[1] : undefined;
}

/** The innermost process: behind walls it is a child of a child. */
function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
  return child === undefined ? pid : innermost(Number(child));
}

test('every thread of a process is lowered, and its session among others', async () => {
  const pid = await started('setInterval(() => 0, 1000)');
  expect(nicenessOf(pid)).toEqual([getPriority()]);
  standBack(pid);
  expect(nicenessOf(pid)).toEqual([10]);
  expect([undefined, '10']).toContain(groupOf(pid));
  standBack(pid);
  expect(nicenessOf(pid)).toEqual([10]);
});

test('one that stands back further already is not raised', async () => {
  const pid = await started("require('node:os').setPriority(15); setInterval(() => 0, 1000)");
  await expect.poll(() => getPriority(pid)).toBe(15);
  standBack(pid);
  expect(getPriority(pid)).toBe(15);
});

test('what a process has computed is counted, and what it has waited is not', async () => {
  const computing = await started('for (;;);');
  const waiting = await started('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
  const before = processorMs(waiting);
  await expect.poll(() => processorMs(computing)).toBeGreaterThan(500);
  expect(processorMs(waiting) - before).toBeLessThan(100);
});

test('a process that is gone is nobody’s', async () => {
  const pid = await started('');
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  standBack(pid);
  expect(processorMs(pid)).toBe(0);
});

/** A supervisor of a strategy that does something with its second input. */
function secondDoes(does: string, launcher: LauncherName = 'process', answerMs = 20_000) {
  const name = String(++scripts);
  const supervisor = supervisorOf({ base, name, launcher, does: `if (told.seq === 2) { ${does} }`, answerMs });
  ends.push(() => supervisor.close());
  const tell = (seq: number): void => supervisor.tell({ strategy: 0, seq, input: { kind: 'tick', at: seq * 1000 } });
  return { supervisor, tell };
}

let scripts = 0;
/** What a launcher gives a strategy: a little less than the desk has. */
const USUAL = getPriority() + 5;

test('LF-26 one that is late because it computes stands back; before it did not', async () => {
  const { supervisor, tell } = secondDoes('for (;;);');
  supervisor.start();
  tell(1);
  await supervisor.settled();
  const { pid } = supervisor.status;
  expect(getPriority(pid!)).toBe(USUAL);
  tell(2);
  await expect.poll(() => getPriority(pid!)).toBe(10);
  expect([undefined, '10']).toContain(groupOf(pid!));
});

test('LF-26 one that is late and does not compute keeps its place: it may be the machine that is slow', async () => {
  const { supervisor, tell } = secondDoes('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);');
  supervisor.start();
  tell(1);
  tell(2);
  await supervisor.settled();
  expect(getPriority(supervisor.status.pid!)).toBe(USUAL);
});

const WALLED = toolPath('bwrap') === undefined ? 'process' : 'bubblewrap';

test('LF-26 one that is started again a second time stands back from when it is ready, within walls too', async () => {
  const { supervisor, tell } = secondDoes('process.exit(3);', WALLED);
  supervisor.start();
  tell(1);
  await supervisor.settled();
  const first = supervisor.status.pid!;
  expect(nicenessOf(innermost(first))).toEqual([USUAL]);
  process.kill(innermost(first), 'SIGKILL');
  await expect.poll(() => supervisor.status).toMatchObject({ state: 'running', restarts: 1 });
  // Once may be the fault of others.
  const second = innermost(supervisor.status.pid!);
  expect(nicenessOf(second)).toEqual([USUAL]);
  process.kill(second, 'SIGKILL');
  await expect.poll(() => supervisor.status).toMatchObject({ state: 'running', restarts: 2 });
  const pid = innermost(supervisor.status.pid!);
  expect(nicenessOf(pid)).toEqual([10]);
  await expect.poll(() => groupOf(pid)).toSatisfy((group) => group === undefined || group === '10');
});

test('LF-26 one that ends at once is started again after longer and longer', async () => {
  const { supervisor, tell } = secondDoes('process.exit(3);');
  const begun = performance.now();
  supervisor.start();
  tell(1);
  tell(2);
  await supervisor.settled();
  expect(supervisor.status).toMatchObject({ state: 'stopped', restarts: 3 });
  expect(performance.now() - begun).toBeGreaterThan(2500);
});
