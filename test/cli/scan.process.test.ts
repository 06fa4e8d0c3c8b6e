/** `tradedeck scan` as a person types it: what would be sold on a day, and why the rest would not. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';

function scan(...args: string[]) {
  const command = [resolve('bin/tradedeck.js'), 'scan', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { code: status, out: stdout, error: stderr };
}

const SHORT = ['decks/csp.yaml', '--start', '2014-09-01', '--end', '2015-06-30'];

test('lists the rules of the underlying and every contract with its reason, labelled as simulated', () => {
  const { code, out } = scan(...SHORT, '--date', '2015-03-20');
  expect(code).toBe(0);
  expect(out).toContain('SIMULATED PRICES');
  expect(out).toMatch(/pass +longRising/);
  expect(out).toMatch(/SPXW150327P\d+ +7 .* no +.*is below/);
});

test('gives every rule with value and bounds as JSON, of contracts that were not chosen too', () => {
  const { out } = scan(...SHORT, '--date', '2015-03-20', '--json');
  const told = JSON.parse(out);
  expect(told.isModel).toBe(true);
  const [{ contracts }] = told.symbols;
  expect(contracts.length).toBeGreaterThan(10);
  for (const { reason } of contracts) expect(reason).not.toBe('');
  const [outcome] = contracts.flatMap((row: { outcomes: { rule: string; outcome: string }[] }) =>
    row.outcomes.filter((each) => each.rule === 'dailyReturn' && each.outcome === 'fail'),
  );
  expect(outcome).toMatchObject({ rule: 'dailyReturn', min: 0.0002 });
});

test.each([
  { args: [...SHORT, '--date', '2015-03-21'], says: 'nothing was decided on 2015-03-21' },
  { args: ['decks/sma-cross.yaml'], says: 'only csp scans' },
  { args: [...SHORT, '--param', 'minDailyReturn=0.15'], says: 'can never be met' },
])('refuses $args with what is wrong', ({ args, says }) => {
  const { code, error } = scan(...args);
  expect(code).not.toBe(0);
  expect(error).toContain(says);
});
