/** Limits over all sessions of a machine: their losses and exposure add up, each acts by its own journal, and none is excused. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limitEverywhere } from '../../../src/cli/everywhere.ts';
import { AllSessions, setTotalLimit, totalLimits } from '../../../src/desk/session/all-sessions.ts';
import { Conductor, GENESIS, LiveSession } from '../../../src/engine/live/index.ts';
import { deckOf, OPEN, puppet } from '../../engine/live/bench.ts';

let home: string;
const before = process.env['TRADEDECK_HOME'];
const about = { by: 'ann', at: '2026-11-02T15:00:00.000Z', reason: 'drill' };

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradedeck-all-'));
  process.env['TRADEDECK_HOME'] = join(home, 'desk');
});
afterEach(() => {
  rmSync(home, { recursive: true });
  if (before === undefined) delete process.env['TRADEDECK_HOME'];
  else process.env['TRADEDECK_HOME'] = before;
});

/** A session that holds a hundred at 100 of its 100,000. */
function holding(account: string, more: { mode?: string; date?: string; session?: string; cash?: number } = {}) {
  const { cash = 100_000, ...others } = more;
  const strategy = puppet();
  const session = new LiveSession({
    deck: deckOf({ strategies: [strategy], cash }),
    broker: { genesis: account, prefix: 'td', decisionLifeUs: 60_000_000 },
  });
  const conductor = new Conductor(
    {
      session,
      disk: { append: () => undefined, sync: (done: () => void) => done() },
      broker: { send: () => undefined },
      now: () => session.at,
      onBroken: (error: Error) => expect.fail(error.message),
    },
    GENESIS,
    1,
  );
  const told: string[] = [];
  let wallMs = 0;
  const whose = { mode: 'live', date: '2026-11-02', account, session: account, ...others };
  const all = new AllSessions(
    conductor,
    () => session.at,
    whose,
    (text) => told.push(text),
  );
  const books = (quantity: number): void => {
    const positions = quantity === 0 ? [] : [{ symbol: 'AAA', quantity, averagePrice: 100 }];
    const money = { number: account, cash: 90_000, equity: 100_000, buyingPower: 100_000, isBlocked: false };
    const report = { kind: 'snapshot', happened: [], account: money, positions, orders: [] } as const;
    conductor.take({ kind: 'report', at: session.at, report });
  };
  const quote = (price: number): void =>
    conductor.take({ kind: 'market', at: session.at, rows: [['quote', 'AAA', price, price, 100, 100]] });
  conductor.take({ kind: 'start', at: OPEN });
  books(0);
  strategy.wishes.push(({ buy }) => void buy(100, { limit: 100 }));
  quote(100);
  const { clientId } = [...session.venue!.tickets.values()][0];
  const fill = {
    kind: 'fill',
    clientId,
    executionId: `x-${account}`,
    symbol: 'AAA',
    side: 1,
    quantity: 100,
    price: 100,
    fee: 0,
  };
  conductor.take({ kind: 'report', at: session.at, report: fill as never });
  const look = (): void => all.look((wallMs += 1000));
  quote(100);
  look();
  const turn = (ms: number): void => all.look((wallMs += ms));
  return { session, conductor, told, look, turn, quote, books };
}

test('what several lose together reduces each of them, and halts each at one and a half times', () => {
  setTotalLimit('dayLoss', 1000, about);
  const [one, two] = [holding('A1'), holding('B2')];
  one.quote(94);
  two.quote(97);
  one.look();
  two.look();
  expect([one, two].map(({ session }) => session.states.account)).toEqual(['active', 'active']);
  two.quote(95);
  two.look();
  one.look();
  expect([one, two].map(({ session }) => session.states.account)).toEqual(['reducing', 'reducing']);
  expect(one.session.states.reason).toBe(
    'limits of all sessions: 1100.00 was lost today by 2, the limit is 1000 (desk)',
  );
  one.quote(90);
  one.look();
  two.look();
  expect([one, two].map(({ session }) => session.states.account)).toEqual(['halted', 'halted']);
  expect(two.told).toHaveLength(2);
});

test('one that has ended, or begins again, counts with its day as it was', () => {
  setTotalLimit('dayLoss', 1000, about);
  const ended = holding('A1');
  ended.quote(92);
  ended.look();
  // Another process of the same account, bought at 100, begins at 92.
  const again = holding('A1');
  again.quote(92);
  again.look();
  expect(again.session.states.account).toBe('active');
  const other = holding('B2');
  other.quote(97);
  other.look();
  expect(other.session.states.account).toBe('reducing');
});

test('money that is brought or taken is neither won nor lost, also where another session begins with it', () => {
  setTotalLimit('dayLoss', 1000, about);
  const first = holding('A1');
  first.quote(92);
  first.look();
  const transfer = { kind: 'activity', activity: 'transfer', id: 't1', name: 'CSW', symbol: '' } as const;
  const report = { ...transfer, quantity: 0, price: 0, money: -50_000 };
  first.conductor.take({ kind: 'report', at: first.session.at, report });
  first.look();
  expect(first.session.states.account).toBe('active');
  // The same account after a deposit, with another deck: what it begins with is no profit that pays for the loss before.
  const second = holding('A1', { session: 'later', cash: 150_000 });
  expect(second.session.states.account).toBe('active');
  second.quote(97);
  second.look();
  expect(second.session.states.reason).toContain('1100.00 was lost today by 1');
  // And with less, after a withdrawal, that is no loss.
  const third = holding('B2', { session: 'b' });
  third.look();
  const fourth = holding('B2', { session: 'c', cash: 20_000 });
  fourth.look();
  expect(third.told.concat(fourth.told).join()).toContain('1100.00 was lost today by 2');
});

test('what another has lost is seen with the next turn, and what this one has lost within a quarter of a second', () => {
  setTotalLimit('dayLoss', 1000, about);
  const [one, two] = [holding('A1'), holding('B2')];
  one.turn(1);
  two.quote(85);
  two.turn(249);
  expect(two.session.states.account).toBe('active');
  two.turn(1);
  expect(two.session.states.account).toBe('halted');
  one.turn(1);
  expect(one.session.states.account).toBe('halted');
  setTotalLimit('dayLoss', 500, about);
  one.conductor.take({ kind: 'command', at: one.session.at, by: 'ann', reason: 'so', command: { do: 'clear' } });
  one.turn(1);
  expect(one.session.states.account).toBe('halted');
});

test('what all could hold together reduces each, and what works counts', () => {
  setTotalLimit('gross', 15_000, about);
  const one = holding('A1');
  expect(one.session.states.account).toBe('active');
  const two = holding('B2');
  one.look();
  expect([one, two].map(({ session }) => session.states.account)).toEqual(['reducing', 'reducing']);
  expect(one.told[0]).toContain('20000.00 could be held by 2, the limit is 15000');
});

test('other modes and other days are not added', () => {
  setTotalLimit('gross', 15_000, about);
  const sessions = [holding('A1'), holding('B2', { mode: 'rehearsal' }), holding('C3', { date: '2026-11-03' })];
  for (const { look } of sessions) look();
  expect(sessions.map(({ session }) => session.states.account)).toEqual(['active', 'active', 'active']);
});

test('a clear does not let it go while all are beyond the limit, and a raised limit does', () => {
  setTotalLimit('gross', 5000, about);
  const one = holding('A1');
  const clear = () =>
    one.conductor.take({ kind: 'command', at: one.session.at, by: 'ann', reason: 'so', command: { do: 'clear' } });
  clear();
  one.look();
  expect(one.session.states.account).toBe('reducing');
  setTotalLimit('gross', 50_000, about);
  clear();
  one.look();
  expect(one.session.states.account).toBe('active');
});

test('one that recovers is told once, and does as told when its books agree', () => {
  setTotalLimit('gross', 5000, about);
  const one = holding('A1');
  one.conductor.take({ kind: 'command', at: one.session.at, by: 'ann', reason: 'so', command: { do: 'clear' } });
  one.conductor.take({ kind: 'start', at: one.session.at });
  one.told.length = 0;
  one.look();
  one.look();
  expect(one.told).toHaveLength(1);
  expect(one.session.states.account).toBe('recovering');
  one.books(100);
  expect(one.session.states.account).toBe('reducing');
});

test('limits that cannot be understood, and a standing that cannot be read, reduce', () => {
  setTotalLimit('gross', 50_000, about);
  const one = holding('A1');
  expect(one.session.states.account).toBe('active');
  const folder = join(home, 'desk', 'all-sessions', 'standing');
  writeFileSync(join(folder, 'feed.json'), '{"mode":');
  one.look();
  expect(one.session.states.reason).toContain('how all stand is not known');
  rmSync(join(folder, 'feed.json'));
  writeFileSync(join(home, 'desk', 'all-sessions', 'limits.json'), '{"dayLoss":"1000"}');
  expect(() => totalLimits()).toThrow('had dayLoss: "1000"');
  const two = holding('B2');
  expect(two.session.states.reason).toContain('how all stand is not known: must have dayLoss and gross');
});

test('a stricter limit needs no key, a looser one is signed; either leaves a line', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const people = join(home, 'desk', 'approvers');
  mkdirSync(people, { recursive: true });
  writeFileSync(join(people, 'anna.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const key = join(home, 'anna.pem');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const set = (value: number, more: { key?: string } = {}, limit = 'dayLoss') =>
    limitEverywhere(undefined, { set: { limit, value }, reason: 'drill', json: true, ...more });
  await set(1000);
  await set(500);
  await expect(set(2000)).rejects.toMatchObject({ code: 'approval.unsigned' });
  expect(totalLimits()).toEqual({ dayLoss: 500 });
  await set(2000, { key });
  expect(totalLimits()).toEqual({ dayLoss: 2000 });
  await expect(set(1, {}, 'dayLos')).rejects.toMatchObject({
    code: 'session.no-limit',
    hint: expect.stringContaining('dayLoss') as string,
  });
  await expect(set(0)).rejects.toMatchObject({ code: 'session.limit-value' });
  const lines = readFileSync(join(home, 'desk', 'all-sessions', 'limits.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { limit: 'dayLoss', before: null, value: 1000 },
    { before: 1000, value: 500 },
    { before: 500, value: 2000, by: expect.stringContaining('signed by anna') as string },
  ]);
  expect(readdirSync(people)).toEqual(['anna.pem']);
});

test('a looser limit takes two people where there are two, with the same words, within five minutes', async () => {
  const people = join(home, 'desk', 'approvers');
  mkdirSync(people, { recursive: true });
  const keyOf = (name: string): string => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(people, `${name}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
    const file = join(home, `${name}.pem`);
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    return file;
  };
  const [anna, ben] = [keyOf('anna'), keyOf('ben')];
  const set = (value: number, key?: string, reason = 'so') =>
    limitEverywhere(undefined, {
      set: { limit: 'dayLoss', value },
      reason,
      json: true,
      ...(key === undefined ? {} : { key }),
    });
  await set(500);
  const second = { code: 'approval.second', hint: expect.stringContaining('signed by ben') as string };
  await expect(set(2000, anna)).rejects.toMatchObject(second);
  await expect(set(2000, anna)).rejects.toMatchObject(second);
  // Another number or another reason is another wish.
  await expect(set(3000, ben)).rejects.toMatchObject({ code: 'approval.second' });
  await expect(set(2000, ben, 'else')).rejects.toMatchObject({ code: 'approval.second' });
  expect(totalLimits()).toEqual({ dayLoss: 500 });
  // A first signature that somebody wrote by hand is none.
  const file = join(home, 'desk', 'all-sessions', 'first-signature.json');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { signed: { signature: string } };
  const forged = { ...kept, command: { do: 'limit', limit: 'dayLoss', value: 9000 }, reason: 'so' };
  writeFileSync(file, JSON.stringify(forged));
  await expect(set(9000, anna)).rejects.toMatchObject({ code: 'approval.second' });
  await expect(set(2000, anna)).rejects.toMatchObject({ code: 'approval.second' });
  await set(2000, ben);
  expect(totalLimits()).toEqual({ dayLoss: 2000 });
  const lines = readFileSync(join(home, 'desk', 'all-sessions', 'limits.jsonl'), 'utf8');
  expect(lines).toContain('signed by anna and ben');
});
