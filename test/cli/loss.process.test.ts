/** A loss limit with real processes: what is held is closed at the broker, and the session says so. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, fake, home, sessionIn, start, tradedeck, until } from './rehearsal.ts';

const STRATEGY = `
import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'once',
  parameters: {},
  setup({ buy }) {
    let isDone = false;
    return {
      onQuote({ bid }) {
        // Refused while the books are not compared yet.
        if (isDone || !(bid > 0) || buy(1, { limit: Math.floor(bid / 2), timeInForce: 'GTC' }) === undefined) return;
        isDone = true;
        buy(100);
      },
    };
  },
});
`;

test(
  'a loss that is reached cancels what works, closes what is held, and halts the account',
  { timeout: 60_000 },
  async () => {
    const url = await fake('10x', '10:30');
    writeFileSync(join(home, 'once.ts'), STRATEGY);
    const file = join(home, 'loss.yaml');
    const lines = [
      'name: loss',
      'strategy: { file: once.ts }',
      'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
      // A purchase at the ask is worth the bid: that alone is more than a dollar.
      'limits: { defaults: none, dayLoss: 0.00001, haltAt: 1.5, onLoss: halt+cancel+flatten, collar: by-price }',
      'output: { folder: loss }',
    ];
    writeFileSync(file, lines.join('\n'));
    const child = start('rehearse', file, '--at', url);
    await until('loss', ({ state }) => state === 'halted');
    const status = JSON.parse(tradedeck('status', sessionIn('loss'), '--json').out) as Record<string, unknown>;
    expect(status).toMatchObject({
      positions: [],
      orders: [],
      reason: expect.stringMatching(/^loss\.day: .*all is closed$/),
    });
    const texts = (status['alerts'] as readonly { text: string }[]).map(({ text }) => text);
    expect(texts).toEqual([expect.stringMatching(/all is being closed$/), expect.stringMatching(/all is closed$/)]);
    const ledger = (await (await fetch(`${url}/__fake/ledger`)).json()) as {
      orders: { side: string; status: string }[];
    };
    expect(ledger.orders.map(({ side, status: end }) => `${side} ${end}`)).toEqual([
      'buy canceled',
      'buy filled',
      'sell filled',
    ]);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(130);
    expect(JSON.parse(tradedeck('verify', sessionIn('loss'), '--json').out)).toMatchObject({ verified: true });
  },
);
