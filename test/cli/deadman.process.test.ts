/**
 * The watchdog on another host with real processes: a desk that is killed, stopped, cut off, ended as it should be, and a watchdog
 * that is not there. The broker's own books say what became of the account.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/adapters/fake-broker/core/config.ts';
import { ended, fake, home, sessionIn, start, until } from './rehearsal.ts';

const SECRET = 'a'.repeat(64);

/** Rests a purchase far below the market. */
const STRATEGY = `
import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'rests',
  parameters: {},
  setup({ buy }) {
    let isDone = false;
    return {
      onQuote({ bid }) {
        if (!isDone && bid > 0) isDone = buy(1, { limit: Math.floor(bid / 2), timeInForce: 'GTC' }) !== undefined;
      },
    };
  },
});
`;

interface Account {
  readonly orders: { readonly status: string }[];
}

/** Orders that work in the broker's own books, and whether it takes new ones. */
async function books(url: string): Promise<{ working: number; isBlocked: boolean }> {
  const { orders } = (await (await fetch(`${url}/__fake/ledger`)).json()) as Account;
  const headers = { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret };
  const settings = (await (await fetch(`${url}/v2/account/configurations`, { headers })).json()) as {
    suspend_trade: boolean;
  };
  const working = orders.filter(({ status }) => status === 'new' || status === 'accepted').length;
  return { working, isBlocked: settings.suspend_trade };
}

const booksAre = (url: string, working: number, isBlocked: boolean) =>
  expect.poll(() => books(url), { timeout: 50_000, interval: 50 }).toEqual({ working, isBlocked });

interface Dog {
  readonly child: ChildProcess;
  readonly url: string;
  readonly state: string;
  readonly setup: string;
  readonly notes: () => { readonly event: string; readonly what: string }[];
  readonly events: () => string[];
}

/** A watchdog with keys of its own for the account at a fake broker. */
async function watchdog(name: string, brokerUrl: string, more: { port?: number; silent?: number } = {}): Promise<Dog> {
  const folder = join(home, `${name}-dog`);
  const state = join(folder, 'state');
  const setup = join(folder, 'watchdog.yaml');
  if (!existsSync(setup)) {
    mkdirSync(folder);
    writeFileSync(join(folder, 'secret'), SECRET, { mode: 0o600 });
    const keys = `APCA_API_KEY_ID=${DEFAULTS.keyId}\nAPCA_API_SECRET_KEY=${DEFAULTS.secret}\n`;
    writeFileSync(join(folder, 'keys'), keys, { mode: 0o600 });
  }
  const headers = { 'APCA-API-KEY-ID': DEFAULTS.keyId, 'APCA-API-SECRET-KEY': DEFAULTS.secret };
  const account = (await (await fetch(`${brokerUrl}/v2/account`, { headers })).json()) as { account_number: string };
  const lines = [
    `listen: { port: ${more.port ?? 0} }`,
    'secret: secret',
    'accounts:',
    `  - { broker: alpaca, account: ${account.account_number}, mode: rehearsal, keys: keys, url: '${brokerUrl}', silentSeconds: ${more.silent ?? 3} }`,
  ];
  writeFileSync(setup, lines.join('\n'));
  const child = start('watchdog', setup, '--state', state, '--json');
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  const notes = () =>
    readFileSync(join(state, 'watchdog.jsonl'), 'utf8')
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => JSON.parse(each) as { event: string; what: string });
  return { child, url, state, setup, notes, events: () => notes().map(({ event }) => event) };
}

function deck(name: string, url: string): string {
  writeFileSync(join(home, 'rests.ts'), STRATEGY);
  writeFileSync(join(home, 'heart'), SECRET, { mode: 0o600 });
  const file = join(home, `${name}.yaml`);
  const lines = [
    `name: ${name}`,
    'strategy: { file: rests.ts }',
    'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    // The one beside it would do its part first.
    'session: { blockedSeconds: off, atEnd: keep }',
    'limits: none',
    `alerts: { watchdog: { url: '${url}', keys: heart, everySeconds: 0.25 } }`,
    `output: { folder: ${name} }`,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** A desk with an order at work, which its watchdog has heard, and which has heard its watchdog. */
async function desk(name: string, brokerUrl: string, dogUrl: string, dog: Dog): Promise<ChildProcess> {
  const child = start('rehearse', deck(name, dogUrl), '--at', brokerUrl);
  await until(name, ({ counts }) => counts['submitted'] === 1);
  await booksAre(brokerUrl, 1, false);
  const heard = (): string => readFileSync(join(dog.state, 'watched.json'), { encoding: 'utf8', flag: 'a+' });
  await expect.poll(heard, { timeout: 20_000 }).toContain('"orders":1');
  // The second heartbeat leaves when the first is answered: from then on the desk knows what silence does.
  await expect.poll(heard, { timeout: 20_000 }).toMatch(/"sequence":([2-9]|\d\d)/);
  return child;
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'a desk that gets %s is silent, and its account is stopped, once',
  async (signal) => {
    const name = signal.toLowerCase();
    const url = await fake('10x', '10:30');
    const dog = await watchdog(name, url);
    const child = await desk(name, url, dog.url, dog);
    child.kill(signal);
    await booksAre(url, 0, true);
    await expect.poll(dog.events, { timeout: 20_000 }).toContain('watchdog.stopped');
    expect(dog.events().filter((event) => event === 'watchdog.silent')).toHaveLength(1);
    const what = (event: string): string => dog.notes().find((note) => note.event === event)!.what;
    expect(what('watchdog.silent')).toContain('nothing was heard of it for 3 s; 1 orders worked');
    expect(what('watchdog.stopped')).toContain('new orders are blocked; no order works');
    if (signal === 'SIGKILL') return;
    // It comes back, and is told: it is killed by its own journal too.
    child.kill('SIGCONT');
    await expect.poll(dog.events, { timeout: 20_000 }).toContain('watchdog.back');
    const { reason } = await until(name, ({ state }) => state === 'killed');
    expect(reason).toBe('the watchdog stopped the account: nothing was heard of it for 3 s (watchdog)');
  },
);

/** A link that can be cut: what is said goes nowhere then, and nobody is told. */
async function link(to: string): Promise<{ url: string; cut: () => void; mend: () => void; server: Server }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const { port } = new URL(to);
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    if (isCut) return;
    const other = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    socket.pipe(other).pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port: own } = server.address() as AddressInfo; // It listens on a port.
  return {
    url: `http://127.0.0.1:${own}`,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isCut = false;
      for (const socket of sockets) socket.destroy();
    },
    server,
  };
}

test('a desk that lives behind a link that was cut is stopped, and hears of it when the link is there again', async () => {
  const url = await fake('10x', '10:30');
  const dog = await watchdog('cut', url);
  const between = await link(dog.url);
  const child = await desk('cut', url, between.url, dog);
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
  between.cut();
  await booksAre(url, 0, true);
  await expect.poll(dog.events, { timeout: 20_000 }).toContain('watchdog.stopped');
  // Without its watchdog it goes on, and says so.
  await expect.poll(() => said, { timeout: 40_000 }).toContain('does not hear this session');
  expect(said).toContain('after 3 s of silence it does: killall');
  between.mend();
  await until('cut', ({ state }) => state === 'killed');
  expect(dog.events().filter((event) => event === 'watchdog.stopped')).toHaveLength(1);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
  between.server.close();
});

test('a session that ends as it should is watched no more, over a restart of the watchdog too', async () => {
  const url = await fake('10x', '10:30');
  const dog = await watchdog('clean', url, { silent: 2 });
  const child = await desk('clean', url, dog.url, dog);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
  expect(dog.events()).toContain('session.ended');
  dog.child.kill('SIGTERM');
  expect(await ended(dog.child)).toBe(0);
  const again = await watchdog('clean', url, { silent: 2 });
  const watched = JSON.parse(readFileSync(join(again.state, 'watched.json'), 'utf8')) as { phase: string }[];
  expect(watched.map(({ phase }) => phase)).toEqual(['ended']);
  expect(again.events()).not.toContain('watchdog.silent');
  await booksAre(url, 1, false);
});

test('a watchdog that was killed itself stops the account of a desk that died meanwhile', async () => {
  const url = await fake('10x', '10:30');
  const dog = await watchdog('both', url);
  const child = await desk('both', url, dog.url, dog);
  dog.child.kill('SIGKILL');
  child.kill('SIGKILL');
  await ended(dog.child);
  const again = await watchdog('both', url);
  await booksAre(url, 0, true);
  await expect.poll(again.events, { timeout: 20_000 }).toContain('watchdog.stopped');
});

test('a watchdog that is not there is told, and the session goes on; one that comes is told too', async () => {
  const url = await fake('10x', '10:30');
  const free = createServer();
  await once(free.listen(0, '127.0.0.1'), 'listening');
  const { port } = free.address() as AddressInfo; // It listens on a port.
  await new Promise((resolve) => free.close(resolve));
  const child = start('rehearse', deck('alone', `http://127.0.0.1:${port}`), '--at', url);
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until('alone', ({ counts }) => counts['submitted'] === 1);
  await expect.poll(() => said).toContain('does not hear this session: ECONNREFUSED');
  expect((await until('alone', ({ state }) => state === 'active')).state).toBe('active');
  const dog = await watchdog('alone', url, { port });
  await expect.poll(() => said, { timeout: 20_000 }).toContain('hears this session');
  expect(dog.events()).toContain('session.begins');
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
  await booksAre(url, 1, false);
  expect(sessionIn('alone')).toContain('alone-');
});

test('a drill by schedule is held where the last one is too old, and told with its times', async () => {
  const folder = join(home, 'drilling');
  mkdirSync(folder);
  writeFileSync(join(folder, 'secret'), SECRET, { mode: 0o600 });
  writeFileSync(join(folder, 'watchdog.yaml'), 'listen: { port: 0 }\nsecret: secret\ndrillDays: 31\n');
  const state = join(folder, 'state');
  start('watchdog', join(folder, 'watchdog.yaml'), '--state', state, { TRADEDECK_HOME: join(folder, 'desk') });
  const notes = (): string => readFileSync(join(state, 'watchdog.jsonl'), { encoding: 'utf8', flag: 'a+' });
  await expect.poll(() => existsSync(state), { timeout: 20_000 }).toBe(true);
  await expect.poll(notes, { timeout: 90_000 }).toContain('"drill.done"');
  expect(notes()).toMatch(
    /every level was confirmed: level 1 confirmed .*level 4 confirmed \(blocked –, no orders \d+ ms\)/,
  );
  expect(readdirSync(join(folder, 'desk', 'drills'))).toHaveLength(1);
});
