/** The door of a session: what is asked for under an id is done once, whoever asks how often. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../../../src/base/fault.ts';
import { Random } from '../../../src/base/random.ts';
import { questionIn } from '../../../src/desk/session/question.ts';
import { askSession, Control, CONTROL_FILE, type Question } from '../../../src/desk/session/control.ts';
import {
  Conductor,
  GENESIS,
  LiveSession,
  verifySession,
  type BrokerReport,
  type BrokerRequest,
} from '../../../src/engine/live/index.ts';
import { recordText } from '../../../src/engine/live/record.ts';
import { deckOf, OPEN } from '../../engine/live/bench.ts';

const FLATTEN: Question = { ask: 'command', command: { do: 'flatten', symbol: 'AAA' }, reason: 'test', id: 'r1' };

let folder: string;
let control: Control;
let session: LiveSession;
const sent: BrokerRequest[] = [];
let records: string[] = [];

/** A session that holds ten AAA, bought at its broker. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradedeck-control-'));
  sent.length = 0;
  records = [];
  await begin();
  const report = (each: BrokerReport): void => conductor.take({ kind: 'report', at: session.at, report: each });
  const account = { number: 'PA0001', cash: 10_000, equity: 10_000, buyingPower: 10_000, isBlocked: false };
  conductor.take({ kind: 'start', at: OPEN });
  report({ kind: 'snapshot', happened: [], account, positions: [], orders: [] });
  conductor.take({ kind: 'market', at: OPEN, rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] });
  const { clientId } = sent.find(({ kind }) => kind === 'submit') as Extract<BrokerRequest, { kind: 'submit' }>;
  report({
    kind: 'fill',
    clientId,
    executionId: 'x1',
    symbol: 'AAA',
    side: 1,
    quantity: 10,
    price: 100,
    fee: 0,
  });
  sent.length = 0;
});

afterEach(async () => {
  await control.close();
  rmSync(folder, { recursive: true });
});

let conductor: Conductor;

/** Begins a process: what is in the records was taken before. */
async function begin(): Promise<void> {
  session = new LiveSession({ deck: deckOf(), broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60_000_000 } });
  expect(verifySession(session, records)).toBeUndefined();
  conductor = new Conductor(
    {
      session,
      disk: { append: () => undefined, sync: (done) => done() },
      broker: { send: (request) => sent.push(request) },
      now: () => session.at,
      onBroken: (error) => expect.fail(error.message),
      onOutcome: (outcome, input) => records.push(recordText(input, outcome, session)),
    },
    GENESIS,
    1,
  );
  control = await Control.open(folder, conductor, () => session.at);
}

const orders = (): BrokerRequest[] => sent.filter(({ kind }) => kind === 'submit');
const notes = (): string[] =>
  [...session.deck.journal.entries()].filter(({ kind }) => kind === 'note').map(({ text }) => text);

describe('requests with an id', () => {
  test('LF-07 the same request a hundred times at once is obeyed once, with a hundred identical answers', async () => {
    const before = records.length;
    const answers = await Promise.all(Array.from({ length: 100 }, () => askSession(folder, FLATTEN)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect([records.length - before, orders().length]).toEqual([1, 1]);
  });

  test('LF-07 a process that begins anew knows what was asked of the one before', async () => {
    await askSession(folder, FLATTEN);
    await control.close();
    const before = records.length;
    await begin();
    await askSession(folder, FLATTEN);
    expect([records.length - before, orders().length]).toEqual([0, 1]);
  });

  test.each([
    ['another command', { ...FLATTEN, command: { do: 'halt' } }],
    ['another symbol', { ...FLATTEN, command: { do: 'flatten', symbol: 'all' } }],
    ['another reason', { ...FLATTEN, reason: 'because' }],
  ] satisfies [string, Question][])(
    'LF-08 the same id with %s is refused, and leaves a record',
    async (_what, other) => {
      await askSession(folder, FLATTEN);
      await expect(askSession(folder, other)).rejects.toMatchObject({ code: 'request.conflict' });
      expect(orders()).toHaveLength(1);
      expect(session.states.account).toBe('active');
      expect(notes()).toEqual([expect.stringContaining('request.conflict')]);
      // The first is still what that id means.
      await askSession(folder, FLATTEN);
      expect(orders()).toHaveLength(1);
    },
  );

  test('requests without an id are obeyed each time', async () => {
    const { id: _id, ...plain } = FLATTEN;
    const before = records.length;
    await askSession(folder, plain);
    await askSession(folder, plain);
    expect(records.length - before).toBe(2);
  });
});

test('a flatten of which nothing may be closed now is refused with the reason, and leaves a record', async () => {
  conductor.take({ kind: 'start', at: OPEN });
  const { id: _id, ...flatten } = FLATTEN;
  const refused = { code: 'session.not-closed', rule: expect.stringMatching(/^state\.recovering: the account is/) };
  await expect(askSession(folder, flatten)).rejects.toMatchObject(refused);
  expect(orders()).toEqual([]);
  expect(records.at(-1)).toContain('flatten was not obeyed (test): session.not-closed');
});

test.each([
  ['exercise', 'only contracts are exercised, and AAA is none'],
  ['do-not-exercise', 'only contracts are exercised, and AAA is none'],
] as const)('%s of a share is refused, and not passed over', async (word, rule) => {
  const question = { ask: 'command', command: { do: word, symbol: 'AAA' }, reason: 'test' } as const;
  await expect(askSession(folder, question)).rejects.toMatchObject({ code: 'session.no-contract', rule });
});

describe('what is no question', () => {
  const ask = (question: object) => askSession(folder, question as Question);
  const halt = { ask: 'command', command: { do: 'halt' }, reason: 'test' };

  test.each([
    ['somebody else’s name', { ...halt, by: 'eve' }, 'a question has no key "by"'],
    ['an approval of its own', { ...halt, approved: true }, 'has no key "approved"'],
    [
      'a key in the command',
      { ...halt, command: { do: 'halt', strategy: 0 } },
      'the command halt has no key "strategy"',
    ],
    ['a command that is none', { ...halt, command: { do: 'hault' } }, 'there is no command "hault"'],
    ['a property of objects', { ...halt, command: { do: 'toString' } }, 'there is no command "toString"'],
    ['a prototype', JSON.parse('{"ask":"status","__proto__":{"a":1}}') as object, 'has no key "__proto__"'],
    ['no symbol', { ...halt, command: { do: 'freeze' } }, 'the command freeze needs symbol'],
    ['an order that is none', { ...halt, command: { do: 'cancel', order: -1 } }, 'wrong order'],
    ['no reason', { ask: 'command', command: { do: 'halt' } }, 'a command needs a reason'],
    ['a reason without end', { ...halt, reason: 'x'.repeat(2001) }, 'wrong reason'],
    ['a list', [], 'a question is an object'],
  ])('%s is refused, nothing is done, and it leaves a record', async (_, question, rule) => {
    const before = records.length;
    await expect(ask(question)).rejects.toThrow(rule);
    expect(session.states.account).toBe('active');
    expect(orders()).toEqual([]);
    expect(records.slice(before)).toEqual([expect.stringContaining('a question was refused')]);
  });

  test('one that is longer than any question is not obeyed, however it ends', async () => {
    const halt = JSON.stringify({ ask: 'command', command: { do: 'halt' }, reason: 'test' });
    const { socket: path } = JSON.parse(readFileSync(join(folder, CONTROL_FILE), 'utf8')) as { socket: string };
    const socket = createConnection(path, () => socket.write(`${halt}${' '.repeat(120_000)}\n`));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    await askSession(folder, { ask: 'status' });
    expect(session.states.account).toBe('active');
  });

  test('ten thousand questions of chance do nothing, and the session answers after them', async () => {
    const random = new Random(7);
    const words = ['ask', 'command', 'do', 'halt', 'status', 'reason', '__proto__', 'by', 'symbol', 'all', 1, null, -1];
    const chance = (depth: number): unknown => {
      const word = words[random.below(words.length)];
      if (depth === 0 || random.below(3) === 0) return word;
      return { [String(word)]: chance(depth - 1), [String(words[random.below(7)])]: chance(depth - 1) };
    };
    const taken = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const text = JSON.stringify(chance(4));
      try {
        taken.add(JSON.stringify(questionIn(text)));
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
      }
    }
    // The one question that chance can ask is asked now and then.
    expect([...taken]).toEqual(['{"ask":"status"}']);
    expect(Object.keys({})).toEqual([]);
    expect((await ask({ ask: 'status' })).status.state).toBe('active');
  });
});
