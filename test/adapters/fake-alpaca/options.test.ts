/** Options at the broker's: contracts, cover and collateral, several legs, and what happens to them over night. */
import { expect, test } from 'vitest';
import { openDesk, type Body, type Desk } from './desk.ts';

/** Puts of AAPL at 95 and 90, calls at 105 and 110, ending on Friday 20 November 2026. */
const [PUT95, PUT90] = ['AAPL261120P00095000', 'AAPL261120P00090000'];
const [CALL105, CALL110] = ['AAPL261120C00105000', 'AAPL261120C00110000'];

function option(symbol: string, side: string, more: Body = {}): Body {
  return { symbol, qty: '1', side, type: 'market', time_in_force: 'day', ...more };
}

function held(desk: Desk): Record<string, string> {
  return Object.fromEntries(desk.list('/v2/positions').map(({ symbol, qty }) => [symbol, qty])) as Record<
    string,
    string
  >;
}

test('contracts are listed by page, and every token leads to the next', () => {
  const desk = openDesk();
  const seen: string[] = [];
  let token: string | undefined;
  let pages = 0;
  do {
    const query = {
      underlying_symbols: 'AAPL',
      expiration_date_gte: '2026-11-18',
      limit: '100',
      ...(token === undefined ? {} : { page_token: token }),
    };
    const page = desk.get('/v2/options/contracts', query);
    seen.push(...(page['option_contracts'] as Body[]).map(({ symbol }) => String(symbol)));
    token = (page['next_page_token'] as string | null) ?? undefined;
    pages++;
  } while (token !== undefined);
  expect(pages).toBeGreaterThan(1);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toContain(PUT95);
});

test('without a date, contracts end by the next weekend', () => {
  const desk = openDesk();
  const { option_contracts: contracts } = desk.get('/v2/options/contracts', {
    underlying_symbols: 'AAPL',
    type: 'put',
  });
  expect(new Set((contracts as Body[]).map(({ expiration_date }) => expiration_date))).toEqual(new Set(['2026-11-20']));
});

test('a cash-secured put ties up its strike, and not more than there is', () => {
  const desk = openDesk({ cash: 10_000 });
  const put = desk.order(option(PUT95, 'sell', { type: 'limit', limit_price: '5.00' }));
  expect(put).toMatchObject({ position_intent: 'sell_to_open', asset_class: 'us_option' });
  expect(desk.get('/v2/account')['options_buying_power']).toBe('500');
  expect(desk.call('POST', '/v2/orders', option(PUT90, 'sell'))).toMatchObject({
    status: 403,
    body: { code: 40310000, message: 'insufficient options buying power', options_buying_power: '500' },
  });
});

test('a call is sold only against shares, which then cannot be sold', () => {
  const desk = openDesk();
  expect(desk.call('POST', '/v2/orders', option(CALL105, 'sell')).body).toMatchObject({
    message: 'account not eligible to trade uncovered option contracts',
  });
  desk.order({ symbol: 'AAPL', qty: '100', side: 'buy', type: 'market', time_in_force: 'day' });
  desk.wait(1);
  expect(desk.order(option(CALL105, 'sell'))['status']).toBe('pending_new');
  desk.wait(1);
  expect(held(desk)).toEqual({ AAPL: '100', [CALL105]: '-1' });
  const sale = desk.call('POST', '/v2/orders', {
    symbol: 'AAPL',
    qty: '1',
    side: 'sell',
    type: 'market',
    time_in_force: 'day',
  });
  expect(sale.status).toBe(403);
});

test('a spread of several legs fills at once for its net price and ties up its width', () => {
  const desk = openDesk({ cash: 1000 });
  const spread: Body = {
    order_class: 'mleg',
    qty: '1',
    type: 'limit',
    limit_price: '-0.01',
    time_in_force: 'day',
    legs: [
      { symbol: PUT95, ratio_qty: '1', side: 'sell', position_intent: 'sell_to_open' },
      { symbol: PUT90, ratio_qty: '1', side: 'buy', position_intent: 'buy_to_open' },
    ],
  };
  const order = desk.order(spread);
  expect(order).toMatchObject({ order_class: 'mleg', symbol: '', side: '', asset_class: '' });
  expect(order['legs']).toMatchObject([{ symbol: PUT95, ratio_qty: '1', type: '' }, { symbol: PUT90 }]);
  expect(desk.get('/v2/account')['options_buying_power']).toBe('500');
  desk.wait(1);
  const filled = desk.get(`/v2/orders/${String(order['id'])}`);
  expect(filled['status']).toBe('filled');
  expect(Number(filled['filled_avg_price'])).toBeLessThanOrEqual(-0.01);
  expect(held(desk)).toEqual({ [PUT95]: '-1', [PUT90]: '1' });
  const fill = desk.updates.find(({ event }) => event === 'fill');
  expect(fill?.legs).toHaveLength(2);
});

test.each<[string, Body[], RegExp]>([
  [
    'a naked call inside',
    [
      { symbol: CALL105, ratio_qty: '2', side: 'sell' },
      { symbol: CALL110, ratio_qty: '1', side: 'buy' },
    ],
    /uncovered/,
  ],
  [
    'ratios that are not in lowest terms',
    [
      { symbol: PUT95, ratio_qty: '2', side: 'sell' },
      { symbol: PUT90, ratio_qty: '2', side: 'buy' },
    ],
    /GCD of 1/,
  ],
  [
    'a leg of shares',
    [
      { symbol: 'AAPL', ratio_qty: '1', side: 'buy' },
      { symbol: PUT90, ratio_qty: '1', side: 'buy' },
    ],
    /equity legs/,
  ],
  ['one leg', [{ symbol: PUT90, ratio_qty: '1', side: 'buy' }], /2 to 4 legs/],
])('several legs are refused with %s', (_, legs, message) => {
  const desk = openDesk();
  const answer = desk.call('POST', '/v2/orders', {
    order_class: 'mleg',
    qty: '1',
    type: 'market',
    time_in_force: 'day',
    legs,
  });
  expect((answer.body as Body)['message']).toMatch(message);
});

test.each<[string, Body, RegExp]>([
  ['a fraction', { qty: '1.5' }, /whole number/],
  ['an amount', { qty: undefined, notional: '100' }, /notional/],
  ['good till canceled', { time_in_force: 'gtc' }, /time_in_force/],
  ['a stop', { type: 'stop', stop_price: '1' }, /order type/],
  ['extended hours', { type: 'limit', limit_price: '1', extended_hours: true }, /extended hours/],
  [
    'a wrong intent',
    { position_intent: 'buy_to_close' },
    /^position intent mismatch, inferred: buy_to_open, specified: buy_to_close$/,
  ],
])('an order on an option is refused as %s', (_, more, message) => {
  const answer = openDesk().call('POST', '/v2/orders', option(PUT95, 'buy', more));
  expect(answer.status).toBe(422);
  expect((answer.body as Body)['message']).toMatch(message);
});

test('in the wide reading of the rules an option may be good till canceled', () => {
  const desk = openDesk({ optionRules: 'wide' });
  expect(
    desk.call('POST', '/v2/orders', option(PUT95, 'buy', { type: 'limit', limit_price: '0.01', time_in_force: 'gtc' }))
      .status,
  ).toBe(200);
});

test('a put in the money is assigned: shows the next morning, as activities and never on the stream', () => {
  const desk = openDesk();
  desk.order(option(PUT95, 'sell'));
  desk.wait(1);
  const cash = Number(desk.get('/v2/account')['cash']);
  desk.until('2026-11-20', '15:30');
  desk.quote('AAPL', 89.99, 90.01);
  desk.broker.trade('AAPL', 90, 100);
  const told = desk.updates.length;
  desk.until('2026-11-20', '19:00');
  expect(held(desk)).toEqual({ [PUT95]: '-1' });
  desk.until('2026-11-23', '04:01');
  expect(held(desk)).toEqual({ AAPL: '100' });
  expect(desk.updates).toHaveLength(told);
  expect(Number(desk.get('/v2/account')['cash'])).toBeCloseTo(cash - 9500, 6);
  const [shares, assigned] = desk.list('/v2/account/activities', { category: 'non_trade_activity' });
  expect(assigned).toMatchObject({ activity_type: 'OPASN', symbol: PUT95, qty: '1', net_amount: '0' });
  expect(shares).toMatchObject({
    activity_type: 'OPTRD',
    symbol: 'AAPL',
    qty: '100',
    price: '95',
    net_amount: '-9500',
    group_id: assigned['group_id'],
  });
});

test('an option out of the money expires, one that is held and in the money is exercised', () => {
  const desk = openDesk();
  desk.order(option(PUT90, 'sell'));
  desk.order(option('AAPL261120C00095000', 'buy'));
  desk.wait(1);
  desk.until('2026-11-23', '04:01');
  expect(held(desk)).toEqual({ AAPL: '100' });
  const types = desk
    .list('/v2/account/activities', { category: 'non_trade_activity' })
    .map((one) => String(one['activity_type']));
  expect(types.toSorted()).toEqual(['OPEXC', 'OPEXP', 'OPTRD']);
});

test('the holder’s word decides: an exercise before the end, and none at the end', () => {
  const desk = openDesk();
  const call = 'AAPL261120C00095000';
  const refusal = desk.call('POST', `/v2/positions/${call}/exercise`);
  expect(refusal).toMatchObject({ status: 403, body: { code: 40310000 } });
  desk.order(option(call, 'buy', { qty: '2' }));
  desk.wait(1);
  expect(desk.call('POST', `/v2/positions/${call}/exercise`).status).toBe(200);
  desk.until('2026-11-19', '04:01');
  expect(held(desk)).toEqual({ AAPL: '200' });

  const other = openDesk();
  other.order(option(call, 'buy'));
  other.wait(1);
  other.until('2026-11-20', '10:00');
  other.call('POST', `/v2/positions/${call}/do-not-exercise`);
  other.until('2026-11-23', '04:01');
  expect(held(other)).toEqual({});
});

test('an hour before its end the broker closes what the account could not pay for', () => {
  const desk = openDesk({ cash: 1000 });
  const call = 'AAPL261120C00095000';
  desk.order(option(call, 'buy'));
  desk.wait(1);
  desk.until('2026-11-20', '15:05');
  expect(held(desk)).toEqual({});
  expect(desk.list('/v2/orders', { status: 'closed' })[0]).toMatchObject({ source: 'liquidation', symbol: call });
});

test('a split changes shares, prices of reference and resting orders, and nobody’s wealth', () => {
  const desk = openDesk();
  desk.order({ symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' });
  desk.order({ symbol: 'AAPL', qty: '10', side: 'buy', type: 'limit', limit_price: '80', time_in_force: 'gtc' });
  desk.wait(1);
  const equity = Number(desk.get('/v2/account')['equity']);
  desk.broker.announce({ kind: 'split', symbol: 'AAPL', at: desk.broker.now as never, ratio: 4 });
  desk.until('2026-11-19', '04:01');
  expect(desk.list('/v2/positions')).toMatchObject([{ qty: '40', avg_entry_price: '25.005' }]);
  expect(desk.list('/v2/orders')).toMatchObject([{ qty: '40', limit_price: '20' }]);
  expect(Number(desk.get('/v2/account')['equity'])).toBeCloseTo(equity, 6);
  expect(desk.get('/v1/corporate-actions', { symbols: 'AAPL' })['corporate_actions']).toMatchObject({
    forward_splits: [{ symbol: 'AAPL', new_rate: 4, old_rate: 1 }],
  });
});

test('a dividend is paid on a live account and not on paper, and lowers resting bids on both', () => {
  for (const paper of [true, false]) {
    const desk = openDesk({ paper });
    desk.order({ symbol: 'AAPL', qty: '10', side: 'buy', type: 'market', time_in_force: 'day' });
    desk.order({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', limit_price: '80', time_in_force: 'gtc' });
    desk.wait(1);
    desk.broker.announce({ kind: 'dividend', symbol: 'AAPL', at: desk.broker.now as never, amount: 0.255 });
    const before = Number(desk.get('/v2/account')['cash']);
    desk.until('2026-11-19', '04:01');
    expect(Number(desk.get('/v2/account')['cash']) - before).toBeCloseTo(paper ? 0 : 2.55, 9);
    expect(desk.list('/v2/orders')).toMatchObject([{ limit_price: '79.74' }]);
  }
});

test('snapshots have greeks, except for contracts with almost no value', () => {
  const desk = openDesk();
  const { snapshots } = desk.get('/v1beta1/options/snapshots/AAPL', {
    type: 'put',
    expiration_date: '2026-11-20',
    limit: '1000',
  });
  const all = snapshots as Record<string, { greeks?: { delta: number }; impliedVolatility?: number }>;
  expect(all[PUT95].greeks?.delta).toBeLessThan(0);
  expect(all[PUT95].impliedVolatility).toBeGreaterThan(0.1);
  expect(all['AAPL261120P00070000'].greeks).toBeUndefined();
});

test('a short option may be assigned before its end: its shares are there the next morning', () => {
  const desk = openDesk();
  desk.order(option('AAPL261218P00105000', 'sell'));
  desk.wait(1);
  expect(desk.broker.assign('AAPL261218P00105000', 1)).toBe(true);
  expect(held(desk)).toEqual({ AAPL261218P00105000: '-1' });
  desk.until('2026-11-19', '04:00');
  expect(held(desk)).toEqual({ AAPL: '100' });
});

test('in some nights chance assigns a short option in the money with little time value, by the seed', () => {
  const assigned = (rate: number): boolean => {
    const desk = openDesk({
      earlyAssignment: rate,
      chain: { ...openDesk().broker.state.config.chain, volatility: 0.2 },
    });
    desk.order(option('AAPL261204P00130000', 'sell'));
    desk.wait(1);
    desk.until('2026-11-19', '04:01');
    return held(desk)['AAPL'] === '100';
  };
  expect([assigned(0), assigned(1)]).toEqual([false, true]);
});

test('an order of several legs is replaced as a whole, with legs of its own', () => {
  const desk = openDesk();
  const order = desk.order({
    order_class: 'mleg',
    qty: '2',
    type: 'limit',
    limit_price: '-4.50',
    time_in_force: 'day',
    legs: [
      { symbol: PUT95, ratio_qty: '1', side: 'sell' },
      { symbol: PUT90, ratio_qty: '1', side: 'buy' },
    ],
  });
  desk.wait(1);
  const next = desk.call('PATCH', `/v2/orders/${String(order['id'])}`, { limit_price: '-0.01' }).body as Body;
  expect(next).toMatchObject({ limit_price: '-0.01', replaces: order['id'] });
  desk.wait(1);
  expect(desk.get(`/v2/orders/${String(order['id'])}`)['legs']).toMatchObject([
    { status: 'replaced' },
    { status: 'replaced' },
  ]);
  expect(desk.get(`/v2/orders/${String(next['id'])}`)).toMatchObject({
    status: 'filled',
    legs: [{ status: 'filled' }, { status: 'filled' }],
  });
  expect(held(desk)).toEqual({ [PUT95]: '-2', [PUT90]: '2' });
});

test('an iron condor ties up the wider of its two sides', () => {
  const desk = openDesk({ cash: 1100 });
  const legs = [
    { symbol: PUT95, ratio_qty: '1', side: 'sell' },
    { symbol: PUT90, ratio_qty: '1', side: 'buy' },
    { symbol: CALL105, ratio_qty: '1', side: 'sell' },
    { symbol: 'AAPL261120C00115000', ratio_qty: '1', side: 'buy' },
  ];
  const body = { order_class: 'mleg', qty: '1', type: 'limit', limit_price: '-9', time_in_force: 'day', legs };
  desk.order(body);
  expect(desk.get('/v2/account')['options_buying_power']).toBe('100');
});

test('a whole split makes more contracts of lower strikes, another one contracts that deliver other shares', () => {
  const afterSplit = (ratio: number): { desk: Desk; equity: number } => {
    const desk = openDesk();
    desk.order(option('AAPL261218P00100000', 'sell'));
    desk.wait(1);
    const equity = Number(desk.get('/v2/account')['equity']);
    desk.broker.announce({ kind: 'split', symbol: 'AAPL', at: desk.broker.now as never, ratio });
    desk.until('2026-11-19', '04:01');
    return { desk, equity };
  };
  const whole = afterSplit(4);
  expect(held(whole.desk)).toEqual({ AAPL261218P00025000: '-4' });
  const odd = afterSplit(1.5);
  expect(held(odd.desk)).toEqual({ AAPL1261218P00100000: '-1' });
  expect(odd.desk.get('/v2/options/contracts/AAPL1261218P00100000')).toMatchObject({
    root_symbol: 'AAPL1',
    underlying_symbol: 'AAPL',
    size: '150',
    multiplier: '100',
    strike_price: '100',
  });
  for (const { desk, equity } of [whole, odd]) {
    // A night's time value apart, nobody is richer or poorer.
    expect(Math.abs(Number(desk.get('/v2/account')['equity']) - equity)).toBeLessThan(60);
  }
  odd.desk.broker.assign('AAPL1261218P00100000', 1);
  const cash = Number(odd.desk.get('/v2/account')['cash']);
  odd.desk.until('2026-11-20', '04:01');
  expect(held(odd.desk)).toEqual({ AAPL: '150' });
  expect(Number(odd.desk.get('/v2/account')['cash'])).toBeCloseTo(cash - 10_000, 6);
});

test('an account that is reset is another one, and hears no more of the old one’s orders', () => {
  const desk = openDesk();
  const before = desk.get('/v2/account');
  desk.order({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' });
  desk.broker.state.resetAccount();
  desk.wait(5);
  const after = desk.get('/v2/account');
  expect(after['id']).not.toBe(before['id']);
  expect(after['cash']).toBe('100000');
  expect([desk.list('/v2/positions'), desk.list('/v2/orders', { status: 'all' })]).toEqual([[], []]);
});
