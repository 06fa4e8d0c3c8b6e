/** Runs to report on: real decks over seeded prices, from a single bar to a million. */
import { Random } from '../../src/base/random.ts';
import { Deck } from '../../src/engine/deck.ts';
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import type { AnyStrategy, StrategyDefinition } from '../../src/engine/strategy/strategy.ts';
import type { CorporateAction } from '../../src/market/actions.ts';
import { allocateBars, type BarColumns } from '../../src/market/columns.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import type { Finding } from '../../src/market/tape.ts';
import { extraOfDeck } from '../../src/report/from-deck.ts';
import { reportData, type ReportData } from '../../src/report/data.ts';
import type { ReportExtra } from '../../src/report/input.ts';
import type { RunResult } from '../../src/engine/result.ts';
import smaCross from '../../src/strategies/sma-cross/strategy.ts';

const DAY = 86_400_000_000;

/** Bars of a random walk in cents, one every `step` microseconds from 2015-01-01 on. */
export function walk(count: number, seed = 7, step = DAY): BarColumns {
  const bars = allocateBars(count);
  const random = new Random(seed);
  let price = 10_000;
  for (let i = 0; i < count; i++) {
    const at = 1_420_070_400_000_000 + i * step;
    const close = Math.max(500, price + Math.round(random.normal() * 120 + 4));
    bars.openTime[i] = at;
    bars.time[i] = at + step;
    bars.open[i] = price / 100;
    bars.close[i] = close / 100;
    bars.high[i] = (Math.max(price, close) + random.below(50)) / 100;
    bars.low[i] = (Math.min(price, close) - random.below(50)) / 100;
    bars.volume[i] = 1_000_000;
    price = close;
  }
  return bars;
}

export interface Played {
  readonly result: RunResult;
  readonly extra: ReportExtra;
  readonly data: ReportData;
}

export interface PlayOptions {
  readonly strategy?: AnyStrategy;
  readonly findings?: readonly Finding[];
  readonly simulated?: boolean;
  readonly actions?: readonly CorporateAction[];
  readonly options?: Partial<DeckOptions>;
}

/** Plays bars of one instrument `ACME` and takes everything a report shows from the deck. */
export function played(
  bars: BarColumns,
  { strategy, findings = [], simulated = false, actions = [], options }: PlayOptions = {},
): Played {
  const timeFrame = bars.length > 1 && bars.time[1] - bars.time[0] < DAY ? '1m' : '1d';
  const streams = [{ kind: 'bars' as const, symbol: 'ACME', timeFrame, columns: bars }];
  const deck = new Deck({
    tape: {
      source: 'seeded walk',
      simulated,
      instruments: [defineInstrument({ symbol: 'ACME', tick: 0.01 })],
      actions,
      findings,
      fingerprint: 'f'.repeat(64),
      adjustment: 'raw',
    },
    streams,
    rows: bars.length,
    strategies: [{ definition: strategy ?? any(smaCross) }],
    cash: 100_000,
    ...options,
  });
  deck.play({ streams });
  const result = deck.finish();
  const extra = extraOfDeck(deck);
  // The journal's entries are a generator, which can be read once: keep them for reports made twice.
  const journal = extra.journal!;
  const kept = { ...extra, journal: { ...journal, entries: [...journal.entries] } };
  return { result, extra: kept, data: reportData(result, kept) };
}

/** A strategy of its own parameters as one of any: parameters are checked when the deck resolves them. */
export function any(definition: object): AnyStrategy {
  return definition as unknown as StrategyDefinition;
}

/** Stands for the page's own texts where a test is about the markup. */
export const noAssets = { uplotJs: '/* charts */', uplotCss: '', pageJs: '/* page */', pageCss: '' };
