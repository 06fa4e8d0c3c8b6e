/** The judge of answers itself: that it finds what is wrong, and says so where it cannot look. */
import { expect, test } from 'vitest';
import { openDesk } from './desk.ts';
import { openApiJudge, SPEC_FOLDER } from './open-api.ts';

const judge = openApiJudge();
const why = judge === undefined ? ` (skipped: no descriptions in ${SPEC_FOLDER})` : '';

test.skipIf(judge === undefined)(`a planted wrong answer is found${why}`, () => {
  const desk = openDesk();
  desk.order({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', limit_price: '90', time_in_force: 'day' });
  const [order] = desk.list('/v2/orders');
  const plant = (change: Record<string, unknown>): string[] =>
    judge!.judge('GET', '/v2/orders', 200, [{ ...order, ...change }]);
  expect(plant({})).toEqual([]);
  expect(plant({ status: 'cancelled' })).toHaveLength(1);
  expect(plant({ filled_qty: 0 })).toHaveLength(1);
  expect(plant({ id: 'x' })).toHaveLength(1);
  expect(plant({ created_at: 'yesterday' })).toHaveLength(1);
  expect(judge!.judge('GET', '/v2/nothing', 200, {})).toHaveLength(1);
  expect(judge!.judge('DELETE', '/v2/orders', 200, [])).toHaveLength(1);
  expect(judge!.judge('POST', '/v2/orders', 422, { code: 1 })).toHaveLength(1);
});
