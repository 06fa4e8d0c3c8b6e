/**
 * The examples of the guides to strategies and to the venue are played, as they stand.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import * as engine from '../../../src/engine/index.ts';
import * as front from '../../../src/index.ts';
import * as indicators from '../../../src/indicators/index.ts';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import type { BarColumns } from '../../../src/market/columns.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { playChain } from '../options/chain.ts';
import { bars, tapeOf, utc } from '../play.ts';

const MODULES: Readonly<Record<string, object>> = {
  tradedeck: front,
  'tradedeck/engine': engine,
  'tradedeck/indicators': indicators,
};

interface Exported {
  readonly default?: engine.AnyStrategy;
  readonly conventions?: engine.Conventions;
}

/** What a module of the guide exports. */
function evaluate(code: string): Exported {
  const body = stripTypeScriptTypes(code)
    .replaceAll(/import (\{[^}]+\}) from '([^']+)';/g, (_all, names: string, from: string) => {
      if (MODULES[from] === undefined) throw new Error(`the guide imports ${from}`);
      return `const ${names} = modules['${from}'];`;
    })
    .replace('export default', 'exported.default =')
    .replaceAll('export const ', 'exported.');
  const exported: Exported = {};
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- The text is ours, from the guide.
  new Function('modules', 'exported', body)(MODULES, exported);
  return exported;
}

function examples(guide: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/guide', guide), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);
}

function halfHours(seed: number): BarColumns {
  const random = new Random(seed);
  const buffer = new BarBuffer();
  let price = 100;
  for (const { openAt, closeAt } of calendar('XNYS').sessions('2024-01-02', '2024-12-31').slice(0, 120)) {
    for (let at: number = openAt; at < closeAt; at += 1_800_000_000) {
      const open = price;
      price = Math.max(5, Math.round((price + random.normal() * 0.5) * 100) / 100);
      const end = Math.min(closeAt, at + 1_800_000_000);
      buffer.add(end, at, open, Math.max(open, price), Math.min(open, price), price, 50_000);
    }
  }
  return buffer.view();
}

const streams = [bars(halfHours(5), 'AAA', '30m'), bars(halfHours(6), 'BBB', '30m')];

function playOn(definition: engine.AnyStrategy, conventions = engine.honest): engine.RunResult {
  const deck = new engine.Deck({
    tape: tapeOf({ streams }),
    streams,
    strategies: [{ definition }],
    cash: 100_000,
    conventions,
    calendarOf: calendar,
    universe: [
      { symbol: 'AAA', from: utc('2000-01-01') },
      { symbol: 'BBB', from: utc('2000-01-01'), to: utc('2024-05-01') },
    ],
  });
  deck.play({ streams });
  return deck.finish();
}

describe('the guide to strategies', () => {
  const found = examples('strategies.md');

  it('has examples', () => expect(found.length).toBeGreaterThanOrEqual(7));

  for (const code of found) {
    const name = /name: '([^']+)'/.exec(code)?.[1] ?? 'without a name';
    it(`plays ${name}, which trades`, () => {
      const definition = evaluate(code).default;
      expect(definition?.name).toBe(name);
      const result = playOn(definition!, { ...engine.honest, margin: engine.flatLeverage(1) });
      expect(result.fills.length).toBeGreaterThan(0);
      expect(result.finalEquity).toBeGreaterThan(0);
    });
  }
});

describe('the guide to trading options', () => {
  it('plays its condor, which fills as a package', () => {
    const [code, ...more] = examples('options.md');
    expect(more).toEqual([]);
    const quotes = Object.fromEntries(
      [
        ['ABC240216P00090000', 0.5],
        ['ABC240216P00095000', 1.3],
        ['ABC240216C00105000', 1.2],
        ['ABC240216C00110000', 0.4],
      ].map(([symbol, price]) => [
        symbol,
        Array.from({ length: 3 }, () => [Number(price), Number(price) + 0.1] as const),
      ]),
    );
    const { result, of } = playChain({ closes: [100, 100, 100], quotes, setup: evaluate(code).default!.setup });
    expect(result.fills.map(({ quantity }) => quantity)).toEqual([2, -2, -2, 2]);
    expect(of('package')[0].text).toContain('iron-condor');
  });
});

describe('the guide to the venue', () => {
  it('has conventions that a run takes', () => {
    const [code, ...more] = examples('venue.md');
    expect(more).toEqual([]);
    const { conventions } = evaluate(code);
    const strategy = front.defineStrategy({
      name: 'once',
      setup: ({ buy }) => ({ onBar: () => void buy(1) }),
    });
    const { assumptions } = playOn(strategy, conventions);
    expect(assumptions.some((sentence) => sentence.startsWith('Cash earns 0 % and debt costs 6.9 % a year'))).toBe(
      true,
    );
  });

  it('says of each set of conventions what it is', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/guide/venue.md'), 'utf8');
    const cells = (row: string): string[] => {
      const line = text.split('\n').find((candidate) => candidate.startsWith(`| ${row}`))!;
      return line
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim());
    };
    const sets = cells('|').map((name) => engine.CONVENTIONS[name.replaceAll('`', '')]);
    expect(sets).toEqual(Object.values(engine.CONVENTIONS));
    const said = (row: string, of: (set: engine.Conventions) => string) =>
      expect([row, cells(row)]).toEqual([row, sets.map(of)]);
    said('a decision on a bar', ({ timing }) => (timing === 'next-open' ? 'at the next open' : 'at this close'));
    said('a limit fills', ({ limits }) => (limits === 'penetrate' ? 'when traded through' : 'when touched'));
    said('stop and target', ({ path }) =>
      path === 'adverse' ? 'the stop' : 'the first of them; the stop of a bracket',
    );
    said('share of a bar', ({ volume }) => (volume.share === Infinity ? 'any' : `${volume.share * 100} %`));
    said('slippage', ({ slippage }) => (slippage === engine.noSlippage ? 'none' : '1 basis point'));
    said('targets too large', ({ sizing }) => (sizing.trims ? 'are cut' : 'are rejected'));
    said('interest', ({ financing }) => financing.name);
    said('other currencies', ({ conversion }) => (conversion.after === 'keep' ? 'own accounts' : 'paid from base'));
    said('at the end', ({ end }) => (end === 'keep' ? 'kept' : 'closed at the last open'));
  });
});
