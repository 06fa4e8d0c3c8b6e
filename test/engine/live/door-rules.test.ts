/** What a door lets through, and what it tells: ids, identity, age, and nothing of anybody else. */
import { describe, expect, it } from 'vitest';
import {
  LiveSession,
  verifySession,
  type AskedInput,
  type BrokerReport,
  type BrokerRequest,
  type Input,
  type Outcome,
} from '../../../src/engine/live/index.ts';
import { recordText } from '../../../src/engine/live/record.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import type { SubmitRequest } from '../../../src/engine/live/index.ts';
import type { DeckState } from '../../../src/engine/state/state.ts';
import { plain, quotes, tapeOf, utc } from '../play.ts';
import { doored, LIFE_US } from './door-rig.ts';

const SECOND = 1_000_000;
const START: number = utc('2024-01-02T15:00');
const streams = [quotes([[0, 10, 10.1]]), quotes([[0, 20, 20.1]], 'XYZ')];

function deckOf(strategies = 2): DeckOptions {
  const definition = { name: 'behind', setup: () => ({}) };
  const { slice: _, ...tape } = tapeOf({ streams });
  return {
    tape,
    streams,
    cash: 100_000,
    conventions: plain,
    strategies: Array.from({ length: strategies }, () => ({ definition })),
  };
}

/** A desk at a simulated venue with two doors, and hands behind them. */
class Hands {
  session: LiveSession;
  readonly records: string[] = [];
  readonly outcomes: Outcome[] = [];
  at: number;
  private readonly deck: DeckOptions;
  private seq = 0;

  constructor(restore?: DeckState) {
    this.deck = { ...doored(deckOf()), ...(restore === undefined ? {} : { restore }) };
    this.at = restore === undefined ? START : restore.at + SECOND;
    this.session = this.open();
    this.take({ kind: 'start', at: this.at });
    this.quote('ABC', 10, 10.1);
    this.quote('XYZ', 20, 20.1);
  }

  open(): LiveSession {
    const doors = [0, 1].map((strategy) => ({ strategy, decisionLifeUs: LIFE_US }));
    return new LiveSession({ deck: this.deck, doors });
  }

  take(input: Input): Outcome {
    const outcome = this.session.take(input);
    this.records.push(recordText(input, outcome, this.session));
    this.outcomes.push(outcome);
    return outcome;
  }

  quote(symbol: string, bid: number, ask: number): Outcome {
    this.at += SECOND;
    return this.take({ kind: 'market', at: this.at, rows: [['quote', symbol, bid, ask, 1000, 1000]] });
  }

  ask(requests: readonly BrokerRequest[], rest: Partial<AskedInput> = {}): Outcome {
    this.at += 1000;
    const { at } = this;
    return this.take({ kind: 'asked', at, strategy: 0, seq: ++this.seq, decidedAt: at, requests, ...rest });
  }

  buy(id: string, rest: Partial<SubmitRequest> = {}, input: Partial<AskedInput> = {}): readonly BrokerReport[] {
    return reportsOf(this.ask([this.order(id, rest)], input), input.strategy ?? 0);
  }

  order(id: string, rest: Partial<SubmitRequest> = {}): SubmitRequest {
    return {
      kind: 'submit',
      clientId: id,
      order: 1,
      posts: 1,
      strategy: 0,
      symbol: 'ABC',
      side: 1,
      quantity: '10',
      type: 'limit',
      ...(rest.type === undefined ? { limit: '9' } : {}),
      timeInForce: 'GTC',
      reduceOnly: false,
      sendBy: this.at + LIFE_US,
      ...rest,
    };
  }

  /** Orders that the desk has made. */
  get orders(): number {
    return [...this.session.deck.journal.entries('submitted')].length;
  }

  texts(kind: 'refused' | 'note'): string[] {
    return [...this.session.deck.journal.entries(kind)].map(({ text }) => text);
  }
}

function reportsOf({ tell }: Outcome, strategy = 0): BrokerReport[] {
  return tell.flatMap((each) =>
    each.strategy === strategy && each.input.kind === 'report' ? [each.input.report] : [],
  );
}

describe('an id', () => {
  it('LF-07 asked for a hundred times makes one order and has a hundred identical answers', () => {
    const hands = new Hands();
    const request = hands.order('once');
    const answers = Array.from({ length: 100 }, (_, i) => reportsOf(hands.ask([{ ...request, posts: i + 1 }])));
    expect(hands.orders).toBe(1);
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(answers[0]).toEqual([{ kind: 'accepted', clientId: 'once', brokerId: '1' }]);
  });

  it('that was refused is refused again, and the gate is not asked twice', () => {
    const hands = new Hands();
    const request = hands.order('none', { quantity: '0' });
    const [first, second] = [reportsOf(hands.ask([request])), reportsOf(hands.ask([request]))];
    expect(first).toEqual(second);
    expect(first).toEqual([expect.objectContaining({ kind: 'refused', code: 'format.quantity' })]);
    expect(hands.texts('refused')).toHaveLength(1);
  });

  it('LF-08 asked for with other words is refused, leaves an entry and raises an alert', () => {
    const hands = new Hands();
    hands.buy('once');
    const outcome = hands.ask([hands.order('once', { quantity: '11' })]);
    expect(hands.orders).toBe(1);
    expect(reportsOf(outcome)).toEqual([expect.objectContaining({ kind: 'refused', code: 'asked.conflict' })]);
    expect(hands.texts('refused')).toEqual(['asked.conflict: strategy 0 asked for something else under id once']);
    expect(outcome.alerts.map(({ code }) => code)).toEqual(['asked.conflict']);
  });

  it('of the day before makes no order today', () => {
    const yesterday = new Hands();
    const request = yesterday.order('over night');
    const answers = reportsOf(yesterday.ask([request]));
    const state = JSON.parse(JSON.stringify(yesterday.session.saveState())) as DeckState;
    const today = new Hands(state);
    expect(reportsOf(today.ask([request]))).toEqual(answers);
    expect(today.orders).toBe(0);
    const [seen] = reportsOf(today.ask([{ kind: 'lookup', clientId: 'over night', order: 1 }]));
    expect(seen).toMatchObject({ kind: 'order', status: 'working', quantity: 10, limit: 9 });
    const [ended] = reportsOf(today.ask([{ kind: 'cancel', clientId: 'over night', order: 1 }]));
    expect(ended).toMatchObject({ kind: 'canceled', clientId: 'over night' });
  });
});

describe('who asks', () => {
  it('is whose door it is: another number in the words is refused, and written down', () => {
    const hands = new Hands();
    const outcome = hands.ask([hands.order('mine', { strategy: 1 })]);
    expect(hands.orders).toBe(0);
    expect(reportsOf(outcome)).toEqual([expect.objectContaining({ kind: 'refused', code: 'asked.identity' })]);
    expect(hands.texts('refused')).toEqual(['asked.identity: the strategy behind door 0 said it was 1']);
    expect(outcome.alerts.map(({ code }) => code)).toEqual(['asked.identity']);
    // The id was not used up by it.
    expect(hands.buy('mine')).toEqual([{ kind: 'accepted', clientId: 'mine', brokerId: '1' }]);
  });

  it('neither sees nor moves the orders of another strategy', () => {
    const hands = new Hands();
    hands.buy('theirs', { strategy: 1 }, { strategy: 1 });
    const others: BrokerRequest[] = [
      { kind: 'lookup', clientId: 'theirs', order: 1 },
      { kind: 'cancel', clientId: 'theirs', order: 1, brokerId: '1' },
      { kind: 'replace', clientId: 'theirs', order: 1, brokerId: '1', quantity: '1', limit: '1' },
      { kind: 'snapshot' },
    ];
    const unknown = others.map((request) => ({ ...request, ...('clientId' in request ? { clientId: 'nobody' } : {}) }));
    const answers = others.map((request) => reportsOf(hands.ask([request])));
    const nobody = unknown.map((request) => reportsOf(hands.ask([request])));
    // What is another's and what is nobody's cannot be told apart.
    expect(JSON.parse(JSON.stringify(answers).replaceAll('theirs', 'nobody'))).toEqual(nobody);
    expect(answers[3]).toEqual([expect.objectContaining({ kind: 'snapshot', orders: [], positions: [] })]);
    const [seen] = reportsOf(hands.ask([{ kind: 'lookup', clientId: 'theirs', order: 1 }], { strategy: 1 }), 1);
    expect(seen).toMatchObject({ kind: 'order', status: 'working', quantity: 10, limit: 9 });
  });

  it('is told the same whatever another strategy does', () => {
    const tells = [false, true].map((isBusy) => {
      const hands = new Hands();
      const told: string[] = [];
      const hear = ({ tell }: Outcome): void => {
        for (const { strategy, seq, input } of tell) {
          if (strategy === 0)
            told.push(JSON.stringify({ seq, input }).replaceAll(/"(at|updatedAt|createdAt)":\d+/g, ''));
        }
      };
      for (let i = 0; i < 20; i++) {
        if (isBusy) {
          const busy = { strategy: 1, symbol: i % 2 === 0 ? 'ABC' : 'XYZ', type: 'market' } as const;
          hands.ask([hands.order(`b${i}`, busy), { kind: 'snapshot' }], { strategy: 1, seq: 1000 + i });
        }
        // Numbers of orders are the desk's, and count on: the only trace that another leaves.
        hear(hands.quote('ABC', 10 + (i % 3), 10.1 + (i % 3)));
        hear(hands.ask([{ kind: 'snapshot' }]));
      }
      return told;
    });
    expect(tells[0].length).toBeGreaterThan(30);
    expect(tells[1]).toEqual(tells[0]);
  });
});

describe('the age of a decision', () => {
  it('counts from when it was made: one that is too old never becomes an order', () => {
    const hands = new Hands();
    const decidedAt = hands.at;
    const request = hands.order('late', { sendBy: decidedAt + 10 * LIFE_US });
    hands.at += LIFE_US;
    expect(reportsOf(hands.ask([request], { decidedAt }))).toEqual([
      expect.objectContaining({ kind: 'refused', code: 'desk.too-old' }),
    ]);
    expect(hands.orders).toBe(0);
    expect(hands.texts('refused')).toEqual(['desk.too-old: its decision is 60001 ms old, the limit is 60000 ms']);
  });

  it('is that of the order at the broker too', () => {
    const broker = { genesis: 't', prefix: 'td', decisionLifeUs: LIFE_US };
    const doors = [{ strategy: 0, decisionLifeUs: LIFE_US }];
    const session = new LiveSession({ deck: doored(deckOf(1)), doors, broker });
    const hands = new Hands();
    session.take({ kind: 'start', at: START });
    const account = { number: '1', cash: 100_000, equity: 100_000, buyingPower: 100_000, isBlocked: false };
    const report = { kind: 'snapshot', happened: [], account, positions: [], orders: [] } as const;
    session.take({ kind: 'report', at: START, report });
    session.take({ kind: 'market', at: START, rows: [['quote', 'ABC', 10, 10.1, 1, 1]] });
    const at = START + 20 * SECOND;
    const asked = { kind: 'asked', at, strategy: 0, seq: 1, decidedAt: START, requests: [hands.order('old')] } as const;
    const { requests } = session.take(asked);
    expect(requests).toEqual([expect.objectContaining({ kind: 'submit', sendBy: START + LIFE_US })]);
  });

  it('of an answer that was taken before: it is not taken again', () => {
    const hands = new Hands();
    hands.ask([hands.order('a')], { seq: 7 });
    expect(hands.ask([hands.order('b')], { seq: 7 }).tell).toEqual([]);
    expect(hands.ask([hands.order('b')], { seq: 6 }).tell).toEqual([]);
    expect(hands.orders).toBe(1);
  });
});

describe('a door', () => {
  it('tells a recovered session’s strategies what it told them before, byte for byte', () => {
    const hands = new Hands();
    hands.buy('a', { type: 'market' });
    hands.buy('b', { exits: { kind: 'bracket', target: { limit: '12' }, stop: { stop: '8' } }, type: 'market' });
    hands.buy('c', {}, { wakes: hands.at + 5 * SECOND, notes: ['why'] });
    hands.quote('ABC', 10, 10.1);
    hands.ask([{ kind: 'replace', clientId: 'c', order: 3, quantity: '12', limit: '9.5' }, { kind: 'snapshot' }]);
    hands.quote('ABC', 12.5, 12.6);
    hands.ask([{ kind: 'cancel', clientId: 'c', order: 3 }]);
    hands.take({ kind: 'tick', at: hands.at + 10 * SECOND });
    const told = hands.outcomes.map(({ tell }) => JSON.stringify(tell));
    expect(told.join('')).toContain('"tick"');
    const again = hands.open();
    expect(verifySession(again, hands.records)).toBeUndefined();
    const third = hands.open();
    const inputs = hands.records.map((text) => (JSON.parse(text) as { in: Input }).in);
    expect(inputs.map((input) => JSON.stringify(third.take(input).tell))).toEqual(told);
  });

  it('says what the gate says, with its code: a halt, a pause', () => {
    const hands = new Hands();
    hands.take({ kind: 'command', at: hands.at, by: 'me', reason: 'lunch', command: { do: 'pause', strategy: 0 } });
    expect(hands.buy('a')).toEqual([
      { kind: 'refused', clientId: 'a', code: 'state.paused', message: 'the strategy is paused: lunch (me)' },
    ]);
    expect(hands.buy('b', { strategy: 1 }, { strategy: 1 })).toEqual([
      { kind: 'accepted', clientId: 'b', brokerId: '1' },
    ]);
    hands.take({ kind: 'command', at: hands.at, by: 'me', reason: 'fire', command: { do: 'kill' } });
    const ended = hands.outcomes.at(-1)!;
    expect(reportsOf(ended, 1)).toEqual([{ kind: 'canceled', clientId: 'b', brokerId: '1', reason: 'kill' }]);
    expect(reportsOf(ended, 0)).toEqual([]);
  });

  it('keeps exits at the desk when nobody is behind it any more', () => {
    const hands = new Hands();
    const exits = { kind: 'bracket', target: { limit: '12' }, stop: { stop: '8' } } as const;
    expect(hands.buy('e', { exits, type: 'market' }).slice(0, 3)).toEqual([
      { kind: 'accepted', clientId: 'e', brokerId: '1' },
      { kind: 'accepted', clientId: 'e/stop', brokerId: '2' },
      { kind: 'accepted', clientId: 'e/target', brokerId: '3' },
    ]);
    hands.quote('ABC', 10, 10.1);
    expect(hands.session.deck.ledger.netQuantity(0)).toBe(10);
    hands.quote('ABC', 7.9, 8);
    expect(hands.session.deck.ledger.netQuantity(0)).toBe(0);
  });

  it('refuses what has no meaning on the deck, by name', () => {
    const hands = new Hands();
    const wrong: Partial<SubmitRequest>[] = [
      { symbol: 'NONE' },
      { side: 0 as 1 },
      { type: 'best' as 'limit' },
      { timeInForce: 'ALWAYS' as 'DAY' },
      { limit: 'ten' },
      { quantity: '1e999' },
      { type: 'market', limit: '9' },
      { type: 'stop', stop: '11', trail: '1' },
      { legs: [] },
      { exits: { kind: 'bracket' } },
      { clientId: 'desk-1' },
      { clientId: 'w1/stop' },
      { quantity: '0' },
    ];
    const codes = wrong.map((rest, i) => hands.buy(`w${i}`, rest).map((report) => 'code' in report && report.code));
    expect(codes.flat()).toEqual([
      'asked.symbol',
      ...Array.from({ length: 11 }, () => 'asked.malformed'),
      'format.quantity',
    ]);
    expect(hands.orders).toBe(0);
  });
});
