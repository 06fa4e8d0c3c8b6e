/** Where keys go on the wire: to the broker that was named and proved to be it, and nowhere else. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AlpacaAccount } from '../../../src/adapters/alpaca/index.ts';
import { ActivityStream } from '../../../src/adapters/alpaca/activity-stream.ts';
import { killAll } from '../../../src/adapters/alpaca/kill-all.ts';
import { Secret } from '../../../src/base/secret.ts';
import { KILL_SWITCHES } from '../../../src/desk/wiring/kill-switches.ts';
import { webFetcher } from '../../../src/desk/wiring/web-sources.ts';
import { alpacaPlace } from '../../../src/desk/wiring/brokers.ts';

const KEYS = { keyId: new Secret('PKTEST'), secret: new Secret('a-secret') };
const seen: string[] = [];
let other: Server;
let broker: Server;

async function serve(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(async () => {
  seen.length = 0;
  other = await serve((request, response) => {
    seen.push(JSON.stringify(request.headers));
    response.end('{}');
  });
  broker = await serve((request, response) => {
    response.writeHead(302, { location: `${urlOf(other)}${request.url ?? ''}` }).end();
  });
});
afterEach(() => {
  other.close();
  broker.close();
});

test('a redirect is not followed: the keys would go to whoever it names', async () => {
  const account = await AlpacaAccount.open({ ...KEYS, isPaper: true, restUrl: urlOf(broker) });
  await expect(account.facts()).rejects.toThrow();
  const report = await killAll({ ...KEYS, url: urlOf(broker), forMs: 600 });
  expect(report.isEmpty).toBe(false);
  expect(seen).toEqual([]);
});

test('nor one of the stream of activities', async () => {
  const asked = new Promise<void>((done) => broker.once('request', () => done()));
  const stream = new ActivityStream({
    ...KEYS,
    isPaper: true,
    restUrl: urlOf(broker),
    since: 0,
    onTrade: () => expect.unreachable('nobody tells of trades'),
    onGone: (reason) => expect.unreachable(reason),
  });
  stream.start();
  await asked;
  // It comes back to the broker once more, and to nobody else in between.
  await new Promise<void>((done) => broker.once('request', () => done()));
  stream.close();
  expect(seen).toEqual([]);
});

test('with certificates unchecked nothing is asked of a broker', async () => {
  const environment = {
    APCA_API_KEY_ID: KEYS.keyId.reveal(),
    APCA_API_SECRET_KEY: KEYS.secret.reveal(),
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  const asked = { config: undefined, folder: '.', environment };
  await expect(alpacaPlace('rehearsal', { ...asked, fakeUrl: undefined })).rejects.toThrow('stand in for the broker');
  await expect(alpacaPlace('rehearsal', { ...asked, fakeUrl: urlOf(broker) })).resolves.toMatchObject({ isFake: true });
});

test.each([
  [{ restUrl: 'https://api.alpaca.markets.example.org' }, {}, 'broker.restUrl'],
  [{ streamUrl: 'wss://example.org/stream' }, {}, 'broker.streamUrl'],
  [{ restUrl: 'http://paper-api.alpaca.markets' }, {}, 'not encrypted'],
  [{}, { APCA_API_BASE_URL: 'https://example.org' }, 'APCA_API_BASE_URL'],
  [{}, { APCA_API_DATA_URL: 'https://example.org' }, 'APCA_API_DATA_URL'],
])('keys go to machines of the vendor or to this one: %j %j', async (addresses, more, named) => {
  const environment = { APCA_API_KEY_ID: KEYS.keyId.reveal(), APCA_API_SECRET_KEY: KEYS.secret.reveal(), ...more };
  const config = { name: 'alpaca' as const, ...addresses };
  const place = alpacaPlace('rehearsal', { config, folder: '.', environment, fakeUrl: undefined });
  await expect(place).rejects.toThrow('keys');
  await expect(place).rejects.toThrow(named);
});

test('nor do they follow a flag to a stranger, and a stop checks certificates whatever the environment says', async () => {
  const asked = { config: undefined, folder: '.', environment: {} };
  await expect(alpacaPlace('rehearsal', { ...asked, fakeUrl: 'http://example.org:8877' })).rejects.toThrow('--at');
  const [alpaca] = KILL_SWITCHES;
  const kill = (url: string) =>
    alpaca.kill({
      keys: { id: KEYS.keyId, secret: KEYS.secret },
      url,
      account: undefined,
      flatten: false,
      forMs: 1,
      tell: () => {},
    });
  await expect(kill('https://example.org')).rejects.toThrow('--base-url');
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  await kill(urlOf(broker));
  expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined();
  vi.unstubAllEnvs();
});

test('the key of a source of prices goes to its own machines alone', async () => {
  const environment = { TIINGO_API_KEY: 'a-key' };
  const fetchTiingo = await webFetcher('tiingo', environment);
  expect(() => fetchTiingo('SPY', { baseUrl: 'https://example.org' })).toThrow('keys would go to example.org');
  await expect(fetchTiingo('SPY', { baseUrl: urlOf(broker), retries: 0 })).rejects.toThrow('Tiingo');
  await expect(webFetcher('tiingo', { ...environment, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).rejects.toThrow('Tiingo');
  expect(seen).toEqual([]);
});
