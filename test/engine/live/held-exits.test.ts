/** Exits that a broker does not keep: one rests there, the others are watched here and take its place when they are reached. */
import { describe, expect, test } from 'vitest';
import { LiveSession } from '../../../src/engine/live/index.ts';
import { deckOf, OPEN, puppet, SECOND } from './bench.ts';
import { ExitBench } from './exit-bench.ts';
import { BOTH, held, NONE, reach, SINGLE } from './held-bench.ts';

const notes = (its: ExitBench) =>
  its.bench.entries('note').flatMap(({ text }) => (text.includes('without a stop') ? [] : [text]));
const venueOf = (its: ExitBench) => its.bench.session.venue!;

describe('of two exits that the broker does not keep together', () => {
  test('the stop rests there, and the target is held here: its strategy sees both at work', () => {
    const its = held();
    expect(its.bench.submissions.slice(1)).toMatchObject([{ type: 'stop', stop: '95', quantity: '10' }]);
    expect(its.working).toMatchObject([
      { type: 'stop', status: 'accepted' },
      { type: 'limit', status: 'accepted' },
    ]);
    expect(venueOf(its).held.here).toMatchObject([{ type: 'limit' }]);
    expect(notes(its).at(-1)).toBe('it is held here, and not at the broker: it is of kind equity');
    expect(its.isQuiet).toBe(true);
  });

  test('the target goes only when the broker has said that the stop has ended', () => {
    const its = held();
    const stop = its.newest.clientId;
    reach(its, 105);
    expect(its.cancels).toEqual([stop]);
    expect(its.newest.clientId).toBe(stop);
    its.bench.wait(4);
    expect(its.newest.clientId).toBe(stop);
    its.canceled(stop);
    expect(its.newest).toMatchObject({ type: 'limit', limit: '105', quantity: '10', timeInForce: 'GTC' });
    its.fill(its.newest.clientId, 'x2', 10, 105);
    expect([its.bench.held, its.working]).toEqual([0, []]);
    expect(its.isQuiet).toBe(true);
  });

  test('the target is for what is left where the stop fills in part before it ends', () => {
    const its = held();
    const stop = its.newest.clientId;
    reach(its, 105);
    its.bench.report({ kind: 'canceled', clientId: stop, reason: 'canceled', filled: 4, averagePrice: 95 });
    expect(its.newest).toMatchObject({ type: 'limit', quantity: '6' });
    // The execution that the end told of comes late, and counts once.
    its.fill(stop, 'x2', 4, 95);
    expect(its.bench.held).toBe(6);
  });

  test('a stop that fills before it can be canceled is taken, and nothing else goes', () => {
    const its = held();
    const stop = its.newest;
    reach(its, 105);
    its.fill(stop.clientId, 'x2', 10, 94.9);
    its.bench.report({ kind: 'cancel-refused', clientId: stop.clientId, reason: 'order is already filled' });
    expect(its.newest).toBe(stop);
    expect([its.bench.held, its.working]).toEqual([0, []]);
  });

  test('LF-15 while nobody knows what became of the cancel nothing else goes', () => {
    const its = held();
    const stop = its.newest;
    reach(its, 105);
    its.bench.report({ kind: 'lost', clientId: stop.clientId, request: 'cancel', cause: 'timeout' });
    its.bench.wait(3);
    its.bench.quote(105, 105.02);
    expect(its.newest).toBe(stop);
    expect(its.bench.asked.filter(({ kind }) => kind === 'cancel')).toHaveLength(1);
    its.shows(stop.clientId, 'canceled', { stop: 95 });
    expect(its.newest).toMatchObject({ type: 'limit', quantity: '10' });
  });

  test('what protects rests again when the market has left the target for ten seconds', () => {
    const its = held();
    reach(its, 105);
    its.canceled(its.newest.clientId);
    const target = its.newest.clientId;
    its.bench.report({ kind: 'accepted', clientId: target, brokerId: 'b3' });
    for (let second = 0; second <= 10; second++) {
      its.bench.at += SECOND;
      its.bench.quote(104, 104.02);
    }
    expect(its.cancels.at(-1)).toBe(target);
    its.canceled(target);
    expect(its.newest).toMatchObject({ type: 'stop', stop: '95', quantity: '10' });
    expect(venueOf(its).held.here).toMatchObject([{ type: 'limit', status: 'accepted' }]);
  });

  test('a stop that is held goes at the market, in place of the target', () => {
    const its = held();
    reach(its, 105);
    its.canceled(its.newest.clientId);
    const target = its.newest.clientId;
    its.bench.report({ kind: 'accepted', clientId: target, brokerId: 'b3' });
    reach(its, 94);
    expect(its.cancels.at(-1)).toBe(target);
    its.canceled(target);
    expect(its.newest).toMatchObject({ type: 'market', quantity: '10' });
    expect(its.newest).not.toHaveProperty('stop');
  });

  test('both grow with their entry', () => {
    const its = held(SINGLE, 4);
    its.fill(its.bench.id, 'x2', 6, 100, 1);
    expect(its.bench.asked.at(-1)).toMatchObject({ kind: 'replace', quantity: '10' });
    expect(its.working.map(({ left }) => left)).toEqual([10, 10]);
  });

  test('an order that is no exit is asked for anew as ever', () => {
    const its = new ExitBench(undefined, OPEN, SINGLE, { replacesPartFilled: false });
    const entry = its.buy({ limit: 100, timeInForce: 'GTC' });
    its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
    its.fill(entry.clientId, 'x1', 4, 100, 1);
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) => update(orders[0], { limit: 101 }));
    its.bench.quote();
    its.canceled(entry.clientId, 4);
    expect(its.newest).toMatchObject({ type: 'limit', side: 1, limit: '101', quantity: '6' });
  });

  test('one that is canceled leaves the other', () => {
    const its = held();
    its.cancelOf('limit');
    expect(its.working).toMatchObject([{ type: 'stop', status: 'accepted' }]);
    expect(its.cancels).toEqual([]);
  });

  test('the target rests where the stop was canceled', () => {
    const its = held();
    const stop = its.newest.clientId;
    its.cancelOf('stop');
    its.canceled(stop);
    expect(its.newest).toMatchObject({ type: 'limit', limit: '105' });
  });

  test('the price of what is held is changed at once', () => {
    const its = held();
    const { length } = its.bench.asked;
    its.strategy.wishes.push(({ update, assets: [{ orders }] }) =>
      update(
        orders.find(({ type }) => type === 'limit')!,
        { limit: 103 },
      ),
    );
    its.bench.quote();
    expect(its.bench.asked).toHaveLength(length);
    reach(its, 103);
    expect(its.cancels).toHaveLength(1);
  });

  test('a stop that the broker refuses is held here, and a person is told', () => {
    const its = new ExitBench(undefined, OPEN, SINGLE);
    const entry = its.buy(BOTH);
    its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    its.bench.report({ kind: 'refused', clientId: its.newest.clientId, code: '42210000', message: 'stop price' });
    expect(its.bench.alerts).toMatchObject([
      { code: 'exits.gone', message: expect.stringContaining('it is held here') },
    ]);
    reach(its, 95);
    expect(its.newest).toMatchObject({ type: 'market', quantity: '10' });
  });

  test('a stop that is held because the broker refused it is not looked for there, and not sent again', () => {
    const its = new ExitBench(undefined, OPEN, SINGLE);
    const entry = its.buy(BOTH);
    its.bench.report({ kind: 'accepted', clientId: entry.clientId, brokerId: 'b1' });
    its.fill(entry.clientId, 'x1', 10, 100, 1);
    const { clientId } = its.newest;
    its.bench.report({ kind: 'refused', clientId, code: '42210000', message: 'stop price' });
    const sent = its.bench.submissions.length;
    its.bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    for (let i = 0; i < 60; i++) {
      its.bench.wait(1);
      if (its.bench.asked.at(-1)?.kind === 'lookup') its.bench.report({ kind: 'absent', clientId });
    }
    expect(its.bench.submissions).toHaveLength(sent);
    expect(its.working).toHaveLength(2);
  });
});

describe('an exit that is held here', () => {
  test('LF-34 is not reached by a bad print of one tick', () => {
    const its = held(NONE);
    its.bench.quote(57, 57.02);
    its.bench.at += SECOND;
    its.bench.quote(100, 100.02);
    its.bench.wait(5);
    expect(its.bench.submissions).toHaveLength(1);
  });

  test('LF-34 is reached by one price that still stands after two seconds', () => {
    const its = held(NONE);
    its.bench.quote(94, 94.02);
    its.bench.wait(2);
    expect(its.bench.submissions).toHaveLength(1);
    its.bench.wait(1);
    expect(its.newest).toMatchObject({ type: 'market', side: -1, quantity: '10' });
  });

  test('LF-33 is not reached by a quote with one side, or whose sides cross', () => {
    const its = held(NONE);
    its.bench.take({ kind: 'market', at: its.bench.at, rows: [['quote', 'AAA', 94, null, 100, 100]] });
    its.bench.quote(94, 93);
    its.bench.wait(5);
    expect(its.bench.submissions).toHaveLength(1);
  });

  test('is both of them where the broker takes none, and the target goes for the day', () => {
    const its = held(NONE);
    expect(its.bench.submissions).toHaveLength(1);
    expect(its.working.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    reach(its, 105);
    expect(its.newest).toMatchObject({ type: 'limit', limit: '105', timeInForce: 'DAY' });
    expect(its.cancels).toEqual([]);
  });

  test('goes again where its stop found nobody by the end of the day', () => {
    const its = held(NONE);
    reach(its, 94);
    expect(its.newest).toMatchObject({ type: 'market', timeInForce: 'DAY' });
    const { clientId } = its.newest;
    its.bench.report({ kind: 'expired', clientId, reason: 'day', filled: 3, averagePrice: 94 });
    expect(its.newest).toMatchObject({ type: 'market', quantity: '7', clientId: `${clientId}.2` });
  });

  test('is held again when the day of its order ends', () => {
    const its = held(NONE);
    reach(its, 105);
    its.bench.report({ kind: 'expired', clientId: its.newest.clientId, reason: 'day', filled: 0, averagePrice: 0 });
    expect(its.working.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
    reach(its, 105);
    expect(its.bench.submissions).toHaveLength(3);
  });

  test('trails by the worse of two prices in a row', () => {
    const its = held(NONE, 10, { limit: 100, trailingStop: { amount: 2 }, timeInForce: 'GTC' });
    const stop = () => its.working[0].price;
    its.bench.quote(130, 130.02);
    expect(stop()).toBe(98);
    its.bench.quote(101, 101.02);
    expect(stop()).toBe(99);
    its.bench.quote(103, 103.02);
    expect(stop()).toBe(99);
    its.bench.quote(104, 104.02);
    expect(stop()).toBe(101);
    reach(its, 101);
    expect(its.newest).toMatchObject({ type: 'market' });
    expect(its.newest).not.toHaveProperty('trail');
  });

  test('is not reached by a price from before the process was gone and one after it', () => {
    const its = held(NONE);
    its.bench.quote(94, 94.02);
    its.bench.at += 60 * SECOND;
    its.bench.take({ kind: 'start', at: its.bench.at });
    its.bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    its.bench.quote(94, 94.02);
    expect(its.bench.submissions).toHaveLength(1);
    its.bench.at += SECOND;
    its.bench.quote(94, 94.02);
    expect(its.newest).toMatchObject({ type: 'market' });
  });

  test('is told of when its session ends, and when nobody watched it for a while', () => {
    const its = held(NONE);
    const unwatched = () => its.bench.alerts.filter(({ code }) => code === 'exits.unwatched');
    its.bench.at += 60 * SECOND;
    its.bench.take({ kind: 'start', at: its.bench.at });
    expect(unwatched()).toMatchObject([{ priority: 1, message: expect.stringContaining('was not watched for 60 s') }]);
    its.bench.take({ kind: 'stop', at: its.bench.at, reason: 'stopped' });
    expect(unwatched().at(-1)!.message).toContain('which ends');
  });

  test('is not told of where another one rests at the broker', () => {
    const its = held();
    its.bench.take({ kind: 'stop', at: its.bench.at, reason: 'stopped' });
    expect(its.isQuiet).toBe(true);
  });

  test('is still held, and goes, in the next session', () => {
    const its = held(NONE);
    const next = new ExitBench(its.bench.session.saveState(), its.bench.at + 3600 * SECOND, NONE);
    next.bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    expect(next.working.map(({ type, status }) => [type, status])).toEqual([
      ['stop', 'accepted'],
      ['limit', 'accepted'],
    ]);
    reach(next, 94);
    expect(next.newest).toMatchObject({ type: 'market', quantity: '10' });
    next.fill(next.newest.clientId, 'x9', 10, 94);
    expect([next.bench.held, next.working]).toEqual([0, []]);
  });

  test('a target at the broker in the evening gives way to its stop in the next session', () => {
    const its = held();
    reach(its, 105);
    its.canceled(its.newest.clientId);
    const target = its.newest.clientId;
    its.bench.report({ kind: 'accepted', clientId: target, brokerId: 'b3' });
    const next = new ExitBench(its.bench.session.saveState(), its.bench.at + 3600 * SECOND, SINGLE);
    next.bench.snapshot([{ symbol: 'AAA', quantity: 10 }]);
    reach(next, 94);
    expect(next.cancels).toEqual([target]);
    next.canceled(target);
    expect(next.newest).toMatchObject({ type: 'market', quantity: '10' });
  });

  test('I24 the same inputs give the same requests', () => {
    const its = held();
    reach(its, 105);
    its.canceled(its.newest.clientId);
    reach(its, 94);
    const strategy = puppet();
    strategy.wishes.push(({ buy }) => void buy(10, BOTH));
    const again = new LiveSession({
      deck: deckOf({ strategies: [strategy], cash: 100_000 }),
      broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60 * SECOND, exits: SINGLE },
    });
    const asked = its.bench.inputs.flatMap((input) => again.take(input).requests);
    expect(asked).toEqual(its.bench.asked);
  });
});
