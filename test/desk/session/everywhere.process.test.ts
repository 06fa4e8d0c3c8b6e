/** The stop of all sessions: it reaches each, also one that does not answer or begins later, and lifting it lets none go. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { liftEverywhere } from '../../../src/cli/everywhere.ts';
import { askSession, Control, CONTROL_FILE } from '../../../src/desk/session/control.ts';
import {
  FollowedStop,
  liftStop,
  standingStop,
  standStill,
  stopFile,
  type StandingStop,
} from '../../../src/desk/session/everywhere.ts';
import { drill } from '../../../src/desk/session/drill.ts';
import { codeOf } from '../../../src/desk/session/one-time-code.ts';
import { runningSessions, sayRunning } from '../../../src/desk/session/running.ts';
import { isConfirmed, stopAll } from '../../../src/desk/session/stop-all.ts';
import { Conductor, GENESIS, LiveSession, type Input } from '../../../src/engine/live/index.ts';
import { deckOf, OPEN, puppet } from '../../engine/live/bench.ts';

let home: string;
const before = process.env['TRADEDECK_HOME'];
const endings: (() => void | Promise<void>)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-everywhere-'));
  process.env['TRADEDECK_HOME'] = join(home, 'desk');
});

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
});

const stop = (state: StandingStop['state'], reason = 'drill'): StandingStop => ({
  state,
  reason,
  by: 'ann',
  at: '2026-11-02T15:00:00.000Z',
});

const account = { number: 'PA0001', cash: 10_000, equity: 10_000, buyingPower: 10_000, isBlocked: false };

/** A session with an order at the broker, which confirms cancels at once. */
async function running(name: string, isConfirming = true) {
  const folder = join(home, name);
  mkdirSync(folder);
  const strategy = puppet();
  const session = new LiveSession({
    deck: deckOf({ strategies: [strategy], cash: 100_000 }),
    broker: { genesis: name, prefix: 'td', decisionLifeUs: 60_000_000 },
  });
  const reports: Input[] = [];
  const conductor: Conductor = new Conductor(
    {
      session,
      disk: { append: () => undefined, sync: (done: () => void) => done() },
      broker: {
        send: (request) => {
          if (request.kind === 'snapshot') return;
          const { clientId, kind } = request;
          const report =
            kind === 'cancel' ? books(clientId) : ({ kind: 'accepted', clientId, brokerId: 'b1' } as const);
          if ((kind === 'cancel' && isConfirming) || kind === 'submit')
            reports.push({ kind: 'report', at: session.at, report });
        },
      },
      now: () => session.at,
      onBroken: (error: Error) => expect.fail(error.message),
    },
    GENESIS,
    1,
  );
  const books = (clientId: string) =>
    ({
      kind: 'order',
      clientId,
      brokerId: 'b1',
      status: 'canceled',
      symbol: 'AAA',
      side: 1,
      quantity: 10,
      filled: 0,
      averagePrice: 0,
      updatedAt: 2,
    }) as const;
  conductor.take({ kind: 'start', at: OPEN });
  const report = { kind: 'snapshot', happened: [], account, positions: [], orders: [] } as const;
  conductor.take({ kind: 'report', at: OPEN, report });
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 95 }));
  conductor.take({ kind: 'market', at: OPEN, rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] });
  const answer = (): void => {
    for (const each of reports.splice(0)) conductor.take(each);
  };
  answer();
  const timer = setInterval(answer, 10);
  const control = await Control.open(folder, conductor, () => session.at);
  const endRunning = sayRunning(folder);
  endings.push(async () => {
    clearInterval(timer);
    endRunning();
    await control.close();
  });
  return { folder, session, conductor, strategy, followed: new FollowedStop(conductor, () => session.at) };
}

test('a kill of all blocks every session and cancels what works, and says how long each took', async () => {
  const sessions = [await running('one'), await running('two')];
  expect(runningSessions()).toHaveLength(2);
  const killed = await stopAll(stop('killed'), 5000);
  expect(killed.map(({ state, ordersBefore, ordersLeft }) => [state, ordersBefore, ordersLeft])).toEqual([
    ['killed', 1, 0],
    ['killed', 1, 0],
  ]);
  for (const each of killed) {
    expect(isConfirmed(each, stop('killed'))).toBe(true);
    expect(each.blockedMs).toBeLessThan(each.emptyMs!);
  }
  for (const { session } of sessions) expect(session.states.reason).toMatch(/^everywhere: drill/);
});

test('cancels that the broker does not confirm are told to be unconfirmed, though nothing new is sent', async () => {
  await running('one', false);
  const [killed] = await stopAll(stop('killed'), 300);
  expect(killed).toMatchObject({ state: 'killed', ordersBefore: 1, ordersLeft: 1, emptyMs: null, failure: null });
  expect(killed.blockedMs).toBeLessThan(300);
  expect(isConfirmed(killed, stop('killed'))).toBe(false);
});

test('nothing is rehearsed with real money', async () => {
  const folder = join(home, 'live');
  mkdirSync(folder);
  const socket = join(home, 'live.sock');
  const asked: string[] = [];
  const server = createServer((client) => {
    client.on('data', (text) => {
      asked.push(text.toString());
      client.end('{"ok":true,"status":{"mode":"live"}}\n');
    });
  }).listen(socket);
  writeFileSync(join(folder, CONTROL_FILE), JSON.stringify({ pid: process.pid, socket }));
  endings.push(() => void server.close());
  await expect(drill({ folder, by: 'ann', onStep: () => undefined })).rejects.toMatchObject({ code: 'mode.drill' });
  expect(asked).toEqual(['{"ask":"status"}\n']);
});

test('one that does not answer is told to be unconfirmed, and the stop stands for it all the same', async () => {
  const folder = join(home, 'hung');
  mkdirSync(folder);
  const socket = join(home, 'hung.sock');
  const server = createServer(() => undefined).listen(socket);
  writeFileSync(join(folder, CONTROL_FILE), JSON.stringify({ pid: process.pid, socket }));
  endings.push(sayRunning(folder), () => void server.close());
  const { session } = await running('well');
  const stopped = await stopAll(stop('halted'), 5000);
  expect(stopped.filter((each) => !isConfirmed(each, stop('halted'))).map(({ failure }) => failure)).toEqual([
    'session.silent: the session does not answer',
  ]);
  expect(session.states.account).toBe('halted');
  expect(standingStop()).toEqual(stop('halted'));
});

test('a session takes the stop by itself, once, and one that begins later begins with it', async () => {
  const { session, followed } = await running('one');
  followed.look();
  expect(session.states.account).toBe('active');
  standStill(stop('halted'));
  followed.look();
  followed.look();
  const states = [...session.deck.journal.entries()].filter(({ kind }) => kind === 'state').map(({ text }) => text);
  expect(states.filter((text) => text.includes('everywhere'))).toEqual(['halted: everywhere: drill (ann)']);
  const later = await running('later');
  later.followed.look();
  expect(later.session.states.account).toBe('halted');
});

test('one that is recovering takes a milder stop too, once, and follows it when its books agree', async () => {
  const { session, conductor, followed } = await running('one');
  conductor.take({ kind: 'start', at: session.at });
  expect(session.states.account).toBe('recovering');
  standStill(stop('reducing'));
  followed.look();
  followed.look();
  const states = [...session.deck.journal.entries()].filter(({ kind }) => kind === 'state').map(({ text }) => text);
  expect(states.filter((text) => text.includes('everywhere'))).toHaveLength(1);
  const orders = session.venue!.open.map(({ clientId, brokerId = '', order: { side } }) => ({
    kind: 'order' as const,
    clientId,
    brokerId,
    status: 'working' as const,
    symbol: 'AAA',
    side,
    quantity: 10,
    filled: 0,
    averagePrice: 0,
    updatedAt: 1,
  }));
  const report = { kind: 'snapshot', happened: [], account, positions: [], orders } as const;
  conductor.take({ kind: 'report', at: session.at, report });
  expect(session.states.account).toBe('reducing');
});

test('the worst of what is said to all and to one holds', async () => {
  const { session, followed, folder } = await running('one');
  await askSession(folder, { ask: 'command', command: { do: 'kill' }, reason: 'mine' });
  standStill(stop('reducing'));
  followed.look();
  expect(session.states.account).toBe('killed');
  const other = await running('other');
  standStill(stop('killed'));
  other.followed.look();
  expect(other.session.states.account).toBe('killed');
});

test('it only becomes stricter until it is lifted', () => {
  standStill(stop('killed', 'first'));
  expect(standStill(stop('halted', 'second'))).toMatchObject({ state: 'killed', reason: 'first' });
  expect(standingStop()).toMatchObject({ state: 'killed', reason: 'first' });
});

test('a file that cannot be read is a kill', async () => {
  const { session, followed } = await running('one');
  standStill(stop('reducing'));
  writeFileSync(stopFile(), '{"state":"red');
  followed.look();
  expect(session.states.account).toBe('killed');
});

test('none is cleared while it stands, and lifting it lets none go by itself', async () => {
  const { session, followed, folder } = await running('one');
  standStill(stop('halted'));
  followed.look();
  const clear = () => askSession(folder, { ask: 'command', command: { do: 'clear' }, reason: 'looked at it' });
  await expect(clear()).rejects.toMatchObject({ code: 'session.stopped-everywhere' });
  expect(liftStop({ reason: 'over', by: 'ann', at: '2026-11-02T16:00:00.000Z' })).toEqual(stop('halted'));
  followed.look();
  expect(session.states.account).toBe('halted');
  await clear();
  expect(session.states.account).toBe('active');
  const lines = readFileSync(join(home, 'desk', 'stops.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { state: string; by: string }).state)).toEqual(['halted', 'lifted']);
});

test('where somebody may approve, the stop of all is lifted by signature, and with the code of its second factor', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const people = join(home, 'desk', 'approvers');
  mkdirSync(people, { recursive: true });
  writeFileSync(join(people, 'anna.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const key = join(home, 'anna-private.pem');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const stranger = join(home, 'eve-private.pem');
  const eve = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(stranger, eve, { mode: 0o600 });
  standStill(stop('killed'));
  const lift = (more: { key?: string; code?: string }) =>
    liftEverywhere(undefined, { reason: 'looked at it', json: true, ...more });
  await expect(lift({})).rejects.toMatchObject({ code: 'approval.unsigned' });
  await expect(lift({ key: stranger })).rejects.toMatchObject({ code: 'approval.signature' });
  writeFileSync(join(people, 'anna.totp'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', { mode: 0o600 });
  await expect(lift({ key })).rejects.toMatchObject({ code: 'approval.no-code' });
  expect(standingStop()).toEqual(stop('killed'));
  const code = codeOf(new TextEncoder().encode('12345678901234567890'), Math.floor(Date.now() / 30_000));
  await lift({ key, code });
  expect(standingStop()).toBeUndefined();
  expect(readFileSync(join(home, 'desk', 'stops.jsonl'), 'utf8')).toContain('signed by anna');
});

test('sessions whose process is gone are left out', () => {
  sayRunning(join(home, 'gone'));
  const [{ pid }] = runningSessions();
  expect(pid).toBe(process.pid);
  const file = join(home, 'desk', 'running');
  const [name] = readdirSync(file);
  writeFileSync(join(file, name), JSON.stringify({ folder: 'gone', pid: 2 ** 30 }));
  expect(runningSessions()).toEqual([]);
});
