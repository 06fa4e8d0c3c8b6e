/** Corporate actions of the next day are read from the data host: of what was asked for, by the day that counts. */
import { afterEach, expect, test } from 'vitest';
import { AlpacaAccount } from '../../../src/adapters/alpaca/index.ts';
import { FakeAlpaca } from '../../../src/adapters/fake-alpaca/index.ts';
import { instant } from '../../../src/time/instant.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { FAKE_KEYS } from './fake-keys.ts';

let fake: FakeAlpaca;
afterEach(() => fake.close());

test('what counts with the next session is told in words, and nothing else', async () => {
  fake = await FakeAlpaca.start({
    port: 0,
    startAt: newYork('2026-11-18', '10:30'),
    speed: 'manual',
    market: { kind: 'none', symbols: ['AAPL', 'MSFT', 'NVDA'].map((symbol) => ({ symbol, price: 100 })) },
  });
  const { broker } = fake.fake;
  const at = (date: string) => instant(newYork(date, '00:00'));
  broker.announce({ kind: 'dividend', symbol: 'AAPL', at: at('2026-11-19'), amount: 0.25 });
  broker.announce({ kind: 'split', symbol: 'MSFT', at: at('2026-11-19'), ratio: 4 });
  broker.announce({ kind: 'split', symbol: 'MSFT', at: at('2026-11-20'), ratio: 0.1 });
  broker.announce({ kind: 'symbol-change', symbol: 'MSFT', at: at('2026-11-18'), to: 'MSF' });
  broker.announce({ kind: 'dividend', symbol: 'NVDA', at: at('2026-11-19'), amount: 0.01 });
  const account = await AlpacaAccount.open({ ...FAKE_KEYS, isPaper: true, restUrl: fake.url, dataUrl: fake.url });
  const asked = (until: string) => account.announced(['AAPL', 'MSFT'], '2026-11-18', until);
  expect(await asked('2026-11-19')).toEqual([
    { symbol: 'AAPL', what: 'a dividend of 0.25', date: '2026-11-19' },
    { symbol: 'MSFT', what: 'a split, 4 for 1', date: '2026-11-19' },
  ]);
  expect((await asked('2026-11-20')).at(-1)).toEqual({
    symbol: 'MSFT',
    what: 'a reverse split, 1 for 10',
    date: '2026-11-20',
  });
});
