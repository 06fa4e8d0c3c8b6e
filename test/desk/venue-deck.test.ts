/** What a deck tells the venue: financing, currencies, members, and states that a later run goes on from. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { readDeck } from '../../src/desk/config/read.ts';
import type { DeckConfig } from '../../src/desk/config/schema.ts';
import { composeRun, writeRun } from '../../src/desk/run/folder.ts';
import { runDeck, type FinishedRun, type RunWorld } from '../../src/desk/run/run.ts';
import { stateText } from '../../src/desk/run/state-text.ts';
import { planSweep } from '../../src/desk/sweep/plan.ts';
import { formatDate } from '../../src/time/instant.ts';

const base = mkdtempSync(join(tmpdir(), 'tradedeck-venue-'));
afterAll(() => rmSync(base, { recursive: true }));

const MARGIN: DeckConfig = readDeck(readFileSync('decks/margin-financing.yaml', 'utf8'), 'decks/margin-financing.yaml');
const ROTATION: DeckConfig = {
  strategy: { name: 'momentum-rotation', parameters: { hold: 2, lookback: 60 } },
  tape: { source: 'simulated', symbols: ['A', 'B', 'C', 'D'], start: '2015-01-01', end: '2018-12-31' },
};

function world(stop = { isStopped: false }): RunWorld {
  return { folder: base, output: { isTerminal: false, write: () => undefined }, stop, now: () => 0 };
}

const play = (config: DeckConfig): Promise<FinishedRun> => runDeck(config, world());

async function leave(run: FinishedRun): Promise<string> {
  const composed = composeRun(run, base);
  await writeRun(composed, base, base);
  return composed.folder;
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof Fault) return error;
  throw new Error('a fault was expected', { cause: error });
}

const file = (name: string, text: string): string => {
  mkdirSync(dirname(join(base, name)), { recursive: true });
  writeFileSync(join(base, name), text);
  return name;
};

const texts = (run: FinishedRun): string[] => [...run.deck.journal.entries()].map(({ text }) => text);

describe('financing', () => {
  test('the ready deck with a margin account earns interest on its idle cash', async () => {
    const paid = await play(MARGIN);
    expect(texts(paid).filter((text) => text === 'interest').length).toBeGreaterThan(100);
    const free = await play({ ...MARGIN, conventions: { ...MARGIN.conventions, financing: 'none' } });
    expect(texts(free)).not.toContain('interest');
    expect(paid.result.finalEquity).toBeGreaterThan(free.result.finalEquity);
    expect(paid.result.assumptions.join(' ')).toContain('Cash earns 2 % and debt costs 7 % a year');
  });

  test('a term for a symbol that is not on the tape is refused at its place', async () => {
    const conventions = { financing: { available: { AAPL: 0 } } };
    const fault = await faultOf(play({ ...ROTATION, conventions }));
    expect(fault.code).toBe('config.value');
    expect(fault.place.field).toBe('conventions.financing.available.AAPL');
    expect(fault.hint).toBe('it has A, B, C, D');
  });
});

describe('rates', () => {
  test('an account in another currency trades with a stated rate, and opens nothing without', async () => {
    const account = { currency: 'EUR', cash: 100_000 };
    const without = await play({ ...ROTATION, account });
    expect(without.result.fills).toEqual([]);
    const stated = await play({ ...ROTATION, account: { ...account, rates: { USD: 0.5 } } });
    expect(stated.result.fills.length).toBeGreaterThan(10);
    expect([...stated.deck.journal.entries()].map(({ kind }) => kind)).toContain('converted');
  });

  test('a rate of the account’s own currency is refused', async () => {
    const fault = await faultOf(play({ ...ROTATION, account: { rates: { USD: 2 } } }));
    expect(fault.place.field).toBe('account.rates.USD');
  });
});

describe('the universe', () => {
  const LIST = [
    { symbol: 'A', from: '2016-01-04', to: '2017-01-03' },
    { symbol: 'B' },
    { symbol: 'GONE', to: '2015-06-01' },
  ];
  const CSV = 'symbol,from,to\nA,2016-01-04,2017-01-03\nB,,\n"GONE",,2015-06-01\n';

  test('only members are bought, from their first day to the one before their last', async () => {
    const { result } = await play({ ...ROTATION, universe: LIST });
    const opened = result.fills.filter(({ quantity }) => quantity > 0);
    expect(new Set(opened.map(({ symbol }) => symbol))).toEqual(new Set(['A', 'B']));
    const days = opened.filter(({ symbol }) => symbol === 'A').map(({ at }) => formatDate(at));
    expect(days.every((day) => day >= '2016-01-04' && day < '2017-01-03')).toBe(true);
    expect(result.assumptions.join(' ')).toContain('1 of the universe’s symbols are not on the tape');
  });

  test('a CSV file says what a list says: the same run with the same id', async () => {
    const listed = await play({ ...ROTATION, universe: LIST });
    const read = await play({ ...ROTATION, universe: file('members.csv', CSV) });
    expect(read.id).toBe(listed.id);
    expect(read.result).toEqual(listed.result);
    const other = await play({ ...ROTATION, universe: file('members.csv', CSV.replace('2017-01-03', '2017-02-01')) });
    expect(other.id).not.toBe(listed.id);
  });

  test('a run folder’s deck finds the file again', async () => {
    const folder = await leave(await play({ ...ROTATION, universe: file('lists/members.csv', CSV) }));
    const deck = readDeck(readFileSync(join(folder, 'deck.yaml'), 'utf8'), 'deck.yaml');
    expect(folder.endsWith((await runDeck(deck, { ...world(), folder })).id)).toBe(true);
  });

  test.each([
    ['symbol,form\nA,2016-01-04\n', 'bad.csv:1', 'did you mean "from"?'],
    ['from,to\n2016-01-04,\n', 'bad.csv:1', 'must name the column symbol'],
    ['symbol,from\nA,2016-01-04\n\nB,2016-02-30\n', 'bad.csv:4 from', 'existing day'],
    ['symbol,from\nA\n', 'bad.csv:2', 'must have 2 fields, had 1'],
    ['symbol,from,to\nA,2016-01-04,2016-01-04\n', 'bad.csv:2 to', 'must be after from (2016-01-04)'],
    ['symbol,from\n,2016-01-04\n', 'bad.csv:2 symbol', 'must not be empty'],
    ['symbol\n', 'bad.csv', 'no members'],
  ])('a mistake in the file is said with its line: %j', async (text, place, rule) => {
    const fault = await faultOf(play({ ...ROTATION, universe: file('bad.csv', text) }));
    expect(fault.message).toContain(place);
    expect(fault.message).toContain(rule);
  });

  test('a file that is not there is a mistake of the deck', async () => {
    expect((await faultOf(play({ ...ROTATION, universe: 'none.csv' }))).place.field).toBe('universe');
  });
});

describe('a saved state', () => {
  const until = (config: DeckConfig, end: string): DeckConfig => ({ ...config, tape: { ...config.tape, end } });

  test.each([
    ['one instrument on margin', MARGIN, '2009-03-12'],
    ['several instruments', ROTATION, '2017-02-14'],
  ])('a run of %s that is saved and gone on from decides as one that never stopped', async (name, config, day) => {
    const whole = await play(config);
    const save = `states/${name}.json`;
    const first = await play(until({ ...config, state: { save } }, day));
    await leave(first);
    const second = await play({ ...config, state: { restore: save } });
    const rows = (run: FinishedRun) =>
      run.result.fills.map(({ at, symbol, quantity, price, fee }) => [at, symbol, quantity, price, fee]);
    expect(rows(first).length).toBeGreaterThan(3);
    expect(rows(second).length).toBeGreaterThan(3);
    expect([...rows(first), ...rows(second)]).toEqual(rows(whole));
    expect(second.result.exactCash).toEqual(whole.result.exactCash);
    expect(second.result.finalEquity).toBe(whole.result.finalEquity);
    const grown = ({ result }: FinishedRun): number => result.finalEquity / result.startingCash;
    expect(grown(first) * grown(second)).toBeCloseTo(grown(whole), 12);
    const { metrics } = composeRun(second, base).presentation;
    expect(metrics.find(({ name: id }) => id === 'totalReturn')!.value).toBeCloseTo(grown(second) - 1, 10);
  });

  test('a run folder keeps the state that it went on from, though the file has a newer one', async () => {
    const state = { save: 'rolling.json', restore: 'rolling.json' };
    await leave(await play(until({ ...ROTATION, state: { save: 'rolling.json' } }, '2016-06-30')));
    const before = readFileSync(join(base, 'rolling.json'), 'utf8');
    const run = await play(until({ ...ROTATION, state }, '2017-06-30'));
    const folder = await leave(run);
    expect(readFileSync(join(folder, 'restored.json'), 'utf8')).toBe(before);
    const after = readFileSync(join(base, 'rolling.json'), 'utf8');
    expect(after).not.toBe(before);
    expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(after);
    const deck = readDeck(readFileSync(join(folder, 'deck.yaml'), 'utf8'), 'deck.yaml');
    expect(deck.state).toEqual({ save: 'state.json', restore: 'restored.json' });
    const again = await runDeck(deck, { ...world(), folder });
    expect(again.id).toBe(run.id);
    expect(again.result).toEqual(run.result);
  });

  test('saving changes no id, and what is gone on from does', async () => {
    const plain = await play(until(ROTATION, '2016-06-30'));
    const saving = await play(until({ ...ROTATION, state: { save: 'same.json' } }, '2016-06-30'));
    expect(saving.id).toBe(plain.id);
    await leave(saving);
    expect((await play({ ...ROTATION, state: { restore: 'same.json' } })).id).not.toBe((await play(ROTATION)).id);
  });

  test('a run that is stopped saves nothing', async () => {
    const config: DeckConfig = { ...MARGIN, state: { save: 'stopped.json' } };
    let asked = 0;
    const stop = { isStopped: false };
    const now = (): number => {
      if (++asked > 6) stop.isStopped = true;
      return asked * 1000;
    };
    const run = await runDeck(config, { ...world(stop), now });
    expect(run.isComplete).toBe(false);
    expect(run.state).toBeUndefined();
  });

  describe('is refused', () => {
    const restoring = (restore: string, config = ROTATION): Promise<Fault> =>
      faultOf(play({ ...config, state: { restore } }));
    const saved = async (): Promise<Record<string, unknown>> => {
      await leave(await play(until({ ...ROTATION, state: { save: 'good.json' } }, '2016-06-30')));
      return JSON.parse(readFileSync(join(base, 'good.json'), 'utf8')) as Record<string, unknown>;
    };

    test('when it is of another strategy, with both names', async () => {
      await saved();
      const fault = await restoring('good.json', { ...ROTATION, strategy: { name: 'buy-and-hold' } });
      expect(fault.code).toBe('state.other-run');
      expect(fault.place.field).toBe('state.restore');
      expect(fault.rule).toBe('the saved state has strategies momentum-rotation; this run has buy-and-hold');
    });

    test('when its indicators have other parameters', async () => {
      await leave(await play(until({ ...MARGIN, state: { save: 'fast.json' } }, '2005-12-30')));
      const strategy = { ...MARGIN.strategy, parameters: { fast: 21, slow: 100 } };
      const fault = await restoring('fast.json', { ...MARGIN, strategy });
      expect(fault.code).toBe('state.other-run');
      expect(fault.rule).toBe('the saved state follows sma(20), sma(100); this run sma(21), sma(100)');
    });

    test('when it is of another version', async () => {
      const fault = await restoring(file('newer.json', JSON.stringify({ ...(await saved()), version: 7 })));
      expect(fault.code).toBe('state.version');
      expect(fault.rule).toContain('was 7');
    });

    test('when it is no state', async () => {
      expect((await restoring(file('text.json', 'hello'))).rule).toContain('text.json is no JSON');
      expect((await restoring(file('list.json', '[]'))).rule).toContain('list.json is no saved state');
      const { orders: _orders, ...rest } = await saved();
      expect((await restoring(file('part.json', JSON.stringify(rest)))).rule).toContain('orders is missing');
    });

    test('when there is no file, with the nearest name', async () => {
      await saved();
      expect((await restoring('god.json')).hint).toBe('did you mean "good.json"?');
    });

    test('when the tape has nothing after it', async () => {
      await saved();
      const fault = await restoring('good.json', until(ROTATION, '2016-06-30'));
      expect(fault.code).toBe('tape.empty');
    });
  });

  test('a run that closes its positions at the end saves none', async () => {
    const config: DeckConfig = { ...ROTATION, conventions: { name: 'backtestingPy' }, state: { save: 'x.json' } };
    expect((await faultOf(play(config))).place.field).toBe('state.save');
  });

  test('what a strategy keeps must be plain data, because JSON would lose the rest in silence', async () => {
    const { state } = await play(until({ ...ROTATION, state: { save: 'x.json' } }, '2015-12-31'));
    const kept = (own: unknown) => ({ ...state!, strategies: [{ ...state!.strategies[0], state: own }] });
    expect(stateText(kept({ count: 3, note: 'x', none: null }))).toContain('"count":3');
    for (const lost of [Number.NaN, new Map([[1, 2]]), 5n]) {
      expect(() => stateText(kept({ lost }))).toThrow(/plain data and finite numbers, but "lost" was /);
    }
  });

  test('a sweep goes on from nothing', async () => {
    const config: DeckConfig = { ...ROTATION, state: { save: 'x.json' } };
    const fault = await faultOf(planSweep(config, base, {} as Parameters<typeof planSweep>[2]));
    expect(fault.code).toBe('sweep.state');
  });
});
