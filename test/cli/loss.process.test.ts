/** A loss limit with real processes: what is held is closed at the broker, and the session says so. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ended, fake, home, PATIENT, sessionIn, start, tradedeck, until } from './rehearsal.ts';

const STRATEGY = `
import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'once',
  parameters: {},
  setup({ buy }) {
    let isDone = false;
    return {
      onQuote({ bid }) {
        // Refused while the books are not compared yet.
        if (isDone || !(bid > 0) || buy(1, { limit: Math.floor(bid / 2), timeInForce: 'GTC' }) === undefined) return;
        isDone = true;
        buy(100);
      },
    };
  },
});
`;

/** Part of the address that alerts go to: it is a secret. */
const CANARY = 'canary-4711';
const messages: { readonly code: string; readonly priority: number; readonly number: number | null }[] = [];
/** How it answers: what is wrong with it must not matter to the session. */
const answers = { status: 200 };
const people = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (part: string) => (body += part));
  request.on('end', () => {
    if (answers.status === 200) messages.push(JSON.parse(body) as (typeof messages)[number]);
    response.writeHead(answers.status).end();
  });
});
afterAll(() => people.close());

/** Every file under a folder that holds a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(text));
}

test('a loss that is reached cancels what works, closes what is held, and halts the account', PATIENT, async () => {
  await new Promise<void>((resolve) => people.listen(0, '127.0.0.1', resolve));
  const { port } = people.address() as AddressInfo;
  const secret = join(home, 'hook');
  writeFileSync(secret, `http://127.0.0.1:${port}/${CANARY}\n`);
  chmodSync(secret, 0o600);
  const url = await fake('10x', '10:30');
  writeFileSync(join(home, 'once.ts'), STRATEGY);
  const file = join(home, 'loss.yaml');
  const lines = [
    'name: loss',
    'strategy: { file: once.ts }',
    'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    // A purchase at the ask is worth the bid: that alone is more than a dollar.
    'limits: { defaults: none, dayLoss: 0.00001, haltAt: 1.5, onLoss: halt+cancel+flatten, collar: by-price }',
    'alerts: { channels: [{ kind: webhook, keys: hook, local: true, priority: 3 }] }',
    // What it decides it decides once: on a machine under load it leaves late.
    'session: { decisionSeconds: 600 }',
    'output: { folder: loss }',
  ];
  writeFileSync(file, lines.join('\n'));
  const child = start('rehearse', file, '--at', url);
  let said = '';
  child.stderr?.on('data', (part: Buffer) => (said += part.toString()));
  await until('loss', ({ state }) => state === 'halted');
  const status = JSON.parse(tradedeck('status', sessionIn('loss'), '--json').out) as Record<string, unknown>;
  expect(status).toMatchObject({
    positions: [],
    orders: [],
    reason: expect.stringMatching(/^loss\.day: .*all is closed$/),
  });
  const texts = (status['alerts'] as readonly { text: string }[]).map(({ text }) => text);
  expect(texts).toEqual([expect.stringMatching(/all is being closed$/), expect.stringMatching(/all is closed$/)]);
  const ledger = (await (await fetch(`${url}/__fake/ledger`)).json()) as {
    orders: { side: string; status: string }[];
  };
  expect(ledger.orders.map(({ side, status: end }) => `${side} ${end}`)).toEqual([
    'buy canceled',
    'buy filled',
    'sell filled',
  ]);
  // People hear of it outside the terminal, and what they have taken note of is closed.
  await expect.poll(() => messages.map(({ code }) => code)).toContain('loss.limit');
  expect(messages.map(({ code }) => code)).toContain('session.begins');
  const listed = tradedeck('alerts', sessionIn('loss'));
  expect(listed).toMatchObject({
    code: 1,
    out: expect.stringMatching(/#1 P1 loss\.limit.*\n.*webhook: \d delivered/s),
  });
  expect(tradedeck('alerts', 'ack', sessionIn('loss'), '--alert', '9').error).toContain('these are known: 1, 2');
  tradedeck('alerts', 'ack', sessionIn('loss'), '--alert', 'all', '--reason', 'seen');
  expect(tradedeck('alerts', sessionIn('loss'))).toMatchObject({
    code: 0,
    out: expect.stringContaining('acknowledged'),
  });
  // What a person does the others hear of.
  tradedeck('kill', sessionIn('loss'), '--reason', 'drill');
  await expect.poll(() => messages.find(({ code }) => code === 'command.kill')).toMatchObject({ priority: 1 });
  // A channel that fails does not keep the session from ending, and no file and no line shows where it is.
  answers.status = 500;
  const began = performance.now();
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(130);
  expect(performance.now() - began).toBeLessThan(8000);
  expect(said).toContain('alerts: webhook does not take messages: 127.0.0.1 answered 500');
  expect(said).not.toContain(CANARY);
  expect(filesWith(sessionIn('loss'), CANARY)).toEqual([]);
  expect(JSON.parse(tradedeck('verify', sessionIn('loss'), '--json').out)).toMatchObject({ verified: true });
});
