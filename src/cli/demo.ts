/**
 * `tradedeck demo`: real prices, a strategy, a report, without a network and without a question.
 */
import process from 'node:process';
import { play, type BacktestFlags } from './backtest.ts';
import type { ExitCode } from './exit-codes.ts';
import { print, styled } from './terminal.ts';

/** Plays the SMA cross on twenty years of the S&P 500 against holding it. */
export async function demo(flags: Pick<BacktestFlags, 'json' | 'quiet' | 'runs'>): Promise<ExitCode> {
  const code = await play(
    {
      config: {
        name: 'demo',
        strategy: { name: 'sma-cross', parameters: { fast: 20, slow: 100 } },
        tape: { source: 'sp500' },
        benchmark: 'SPX',
      },
      folder: process.cwd(),
      locate: (fault) => Promise.resolve(fault),
    },
    flags,
  );
  if (flags.json !== true && flags.quiet !== true) {
    print();
    print(`Open the report in a browser. Then make your own: ${styled('bold', 'npx tradedeck init my-strategy')}`);
  }
  return code;
}
