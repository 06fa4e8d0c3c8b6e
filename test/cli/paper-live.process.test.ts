/** A day on paper with live prices: its recorded tape, played as a backtest, leaves the same entries to the last. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fake, home, pass, PATIENT, sessionIn, start, tradedeck, until } from './rehearsal.ts';

/** Decides by the minute, and at the close, which no row is left to bring about. */
const CLOSER = `import { defineStrategy } from 'tradedeck';
export default defineStrategy({
  name: 'closer',
  parameters: {},
  setup({ buy, close, note, position, schedule }) {
    schedule('every 1m in session', () => void (position.isFlat ? buy(1) : close()));
    schedule('at close', () => note('it is over'));
    return { onEnd: () => note('the end') };
  },
});
`;

test('what was due after the last row is in the proof of parity too', PATIENT, async () => {
  writeFileSync(join(home, 'closer.ts'), CLOSER);
  const file = join(home, 'parity.yaml');
  const tape = 'tape: { source: alpaca, symbols: [SPY], data: [bars, quotes] }';
  writeFileSync(file, `name: parity\nstrategy: { file: ./closer.ts }\n${tape}\noutput: { folder: parity }\n`);
  const url = await fake('1x', '12:55');
  const child = start('paper', file, '--at', url);
  const over = once(child, 'exit');
  await until('parity', ({ state, pricesAt }) => state === 'active' && pricesAt !== null);
  await pass(url, 60);
  expect(await over).toEqual([0, null]);
  const shown = tradedeck('journal', 'show', sessionIn('parity'), '--kind', 'note').out;
  expect(shown).toMatch(/2026-11-27T18:00:00Z .*it is over/);
  expect(tradedeck('verify', sessionIn('parity')).out).toMatch(/^same .*\nsame  its tape, played as a backtest/);
});
