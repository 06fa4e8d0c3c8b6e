/** Which contracts a seller may choose from at the broker, and which it is told of only to leave them alone. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { AlpacaAccount } from '../../../src/adapters/alpaca/index.ts';
import { describeListed } from '../../../src/desk/wiring/listed.ts';
import { parseDay } from '../../../src/time/civil.ts';
import { FAKE_KEYS } from './fake-keys.ts';

/** A contract as the vendor lists it; the root of the second says that it was adjusted, that of the third only its symbol. */
const listed = (symbol: string, root: string | undefined) => ({
  id: symbol,
  symbol,
  name: symbol,
  status: 'active',
  tradable: true,
  expiration_date: '2026-11-27',
  root_symbol: root,
  underlying_symbol: 'AAPL',
  underlying_asset_id: '1',
  type: 'put',
  style: 'american',
  strike_price: '95',
  multiplier: '100',
  size: '100',
});
const PAGE = [
  listed('AAPL261127P00095000', 'AAPL'),
  listed('AAPL1261127P00095000', 'AAPL1'),
  listed('AAPL2261127P00095000', undefined),
];

test('contracts that a split adjusted are not on the tape, which says so', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ option_contracts: PAGE, next_page_token: null }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const restUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const broker = await AlpacaAccount.open({ ...FAKE_KEYS, isPaper: true, restUrl });
  const account = { price: async () => 100, contracts: broker.contracts.bind(broker) };
  const tapeConfig = { source: 'alpaca', symbols: ['AAPL'], data: ['quotes'], options: {} } as never;
  const asked = { tape: tapeConfig, account, title: 'a broker', isFake: false, instruments: undefined };
  const { tape, streams } = await describeListed(asked, parseDay('2026-11-20'));
  server.close();
  expect(tape.instruments.map(({ symbol }) => symbol)).toEqual(['AAPL', 'AAPL261127P00095000']);
  expect(streams.map(({ symbol }) => symbol)).toEqual(['AAPL', 'AAPL261127P00095000']);
  expect(tape.findings).toMatchObject([
    { rule: 'adjusted-contract', symbol: 'AAPL1261127P00095000', severity: 'warning' },
    { rule: 'adjusted-contract', symbol: 'AAPL2261127P00095000', severity: 'warning' },
  ]);
  expect(tape.notes?.[0]).toMatch(/^Listed and left out: AAPL1261127P00095000 \(an adjusted contract/);
});
