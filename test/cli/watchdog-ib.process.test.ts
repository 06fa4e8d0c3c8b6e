/** Sudden death at Interactive Brokers with real processes: what opens is canceled by the watchdog, what protects stays. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeTws } from '../../src/adapters/fake-tws/index.ts';
import { watchdogNotes } from '../../src/desk/session/watchdog/guard.ts';
import { newYork } from '../adapters/fake-alpaca/desk.ts';
import { ended, home, sessionIn, start, until } from './rehearsal.ts';

/** Buys seven with a target and a stop, and then rests a purchase far below the market. */
const STRATEGY = `
import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'doomed',
  parameters: {},
  setup({ buy, position }) {
    let step = 0;
    return {
      onQuote() {
        const exits = { takeProfit: 110, stopLoss: 90, timeInForce: 'GTC' };
        // Refused while the books are not compared yet.
        if (step === 0 && buy(7, { limit: 101, ...exits }) !== undefined) step = 1;
        else if (step === 1 && position.quantity === 7) step = buy(1, { limit: 50, timeInForce: 'GTC' }) === undefined ? 1 : 2;
      },
    };
  },
});
`;

function deck(name: string, session: string): string {
  writeFileSync(join(home, 'doomed.ts'), STRATEGY);
  const file = join(home, `${name}.yaml`);
  const lines = [
    `name: ${name}`,
    'strategy: { file: doomed.ts }',
    'tape: { source: ib, symbols: [SPY], data: [quotes] }',
    `session: { ${session}, decisionSeconds: 600 }`,
    'limits: none',
    `output: { folder: ${name} }`,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** A broker whose quotes the test makes, and that fills no more of an order than a quote shows. */
const exchange = (): Promise<FakeTws> =>
  FakeTws.start({
    port: 0,
    startAt: newYork('2026-11-27', '10:30'),
    speed: 5,
    partialFills: 0,
    liquidity: 'displayed',
    market: { kind: 'none', symbols: [{ symbol: 'SPY', price: 100 }] },
  });

const notes = (name: string): string =>
  watchdogNotes(sessionIn(name))
    .map(({ what }) => what)
    .join('\n');

test.each([
  ['keep-exits', '1 orders were canceled, and 2 that only close are kept', ['LMT', 'STP']],
  ['cancel', '3 orders were canceled, and no order works', []],
])('LF-21 a desk that is killed with a part-filled target, ifDead %s', async (ifDead, said, left) => {
  const fake = await exchange();
  try {
    const { broker } = fake.driven;
    const { all } = fake.tws.orders;
    const open = (): string[] => all.filter(({ isOpen }) => isOpen).map(({ words }) => words.type);
    const name = `doomed-${ifDead}`;
    broker.quote('SPY', 100, 100.02, 20, 20);
    const file = deck(name, `deadSeconds: 1, ifDead: ${ifDead}`);
    const child = start('rehearse', file, '--at', `tcp://127.0.0.1:${fake.port}`);
    await until(name, ({ state }) => state === 'active');
    const isResting = (): boolean => all.some(({ words }) => words.limit === 50);
    for (let cents = 0; !isResting() && cents < 500; cents++) {
      broker.quote('SPY', 100 + (cents % 2) / 100, 100.02 + (cents % 2) / 100, 20, 20);
      await new Promise((next) => setTimeout(next, 50));
    }
    expect(open().sort()).toEqual(['LMT', 'LMT', 'STP']);
    broker.quote('SPY', 110, 110.02, 3, 20);
    const target = all.find(({ words }) => words.limit === 110)!;
    await expect.poll(() => target.amounts, { timeout: 20_000 }).toEqual({ filled: 3, remaining: 4 });
    child.kill('SIGKILL');
    await ended(child);
    await expect.poll(() => notes(name), { timeout: 30_000 }).toContain(said);
    expect(open().sort()).toEqual(left);
    expect(notes(name)).toContain('it is gone without a farewell');
  } finally {
    await fake.close();
  }
});

/** What is killed has nobody who asks for exits of what has filled; what is stopped sees to it before it goes. */
test.each([
  ['SIGKILL', [], '; held, and nothing at work closes it: 3 SPY'],
  ['SIGTERM', ['LMT 3', 'STP 3'], undefined],
] as const)('an entry that has filled in part when its desk gets %s', async (signal, left, said) => {
  const fake = await exchange();
  try {
    const { broker } = fake.driven;
    const { all } = fake.tws.orders;
    const name = `parted-${signal}`;
    broker.quote('SPY', 100, 102, 20, 20);
    const child = start('rehearse', deck(name, 'deadSeconds: 1'), '--at', `tcp://127.0.0.1:${fake.port}`);
    await until(name, ({ state }) => state === 'active');
    for (let cents = 0; all.length < 3 && cents < 500; cents++) {
      broker.quote('SPY', 100, 102 + (cents % 2) / 100, 20, 20);
      await new Promise((next) => setTimeout(next, 50));
    }
    broker.quote('SPY', 100, 100.5, 20, 3);
    await until(name, ({ positions }) => positions.some(({ quantity }) => quantity === 3));
    child.kill(signal);
    await ended(child);
    if (said !== undefined) await expect.poll(() => notes(name), { timeout: 30_000 }).toContain(said);
    const open = all.filter(({ isOpen }) => isOpen).map(({ words, amounts }) => `${words.type} ${amounts.remaining}`);
    expect(open.sort()).toEqual(left);
  } finally {
    await fake.close();
  }
});
