/** A rehearsal of a strategy in a process of its own, for whoever does something to that process. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAUNCHER } from '../desk/sandbox/walls.ts';
import { home, sessionIn, tradedeck } from './rehearsal.ts';

/** Rests an order far below the market with every sixth quote; `does` is done with each quote. */
export function deckOf(name: string, does: string, answerSeconds = 30): string {
  const folder = join(home, `${name}-code`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'mine.ts'),
    `
import { defineStrategy } from 'tradedeck';
const held = [];
export default defineStrategy({
  name: 'mine',
  setup({ buy, note }) {
    let count = 0;
    return {
      onQuote({ bid }) {
        count++;
        ${does}
        if (bid > 0 && count % 6 === 3) buy(1, { limit: Math.floor(bid / 2), timeInForce: 'DAY', reason: 'quote ' + count });
      },
    };
  },
});
`,
  );
  const file = join(folder, 'deck.yaml');
  const lines = [
    `name: ${name}`,
    `strategy: { file: mine.ts, process: { launcher: ${LAUNCHER}, answerSeconds: ${answerSeconds}, atDeath: keep } }`,
    'tape: { source: alpaca, symbols: [SPY], data: [quotes] }',
    'limits: none',
    'session: { decisionSeconds: 600 }',
    `output: { folder: ${name} }`,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** What verify says of a session: of the desk's side, and of the strategy's. */
export function verified(name: string) {
  return JSON.parse(tradedeck('verify', sessionIn(name), '--json').out) as {
    readonly verified: boolean;
    readonly strategy: { readonly told: number; readonly answers: number } | null;
  };
}

/** Whether a session has sent so many orders. */
export const submitted = (count: number) => (status: { readonly counts: Readonly<Record<string, number>> }) =>
  (status.counts['submitted'] ?? 0) >= count;
