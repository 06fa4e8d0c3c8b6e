/** Closing what is held in an account that is halted or killed: the desk closes, nobody else sends, and it stays stopped. */
import { expect, test } from 'vitest';
import {
  Conductor,
  GENESIS,
  LiveSession,
  recordText,
  type BrokerRequest,
  type Command,
  type Input,
} from '../../../src/engine/live/index.ts';
import { Bench, deckOf, puppet, SECOND } from './bench.ts';

/** Ten are held in an account that a person has stopped so. */
function stopped(by: 'halt' | 'kill' = 'halt') {
  const strategy = puppet('holder');
  const bench = new Bench({ strategies: [strategy], cash: 100_000 }).begin();
  const { wishes } = strategy;
  wishes.push(({ buy }) => void buy(10));
  bench.quote();
  bench.report({ kind: 'accepted', clientId: bench.id, brokerId: 'b1' });
  bench.fill('x1', 10);
  const tell = (command: Command): void =>
    void bench.take({ kind: 'command', at: bench.at, by: 'anna', reason: 'out', command });
  tell({ do: by });
  const closes = () => bench.submissions.filter(({ side }) => side === -1);
  return { bench, wishes, tell, closes };
}

const OUT: Command = { do: 'flatten-halted', symbol: 'all' };

test.each(['halt', 'kill'] as const)('after a %s what is held is closed, and the account stays as it is', (by) => {
  const { bench, tell, closes } = stopped(by);
  const { account } = bench.session.states;
  tell({ do: 'flatten', symbol: 'all' });
  expect(closes()).toEqual([]);
  tell(OUT);
  expect(closes()).toMatchObject([{ quantity: '10', reduceOnly: true }]);
  expect(bench.session.states.account).toBe(account);
  expect(bench.entries('state').at(-1)!.text).toBe(`${account}, and closing for a minute: out (anna)`);
  const { clientId } = closes()[0];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b2' });
  bench.report({ kind: 'fill', clientId, executionId: 'x2', symbol: 'AAA', side: -1, quantity: 10, price: 100, fee: 0 }); // prettier-ignore
  expect([bench.held, bench.session.states.account]).toEqual([0, account]);
});

test('its strategies send nothing meanwhile, not even what closes', () => {
  const { bench, wishes, tell, closes } = stopped();
  tell(OUT);
  wishes.push(({ buy }) => void buy(1));
  bench.quote();
  wishes.push(({ assets: [asset] }) => void asset.close());
  bench.quote();
  expect(bench.submissions).toHaveLength(2);
  expect(closes()).toHaveLength(1);
  expect(bench.entries('refused').map(({ text }) => text.split(':', 1)[0])).toEqual(['state.halted', 'state.halted']);
});

test('nothing is closed in a symbol whose books differ, nor by books that nobody compared since the process began', () => {
  const { bench, tell, closes } = stopped();
  tell({ do: 'freeze', symbol: 'AAA' });
  tell(OUT);
  tell({ do: 'unfreeze', symbol: 'AAA' });
  bench.take({ kind: 'start', at: bench.at });
  tell(OUT);
  expect(closes()).toEqual([]);
  const why = bench.alerts.filter(({ code, isOver }) => code === 'position.kept' && isOver !== true);
  expect(why.map(({ message }) => message.split(':')[1].trim())).toEqual([
    'not closed, state.frozen',
    'not closed, state.halted',
  ]);
});

/** An exit at work is in the way of the close, which waits until the broker has said what became of it. */
function waiting() {
  const its = stopped();
  const { bench, wishes, tell, closes } = its;
  tell({ do: 'clear' });
  wishes.push(({ sell }) => void sell(10, { limit: 120, reduceOnly: true }));
  bench.quote();
  const { clientId } = closes()[0];
  bench.report({ kind: 'accepted', clientId, brokerId: 'b2' });
  tell({ do: 'halt' });
  tell(OUT);
  expect(closes()).toHaveLength(1);
  const end = () => void bench.report({ kind: 'canceled', clientId, reason: 'canceled', filled: 0, averagePrice: 0 });
  return { ...its, end };
}

test('what waits behind another order goes when that has ended', () => {
  const { closes, end } = waiting();
  end();
  expect(closes()).toHaveLength(2);
});

test('a conductor lets it go once it is written down, and not after the next stop or when its minute is over', () => {
  const left = (between: (at: number) => readonly Input[], lateUs = 0): readonly BrokerRequest[] => {
    const { bench } = stopped();
    const sent: BrokerRequest[] = [];
    const syncs: (() => void)[] = [];
    let now = bench.at;
    const conductor = new Conductor(
      {
        session: bench.session,
        disk: { append: () => undefined, sync: (done) => void syncs.push(done) },
        broker: { send: (request) => void sent.push(request) },
        now: () => now,
        onBroken: () => undefined,
      },
      GENESIS,
      1,
    );
    const { at } = bench;
    conductor.take({ kind: 'command', at, by: 'anna', reason: 'out', command: OUT });
    expect(sent).toEqual([]);
    for (const input of between(at)) conductor.take(input);
    now += lateUs;
    for (let done = syncs.shift(); done !== undefined; done = syncs.shift()) done();
    return sent.filter(({ kind }) => kind === 'submit');
  };
  expect(left(() => [])).toHaveLength(1);
  expect(left((at) => [{ kind: 'command', at, by: 'ben', reason: 'no', command: { do: 'halt' } }])).toEqual([]);
  expect(left(() => [], 61 * SECOND)).toEqual([]);
});

test('a replay of the inputs gives the same records', () => {
  const { bench, closes, end } = waiting();
  end();
  expect(closes()).toHaveLength(2);
  const records = (): string[] => {
    const session = new LiveSession({
      deck: deckOf({ strategies: [puppetOf()], cash: 100_000 }),
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND },
    });
    return bench.inputs.map((input) => recordText(input, session.take(input), session));
  };
  const puppetOf = () => {
    const again = puppet('holder');
    again.wishes.push(
      ({ buy }) => void buy(10),
      ({ sell }) => void sell(10, { limit: 120, reduceOnly: true }),
    );
    return again;
  };
  const first = records();
  expect(first).toEqual(records());
  expect(first.filter((text) => text.includes('closing for a minute'))).toHaveLength(1);
});
