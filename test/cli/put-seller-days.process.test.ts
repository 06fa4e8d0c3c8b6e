/** The put seller at a broker: a day with fills, a stop and a crash, a night with an assignment, and the day after. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { control, ended, fake, home, pass, PATIENT, sessionsIn, start, tradedeck, until } from './rehearsal.ts';

const DECK = join(home, 'puts.yaml');
writeFileSync(
  DECK,
  `name: puts
strategy:
  name: csp
  parameters:
    volatility: none
    equityRules: none
    minDailyReturn: 0.0001
    deltaMin: 0.05
    deltaMax: 0.5
    stopOnDelta: false
    stockDropStop: 0.001
    entryOrder: bid
    exitOrder: market
    positionShare: 0.3
    contractsMax: 2
    earlyExit: off
tape:
  source: alpaca
  symbols: [AAPL, MSFT]
  warmUp: { days: 250 }
  options: { right: put, daysMin: 1, daysMax: 8, strikes: { low: 0.9, high: 1 } }
session: { decisionSeconds: 600, reconcileSeconds: 600 }
output: { folder: puts }
`,
);

interface Summary {
  readonly date: string;
  readonly end: string;
  readonly differences: readonly unknown[];
  readonly positions: readonly { symbol: string; quantity: number }[];
  readonly cash: number;
  readonly profit: number;
  readonly dayProfit: number;
  readonly alerts: readonly string[];
}

test(
  'the put seller sells, is stopped, is killed and goes on; next morning it knows what was assigned in the night',
  PATIENT,
  async () => {
    const url = await fake('1x', '09:29', '--symbol', 'AAPL:50', '--symbol', 'MSFT:80');
    const never = tradedeck('rehearse', DECK, '--at', url, '--param', 'minDte=9');
    expect(never.error).toContain('minDte (9) can never be met: the contracts that are listed have at most 8 days');
    const first = start('rehearse', DECK, '--at', url);
    await until('puts', ({ state }) => state === 'active');
    await pass(url, 900);
    await until('puts', ({ counts }) => (counts['filled'] ?? 0) >= 2);
    await pass(url, 1);
    first.kill('SIGKILL');
    await ended(first);
    const rest = start('rehearse', DECK, '--at', url);
    await until('puts', ({ state }) => state === 'active');
    await pass(url, 900);
    await once(rest, 'close');
    const [friday] = sessionsIn('puts');
    const evening = JSON.parse(readFileSync(join(friday, 'day.json'), 'utf8')) as Summary;
    expect(evening).toMatchObject({ date: '2026-11-27', end: 'closed', differences: [] });
    expect(tradedeck('journal', 'show', friday).out).toMatch(/bought back at the market/);
    // However often a stop asked for it, nothing was bought back twice.
    expect(evening.positions.filter(({ quantity }) => quantity > 0)).toEqual([]);
    // What was sold at a broker gets the same page as in a backtest.
    expect(readFileSync(join(friday, 'report.html'), 'utf8')).toContain('<section id="options"');
    const [put] = evening.positions;
    expect(put.quantity).toBeLessThan(0);

    await control(url, 'assign', { symbol: put.symbol, contracts: 1 });
    await pass(url, 1);
    await control(url, 'advance', { to: '2026-11-30T14:29:00Z' });
    const monday = start('rehearse', DECK, '--at', url);
    await until('puts', ({ state }) => state === 'active');
    await pass(url, 60);
    const underlying = put.symbol.slice(0, 4);
    await until('puts', ({ positions }) =>
      positions.some(({ symbol, quantity }) => symbol === underlying && quantity === 100),
    );
    const books = tradedeck('reconcile', '--runs', 'puts', '--json');
    expect(JSON.parse(books.out)).toMatchObject({ differences: [] });
    monday.kill('SIGTERM');
    expect(await ended(monday)).toBe(130);
    const sessions = sessionsIn('puts');
    expect(sessions).toHaveLength(2);
    const after = JSON.parse(readFileSync(join(sessions[1], 'day.json'), 'utf8')) as Summary;
    const pnl = JSON.parse(tradedeck('pnl', sessions[1], '--json').out) as {
      periods: { date: string; profit: number }[];
    };
    const byName = tradedeck('pnl', 'puts', '--runs', 'puts', '--json');
    expect([JSON.parse(byName.out), byName.error]).toEqual([
      pnl,
      expect.stringContaining('the newest of 2 that begin so'),
    ]);
    // Each day has its own profit, and both together what was earned since the deck began.
    expect(pnl.periods.map(({ date }) => date)).toEqual(['2026-11-27', '2026-11-30']);
    expect(pnl.periods[0].profit).toBeCloseTo(evening.dayProfit, 6);
    expect(pnl.periods[1].profit).toBeCloseTo(after.dayProfit, 6);
    expect(evening.dayProfit + after.dayProfit).toBeCloseTo(after.profit, 6);
    for (const session of sessions) {
      expect(JSON.parse(tradedeck('verify', session, '--json').out)).toMatchObject({
        verified: true,
        mode: 'rehearsal',
      });
    }
  },
);
