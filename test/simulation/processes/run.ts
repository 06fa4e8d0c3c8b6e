/**
 * Rounds of real processes: `npm run simulate:processes -- [--rounds 200] [--seed 1] [--json]`. Exit code 1 when the broker's
 * books and the journal do not agree in the end.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { playRounds } from './rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const result = await playRounds(Number(values.rounds), Number(values.seed), (line) => {
  if (!values.json) console.error(line);
});
if (values.json) console.log(JSON.stringify(result, undefined, 2));
else {
  const { rounds, kills, pauses, brokerPauses, orders, fills, records, violations } = result;
  console.log(`${rounds} rounds: ${kills} kills, the desk paused ${pauses} times, the broker ${brokerPauses} times`);
  console.log(`${orders} orders, ${fills} fills at the broker; ${records} records`);
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(violations.length === 0 ? 'The books agree.' : `${violations.length} violations`);
}
process.exitCode = result.violations.length === 0 && result.orders > 0 ? 0 : 1;
