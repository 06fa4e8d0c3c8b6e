/** Where keys go on the wire: to the broker that was named and proved to be it, and nowhere else. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlpacaAccount } from '../../../src/adapters/alpaca/index.ts';
import { killAll } from '../../../src/adapters/alpaca/kill-all.ts';
import { alpacaPlace } from '../../../src/desk/wiring/brokers.ts';

const KEYS = { keyId: 'PKTEST', secret: 'a-secret' };
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

test('with certificates unchecked nothing is asked of a broker', async () => {
  const environment = {
    APCA_API_KEY_ID: KEYS.keyId,
    APCA_API_SECRET_KEY: KEYS.secret,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  const asked = { config: undefined, folder: '.', environment };
  await expect(alpacaPlace('rehearsal', { ...asked, fakeUrl: undefined })).rejects.toThrow('stand in for the broker');
  await expect(alpacaPlace('rehearsal', { ...asked, fakeUrl: urlOf(broker) })).resolves.toMatchObject({ isFake: true });
});
