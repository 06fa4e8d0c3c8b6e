/**
 * The controls in a session with a broker: what leaves, what the broker's words change, what is stopped and who hears of
 * it, and that all of it is there again after a restart.
 */
import { describe, expect, test } from 'vitest';
import { LIVE_LIMITS, type LimitSettings } from '../../../src/engine/limits/settings.ts';
import type { Context } from '../../../src/index.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { utc } from '../play.ts';
import { books } from './bench.ts';
import { Bench, type Act } from './told-bench.ts';

describe('what leaves for a broker', () => {
  test('a market order leaves as a limit at the collar, good for the day', () => {
    const bench = new Bench({ ...LIVE_LIMITS });
    bench.act(({ buy }) => buy(10));
    expect(bench.submissions[0]).toMatchObject({ type: 'limit', limit: '103.01', timeInForce: 'DAY', quantity: '10' });
    bench.fill(bench.submissions[0], 10, 100);
    bench.wait(3);
    bench.act(({ sell }) => sell(10));
    expect(bench.submissions[1]).toMatchObject({ side: -1, type: 'limit', limit: '97' });
  });

  test('without a collar it leaves as it is', () => {
    const bench = new Bench({});
    bench.act(({ buy }) => buy(10));
    expect(bench.submissions[0].type).toBe('market');
  });

  test('strategies of one account do not cross each other', () => {
    const bench = new Bench({ selfCross: 'refuse' });
    bench.act(({ buy }) => buy(10, { limit: 100 }));
    bench.act(({ sell }) => sell(10, { limit: 100 }), 1);
    expect(bench.refusals).toEqual([
      "order.self-cross: it could meet order 1, the account's own purchase at 100 in AAA; cancel that one first",
    ]);
  });

  test('cancel-oldest cancels what the new one would meet, and the new one passes when that is over', () => {
    const bench = new Bench({ selfCross: 'cancel-oldest' });
    bench.act(({ buy }) => buy(10, { limit: 100 }));
    bench.accept(bench.submissions[0]);
    bench.act(({ sell }) => sell(10, { limit: 100 }), 1);
    expect(bench.refusals).toEqual([
      "order.self-cross: it could meet order 1, the account's own purchase at 100 in AAA; that one is canceled, send it again when it is over",
    ]);
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId: bench.submissions[0].clientId });
    // Until the broker says that it is over, both could be at work.
    bench.act(({ sell }) => sell(10, { limit: 100 }), 1);
    expect(bench.submissions).toHaveLength(1);
  });

  test('cancel-oldest gives up no exit for it', () => {
    const bench = new Bench({ selfCross: 'cancel-oldest' });
    bench.act(({ sell }) => sell(10, { limit: 100, reduceOnly: true }));
    bench.act(({ buy }) => buy(10, { limit: 100 }), 1);
    expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toEqual([]);
  });

  test('of an order that is being changed both limits count: it may have either', () => {
    const bench = new Bench({ selfCross: 'refuse' });
    let order: ReturnType<Context['buy']>;
    bench.act(({ buy }) => (order = buy(10, { limit: 99 })));
    bench.accept(bench.submissions[0]);
    bench.act(({ update }) => update(order!, { limit: 100 }));
    bench.act(({ sell }) => sell(10, { limit: 99.5 }), 1);
    expect(bench.refusals).toHaveLength(1);
    expect(bench.refusals[0]).toMatch(/^order\.self-cross/);
  });

  test('exits that sleep count before they wake: of two that are meant to be one, both may fill', () => {
    const bench = new Bench({ positionQuantity: 100 });
    bench.act(({ buy }) => buy(60, { limit: 100, stopLoss: 99, takeProfit: 101 }));
    bench.act(({ sell }) => [sell(40, { limit: 101 }), sell(1, { limit: 101 })]);
    expect(bench.refusals).toEqual(['position.quantity: 101 AAA could be held, above the limit of 100']);
  });

  test('of an order that closes both exits may fill too, and open more than it closed', () => {
    const bench = new Bench({ positionQuantity: 100 });
    let order: ReturnType<Context['buy']>;
    bench.act(({ sell }) => sell(64, { limit: 100 }));
    bench.fill(bench.submissions[0], 64, 100);
    bench.wait(3);
    bench.act(({ buy }) => buy(37, { limit: 99, stopLoss: 98, takeProfit: 101 }));
    bench.act(({ buy }) => (order = buy(20, { limit: 99, stopLoss: 98, takeProfit: 101 })));
    bench.accept(bench.submissions[1]);
    bench.act(({ update }) => [update(order!, { quantity: 37 }), update(order!, { quantity: 36 })]);
    expect(bench.refusals).toEqual([
      'position.quantity: 101 AAA could be held, above the limit of 100',
      'position.quantity: 101 AAA could be held, above the limit of 100',
    ]);
  });

  test('of three exits all may fill: two more than is meant', () => {
    const bench = new Bench({ positionQuantity: 100 });
    const exits = { stopLoss: 98, trailingStop: { amount: 1 }, takeProfit: 101 };
    bench.act(({ buy }) => [buy(51, { limit: 99, ...exits }), buy(50, { limit: 99, ...exits })]);
    expect(bench.refusals).toEqual(['position.quantity: 102 AAA could be held, above the limit of 100']);
    expect(bench.submissions.map(({ quantity }) => quantity)).toEqual(['50']);
  });

  test('what one strategy holds short makes no room for another', () => {
    const bench = new Bench({ positionQuantity: 100 });
    bench.act(({ sell }) => sell(100, { limit: 101 }));
    bench.act(({ buy }) => [buy(100, { limit: 99 }), buy(1, { limit: 99 })], 1);
    expect(bench.refusals).toEqual(['position.quantity: 101 AAA could be held, above the limit of 100']);
  });

  test('LF-03 an order that a person gave up and that works after all is canceled whenever it is seen', () => {
    const bench = new Bench({});
    bench.act(({ buy }) => buy(10, { limit: 99 }));
    const [{ clientId }] = bench.submissions;
    bench.take({
      kind: 'report',
      at: bench.at,
      report: { kind: 'lost', clientId, request: 'submit', cause: 'timeout' },
    });
    bench.command({ do: 'cancel', order: 'all' });
    for (let i = 0; i < 200; i++) {
      bench.wait(1);
      bench.take({ kind: 'tick', at: bench.at });
      if (bench.asked.at(-1)?.kind !== 'lookup') continue;
      bench.take({ kind: 'report', at: bench.at, report: { kind: 'absent', clientId } });
    }
    bench.command({ do: 'cancel', order: 'all' });
    expect(bench.session.venue!.tickets.get(clientId)!.order.status).toBe('canceled');
    const before = bench.asked.length;
    const report = books(clientId, { updatedAt: bench.at });
    bench.take({ kind: 'report', at: bench.at, report });
    expect(bench.asked.slice(before)).toMatchObject([{ kind: 'cancel', clientId, brokerId: 'b1' }]);
  });

  test('LF-51 a strategy that runs wild does not use up what others may send', () => {
    const bench = new Bench({ ordersPerSecond: 5, orderBurst: 10 });
    bench.act(({ buy }) => {
      for (let i = 0; i < 1000; i++) buy(1, { limit: 90, reason: String(i) });
    });
    bench.act(({ buy }) => buy(1, { limit: 90 }), 1);
    expect(bench.submissions.map(({ strategy }) => strategy)).toEqual([...Array.from({ length: 10 }, () => 0), 1]);
  });

  test('LF-05 cancels leave when the account may send nothing else', () => {
    const bench = new Bench({ messagesPerMinute: 10, reservedMessages: 0.2 });
    bench.act(({ buy }) => {
      for (let i = 0; i < 20; i++) buy(1, { limit: 90, reason: String(i) });
    });
    // One of ten was spent on the question at the start.
    expect(bench.submissions).toHaveLength(7);
    for (const request of bench.submissions) bench.accept(request);
    bench.command({ do: 'cancel', order: 'all' });
    expect(bench.asked.filter(({ kind }) => kind === 'cancel')).toHaveLength(7);
    expect(bench.refusals[0]).toMatch(/^rate\.account/);
  });
});

describe('what the broker says', () => {
  test('counts, less what was sent since', () => {
    const bench = new Bench({ buyingPower: 'own-and-broker' }, 2500);
    bench.act(({ buy }) => [buy(20, { limit: 100 }), buy(10, { limit: 100 })]);
    expect(bench.refusals).toEqual([
      'funds.broker: the order takes 1000.00, 500.00 is left of 2500.00 that the broker said 0.0 s ago',
    ]);
  });

  // Quoted at 99.99 to 100.01; Alpaca reserves the ask and 2.5 % for a purchase at the market, 3 % more for a short sale.
  test.each<[string, Act, string]>([
    ['a purchase at the market', ({ buy }) => buy(10), '1025.10'],
    ['a purchase at a stop', ({ buy }) => buy(10, { stop: 110 }), '1127.50'],
    ['a purchase at a limit', ({ buy }) => buy(11, { limit: 100 }), '1100.00'],
    ['a short sale', ({ sell }) => sell(10), '1030.10'],
    ['a short sale at a limit', ({ sell }) => sell(10, { limit: 120 }), '1200.00'],
  ])('is of what it reserves in full: %s', (_, act, cost) => {
    const bench = new Bench({ buyingPower: 'own-and-broker' }, 1000);
    bench.act(act);
    expect(bench.refusals).toEqual([
      `funds.broker: the order takes ${cost}, 1000.00 is left of 1000.00 that the broker said 0.0 s ago`,
    ]);
  });

  test('is of the limit with which an order at the market leaves', () => {
    const limits = { buyingPower: 'own-and-broker', collar: [{ above: 0, share: 0.1 }] } as const;
    const bench = new Bench(limits, 1000);
    bench.act(({ buy }) => buy(10));
    expect(bench.refusals[0]).toMatch(/^funds\.broker: the order takes 1100\.10,/);
  });

  test('an order of unknown outcome keeps its reservation, whatever the broker says meanwhile', () => {
    const bench = new Bench({ buyingPower: 'own-and-broker' }, 2500);
    bench.act(({ buy }) => buy(20, { limit: 100 }));
    const [{ clientId }] = bench.submissions;
    bench.take({
      kind: 'report',
      at: bench.at,
      report: { kind: 'lost', clientId, request: 'submit', cause: 'timeout' },
    });
    bench.snapshot(2500);
    expect(bench.session.deck.orders.gate.limits!.funds!.reservedMoney).toBe(2000);
    bench.act(({ buy }) => buy(10, { limit: 100 }));
    expect(bench.refusals).toHaveLength(1);
    // Once the broker has it, its number has it too.
    bench.accept(bench.submissions[0]);
    bench.snapshot(500);
    expect(bench.session.deck.orders.gate.limits!.funds!.reservedMoney).toBe(0);
  });

  test('what was refused is free again', () => {
    const bench = new Bench({ buyingPower: 'own-and-broker' }, 2500);
    bench.act(({ buy }) => buy(20, { limit: 100 }));
    const [{ clientId }] = bench.submissions;
    bench.take({ kind: 'report', at: bench.at, report: { kind: 'refused', clientId, code: '403', message: 'no' } });
    expect(bench.session.deck.orders.gate.limits!.funds!.reservedMoney).toBe(0);
  });

  test('LF-49 an account that the broker has blocked only reduces', () => {
    const bench = new Bench({});
    bench.act(({ buy }) => buy(10));
    bench.fill(bench.submissions[0], 10, 100);
    bench.snapshot(100_000, true);
    expect(bench.session.states.account).toBe('reducing');
    bench.act(({ buy, sell }) => [buy(1), sell(10)]);
    expect(bench.submissions.map(({ side }) => side)).toEqual([1, -1]);
    expect(bench.refusals[0]).toMatch(/^state\.reducing/);
  });

  test('LF-06 five rejections in a row pause the strategy, and a person resumes it', () => {
    const bench = new Bench({ rejects: 5 });
    for (let i = 0; i < 6; i++) {
      bench.act(({ buy }) => buy(1, { limit: 90 }));
      const request = bench.submissions.at(i);
      if (request === undefined) break;
      const { clientId } = request;
      const report = { kind: 'refused', clientId, code: '40310000', message: 'insufficient buying power' } as const;
      bench.take({ kind: 'report', at: bench.at, report });
    }
    expect(bench.submissions).toHaveLength(5);
    expect(bench.alerts.map(({ code }) => code)).toContain('strategy.stopped');
    expect(bench.session.states.isPaused(0)).toBe(true);
    bench.command({ do: 'resume', strategy: 0 });
    bench.act(({ buy }) => buy(1, { limit: 90 }));
    expect(bench.submissions).toHaveLength(6);
  });
});

describe('what the exchange says', () => {
  test('LF-37 a halted symbol takes no orders, nor does it for a while after it', () => {
    const bench = new Bench({ haltWait: 60 });
    bench.take({ kind: 'status', at: bench.at, symbol: 'AAA', state: 'halted', reason: 'LULD pause' });
    bench.act(({ buy }) => buy(1));
    bench.take({ kind: 'status', at: bench.at, symbol: 'AAA', state: 'trading', reason: 'resumed' });
    bench.wait(59);
    bench.act(({ buy }) => buy(1));
    expect(bench.submissions).toEqual([]);
    expect(bench.refusals).toEqual([
      'symbol.halted: AAA is halted: LULD pause',
      'symbol.halted: AAA trades again, orders are taken in 1.0 s',
    ]);
    bench.wait(1);
    bench.act(({ buy }) => buy(1));
    expect(bench.submissions).toHaveLength(1);
  });

  test('LF-37 a person hears of a halt where something is held or at work, and of its end', () => {
    const bench = new Bench({});
    const status = (state: 'halted' | 'trading'): void =>
      bench.take({ kind: 'status', at: bench.at, symbol: 'AAA', state, reason: 'LULD pause' });
    status('halted');
    expect(bench.alerts).toEqual([]);
    bench.act(({ buy }) => buy(1, { limit: 90 }));
    status('halted');
    status('trading');
    expect(bench.alerts).toMatchObject([
      { code: 'symbol.halted', priority: 2, message: 'AAA: LULD pause' },
      { code: 'symbol.halted', isOver: true },
    ]);
  });

  test('LF-37 beyond the price band of the exchange nothing is sent, with the price and the band', () => {
    const bench = new Bench({ haltWait: 60 });
    bench.take({ kind: 'band', at: bench.at, symbol: 'AAA', up: 101, down: 99 });
    bench.wait(3);
    bench.act(({ buy }) => buy(1, { limit: 101.01 }));
    bench.act(({ sell }) => sell(1, { limit: 98.99 }));
    expect(bench.submissions).toEqual([]);
    expect(bench.refusals.map((text) => text.replace(/told .* ago/, 'told'))).toEqual([
      'price.band: limit 101.01 is above the upper price band, 101, which the exchange told',
      'price.band: limit 98.99 is below the lower price band, 99, which the exchange told',
    ]);
    bench.act(({ buy }) => buy(1, { limit: 101 }));
    // The next band takes the place of this one.
    bench.take({ kind: 'band', at: bench.at, symbol: 'AAA', up: 103, down: 100 });
    bench.act(({ buy }) => buy(2, { limit: 102 }));
    expect(bench.submissions.map(({ limit }) => limit)).toEqual(['101', '102']);
  });

  test('LF-37 a market order leaves as a limit at the band where that is nearer than the collar', () => {
    const bench = new Bench({ ...LIVE_LIMITS });
    bench.take({ kind: 'band', at: bench.at, symbol: 'AAA', up: 101.005, down: 0 });
    bench.act(({ buy }) => buy(10));
    expect(bench.submissions[0]).toMatchObject({ type: 'limit', limit: '101' });
  });

  test('LF-37 a band that was told before nobody listened holds no more, nor after the close', () => {
    const bench = new Bench({ haltWait: 60 });
    bench.take({ kind: 'band', at: bench.at, symbol: 'AAA', up: 101, down: 99 });
    bench.take({ kind: 'start', at: bench.at });
    bench.snapshot(100_000);
    bench.act(({ buy }) => buy(1, { limit: 102 }));
    expect(bench.submissions).toHaveLength(1);
    const next = new Bench({ haltWait: 60 }, 100_000, calendar);
    next.at = utc('2026-11-27T17:59:00');
    next.take({ kind: 'band', at: next.at, symbol: 'AAA', up: 101, down: 99 });
    next.at = utc('2026-11-30T15:00:00');
    next.act(({ buy }) => buy(1, { limit: 102 }));
    expect(next.submissions).toHaveLength(1);
  });

  test('LF-28 on the day after Thanksgiving the last order leaves before one o’clock', () => {
    const bench = new Bench({ session: 'regular' }, 100_000, calendar);
    bench.at = utc('2026-11-27T17:59:59');
    bench.act(({ buy }) => buy(1));
    bench.at = utc('2026-11-27T18:00:00');
    bench.act(({ buy }) => buy(1));
    expect(bench.submissions).toHaveLength(1);
    expect(bench.refusals[0]).toMatch(/^session\.closed/);
  });
});

describe('losses', () => {
  const limits: LimitSettings = { drawdown: 0.1, dayLoss: 0.02, haltAt: 1.5 };

  function fallen(): Bench {
    const bench = new Bench(limits);
    bench.act(({ buy }) => buy(500, { limit: 100.01 }));
    bench.fill(bench.submissions[0], 500, 100);
    bench.wait(1);
    bench.quote(95.5, 95.6);
    return bench;
  }

  test('a loss of the day makes the session reduce, and says so once', () => {
    const bench = fallen();
    expect(bench.session.states.account).toBe('reducing');
    bench.wait(1);
    bench.quote(95.5, 95.6);
    expect(bench.alerts.filter(({ code }) => code === 'loss.limit')).toHaveLength(1);
    expect([...bench.session.deck.journal.entries('state')].at(-1)?.text).toBe(
      'reducing: loss.day: 2250.00 was lost since the last close, the limit is 2000.00',
    );
  });

  test('half as much again halts it, and what is on its way stays', () => {
    const bench = fallen();
    bench.wait(1);
    bench.quote(93.9, 94);
    expect(bench.session.states.account).toBe('halted');
    bench.command({ do: 'clear' });
    expect(bench.session.states.account).toBe('active');
    // Cleared, losses are measured from here.
    bench.act(({ buy }) => buy(1, { limit: 100.01 }));
    expect(bench.session.states.account).toBe('active');
    expect(bench.submissions).toHaveLength(2);
  });

  test('LF-41 a restart is the same session: stops, buckets, peaks and breakers come back', () => {
    const bench = new Bench({ ...LIVE_LIMITS, orderShare: 1, positionShare: 1, orderValue: 1e6, drawdown: 0.1 });
    const acts = new Map<number, Act>();
    const rows: [Act | undefined, number, number][] = [
      [({ buy }) => buy(500, { limit: 100.01 }), 99.99, 100.01],
      [({ buy }) => [1, 2, 3, 4, 5, 6, 7].map((i) => buy(i, { limit: 99, reason: String(i) })), 99.99, 100.01],
      [({ buy }) => buy(1), 99.99, 100.01],
      [undefined, 95.5, 95.6],
      [({ buy }) => buy(1), 95.5, 95.6],
      [({ sell }) => sell(10), 95.5, 95.6],
      [({ sell }) => sell(10), 93.9, 94],
    ];
    for (const [act, bid, ask] of rows) {
      if (act !== undefined) acts.set(bench.inputs.length, act);
      bench.say(act, 0);
      bench.quote(bid, ask);
      if (bench.submissions.length === 1) bench.fill(bench.submissions[0], 500, 100);
      bench.wait(1);
    }
    expect(bench.refusals.length).toBeGreaterThan(4);
    const again = bench.replayed((_input, index) => bench.say(acts.get(index), 0));
    expect(again).toEqual(bench.records);
  });
});
