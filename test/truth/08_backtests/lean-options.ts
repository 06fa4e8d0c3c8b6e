/** Cases of LEAN with one option: bought or sold once, held until it is settled. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTape } from '../../../src/adapters/files/tape.ts';
import { lean } from '../../../src/engine/sim/conventions.ts';
import { defineInstrument } from '../../../src/market/instrument.ts';
import type { RecordedTape } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import type { TruthCase } from '../case.ts';
import { Comparison, notCovered } from './comparing.ts';
import { deckOf } from './playing.ts';
import { dateOf, joinStreams, type BacktestCase } from './reading.ts';

/** One row of `cases`, as the file states it. */
interface OptionCase {
  readonly start_cash: number;
  readonly right: 'call' | 'put';
  readonly strike: number;
  readonly expiry: string;
  /** Contracts, below 0 when sold. */
  readonly quantity: number;
  readonly fill_price?: number;
  readonly settlement_underlying?: number;
  readonly expected_end_equity: number;
}

export function leanOptionCases(id: string, truth: BacktestCase, root: string): TruthCase[] {
  // The shape of the file is its own; what is missing fails as a number that is none.
  const rows = truth.cases as unknown as readonly OptionCase[];
  return rows.map((row, index) => playCase(`${id}-${index}`, row, truth, root));
}

function playCase(id: string, row: OptionCase, truth: BacktestCase, root: string): TruthCase {
  const sent = /Orders are sent (\d{4}-\d\d-\d\d)(?: (\d\d):(\d\d))?/.exec(truth.strategy);
  if (sent === null) return notCovered(id, `no reader for: ${truth.strategy.slice(0, 90)}`);
  const tape = tapeOf(row, truth, root);
  if (tape === undefined) return notCovered(id, `no data for: ${truth.data}`);
  const symbol = tape.instruments.find(({ option }) => option !== undefined)?.symbol;
  if (symbol === undefined) return notCovered(id, `no such contract in: ${truth.data}`);
  const deck = deckOf(
    tape,
    ({ asset, schedule, now }) => {
      let isSent = false;
      // New York opens at 9:30.
      const minutes = sent[2] === undefined ? 1 : Number(sent[2]) * 60 + Number(sent[3]) - 570;
      schedule(`${minutes}m after open`, () => {
        if (isSent || dateOf(now()) < sent[1]) return;
        isSent = true;
        const contract = asset(symbol);
        if (row.quantity > 0) contract.buy(row.quantity);
        else contract.sell(-row.quantity);
      });
      return {};
    },
    lean,
    row.start_cash,
  );
  deck.play(tape.slice);
  // The tape ends before the contract does.
  const { closeAt } = calendar('XNYS').sessionAt(calendar('XNYS').sessionIndexAt(deck.endAt) + 2);
  deck.advance(closeAt);
  const result = deck.finish();
  const comparison = new Comparison();
  comparison.number('end equity', result.finalEquity, row.expected_end_equity, Number(truth.tolerance?.['money']));
  if (row.fill_price !== undefined) {
    comparison.number('fill price', result.fills[0]?.price ?? Number.NaN, row.fill_price, 1e-9);
  }
  if (row.settlement_underlying !== undefined) {
    const end = [...deck.journal.entries()].find(({ kind }) => kind === 'settled' || kind === 'lapsed');
    comparison.number('settlement', end?.price ?? Number.NaN, row.settlement_underlying, 1e-9);
  }
  const contracts = result.holdings.filter((held) => held.symbol === symbol);
  comparison.number('contracts left', contracts.length, 0, 0.5);
  return comparison.result(id);
}

/** Quotes of the one contract and minutes of its underlying, on the days that the sentence names. */
function tapeOf(row: OptionCase, truth: BacktestCase, root: string): RecordedTape | undefined {
  const folder = join(root, '01_market_data');
  const names = truth.data.match(/(\w+)_(\d{8})_quote/g) ?? [];
  const days = names.map((name) => name.split('_') as [string, string]);
  if (days.length === 0) return undefined;
  const quotes = days.map(([symbol, day]) => join(folder, 'option_minute', `${symbol}_${day}_quote.csv.gz`));
  if (quotes.some((file) => !existsSync(file))) return undefined;
  const [[symbol]] = days;
  const options = quotes.map((file) => readTape(file, { symbol }));
  const wanted = options
    .flatMap(({ instruments }) => instruments)
    .find(
      ({ option: terms }) => terms?.right === row.right && terms.strike === row.strike && terms.expiry === row.expiry,
    );
  if (wanted?.option === undefined) return undefined;
  const { underlying, settlement } = wanted.option;
  const kind = settlement === 'cash' ? 'index' : 'equity';
  const prices = days
    .map(([, day]) =>
      join(
        folder,
        kind === 'index' ? `index_minute/${underlying}_${day}.csv` : `equity_minute/${underlying}_${day}_trade.csv`,
      ),
    )
    .filter((file) => existsSync(file))
    .map((file) => readTape(file, { symbol: underlying, instrument: { kind } }).slice.streams[0]);
  if (prices.length === 0) return undefined;
  const streams = [
    joinStreams(prices),
    joinStreams(options.flatMap(({ slice }) => slice.streams.filter((stream) => stream.symbol === wanted.symbol))),
  ];
  return {
    source: symbol,
    simulated: false,
    instruments: [defineInstrument({ symbol: underlying, kind }), wanted],
    actions: [],
    findings: [],
    fingerprint: '',
    adjustment: 'raw',
    slice: { streams },
  };
}
