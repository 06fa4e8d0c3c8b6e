/** A day at a broker as a person plays it, against the fake one: begun, looked at, killed, begun again, over, verified. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeOf } from '../../src/desk/session/one-time-code.ts';
import { control, ended, fake, home, pass, PATIENT, sessionIn, start, tradedeck, until } from './rehearsal.ts';

function deck(name: string, more = ''): string {
  const file = join(home, `${name}.yaml`);
  writeFileSync(
    file,
    [
      `name: ${name}`,
      'strategy: { name: sma-cross, parameters: { fast: 3, slow: 8 } }',
      'tape: { source: alpaca, symbols: [SPY] }',
      // At this speed a second is a millisecond, which no machine promises.
      'session: { decisionSeconds: 600, reconcileSeconds: 600 }',
      // Nor is a quote fresh then, and the strategy buys all it can.
      'limits: none',
      `output: { folder: ${name} }`,
      more,
    ].join('\n'),
  );
  return file;
}

test(
  'a day at the broker is begun before the open, killed in the middle, begun again, and ends itself; its journal verifies',
  PATIENT,
  async () => {
    const url = await fake('1x', '09:29');
    const first = start('rehearse', deck('day'), '--at', url);
    await until('day', ({ state }) => state === 'active');
    await pass(url, 900);
    await until('day', ({ counts }) => (counts['filled'] ?? 0) >= 1);
    await pass(url, 1);
    const second = tradedeck('rehearse', deck('other'), '--at', url);
    expect(second.code).toBe(4);
    expect(second.error).toContain('holds this account');
    first.kill('SIGKILL');
    await ended(first);
    const rest = start('rehearse', deck('day'), '--at', url, '--json');
    let text = '';
    rest.stdout!.on('data', (part: Buffer) => (text += part.toString()));
    await until('day', ({ state }) => state === 'active');
    await pass(url, 900);
    expect(await ended(rest)).toBe(0);
    const summary = JSON.parse(text) as Record<string, unknown>;
    expect(summary).toMatchObject({
      mode: 'rehearsal',
      date: '2026-11-27',
      end: 'closed',
      state: 'active',
      unknown: 0,
    });
    expect(summary['differences']).toEqual([]);
    expect(summary['fills']).toBeGreaterThan(2);
    expect(JSON.parse(readFileSync(join(sessionIn('day'), 'day.json'), 'utf8'))).toMatchObject({ end: 'closed' });
    // Every fill of the broker's own books is in ours.
    const ledger = (await (await fetch(`${url}/__fake/ledger`)).json()) as { cash: string };
    expect(Number(ledger.cash)).toBeCloseTo(summary['cash'] as number, 2);
    const verified = tradedeck('verify', sessionIn('day'), '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ verified: true, over: true, mode: 'rehearsal' });
    const again = tradedeck('rehearse', deck('day'), '--at', url);
    expect(again.code).toBe(0);
    expect(again.error).toContain('no session today');
  },
);

test('a running day is halted, flattened and stopped from outside, in time', PATIENT, async () => {
  const url = await fake('120x', '09:32');
  // The session after that Friday's.
  const dividend = { kind: 'dividend', symbol: 'SPY', at: '2026-11-30T05:00:00Z', amount: 1.5 };
  await control(url, 'corporate-action', dividend);
  const child = start('rehearse', deck('told'), '--at', url);
  let notices = '';
  child.stderr!.on('data', (part: Buffer) => (notices += part.toString()));
  await until('told', ({ positions }) => positions.length > 0);
  await expect.poll(() => notices, { timeout: 30_000 }).toContain('SPY: a dividend of 1.5 counts from 2026-11-30');
  // From here on the strategy has no time to buy anew while processes begin.
  await pass(url, 1);
  const flat = tradedeck('flatten', sessionIn('told'), '--symbol', 'all', '--reason', 'enough');
  expect(flat.code).toBe(0);
  await until('told', ({ positions }) => positions.length === 0);
  const books = tradedeck('reconcile', sessionIn('told'), '--json');
  expect(JSON.parse(books.out)).toMatchObject({ differences: [] });
  expect(books.code).toBe(0);
  // Who only looks on finds in the account what the session's journal has.
  const shadow = tradedeck(
    'shadow',
    deck('told'),
    '--at',
    url,
    '--readings',
    '1',
    '--session',
    sessionIn('told'),
    '--json',
  );
  expect(JSON.parse(shadow.out)).toMatchObject({ isFirst: true, positions: 0, unexplained: [] });
  expect(shadow.code).toBe(0);
  expect(tradedeck('halt', sessionIn('told')).code).toBe(0);
  expect((await until('told', ({ state }) => state === 'halted')).state).toBe('halted');
  const asked = performance.now();
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
  expect(performance.now() - asked).toBeLessThan(8000);
  const back = start('rehearse', deck('told'), '--at', url);
  // LF-41: only a person clears a halt.
  await until('told', ({ state }) => state === 'halted');
  back.kill('SIGTERM');
  expect(await ended(back)).toBe(130);
});

test('what is held is closed from a halt in one step, and the account stays halted', PATIENT, async () => {
  const url = await fake('60x', '09:32');
  start('rehearse', deck('stays'), '--at', url);
  await until('stays', ({ positions }) => positions.length > 0);
  // It holds what it does while processes begin.
  await pass(url, 1);
  expect(tradedeck('halt', sessionIn('stays')).code).toBe(0);
  const { positions } = await until('stays', ({ state }) => state === 'halted');
  expect(positions.length).toBeGreaterThan(0);
  const out = (...more: string[]) => tradedeck('flatten', sessionIn('stays'), '--symbol', 'all', ...more);
  expect(out('--reason', 'enough').error).toContain('state.halted');
  expect(out('--from-halt').error).toContain('takes a reason');
  expect(out('--from-halt', '--reason', 'enough').code).toBe(0);
  expect((await until('stays', (status) => status.positions.length === 0)).state).toBe('halted');
});

test('LF-50 when the keys are revoked the account is halted, and the broker is not stormed', PATIENT, async () => {
  const url = await fake('120x', '09:40');
  const child = start('rehearse', deck('revoked'), '--at', url, '--set', 'session.reconcileSeconds=10');
  await until('revoked', ({ state, records }) => state === 'active' && records > 10);
  await control(url, 'account', { keyRevoked: true });
  await until('revoked', ({ state }) => state === 'halted');
  const before = await refused(url);
  await new Promise((next) => setTimeout(next, 2000));
  // Four minutes there: what a session of a fake asks its clock for does not count.
  expect((await refused(url)) - before).toBeLessThanOrEqual(12);
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
});

async function refused(url: string): Promise<number> {
  const notes = (await (await fetch(`${url}/__fake/requests`)).json()) as { path: string; status: number }[];
  return notes.filter(({ path, status }) => status === 401 && path !== '/v2/clock').length;
}

test(
  'LF-35 prices that break are taken up again, and what was missed is seen before what follows',
  PATIENT,
  async () => {
    const url = await fake('300x', '09:32');
    const child = start('paper', deck('broken'), '--at', url);
    let notices = '';
    child.stderr!.on('data', (part: Buffer) => (notices += part.toString()));
    const filled = await until('broken', (status) => status.records > 12);
    // Bars of before are filled in first; what comes then comes over the stream, so that there is one to break.
    const { records } = await until('broken', (status) => status.records > filled.records + 3);
    await control(url, 'streams', { stream: 'stocks', action: 'disconnect' });
    await expect.poll(() => notices, { timeout: 50_000 }).toMatch(/listening to shares again, \d+ bars were missed/);
    await until('broken', (status) => status.records > records + 15);
    // A minute that is over has one trade more; what comes after is played with it, in the session and in its past.
    await control(url, 'late-trade', { symbol: 'SPY', price: 650, size: 100, secondsAgo: 150 });
    await until('broken', (status) => status.records > records + 25);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(130);
    const verified = JSON.parse(tradedeck('verify', sessionIn('broken'), '--json').out) as Record<string, unknown>;
    expect(verified).toMatchObject({ verified: true, mode: 'paper' });
    expect(verified['backtest']).toEqual({ entries: verified['entries'] });
    expect(tradedeck('journal', 'show', sessionIn('broken'), '--kind', 'note').out).toContain('amended: SPY 1m of');
  },
);

test('real money is not touched without the account, its keys in a file, and a confirmation', () => {
  const money = deck('plain', 'mode: live\nbroker: { name: alpaca, account: "123456789" }');
  const unsigned = tradedeck('live', money);
  expect(unsigned.code).toBe(4);
  expect(unsigned.error).toContain('nobody has signed this deck for real money');
  expect(unsigned.error).toContain('tradedeck arm');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = join(home, 'private.pem');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const signed = tradedeck('arm', money, '--key', key);
  expect(signed.code).toBe(0);
  expect(signed.out).toContain('…6789');
  expect(signed.out).toContain('looser than the defaults: all defaults');
  expect(tradedeck('live', money).error).toContain('there is no key to prove signatures with');
  mkdirSync(join(home, 'desk'), { recursive: true });
  writeFileSync(join(home, 'desk', 'arming.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  expect(tradedeck('live', money, '--set', 'seed=8').error).toMatch(/the deck has changed since .* signed it/);
  expect(tradedeck('live', money).error).toContain('needs a code of your authenticator');
  const [secret] = tradedeck('second-factor').out.split('\n');
  expect(tradedeck('live', money, '--code', '12345').error).toContain('is not that of the authenticator now');
  // A code that is right, and is not used up by what fails after it.
  const code = codeNow(secret);
  for (let i = 0; i < 2; i++) {
    const plain = tradedeck('live', money, '--code', code);
    expect(plain.code).toBe(4);
    expect(plain.error).toContain('broker.keys');
  }
  expect(tradedeck('live', money).error).toContain('needs a code of your authenticator');
  expect(tradedeck('live', deck('at', 'mode: live'), '--at', 'http://127.0.0.1:1').error).toContain('no other address');
  const other = tradedeck('live', deck('rehearsal', 'mode: rehearsal'));
  expect(other.code).toBe(4);
  expect(other.error).toContain('tradedeck rehearse');
});

test('a broker is checked row by row, and with consent every order that can rest is placed and canceled', async () => {
  const url = await fake('1x', '10:30');
  const quiet = tradedeck('check-broker', deck('check'), '--at', url, '--json');
  expect(quiet.code).toBe(0);
  const rowsOf = (text: string) => (JSON.parse(text) as { rows: { check: string; outcome: string }[] }).rows;
  expect(rowsOf(quiet.out).at(-1)).toMatchObject({ check: 'orders', outcome: 'skipped' });
  expect(rowsOf(quiet.out).filter(({ outcome }) => outcome === 'ok')).toHaveLength(11);
  const tried = tradedeck('check-broker', deck('check'), '--at', url, '--orders', '--json');
  expect(
    rowsOf(tried.out).filter(({ check, outcome }) => check.startsWith('share: ') && outcome === 'ok'),
  ).toHaveLength(9);
  const ledger = (await (await fetch(`${url}/__fake/ledger`)).json()) as { orders: { status: string }[] };
  expect(rowsOf(tried.out).find(({ check }) => check === 'ids')).toMatchObject({ outcome: 'ok' });
  // Nine, of which one was changed and has become another, and two have exits; and one whose id was sent three times.
  expect(ledger.orders).toHaveLength(14);
  expect(new Set(ledger.orders.map(({ status }) => status))).toEqual(new Set(['canceled', 'replaced']));
  await control(url, 'account', { tradingBlocked: true });
  const blocked = tradedeck('check-broker', deck('check'), '--at', url, '--json');
  expect(blocked.code).toBe(1);
  expect(rowsOf(blocked.out).find(({ check }) => check === 'permissions')).toMatchObject({ outcome: 'failed' });
});

/** What an authenticator shows for a secret in base32. */
function codeNow(secret: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2));
  return codeOf(Uint8Array.from(bytes), Math.floor(Date.now() / 30_000));
}

test('with consent single units are bought and sold, and what was held before is closed', PATIENT, async () => {
  const url = await fake('1x', '10:30');
  const tried = tradedeck('check-broker', deck('trades'), '--at', url, '--free', '--trades', '--json');
  const { rows, ready } = JSON.parse(tried.out) as {
    rows: { check: string; outcome: string; detail: string }[];
    ready: boolean;
  };
  const of = (begin: string) => rows.filter(({ check }) => check.startsWith(begin));
  expect(of('share: ').map(({ check, outcome }) => [check, outcome])).toEqual([
    ['share: limit in, limit out', 'ok'],
    ['share: limit in, market out', 'ok'],
    ['share: market in, limit out', 'ok'],
    ['share: market in, market out', 'ok'],
    ['share: in with stop and target', 'ok'],
  ]);
  for (const { detail } of of('share: '))
    expect(detail).toMatch(/bought at .* sold at .*it cost|did not fill, canceled/);
  expect(of('buying power').map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  expect(ready).toBe(true);
  const ledger = (await (await fetch(`${url}/__fake/ledger`)).json()) as { positions: object };
  expect(ledger.positions).toEqual({});
});

test('keys that the broker refuses are said, with the exit code of what is refused', PATIENT, async () => {
  const url = await fake('1x', '10:00');
  await control(url, 'account', { keyRevoked: true });
  const { code, error } = tradedeck('rehearse', deck('revoked'), '--at', url);
  expect([code, error]).toEqual([
    4,
    expect.stringContaining('the account cannot be read: the broker refuses the keys'),
  ]);
});

test(
  'a day that ends while nobody answers says when its books were compared last, and why not since',
  PATIENT,
  async () => {
    const url = await fake('1x', '10:00');
    const child = start('rehearse', deck('silent'), '--at', url);
    let text = '';
    child.stdout!.on('data', (part: Buffer) => (text += part.toString()));
    const { at: begun } = await until(
      'silent',
      ({ state, reconciledAt }) => state === 'active' && reconciledAt !== null,
    );
    await pass(url, 240);
    // The session has seen at which pace time passes now.
    await until('silent', ({ at }) => at > begun + 900e6);
    await control(url, 'inject', { on: 'request', times: 100_000, fault: { kind: 'reset', acted: false } });
    const unread = ({ text }: { text: string }): boolean => text.includes('the books could not be read: ');
    const { alerts } = await until('silent', (status) => status.alerts.some(unread));
    expect(alerts.find(unread)!.text).not.toContain('interceptors');
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(130);
    expect(text).toMatch(/^books: as the broker's, compared last at 2026-11-27T15:\d\d/m);
  },
);
