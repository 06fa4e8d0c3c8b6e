/**
 * What Alpaca says of an account and its shares reaches the gate with the books, so that what it would refuse is refused
 * before it is sent; another desk at the same account is found by what it ordered.
 */
import { afterEach, expect, test } from 'vitest';
import { AlpacaLink } from '../../../src/adapters/alpaca/link.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { newYork } from '../fake-alpaca/desk.ts';
import { FAKE_KEYS } from './fake-keys.ts';
import { Desk, type DeskOptions } from './link-desk.ts';

const FRACTIONAL = defineInstrument({ symbol: 'AAPL', tick: 0.01, lot: 0.001, calendar: 'XNYS' });

let desk: Desk;
afterEach(async () => {
  await desk.close();
});

/** What became of an order to sell one share short: the code of its refusal, or `sent`. */
async function shortSale(options: DeskOptions): Promise<string> {
  desk = await Desk.open(options);
  desk.quote(100, 100.02, ({ sell }) => void sell(1, { limit: 110, timeInForce: 'DAY' }));
  await desk.until(() => desk.entries('refused').length > 0 || desk.theirs > 0);
  return desk.entries('refused')[0]?.text.split(':')[0] ?? 'sent';
}

test.each<[string, DeskOptions]>([
  ['sent', {}],
  ['broker.no-shorts', { broker: { shorting: false } }],
  ['broker.not-shortable', { prepare: (fake) => void (fake.broker.state.find('AAPL')!.shortable = false) }],
  ['broker.hard-to-borrow', { prepare: (fake) => void (fake.broker.state.find('AAPL')!.easyToBorrow = false) }],
  ['broker.not-tradable', { prepare: (fake) => void (fake.broker.state.find('AAPL')!.tradable = false) }],
])('a short sale is %s', { timeout: 30_000 }, async (code, options) => {
  expect(await shortSale(options)).toBe(code);
  expect(desk.theirs).toBe(code === 'sent' ? 1 : 0);
});

test(
  'fractions go out for the day, and other times are refused before they are sent',
  { timeout: 30_000 },
  async () => {
    desk = await Desk.open({ instruments: [FRACTIONAL] });
    desk.quote(100, 100.02, ({ buy }) => void buy(0.5, { limit: 99, timeInForce: 'GTC' }));
    await desk.until(() => desk.entries('rejected').length === 1);
    expect(desk.entries('rejected')[0].text).toContain('fractions of shares for the day only');
    expect(desk.theirs).toBe(0);
    desk.quote(100, 100.02, ({ buy }) => void buy(0.5, 'at the market'));
    await desk.until(() => desk.held === 0.5);
  },
);

test('LF-49 a share that can be borrowed no more is heard of while the session runs', async () => {
  desk = await Desk.open();
  desk.fake.fake.broker.state.find('AAPL')!.easyToBorrow = false;
  desk.fake.fake.clock.jump(newYork('2026-11-18', '10:45'));
  desk.look();
  await desk.until(() => desk.entries('alert').length > 0);
  expect(desk.entries('alert')[0].text).toBe('account.rules: AAPL is not easy to borrow any more');
});

test(
  'LF-38 a desk on another machine that orders at the same account is found, and nothing more is sent',
  { timeout: 30_000 },
  async () => {
    desk = await Desk.open();
    desk.fake.fake.clock.jump(desk.now + 60_000_000);
    const { url, port } = desk.fake;
    const access = { ...FAKE_KEYS, isPaper: true, restUrl: url };
    const other = await AlpacaLink.open({
      ...access,
      streamUrl: `ws://127.0.0.1:${port}/stream`,
      report: () => undefined,
    });
    try {
      other.send({
        kind: 'submit',
        clientId: 'td-1-0123456789abcdef0123',
        order: 1,
        posts: 1,
        strategy: 0,
        symbol: 'AAPL',
        side: 1,
        quantity: '1',
        type: 'limit',
        limit: '90',
        timeInForce: 'DAY',
        reduceOnly: false,
        sendBy: Infinity,
      });
      await desk.until(() => desk.session.states.account === 'halted');
    } finally {
      other.close();
    }
    expect(desk.session.states.reason).toContain('another desk trades this account');
  },
);

test('B.4 an account without credit does not sell what the proceeds of today have bought, and one with credit does', async () => {
  for (const multiplier of [1, 2] as const) {
    desk = await Desk.open({ broker: { multiplier } });
    const trade = async (side: 'buy' | 'sell', quantity: number): Promise<void> => {
      const held = desk.held + (side === 'buy' ? quantity : -quantity);
      const limit = side === 'buy' ? 100.02 : 100;
      desk.quote(100, 100.02, (context) => void context[side](quantity, { limit, timeInForce: 'DAY' }));
      await desk.until(() => desk.held === held);
    };
    await trade('buy', 990);
    await trade('sell', 990);
    await trade('buy', 500);
    if (multiplier === 2) await trade('sell', 500);
    else {
      desk.quote(100, 100.02, ({ sell }) => void sell(500, { limit: 100, timeInForce: 'DAY' }));
      await desk.until(() => desk.entries('refused').length === 1);
      expect(desk.entries('refused')[0].text).toMatch(
        /^settlement.good-faith: 500 AAPL .* of those held \d+ were paid with settled money; the rest is free at 2026-11-19T14:30:00Z$/,
      );
      await desk.close();
    }
  }
});
