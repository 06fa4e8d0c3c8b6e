/** A control that throws lets nothing pass: tried on every control there is, and on every way on which one is asked. */
import { describe, expect, test } from 'vitest';
import type { Deck } from '../../../src/engine/deck.ts';
import type { Control, Gate } from '../../../src/engine/gate/gate.ts';
import { CANARY_LIMITS, LIVE_LIMITS, type LimitSettings } from '../../../src/engine/limits/settings.ts';
import { honest } from '../../../src/engine/sim/conventions.ts';
import { regT } from '../../../src/engine/sim/margin.ts';
import { Conductor, GENESIS, type BrokerRequest } from '../../../src/engine/live/index.ts';
import type { Context, OrderView } from '../../../src/engine/strategy/strategy.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import { Bench, deckOf as liveDeck, OPEN, puppet } from '../live/bench.ts';
import { streamsOf } from '../options/chain.ts';
import { chain, condor, P90 } from '../options/condor.ts';
import { deckOf, plain } from '../play.ts';

/** Every limit that a deck can have, and none that an order for one share of a chain of closes meets. */
const ALL: LimitSettings = {
  ...LIVE_LIMITS,
  ...CANARY_LIMITS,
  session: 'extended',
  openCutoff: 0,
  closeCutoff: 0,
  quoteAge: { shares: 1e9, options: 1e9 },
  allow: ['ABC'],
  restricted: ['XYZ'],
  positionQuantity: 1000,
  strategyExposure: 1,
  strategyDayLoss: 0.5,
  onLoss: 'halt+cancel+flatten',
  sectors: { all: { symbols: ['ABC'], share: 0.9 } },
  armed: true,
};

/** The borrowing of shares is a control where they are scarce. */
const conventions = { ...plain, margin: regT, financing: { ...honest.financing, borrowable: () => 10 } };

type Acts = Readonly<Record<number, (context: Context) => void>>;

function deckWith(acts: Acts, limits: LimitSettings = ALL) {
  const given = chain(acts);
  const streams = streamsOf(given);
  const instruments = streams.map(({ symbol }) => (symbol === 'ABC' ? {} : occInstrument(symbol)));
  const deck = deckOf({ streams, instruments, setup: given.setup, conventions, limits });
  return { deck, play: () => deck.play({ streams }) };
}

/** What a gate holds, for a test that breaks it. */
function insideOf(deck: Deck): { controls: Control[]; first: Control; second: Control } {
  return deck.orders.gate as unknown as Gate & { controls: Control[]; first: Control; second: Control };
}

/** Has a control throw when it is asked. */
function broken(deck: Deck, name: string): void {
  const gate = insideOf(deck);
  const at = gate.controls.findIndex((control) => control.name === name);
  const planted = Object.create(gate.controls[at], {
    check: {
      value: () => {
        throw new Error(`planted in ${name}`);
      },
    },
  }) as Control;
  gate.controls[at] = planted;
  if (at === 0) gate.first = planted;
  if (at === 1) gate.second = planted;
}

const buyOne: Acts = { 0: ({ buy }) => buy(1) };
const NAMES = insideOf(deckWith(buyOne).deck).controls.map(({ name }) => name);

test('the order that is tried passes every control there is, of which there are many', () => {
  const { deck, play } = deckWith(buyOne);
  play();
  expect(deck.orders.counts).toMatchObject({ submitted: 1, filled: 1 });
  expect(NAMES.length).toBeGreaterThan(40);
  expect(new Set(NAMES).size).toBe(NAMES.length);
});

test.each(NAMES)('%s: where it throws, no order goes out, also where the strategy catches it', (name) => {
  let caught = '';
  const { deck, play } = deckWith({
    0: ({ buy }) => {
      try {
        buy(1);
      } catch (error) {
        caught = String(error);
      }
    },
  });
  broken(deck, name);
  play();
  expect(caught).toContain(`planted in ${name}`);
  expect(deck.orders.counts.submitted).toBe(0);
  expect([...deck.journal.entries()].filter(({ kind }) => kind === 'submitted')).toEqual([]);
  expect(deck.ledger.netQuantity(0)).toBe(0);
});

/** Breaks a control before the strategy acts, and gives what that threw. */
function brokenWhile(act: (context: Context) => unknown, before: (context: Context) => unknown = () => undefined) {
  const caught: string[] = [];
  const { deck, play } = deckWith(
    {
      0: before,
      1: (context) => {
        broken(deck, BROKEN);
        try {
          act(context);
        } catch (error) {
          caught.push(String(error));
        }
      },
    },
    { worstCase: true },
  );
  play();
  return { deck, caught };
}

const BROKEN = NAMES[2];

describe('whichever way an order takes, a control that throws stops it', () => {
  test.each<[string, (context: Context) => unknown]>([
    ['a package', (context) => condor(context)],
    ['an order with exits', ({ buy }) => buy(1, { takeProfit: 120, stopLoss: 80 })],
    ['a target', ({ targetPercent }) => targetPercent(0.01)],
    ['an option', ({ asset }) => asset(P90).buy(1)],
  ])('%s', (_, act) => {
    const { deck, caught } = brokenWhile(act);
    expect(caught).toEqual([`Error: planted in ${BROKEN}`]);
    expect(deck.orders.counts.submitted).toBe(0);
  });

  test('a change leaves the order as it is', () => {
    let order: OrderView | undefined;
    const { deck, caught } = brokenWhile(
      ({ update }) => update(order!, { limit: 200 }),
      ({ buy }) => (order = buy(1, { limit: 50 })),
    );
    expect(caught).toEqual([`Error: planted in ${BROKEN}`]);
    expect(order).toMatchObject({ limit: 50 });
    expect(deck.orders.counts).toMatchObject({ submitted: 1, filled: 0 });
  });

  test('what was approved and is asked for again stays when that throws, and all that waits behind it', () => {
    const strategy = puppet();
    const { session } = new Bench(
      liveDeck({ strategies: [strategy], limits: { quoteAge: LIVE_LIMITS.quoteAge! } }),
    ).begin();
    const sent: BrokerRequest[] = [];
    const syncs: (() => void)[] = [];
    const disk = { append: () => undefined, sync: (done: () => void) => void syncs.push(done) };
    const broker = { send: (request: BrokerRequest) => void sent.push(request) };
    const conductor = new Conductor({ session, disk, broker, now: () => OPEN, onBroken: () => undefined }, GENESIS, 1);
    strategy.wishes.push(({ buy }) => [buy(10, 'first'), buy(11, 'second')]);
    conductor.take({ kind: 'market', at: OPEN, rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]] });
    const gate = insideOf(session.deck);
    const asked = gate.controls.find(({ again }) => again !== undefined)!;
    gate.controls[gate.controls.indexOf(asked)] = { ...asked, again: () => expect.unreachable('planted') };
    expect(conductor.held).toBe(2);
    expect(() => syncs.forEach((done) => done())).toThrow('planted');
    expect(sent.filter(({ kind }) => kind === 'submit')).toEqual([]);
  });
});
