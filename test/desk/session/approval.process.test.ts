/** What lets more happen than before: with a reason, on books that agree, and signed by who may, twice where two may. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command } from '../../../src/engine/live/index.ts';
import { Conductor, GENESIS, LiveSession } from '../../../src/engine/live/index.ts';
import { askSession, Control } from '../../../src/desk/session/control.ts';
import { codeOf } from '../../../src/desk/session/one-time-code.ts';
import { signedBy } from '../../../src/desk/session/step-up.ts';
import { deckOf, OPEN } from '../../engine/live/bench.ts';

let folder: string;
let control: Control;
let session: LiveSession;
let conductor: Conductor;
const home = process.env['TRADEDECK_HOME'];

const account = { number: 'PA0001', cash: 10_000, equity: 10_000, buyingPower: 10_000, isBlocked: false };

function books(quantity: number): void {
  const positions = quantity === 0 ? [] : [{ symbol: 'AAA', quantity, averagePrice: 100 }];
  const report = { kind: 'snapshot', happened: [], account, positions, orders: [] } as const;
  conductor.take({ kind: 'report', at: session.at, report });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradedeck-approval-'));
  process.env['TRADEDECK_HOME'] = join(folder, 'desk');
  session = new LiveSession({
    deck: deckOf({ limits: { orderShare: 0.1, dayLoss: 0.02 } }),
    broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60_000_000 },
  });
  const parts = {
    session,
    disk: { append: () => undefined, sync: (done: () => void) => done() },
    broker: { send: () => undefined },
    now: () => session.at,
    onBroken: (error: Error) => expect.fail(error.message),
  };
  conductor = new Conductor(parts, GENESIS, 1);
  conductor.take({ kind: 'start', at: OPEN });
  books(0);
  control = await Control.open(folder, conductor, () => session.at, undefined, 'signature');
});

afterEach(async () => {
  await control.close();
  rmSync(folder, { recursive: true });
  if (home === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = home;
});

/** Somebody who may approve; returns the private key. */
function approver(name: string): KeyObject {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const people = join(folder, 'desk', 'approvers');
  mkdirSync(people, { recursive: true });
  writeFileSync(join(people, `${name}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
  return privateKey;
}

let count = 0;

function tell(
  command: Command,
  key?: KeyObject,
  more: { agoMs?: number; reason?: string; as?: Command; despiteDifferences?: true; code?: string } = {},
) {
  const { agoMs = 0, reason = 'looked at it', as = command, despiteDifferences, code } = more;
  const id = `r${count++}`;
  const signed =
    key === undefined
      ? {}
      : { signed: signedBy(key, { session: basename(folder), command: as, reason, id, at: Date.now() - agoMs }) };
  const despite = despiteDifferences === undefined ? {} : { despiteDifferences };
  return askSession(folder, {
    ask: 'command',
    command,
    reason,
    id,
    ...signed,
    ...despite,
    ...(code === undefined ? {} : { code }),
  });
}

const journal = (): string[] => [...session.deck.journal.entries()].map(({ text }) => text);

const HALT: Command = { do: 'halt' };
const CLEAR: Command = { do: 'clear' };
const LOOSER: Command = { do: 'limit', limit: 'orderShare', value: 0.2 };
const STRICTER: Command = { do: 'limit', limit: 'orderShare', value: 0.05 };

test('a halt needs no key, and is not cleared without one', async () => {
  approver('anna');
  await tell(HALT);
  await expect(tell(CLEAR)).rejects.toMatchObject({ code: 'approval.unsigned' });
  expect(session.states.account).toBe('halted');
});

test('who may approve clears it, and the journal says who signed', async () => {
  const key = approver('anna');
  await tell(HALT);
  await tell(CLEAR, key);
  expect(session.states.account).toBe('active');
  expect(session.states.reason).toMatch(/^looked at it \(.*, signed by anna\)$/);
});

test('a signature of somebody else, of another command, of another session or of an hour ago is none', async () => {
  const key = approver('anna');
  const stranger = generateKeyPairSync('ed25519').privateKey;
  await tell(HALT);
  await expect(tell(CLEAR, stranger)).rejects.toMatchObject({ code: 'approval.signature' });
  await expect(tell(CLEAR, key, { as: HALT })).rejects.toMatchObject({ code: 'approval.signature' });
  await expect(tell(CLEAR, key, { agoMs: 3_600_000 })).rejects.toMatchObject({ code: 'approval.old' });
  expect(session.states.account).toBe('halted');
});

test.each([
  { do: 'resume', strategy: 0 },
  { do: 'unfreeze', symbol: 'AAA' },
] as const)('$do lets orders go again, and is signed like a clear', async (command) => {
  const key = approver('anna');
  await tell({ do: 'pause', strategy: 0 });
  await tell({ do: 'freeze', symbol: 'AAA' });
  const isStopped = (): boolean =>
    command.do === 'resume' ? session.states.isPaused(0) : session.states.frozenBecause(0) !== undefined;
  await expect(tell(command)).rejects.toMatchObject({ code: 'approval.unsigned' });
  expect(isStopped()).toBe(true);
  await tell(command, key);
  expect(isStopped()).toBe(false);
});

test('closing what is held from a halt takes what a clear takes, and leaves it halted', async () => {
  const key = approver('anna');
  const out: Command = { do: 'flatten-halted', symbol: 'all' };
  await expect(tell(out, key)).rejects.toMatchObject({ code: 'session.not-halted' });
  await tell(HALT);
  await expect(tell(out)).rejects.toMatchObject({ code: 'approval.unsigned' });
  books(3);
  await expect(tell(out, key)).rejects.toMatchObject({ code: 'session.books-differ' });
  books(0);
  await tell(out, key);
  expect(session.states.account).toBe('halted');
  expect(journal().at(-1)).toMatch(/^halted, and closing for a minute: looked at it \(.*, signed by anna\)$/);
});

test('where nobody may approve it says so, and nothing is done', async () => {
  await tell(HALT);
  await expect(tell(CLEAR)).rejects.toMatchObject({ code: 'approval.no-key' });
});

test('a stricter limit needs no key, a looser one does', async () => {
  const key = approver('anna');
  await tell(STRICTER);
  await expect(tell(LOOSER)).rejects.toMatchObject({ code: 'approval.unsigned' });
  await tell(LOOSER, key);
  expect(journal().filter((text) => text.startsWith('limit '))).toEqual([
    expect.stringMatching(/^limit orderShare: 0\.1 → 0\.05: looked at it \(\w+\)$/),
    expect.stringMatching(/^limit orderShare: 0\.05 → 0\.2: looked at it \(\w+, signed by anna\)$/),
  ]);
});

test('where the key has a second factor, a signature without its code lets nothing go', async () => {
  const key = approver('anna');
  const secret = new TextEncoder().encode('12345678901234567890');
  const file = join(folder, 'desk', 'approvers', 'anna.totp');
  writeFileSync(file, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', { mode: 0o600 });
  await tell(HALT);
  await expect(tell(CLEAR, key)).rejects.toMatchObject({ code: 'approval.no-code' });
  await expect(tell(CLEAR, key, { code: '12345' })).rejects.toMatchObject({ code: 'approval.code' });
  expect(session.states.account).toBe('halted');
  await tell(CLEAR, key, { code: codeOf(secret, Math.floor(Date.now() / 30_000)) });
  expect(session.states.account).toBe('active');
});

test('with real money a key without a second factor lets nothing go, and stops need neither', async () => {
  const key = approver('anna');
  await control.close();
  control = await Control.open(folder, conductor, () => session.at, undefined, 'signature and code');
  await tell(HALT);
  expect(session.states.account).toBe('halted');
  await expect(tell(CLEAR, key, { code: '123456' })).rejects.toMatchObject({ code: 'approval.no-second-factor' });
});

test('where two may approve, a looser limit takes both, with the same words', async () => {
  const [anna, ben] = [approver('anna'), approver('ben')];
  await expect(tell(LOOSER, anna)).rejects.toMatchObject({ code: 'approval.second' });
  await expect(tell(LOOSER, anna)).rejects.toMatchObject({ code: 'approval.second' });
  await expect(tell(LOOSER, ben, { reason: 'another reason' })).rejects.toMatchObject({ code: 'approval.second' });
  await tell(LOOSER, ben);
  expect(journal().at(-1)).toMatch(/signed by anna and ben\)$/);
});

test('nothing is cleared on books that differ, unless that is said', async () => {
  const key = approver('anna');
  await tell(HALT);
  books(5);
  await expect(tell(CLEAR, key)).rejects.toThrow(/AAA: ours 0, the broker's 5/);
  await tell(CLEAR, key, { despiteDifferences: true });
  expect(session.states.account).toBe('active');
  expect(session.states.frozenBecause(0)).toMatch(/positions differ/);
});

test('what was refused leaves a record of who wanted what', async () => {
  approver('anna');
  const taken: string[] = [];
  const take = conductor.take.bind(conductor);
  conductor.take = (input) => {
    if (input.kind === 'command') taken.push(`${input.command.do}: ${input.reason}`);
    take(input);
  };
  await expect(tell(CLEAR)).rejects.toThrow('needs a signature');
  expect(taken).toEqual(['note: clear was not obeyed (looked at it): approval.unsigned: clear needs a signature here']);
});

test('a limit that the session does not have is answered with those that it has', async () => {
  const wrong = { do: 'limit', limit: 'orderShares', value: 1 } as unknown as Command;
  await expect(tell(wrong)).rejects.toThrow(/orderShare/);
  await expect(tell({ do: 'limit', limit: 'orderShare', value: -1 })).rejects.toThrow('above nought');
});
