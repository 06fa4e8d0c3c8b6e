/** The measures of a session in the text format of Prometheus: each is there, and says what the session knows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Histogram, Measures } from '../../../src/desk/session/measures.ts';
import { metricsText } from '../../../src/desk/session/metrics-text.ts';
import { statusOf } from '../../../src/desk/session/status.ts';
import { Conductor, GENESIS } from '../../../src/engine/live/index.ts';
import { Bench, puppet, SECOND } from '../../engine/live/bench.ts';

const opened: Measures[] = [];
afterAll(() => {
  for (const each of opened) each.close();
});

/** A session that holds ten, has an order of unknown outcome and a refused one, an alert, and syncs that took a while. */
async function measured(): Promise<string[]> {
  const strategy = puppet();
  const limits = { grossExposure: 1, positionShare: 1, orderQuantity: { shares: 100, options: 100 } };
  const bench = new Bench({ strategies: [strategy], cash: 100_000, limits });
  const measures = new Measures(() => 186);
  opened.push(measures);
  bench.begin();
  strategy.wishes.push(({ buy }) => void buy(10, { limit: 100 }));
  bench.quote();
  for (const request of bench.asked) measures.sent(request);
  const accepted = { kind: 'accepted', clientId: bench.id, brokerId: 'b1' } as const;
  bench.report(accepted);
  measures.heard(accepted);
  // A second word of the same order is no answer to a submission.
  measures.heard(accepted);
  bench.fill('e1', 10);
  strategy.wishes.push(({ buy }) => void buy(5000, { limit: 100 }));
  bench.quote();
  strategy.wishes.push(({ sell }) => void sell(5, { limit: 101 }));
  bench.quote();
  const sale = bench.asked.findLast((request) => request.kind === 'submit')!;
  bench.report({ kind: 'lost', clientId: sale.clientId, request: 'submit', cause: 'timeout' });
  bench.snapshot([{ symbol: 'AAA', quantity: 7 }]);
  const parts = {
    session: bench.session,
    disk: { append: () => undefined, sync: () => undefined },
    now: () => bench.at,
    onBroken: (error: Error) => expect.fail(error.message),
  };
  const conductor = new Conductor(parts, GENESIS, 1);
  const disk = measures.timed({ append: () => undefined, sync: (done) => setTimeout(done, 2) });
  await new Promise<void>((resolve) => disk.sync(() => resolve()));
  while (measures.status(conductor, bench.at).loopLagMs.count === 0) await new Promise((next) => setTimeout(next, 10));
  const status = statusOf(conductor);
  return metricsText([{ name: 'a "day"', status, measures: measures.status(conductor, bench.at + 3 * SECOND) }]).split(
    '\n',
  );
}

/** Labels of every line; the quotes in the name of the folder are escaped. */
const OF = String.raw`session="a \\"day\\"",mode="\w+"`;

let lines: readonly string[] = [];
beforeAll(async () => {
  lines = await measured();
});

test.each([
  ['trading_state', String.raw`^tradedeck_trading_state\{${OF},state="active"\} 1$`],
  ['trading_state of the others', String.raw`^tradedeck_trading_state\{${OF},state="killed"\} 0$`],
  ['orders_unknown', String.raw`^tradedeck_orders_unknown\{${OF}\} 1$`],
  ['reconcile_age_seconds', String.raw`^tradedeck_reconcile_age_seconds\{${OF}\} \d`],
  ['quote_age_seconds', String.raw`^tradedeck_quote_age_seconds\{${OF},symbol="AAA"\} [3-9]`],
  ['order_submit_ack_ms', String.raw`^tradedeck_order_submit_ack_ms_count\{${OF}\} 1$`],
  ['risk_refusals_total', String.raw`^tradedeck_risk_refusals_total\{${OF},code="[\w.-]+"\} 1$`],
  ['journal_fsync_ms', String.raw`^tradedeck_journal_fsync_ms_bucket\{${OF},le="\+Inf"\} 1$`],
  ['loop_lag_ms', String.raw`^tradedeck_loop_lag_ms_bucket\{${OF},le="30000"\} [1-9]`],
  ['broker_requests_remaining', String.raw`^tradedeck_broker_requests_remaining\{${OF}\} 186$`],
  ['exposure_worst', String.raw`^tradedeck_exposure_worst\{${OF},scope="gross"\} [1-9]`],
  ['limit_used_ratio', String.raw`^tradedeck_limit_used_ratio\{${OF},limit="grossExposure"\} 0\.0`],
  ['alerts_open', String.raw`^tradedeck_alerts_open\{${OF},pr="P1"\} [1-9]`],
  ['journal_ok', String.raw`^tradedeck_journal_ok\{${OF}\} 1$`],
])('%s is exported', (_, line) => {
  expect(lines.filter((each) => new RegExp(line).test(each))).toHaveLength(1);
});

test('every measure has its type before its first line, once', () => {
  const typed = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
  const named = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => /^\w+/.exec(line)![0].replace(/_(?:bucket|sum|count)$/, ''));
  expect(new Set(typed).size).toBe(typed.length);
  expect([...new Set(named)]).toEqual(typed);
});

test('where no session runs there is a measure that says so', () => {
  expect(metricsText([])).toContain('\ntradedeck_sessions 0\n');
});

test('a histogram counts what is at or below each bound, and what is above all of them', () => {
  const histogram = new Histogram();
  for (const ms of [0.1, 0.11, 40_000]) histogram.observe(ms);
  const { bounds, counts, count, sum } = histogram.state;
  expect([bounds[0], counts[0], counts[1], counts.at(-1), count]).toEqual([0.1, 1, 2, 2, 3]);
  expect(sum).toBeCloseTo(40_000.21);
});
