/**
 * What a loss leads to where the deck wants more than a stop: in a backtest, and in a session with a broker.
 */
import { describe, expect, test } from 'vitest';
import { LIVE_LIMITS, type LimitSettings } from '../../../src/engine/limits/settings.ts';
import { Bench } from '../live/told-bench.ts';
import { onQuotes, play, quotes, type QuoteRow } from '../play.ts';
import { conventions, type Acts } from './refusals.ts';

const FALL: QuoteRow[] = [
  [0, 99.99, 100.01],
  [1, 99.99, 100.01],
  [2, 97.4, 97.42],
  [3, 97.4, 97.42],
  [4, 97.4, 97.42],
  [5, 97.4, 97.42],
];

function played(onLoss: NonNullable<LimitSettings['onLoss']>, more: Acts = {}, rows = FALL) {
  const acts: Acts = { 0: ({ buy }) => [buy(990), buy(5, { limit: 90 })], ...more };
  const limits: LimitSettings = { dayLoss: 0.02, haltAt: 1.5, onLoss };
  const result = play({ streams: [quotes(rows)], setup: onQuotes(acts), limits, conventions });
  return {
    states: result.of('state').map(({ text }) => text),
    held: result.deck.ledger.netQuantity(0),
    canceled: result.of('canceled').map(({ text }) => text),
    refused: result.of('refused').map(({ text }) => text.split(':')[0]),
  };
}

describe('in a backtest', () => {
  test('halt sells nothing and cancels nothing', () => {
    const { states, held, canceled } = played('halt');
    expect([states[0].slice(0, 18), states.length, held, canceled]).toEqual(['reducing: loss.day', 1, 990, []]);
  });

  test('halt+cancel cancels what would open, and leaves exits at work', () => {
    const { states, held, canceled } = played('halt+cancel', {
      1: ({ sell }) => sell(100, { stop: 80, reduceOnly: true }),
    });
    expect(states[0]).toMatch(/the limit is \d+\.\d\d; what would open is canceled$/);
    expect([held, canceled]).toEqual([990, ['loss.cancel']]);
  });

  test('halt+cancel+flatten also closes all, and then the account is halted', () => {
    const { states, held, canceled, refused } = played('halt+cancel+flatten', {
      3: ({ sell }) => sell(1),
      5: ({ buy }) => buy(1),
    });
    expect(states.map((text) => text.replace(/\d+\.\d\d/g, '#'))).toEqual([
      'reducing: loss.day: # was lost since the last close, the limit is #; all is being closed',
      'halted: loss.day: # was lost since the last close, the limit is #; all is closed',
    ]);
    expect([held, canceled]).toEqual([0, ['loss.cancel']]);
    // While it closes only the desk trades, and afterwards nobody.
    expect(refused).toEqual(['loss.day', 'loss.day']);
  });
});

/** Of a session: what the controls for quotes say, and a loss that closes. */
const LIMITS: LimitSettings = {
  dayLoss: 0.02,
  haltAt: 1.5,
  onLoss: 'halt+cancel+flatten',
  collar: LIVE_LIMITS.collar!,
  quoteAge: { shares: 2, options: 5 },
  spread: { shares: 0.01, options: 0.15 },
};

/** Holds 900 AAA and has an order at work when the price falls. */
function fallen(limits: LimitSettings = LIMITS): Bench {
  const bench = new Bench(limits);
  bench.act(({ buy }) => [buy(900, { limit: 100.01 }), buy(5, { limit: 98, timeInForce: 'GTC' })]);
  const [first, second] = bench.submissions;
  bench.accept(first);
  bench.accept(second);
  bench.fill(first, 900, 100.01);
  bench.wait(1);
  bench.quote(97.4, 97.42);
  return bench;
}
const canceled = (bench: Bench): void => {
  const { clientId } = bench.submissions[1];
  const report = { kind: 'canceled', clientId, reason: '', filled: 0 } as const;
  bench.take({ kind: 'report', at: bench.at, report });
};

describe('at a broker', () => {
  test('what works is canceled, what is held is closed by a limit at the collar that may only close, and people are told', () => {
    const bench = fallen();
    expect(bench.asked.at(-2)).toMatchObject({ kind: 'cancel' });
    expect(bench.submissions.at(-1)).toMatchObject({
      side: -1,
      quantity: '900',
      type: 'limit',
      limit: '94.48', // 3 % below the bid of 97.4
      timeInForce: 'DAY',
      reduceOnly: true,
    });
    canceled(bench);
    expect(bench.session.states.account).toBe('reducing');
    bench.fill(bench.submissions.at(-1)!, 900, 97.4);
    bench.wait(1);
    bench.quote(97.4, 97.42);
    expect(bench.session.states.account).toBe('halted');
    expect(bench.alerts.map(({ code, message }) => [code, message.replace(/.*; /, '')])).toEqual([
      ['loss.limit', 'all is being closed'],
      ['loss.limit', 'all is closed'],
    ]);
    expect(bench.session.states.reason).toMatch(/^loss\.day: .*all is closed$/);
  });

  test('what does not fill is canceled and sent anew around the quote of then', () => {
    const bench = fallen();
    canceled(bench);
    const [, , first] = bench.submissions;
    bench.accept(first);
    bench.wait(16);
    bench.quote(93, 93.02);
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'cancel', clientId: first.clientId });
    const report = { kind: 'canceled', clientId: first.clientId, reason: '', filled: 0 } as const;
    bench.take({ kind: 'report', at: bench.at, report });
    bench.wait(1);
    bench.quote(93, 93.02);
    expect(bench.submissions.at(-1)).toMatchObject({ quantity: '900', limit: '90.21' });
  });

  test('nothing is closed on a quote that the controls would not take, and after a minute a person hears why', () => {
    const bench = new Bench(LIMITS);
    bench.act(({ buy }) => buy(900, { limit: 100.01 }));
    bench.fill(bench.submissions[0], 900, 100.01);
    for (let i = 0; i < 62; i++) {
      bench.wait(1);
      bench.quote(95, 99);
    }
    expect(bench.submissions).toHaveLength(1);
    expect(bench.alerts.map(({ message }) => message)).toEqual([
      expect.stringMatching(/all is being closed$/),
      'loss.not-closed: still held after a minute: AAA (quote.wide: the spread of AAA is 4.12 %, above the limit of 1 %)',
    ]);
  });

  test('a person’s halt ends it: nothing more is sent', () => {
    const bench = fallen();
    canceled(bench);
    const count = bench.submissions.length;
    bench.command({ do: 'halt' });
    const report = { kind: 'refused', clientId: bench.submissions.at(-1)!.clientId, code: 'x', message: 'y' } as const;
    bench.take({ kind: 'report', at: bench.at, report });
    for (let i = 0; i < 60; i++) {
      bench.wait(1);
      bench.quote(97.4, 97.42);
    }
    expect([bench.submissions.length, bench.session.states.account]).toEqual([count, 'halted']);
  });

  test('the loss of one strategy closes what that one holds, and no more', () => {
    const bench = new Bench({ strategyDayLoss: 0.01, onLoss: 'halt+cancel+flatten', collar: LIVE_LIMITS.collar! });
    bench.act(({ buy }) => buy(500, { limit: 100.01 }));
    bench.act(({ buy }) => buy(100, { limit: 100.01 }), 1);
    for (const request of bench.submissions) bench.fill(request, Number(request.quantity), 100.01);
    bench.wait(1);
    bench.quote(97.4, 97.42);
    expect(bench.submissions.slice(2)).toMatchObject([{ strategy: 0, side: -1, quantity: '500' }]);
    bench.fill(bench.submissions[2], 500, 97.4);
    bench.wait(1);
    bench.quote(97.4, 97.42);
    expect(bench.session.states.account).toBe('active');
    expect(bench.alerts.at(-1)).toMatchObject({
      code: 'strategy.stopped',
      message: expect.stringMatching(/is closed$/),
    });
  });

  test('all of it comes out of the journal again', () => {
    const bench = fallen();
    canceled(bench);
    bench.fill(bench.submissions.at(-1)!, 900, 97.4);
    bench.wait(1);
    bench.quote(97.4, 97.42);
    const first = bench.inputs.findIndex(({ kind }) => kind === 'market');
    const records = bench.replayed((_, index) => {
      const act = index === first;
      bench.say(
        act ? ({ buy }) => [buy(900, { limit: 100.01 }), buy(5, { limit: 98, timeInForce: 'GTC' })] : undefined,
        0,
      );
    });
    expect(records).toEqual(bench.records);
  });
});
