/** Orders that only close: however often they are asked for, no mix of fills closes more than is held. */
import { describe, expect, test } from 'vitest';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { Command } from '../../../src/engine/live/index.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { Bench, deckOf, puppet, SECOND } from './bench.ts';

/** Ten are held, and the strategy does what the test wants. */
function holding(options: Partial<DeckOptions> = {}) {
  const strategy = puppet('closer');
  const bench = new Bench({ strategies: [strategy], cash: 100_000, ...options }).begin();
  const { wishes } = strategy;
  wishes.push(({ buy }) => void buy(10));
  bench.quote();
  const { clientId } = bench.submissions[0];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b1' });
  bench.fill('x1', 10);
  expect(bench.held).toBe(10);
  return { bench, wishes };
}

const closes = (bench: Bench) => bench.submissions.filter(({ side }) => side === -1);

test('a second close waits for what becomes of the first, and goes out for what is left', () => {
  const { bench, wishes } = holding();
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  const [first] = closes(bench);
  bench.report({ kind: 'accepted', clientId: first.clientId, brokerId: 'b2' });
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  // The first is being canceled, and may fill until the broker says otherwise.
  expect(closes(bench)).toHaveLength(1);
  bench.report({ kind: 'fill', clientId: first.clientId, executionId: 'x2', symbol: 'AAA', side: -1, quantity: 4, price: 100, fee: 0 }); // prettier-ignore
  expect(closes(bench)).toHaveLength(1);
  bench.report({ kind: 'canceled', clientId: first.clientId, reason: 'canceled', filled: 4, averagePrice: 100 });
  expect(closes(bench).map(({ quantity }) => quantity)).toEqual(['10', '6']);
});

test('when the first fills after all, the second is not sent', () => {
  const { bench, wishes } = holding();
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  const [first] = closes(bench);
  bench.report({ kind: 'accepted', clientId: first.clientId, brokerId: 'b2' });
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  bench.report({ kind: 'fill', clientId: first.clientId, executionId: 'x2', symbol: 'AAA', side: -1, quantity: 10, price: 100, fee: 0 }); // prettier-ignore
  expect(closes(bench)).toHaveLength(1);
  expect(bench.held).toBe(0);
  expect(bench.session.deck.markets[0].working).toEqual([]);
});

/** Ten are held, one order that closes them is on its way to its end, and another one waits for that. */
function waiting() {
  const its = holding();
  for (let i = 0; i < 2; i++) {
    its.wishes.push(({ assets: [asset] }) => void asset.close());
    its.bench.quote();
    if (i === 0) its.bench.report({ kind: 'accepted', clientId: closes(its.bench)[0].clientId, brokerId: 'b2' });
  }
  const { clientId } = closes(its.bench)[0];
  const end = () =>
    void its.bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
  return { ...its, end };
}

test('LF-30 what has waited longer than a decision lives is not sent any more, and its strategy may decide anew', () => {
  const { bench, end } = waiting();
  bench.wait(60);
  expect(bench.session.deck.markets[0].working).toHaveLength(2);
  bench.wait(1);
  expect(bench.entries('canceled').map(({ text }) => text)).toEqual(['desk.too-old']);
  end();
  expect(closes(bench)).toHaveLength(1);
});

test('LF-30 what leaves late is no younger for having waited', () => {
  const { bench, end } = waiting();
  const decidedAt = bench.at;
  bench.wait(50);
  end();
  expect(closes(bench)[1].sendBy).toBe(decidedAt + 60 * SECOND);
});

test('what waits when the process dies goes only when the books were compared', () => {
  const { bench, end } = waiting();
  bench.take({ kind: 'start', at: bench.at });
  end();
  expect(closes(bench)).toHaveLength(1);
  bench.at += 2_000_000;
  bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
  expect(closes(bench)).toHaveLength(2);
});

test('exits that end each other are in the way of a close once', () => {
  const { bench, wishes } = holding();
  wishes.push(({ buy }) => void buy(2, { stopLoss: 90, takeProfit: 120 }));
  bench.quote();
  const { clientId } = bench.submissions[1];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b2' });
  bench.report({ kind: 'fill', clientId, executionId: 'x2', symbol: 'AAA', side: 1, quantity: 2, price: 100, fee: 0 }); // prettier-ignore
  wishes.push(({ sell }) => void sell(10, { reduceOnly: true }));
  bench.quote();
  expect(closes(bench).at(-1)).toMatchObject({ type: 'market', quantity: '10' });
});

describe('a person who flattens', () => {
  const command = (bench: Bench, what: Command) =>
    void bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'out', command: what });
  const flatten = (bench: Bench) => command(bench, { do: 'flatten', symbol: 'all' });
  const kept = (bench: Bench) =>
    bench.alerts.flatMap(({ code, message, isOver }) => {
      return code === 'position.kept' ? [isOver === true ? `over: ${message}` : message] : [];
    });

  test('closes once, however often', () => {
    const { bench } = holding();
    flatten(bench);
    flatten(bench);
    expect(closes(bench)).toHaveLength(1);
  });

  test('closes nothing by books that a process which has just begun again did not compare, and is told so', () => {
    const { bench } = holding();
    bench.take({ kind: 'start', at: bench.at });
    flatten(bench);
    bench.wait(1);
    expect(closes(bench)).toEqual([]);
    const message = 'AAA: not closed, state.recovering: the account is recovering: the process began again';
    expect(kept(bench)).toEqual([message]);
    // What was held was sold by hand meanwhile.
    bench.snapshot([], { at: bench.at });
    flatten(bench);
    expect(closes(bench)).toEqual([]);
    bench.snapshot([{ symbol: 'AAA', quantity: 10 }], { at: bench.at });
    flatten(bench);
    expect(closes(bench)).toMatchObject([{ quantity: '10', reduceOnly: true }]);
    expect(kept(bench).at(-1)).toMatch(/^over: AAA: not closed, state.frozen: AAA is frozen: positions differ/);
  });

  test('LF-37 closes nothing in a symbol that the exchange halts', () => {
    const { bench } = holding({ limits: { haltWait: 60 } });
    bench.take({ kind: 'status', at: bench.at, symbol: 'AAA', state: 'halted', reason: 'LULD' });
    flatten(bench);
    expect(closes(bench)).toEqual([]);
    expect(kept(bench)).toEqual(['AAA: not closed, symbol.halted: AAA is halted: LULD']);
  });

  test('closes what a strategy that is paused holds', () => {
    const { bench } = holding();
    command(bench, { do: 'pause', strategy: 0 });
    flatten(bench);
    expect(closes(bench)).toHaveLength(1);
  });

  test('closes nothing while the account is halted, for a halt that is kept lets nothing out', () => {
    const { bench } = holding();
    command(bench, { do: 'halt' });
    flatten(bench);
    expect(closes(bench)).toEqual([]);
    expect(kept(bench)).toEqual(['AAA: not closed, state.halted: the account is halted: out (test)']);
  });

  test('waits for the end of what might close the same, however long that takes', () => {
    const { bench, end } = waiting();
    flatten(bench);
    bench.wait(300);
    end();
    expect(closes(bench).map(({ quantity }) => quantity)).toEqual(['10', '10']);
  });

  test('waits for nothing that was decided later and may open', () => {
    const { bench, wishes, end } = waiting();
    flatten(bench);
    wishes.push(({ sell }) => void sell(5, { limit: 120 }));
    bench.quote();
    expect(bench.submissions.at(-1)).toMatchObject({ limit: '120', quantity: '5' });
    end();
    expect(bench.submissions.at(-1)).toMatchObject({ type: 'market', side: -1, quantity: '10' });
  });

  test('and whose order waits in the evening for another one leaves nothing behind for the next session', () => {
    const { bench, wishes } = holding();
    wishes.push(({ assets: [asset] }) => void asset.close());
    bench.quote();
    bench.report({ kind: 'accepted', clientId: closes(bench)[0].clientId, brokerId: 'b2' });
    flatten(bench);
    expect(bench.session.deck.markets[0].working).toHaveLength(2);
    const restore = JSON.parse(JSON.stringify(bench.session.saveState())) as DeckState;
    const next = new Bench({ strategies: [puppet('closer')], cash: 100_000, restore });
    expect(next.session.deck.markets[0].working).toMatchObject([{ status: 'pending-cancel' }]);
  });
});

test('two that together close no more than is held both leave', () => {
  const { bench, wishes } = holding();
  wishes.push(({ sell }) => void sell(4, { reduceOnly: true, limit: 101 }));
  bench.quote();
  wishes.push(({ sell }) => void sell(6, { reduceOnly: true, limit: 102 }));
  bench.quote();
  expect(closes(bench).map(({ quantity }) => quantity)).toEqual(['4', '6']);
});

describe('shares that cover a call whose sale is being canceled', () => {
  const CALL = 'AAA261218C00110000';
  const instruments = [defineInstrument({ symbol: 'AAA', tick: 0.01, calendar: '24-7' }), occInstrument(CALL)];

  /** A hundred shares are held, the sale of a call on them works and is being canceled, and a person closes the shares. */
  function flattened() {
    const strategy = puppet('covered');
    const tape = { ...deckOf().tape, instruments };
    const bench = new Bench({ strategies: [strategy], cash: 100_000, tape }).begin();
    const { wishes } = strategy;
    wishes.push(({ buy }) => void buy(100));
    bench.quote();
    bench.fillOf(bench.submissions[0], 'x1', 100);
    wishes.push(({ asset }) => void asset(CALL).sell(1, { limit: 2, timeInForce: 'DAY' }));
    bench.quote(1.5, 1.6, CALL);
    const call = bench.submissions[1];
    bench.report({ kind: 'accepted', clientId: call.clientId, brokerId: 'b2' });
    wishes.push(({ asset, cancel }) => cancel(asset(CALL).orders[0]));
    bench.quote();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId: call.clientId });
    bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'out', command: { do: 'flatten', symbol: 'AAA' } });
    const sold = () => bench.submissions.filter(({ symbol, side }) => symbol === 'AAA' && side === -1);
    return { bench, call, sold };
  }

  test('are not sold before the broker has settled the cancel, however long that takes', () => {
    const { bench, call, sold } = flattened();
    bench.wait(300);
    expect(sold()).toEqual([]);
    bench.report({ kind: 'canceled', clientId: call.clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
    expect(sold()).toMatchObject([{ quantity: '100', type: 'market', reduceOnly: true }]);
  });
});

function give(bench: Bench, command: Command): void {
  bench.take({ kind: 'command', at: bench.at, by: 'test', reason: 'out', command });
}

/** The answer to a submission is lost, and for a while the broker does not know the order whenever it is asked. */
function loseFor(seconds: number, bench: Bench, clientId: string): void {
  bench.report({ kind: 'lost', clientId, request: 'submit', cause: 'timeout' });
  for (let second = 0, answered = bench.asked.length; second < seconds; second++) {
    bench.wait(1);
    for (; answered < bench.asked.length; answered++) {
      const request = bench.asked[answered];
      if (request.kind === 'lookup' && request.clientId === clientId) bench.report({ kind: 'absent', clientId });
    }
  }
}

/** How often each was asked for, by the number of the asking. */
const postsOf = (bench: Bench, clientId: string): number[] =>
  bench.submissions.filter((each) => each.clientId === clientId).map(({ posts }) => posts);

describe.each([
  ['its strategy is paused', { do: 'pause', strategy: 0 }, { desk: 2, strategy: 1, exit: 2 }],
  ['the account only reduces', { do: 'reduce' }, { desk: 2, strategy: 2, exit: 2 }],
  ['the account is halted', { do: 'halt' }, { desk: 1, strategy: 1, exit: 1 }],
  ['nothing is stopped', { do: 'reconcile' }, { desk: 2, strategy: 2, exit: 2 }],
] as const)('LF-02 what closes and never arrived is sent again where it may be sent: %s', (_, command, posts) => {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_each, index) => index + 1);

  test('what the desk closes', () => {
    const { bench } = holding();
    give(bench, { do: 'flatten', symbol: 'AAA' });
    give(bench, command);
    const [{ clientId }] = closes(bench);
    loseFor(50, bench, clientId);
    expect(postsOf(bench, clientId)).toEqual(upTo(posts.desk));
    expect(closes(bench)).toHaveLength(posts.desk);
  });

  test('what a strategy closes', () => {
    const { bench, wishes } = holding();
    wishes.push(({ sell }) => void sell(10, { reduceOnly: true, limit: 99 }));
    bench.quote();
    give(bench, command);
    const [{ clientId }] = closes(bench);
    loseFor(50, bench, clientId);
    expect(postsOf(bench, clientId)).toEqual(upTo(posts.strategy));
  });

  test('the exit of an entry', () => {
    const strategy = puppet('careful');
    const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
    strategy.wishes.push(({ buy }) => void buy(10, { limit: 100, stopLoss: 95, timeInForce: 'GTC' }));
    bench.quote();
    const [entry] = bench.submissions;
    bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
    bench.fillOf(entry, 'x1', 100, 10);
    give(bench, command);
    const [{ clientId }] = closes(bench);
    loseFor(50, bench, clientId);
    expect(postsOf(bench, clientId)).toEqual(upTo(posts.exit));
  });
});

test('what a strategy opens and never arrived is not sent again while the account only reduces', () => {
  const { bench, wishes } = holding();
  wishes.push(({ buy }) => void buy(5, { limit: 99 }));
  bench.quote();
  give(bench, { do: 'reduce' });
  const { clientId } = bench.submissions.at(-1)!;
  loseFor(50, bench, clientId);
  expect(postsOf(bench, clientId)).toEqual([1]);
});

test('what closes and never arrived is given up where less is held by then: it would go for as much as at first', () => {
  const { bench, wishes } = holding();
  wishes.push(({ sell }) => void sell(10, { reduceOnly: true, limit: 99 }));
  bench.quote();
  const [{ clientId }] = closes(bench);
  // Four of the ten turn out never to have been bought.
  bench.report({ kind: 'bust', executionId: 'x1', by: { kind: 'fill', clientId: bench.id, executionId: 'x1b', symbol: 'AAA', side: 1, quantity: 6, price: 100, fee: 0 } }); // prettier-ignore
  expect(bench.held).toBe(6);
  loseFor(50, bench, clientId);
  expect(postsOf(bench, clientId)).toEqual([1]);
  expect(bench.alerts.map(({ code }) => code)).toContain('order.tombstone');
});
