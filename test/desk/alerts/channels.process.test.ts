/** The channels of alerts against servers on this machine: what each sends, what it refuses, and that no secret shows. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { placeOf } from '../../../src/adapters/webhook/index.ts';
import { sendToAll } from '../../../src/desk/alerts/send-once.ts';
import type { ChannelConfig } from '../../../src/desk/config/alerts-schema.ts';
import { channelsOf } from '../../../src/desk/wiring/channels.ts';

const SPEAKER = { mode: 'rehearsal', deck: 'puts', account: '…1765' };
const NOTICE = {
  code: 'loss.limit',
  message: 'lost <!channel> \u001b[31m@here',
  priority: 1,
  number: 3,
  at: '2026-11-30T20:55:00Z',
} as const;
const CANARY = 'canary-a8f31';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

interface Heard {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function serverThat(status: number | 'silent', headers: Readonly<Record<string, string>> = {}) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', headers: request.headers, body });
      if (status !== 'silent') response.writeHead(status, headers).end('the answer repeats canary-a8f31');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function opened(secret: string, channel: Partial<ChannelConfig> & Pick<ChannelConfig, 'kind'>, isLive = false) {
  const folder = mkdtempSync(join(tmpdir(), 'channels-'));
  writeFileSync(join(folder, 'secret'), `${secret}\n`);
  chmodSync(join(folder, 'secret'), 0o600);
  const channels = [{ local: true, keys: 'secret', ...channel }];
  return channelsOf({ channels }, { folder, environment: {}, isLive });
}

test('each kind says it in the shape that its other end takes, and nothing in it calls anybody', async () => {
  const { heard, url } = await serverThat(200);
  const secrets: readonly (readonly [ChannelConfig['kind'], string, Partial<ChannelConfig>])[] = [
    ['webhook', `${url}/${CANARY}`, {}],
    ['slack', `${url}/services/${CANARY}`, {}],
    ['discord', `${url}/api/webhooks/${CANARY}`, {}],
    ['telegram', CANARY, { chat: '42', host: url.slice('http://'.length) }],
    ['ntfy', `${url.replace('//', `//:${CANARY}@`)}/desk`, {}],
  ];
  for (const [kind, secret, more] of secrets) {
    const [tried] = await sendToAll(opened(secret, { kind, ...more }), SPEAKER, NOTICE);
    expect(tried).toMatchObject({ error: null });
  }
  const bodies = heard.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const [webhook, slack, discord, telegram, ntfy] = bodies;
  expect(webhook).toMatchObject({
    title: 'P1 REHEARSAL puts: loss.limit',
    priority: 1,
    code: 'loss.limit',
    number: 3,
    account: '…1765',
  });
  expect(slack['text']).toContain('&lt;!channel&gt;');
  expect(discord).toMatchObject({ allowed_mentions: { parse: [] } });
  expect(telegram).toMatchObject({ chat_id: '42', disable_notification: false });
  expect(ntfy).toMatchObject({ topic: 'desk', priority: 5 });
  expect(heard.map(({ path }) => path)).toEqual([
    `/${CANARY}`,
    `/services/${CANARY}`,
    `/api/webhooks/${CANARY}`,
    `/bot${CANARY}/sendMessage`,
    '/',
  ]);
  expect(heard[4].headers.authorization).toBe(`Bearer ${CANARY}`);
  for (const { body } of heard) expect(body).not.toContain('\u001b');
});

test('e-mail goes out as plain text through the mail server of the deck', async () => {
  const letters: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
      stream.on('end', () => {
        letters.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => server.close());
  const { port } = server.server.address() as AddressInfo;
  const letter = { kind: 'email', from: 'desk@example.org', to: ['anna@example.org', 'ben@example.org'] } as const;
  const tried = await sendToAll(opened(`smtp://127.0.0.1:${port}`, { ...letter, to: [...letter.to] }), SPEAKER, NOTICE);
  expect(tried).toMatchObject([{ error: null }]);
  expect(letters[0]).toMatch(/^To: anna@example.org, ben@example.org\r$/m);
  expect(letters[0]).toMatch(/^Subject: P1 REHEARSAL puts: loss.limit\r$/m);
  expect(letters[0]).toContain('tradedeck alerts ack --alert 3');
});

test.for([
  [500, /^127\.0\.0\.1 answered 500$/],
  [404, /^127\.0\.0\.1 answered 404$/],
  [302, /a redirect, which is not followed/],
] as const)('an answer of %s is an error that shows the host and nothing else', async ([status, words]) => {
  const elsewhere = await serverThat(200);
  const { url } = await serverThat(status, { location: `${elsewhere.url}/` });
  const [tried] = await sendToAll(opened(`${url}/${CANARY}`, { kind: 'webhook' }), SPEAKER, NOTICE);
  expect(tried.error).toMatch(words);
  expect(JSON.stringify(tried)).not.toContain(CANARY);
  expect(elsewhere.heard).toEqual([]);
});

test('a server that is not there is an error without the address', async () => {
  const { url } = await serverThat(200);
  closing.splice(0).forEach((close) => close());
  const [tried] = await sendToAll(opened(`${url}/${CANARY}`, { kind: 'webhook' }), SPEAKER, NOTICE);
  expect(tried.error).toMatch(/not reachable: ECONNREFUSED/);
  expect(tried.error).not.toContain(CANARY);
});

test.for([
  '127.0.0.1',
  '[::1]',
  '169.254.169.254',
  '10.1.2.3',
  '192.168.0.1',
  '[fe80::1]',
  '[::ffff:127.0.0.1]',
  'localhost',
])('messages do not go to %s unless the deck says so', async (host) => {
  await expect(placeOf(host, { isLocal: false })).rejects.toMatchObject({ code: 'alerts.private-address' });
  await expect(placeOf(host, { isLocal: true })).resolves.toBeDefined();
});

test('a secret leads only to the host that the deck allows, by https, and shows in no error', () => {
  const strict = { local: false };
  expect(() => opened(`https://evil.example/${CANARY}`, { kind: 'slack', ...strict })).toThrow(
    /^(?!.*canary).*evil\.example.*hooks\.slack\.com/,
  );
  expect(() => opened(`https://hook.example/${CANARY}`, { kind: 'webhook', ...strict })).toThrow(/the deck allows/);
  expect(() => opened(`http://hook.example/${CANARY}`, { kind: 'webhook', host: 'hook.example', ...strict })).toThrow(
    /^(?!.*canary).*https only/,
  );
  expect(() => opened(CANARY, { kind: 'slack', ...strict })).toThrow(/^(?!.*canary)/);
  expect(opened(`https://hook.example/${CANARY}`, { kind: 'webhook', host: 'hook.example', ...strict })).toHaveLength(
    1,
  );
});

test('with real money no secret is taken from the environment', () => {
  const environment = { SLACK_WEBHOOK_URL: `https://hooks.slack.com/${CANARY}` };
  const config = { channels: [{ kind: 'slack' as const }] };
  expect(channelsOf(config, { folder: '.', environment, isLive: false })).toHaveLength(1);
  expect(() => channelsOf(config, { folder: '.', environment, isLive: true })).toThrow(
    /^(?!.*canary).*SLACK_WEBHOOK_URL is set/,
  );
});
