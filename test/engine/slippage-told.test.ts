/** What slippage took is told: it is in the prices of the fills, and a report can say how much of them it was. */
import { expect, it } from 'vitest';
import { noSlippage, tickSlippage } from '../../src/engine/sim/slippage.ts';
import { costsOf } from '../../src/report/costs.ts';
import { plain, playDays, type Row } from './play.ts';

const START: Row = [100, 101, 99, 100];

function played(slippage = tickSlippage(5)) {
  return playDays(
    [START, START, START, START],
    {
      0: ({ buy }) => buy(10),
      1: ({ sell }) => {
        sell(4);
        sell(6, { limit: 100.5 });
      },
    },
    { conventions: { ...plain, slippage }, instruments: [{ multiplier: 50 }] },
  ).result;
}

it('is the worse price times what was traded, and a limit that rested gave nothing away', () => {
  const result = played();
  expect(result.fills.map(({ price }) => price)).toEqual([100.05, 99.95, 100.5]);
  // Five cents on ten, and on four, of a contract of 50.
  expect(result.slippage!['ABC']).toBeCloseTo((10 + 4) * 0.05 * 50, 9);
  const costs = costsOf(result, {});
  expect(costs.slippage).toBeCloseTo(35, 9);
  expect(costs.rows.map(({ slippage }) => slippage)).toEqual([costs.slippage]);
});

it('is nothing where nothing slips, and is no number where nobody can know', () => {
  expect(played(noSlippage).slippage).toEqual({});
  expect(costsOf(played(noSlippage), {}).slippage).toBe(0);
  const { slippage: _unknown, ...live } = played();
  expect(costsOf(live, {}).slippage).toBe(null);
});
