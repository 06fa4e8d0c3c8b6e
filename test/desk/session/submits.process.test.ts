/**
 * S29: what the limits check and what they reserve are one step. A thousand orders that strategies decide at one instant, and a
 * thousand requests that come through the session's door meanwhile, together never could hold more than the limit (I7).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { askSession, Control, type Question } from '../../../src/desk/session/control.ts';
import {
  Conductor,
  GENESIS,
  LiveSession,
  type BrokerRequest,
  type SubmitRequest,
} from '../../../src/engine/live/index.ts';
import { defineStrategy } from '../../../src/index.ts';
import type { Instant } from '../../../src/time/instant.ts';
import { deckOf, OPEN } from '../../engine/live/bench.ts';

const MOST = 100;
const REQUESTS = 1000;

/** Wants five hundred orders of each quote. */
const hasty = (name: string) =>
  defineStrategy({
    name,
    setup({ assets, random }) {
      const onQuote = (): void => {
        for (let i = 0; i < 500; i++) {
          const quantity = 1 + random.below(3);
          if (random.below(4) === 0) assets[0].sell(quantity, { limit: 99 });
          else assets[0].buy(quantity, { limit: 101 });
        }
      };
      return { onQuote };
    },
  });

test('S29 a thousand orders of one instant and a thousand requests beside them stay within the limit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradedeck-submits-'));
  const strategies = [{ definition: hasty('one') }, { definition: hasty('other') }];
  const session = new LiveSession({
    deck: deckOf({ strategies, cash: 1_000_000, limits: { positionQuantity: MOST } }),
    broker: { genesis: 'test', prefix: 'td', decisionLifeUs: 60_000_000 },
  });
  // The broker's own books: what was asked for and has neither filled nor ended, and what is held.
  const open = new Map<string, SubmitRequest>();
  let held = 0;
  let most = 0;
  let least = 0;
  let submitted = 0;
  const unanswered: BrokerRequest[] = [];
  const look = (): void => {
    const left = (side: number): number =>
      [...open.values()].filter((each) => each.side === side).reduce((sum, { quantity }) => sum + Number(quantity), 0);
    most = Math.max(most, held + left(1));
    least = Math.min(least, held - left(-1));
  };
  let at: Instant = OPEN;
  const conductor: Conductor = new Conductor(
    {
      session,
      disk: { append: () => undefined, sync: (done) => setImmediate(done) },
      broker: {
        send(request) {
          unanswered.push(request);
          if (request.kind !== 'submit') return;
          submitted++;
          open.set(request.clientId, request);
          look();
        },
      },
      now: () => at,
      onBroken: (error) => expect.fail(error.message),
    },
    GENESIS,
    1,
  );
  const control = await Control.open(folder, conductor, () => at);
  const random = new Random(29);
  const account = { number: 'PA1', cash: 1e6, equity: 1e6, buyingPower: 1e6, isBlocked: false };
  /** The broker answers some of what it was asked, in any order. */
  const answer = (): void => {
    for (const request of random.shuffle(unanswered.splice(0, 20))) {
      if (request.kind === 'submit') {
        const { clientId, symbol, side, quantity } = request;
        open.delete(clientId);
        held += side * Number(quantity);
        const fill = { kind: 'fill', clientId, symbol, side, quantity: Number(quantity), price: 100, fee: 0 } as const;
        conductor.take({ kind: 'report', at, report: { ...fill, executionId: `x-${clientId}` } });
      } else if (request.kind === 'cancel') {
        open.delete(request.clientId);
        conductor.take({
          kind: 'report',
          at,
          report: { kind: 'canceled', clientId: request.clientId, reason: 'asked' },
        });
      } else if (request.kind === 'snapshot') {
        const positions = [{ symbol: 'AAA', quantity: held, averagePrice: 100 }];
        conductor.take({
          kind: 'report',
          at,
          report: { kind: 'snapshot', happened: [], account, positions, orders: [] },
        });
      }
    }
    look();
  };
  try {
    conductor.take({ kind: 'start', at });
    while (session.states.account !== 'active') {
      await new Promise(setImmediate);
      answer();
    }
    const commands = [
      { do: 'flatten', symbol: 'AAA' },
      { do: 'cancel', order: 'all' },
      { do: 'clear' },
      { do: 'note' },
    ] as const;
    const ask = async (number: number): Promise<boolean> => {
      const command = commands[number % commands.length];
      const question: Question = { ask: 'command', command, reason: 'at once', id: `r${number}` };
      // Where nothing may be closed a flatten is refused.
      return askSession(folder, question).then(
        () => true,
        () => false,
      );
    };
    const door = { isOver: false };
    const asked = Promise.all(Array.from({ length: REQUESTS }, (_, number) => ask(number))).finally(
      () => (door.isOver = true),
    );
    for (let turn = 0; !door.isOver || turn < 20; turn++) {
      if (turn < 20)
        conductor.take({
          kind: 'market',
          at: (at = (at + 1000) as Instant),
          rows: [['quote', 'AAA', 99.99, 100.01, 100, 100]],
        });
      await new Promise(setImmediate);
      answer();
    }
    const answers = await asked;
    expect(answers.filter(Boolean).length).toBeGreaterThan(REQUESTS / 2);
    expect(session.deck.counts.refused).toBeGreaterThan(10_000);
    expect(submitted).toBeGreaterThan(MOST);
    // It came to the limit on both sides, and not beyond.
    expect(most).toBeGreaterThan(MOST * 0.9);
    expect([most <= MOST, least >= -MOST]).toEqual([true, true]);
  } finally {
    await control.close();
    rmSync(folder, { recursive: true });
  }
});
