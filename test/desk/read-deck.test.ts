/** Reading decks: every mistake at once, each with its place, rule, value and a suggestion. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/desk/config/faults.ts';
import { locateFault, readDeck, readOverride } from '../../src/desk/config/read.ts';
import { conventionsOf } from '../../src/desk/config/resolve.ts';
import { deckJsonSchema, deckSchema, type DeckConfig } from '../../src/desk/config/schema.ts';
import { CONVENTION_NAMES } from '../../src/desk/config/sources.ts';
import { toYaml } from '../../src/desk/config/write.ts';
import { CONVENTIONS } from '../../src/engine/sim/conventions.ts';
import { Fault } from '../../src/base/fault.ts';

const GOOD = 'strategy:\n  name: sma-cross\ntape:\n  source: sp500\n';

function mistakes(text: string, overrides: Parameters<typeof readDeck>[2] = []): readonly string[] {
  try {
    readDeck(text, 'x.yaml', overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ fault }) => fault.message);
    throw error;
  }
  return [];
}

test('a deck needs a strategy and a tape, and nothing else', () => {
  expect(readDeck(GOOD, 'x.yaml')).toEqual({ strategy: { name: 'sma-cross' }, tape: { source: 'sp500' } });
});

test('all mistakes come at once, in the order of their lines', () => {
  const found = mistakes(`${GOOD}acount:\n  cash: 5\naccount:\n  cash: -5\nseed: 1.5\n`);
  expect(found.map((each) => each.split(' ')[0])).toEqual(
    ['x.yaml:5:1', 'x.yaml:8:9:', 'x.yaml:9:7'].map((each) => each.replace(/:$/, '')),
  );
});

test.each([
  [`${GOOD}acount: 1\n`, 'x.yaml:5:1 acount: there is no "acount" here', 'did you mean "account"?'],
  [`${GOOD}account: { cash: -5 }\n`, 'x.yaml:5:18 account.cash: must be more than 0, was -5', ''],
  [`${GOOD}account: { cash: lots }\n`, 'account.cash: must be a number, was "lots"', ''],
  [`${GOOD}conventions: { name: hones }\n`, 'must be one of honest, lean', 'did you mean "honest"?'],
  [`${GOOD}conventions: { fees: typicl }\n`, 'one of none, typical or a group of keys', 'did you mean "typical"?'],
  [
    `${GOOD}conventions: { fees: { model: bps, bpss: 1 } }\n`,
    'there is no "bpss" here; known are model, bps',
    '"bps"?',
  ],
  [`${GOOD}conventions: { slippage: { model: tick } }\n`, 'must be one of none, bps, ticks', 'did you mean "ticks"?'],
  [`${GOOD}output: { formats: [csv, xml] }\n`, 'x.yaml:5:26 output.formats.1: must be one of csv, json, was "xml"', ''],
  [`${GOOD}limits: { workingOrders: 0.5 }\n`, 'limits.workingOrders: must be a whole number or off, was 0.5', ''],
  ['strategy: { name: sma-cross }\n', 'tape: is missing', ''],
  ['strategy: { name: sma-cross }\ntape: { source: sp5000 }\n', 'tape.source: must be one of files', '"sp500"?'],
  ['strategy: { name: sma-cross }\ntape: { files: a.csv }\n', 'tape.source: is missing; it must be one of files', ''],
  ['strategy: { name: a, file: b.ts }\ntape: { source: sp500 }\n', 'must have either `name`', ''],
  ['strategy: { name: a }\ntape: { source: sp500, start: 2020-02-30 }\n', 'must be an existing day as YYYY-MM-DD', ''],
  ['strategy: [\n', 'x.yaml:2:1:', ''],
  ['strategy:\n\tname: sma-cross\n', 'x.yaml:2:1: lines must be indented by spaces, was a tab', ''],
  ['strategy:\n  name: a\n   parameters: {}\n', 'x.yaml:2:9: keys of one group must begin in the same column', ''],
  [`${GOOD}seed: 1\nseed: 2\n`, 'x.yaml:6:1: a key must be there once, was "seed" again', ''],
  [`${GOOD}---\n${GOOD}`, 'x.yaml:5:1: a deck is one YAML document, here a second one begins', ''],
  [`${GOOD}benchmark: *spy\n`, 'x.yaml:5:12: an alias must have its anchor before it, was *spy', ''],
  ['', 'must be a group of keys, was null', ''],
])('a mistake is said with place, rule, value and suggestion: %j', (text, rule, hint) => {
  const found = mistakes(text).join('\n');
  expect(found).toContain(rule);
  expect(found).toContain(hint);
});

test('the lines around a mistake are shown, with a caret under each character of the value', () => {
  let excerpt = '';
  try {
    readDeck(`${GOOD}seed: soon\n`, 'x.yaml');
  } catch (error) {
    excerpt = (error as ConfigError).faults[0].excerpt;
  }
  expect(excerpt).toBe('  4 |   source: sp500\n  5 | seed: soon\n    |       ^^^^');
});

test('a flag overrides a field, and its mistake names the flag', () => {
  expect(readDeck(GOOD, 'x.yaml', [readOverride('--set', 'account.cash=5')]).account).toEqual({ cash: 5 });
  expect(mistakes(GOOD, [readOverride('--set', 'account.cash=lots')])).toEqual([
    '--set account.cash=lots account.cash: must be a number, was "lots"',
  ]);
});

test('a fault that is found later gets the place of its field', () => {
  const text = 'strategy:\n  name: sma-cross\n  parameters: { fasst: 1 }\ntape: { source: sp500 }\n';
  const fault = new Fault('parameter.unknown', 'unknown', { field: 'strategy.parameters.fasst' });
  expect(locateFault(fault, text, 'x.yaml').faults[0].fault.place).toMatchObject({ line: 3, column: 17 });
});

test('so do all that were found with it', () => {
  const text = 'strategy:\n  name: sma-cross\n  parameters: { fasst: 1, slow: 0 }\ntape: { source: sp500 }\n';
  const slow = new Fault('parameter.value', 'wrong', { field: 'strategy.parameters.slow' });
  const both = new Fault('parameter.unknown', 'unknown', { field: 'strategy.parameters.fasst' }, undefined, [slow]);
  expect(locateFault(both, text, 'x.yaml').faults.map(({ fault }) => fault.place)).toMatchObject([
    { line: 3, column: 17 },
    { line: 3, column: 33 },
  ]);
});

test('what is written as YAML is read back as it was', () => {
  const deck: DeckConfig = {
    name: '1 odd: name # here',
    strategy: {
      file: '../a b.ts',
      parameters: { word: 'true', number: 1.5, on: 'off', flag: false, date: '2020-01-01' },
    },
    tape: { source: 'simulated', symbols: ['AAA', { symbol: 'B-B', price: 3 }], start: '2020-01-01' },
    instruments: { AAA: { tick: [{ above: 0, tick: 0.01 }] }, 'ES=F': { kind: 'future' } },
    conventions: { fees: { model: 'per-contract', tiers: [{ from: 0, rate: 1 }] }, volumeShare: 'unlimited' },
    output: { formats: [] },
  };
  expect(readDeck(toYaml(deck), 'x.yaml')).toEqual(deck);
});

test('the published schema is the one that the code has', () => {
  const published = readFileSync('schema/deck.schema.json', 'utf8');
  expect(published, 'tradedeck schema > schema/deck.schema.json').toBe(deckJsonSchema());
});

test('the names of conventions are those that the engine has', () => {
  expect([...CONVENTION_NAMES].sort()).toEqual(Object.keys(CONVENTIONS).sort());
});

test('every ready deck is right, and points editors to the schema', () => {
  const decks = readdirSync('decks').filter((name) => name.endsWith('.yaml'));
  expect(decks.length).toBeGreaterThan(0);
  for (const name of decks) {
    const text = readFileSync(`decks/${name}`, 'utf8');
    expect(text.startsWith('# yaml-language-server: $schema=../schema/deck.schema.json\n')).toBe(true);
    readDeck(text, name);
  }
});

test('every model that a deck can name is wired to one of the engine', () => {
  const fees = ['none', 'typical', { model: 'per-share', rate: 1 }, { model: 'per-contract', rate: 1 }, { model: 'bps', bps: 1 },
    { model: 'fixed', amount: 1 }, { model: 'maker-taker', makerBps: -1, takerBps: 2 }]; // prettier-ignore
  const slippages = ['none', { model: 'bps', bps: 1 }, { model: 'ticks', ticks: 1 }, { model: 'half-spread' },
    { model: 'entry-spread', share: 0.01 }, { model: 'volume-share' }, { model: 'square-root' }]; // prettier-ignore
  const names = new Set<string>();
  for (const [index, fee] of fees.entries()) {
    const data = {
      strategy: { name: 'x' },
      tape: { source: 'sp500' },
      conventions: { fees: fee, slippage: slippages[index] },
    };
    const conventions = conventionsOf(deckSchema.parse(data).conventions);
    names.add(conventions.fees.name).add(conventions.slippage.name);
    expect(conventions.name).toBe('honest, changed: fees, slippage');
  }
  expect(names.size).toBe(fees.length + slippages.length - 2); // Both have models named none and bps(1).
});

test.each([
  ['conventions: { financing: cautios }', 'one of none, cautious or a group of keys', 'did you mean "cautious"?'],
  ['conventions: { financing: { debitt: 0.1 } }', 'x.yaml:5:29 conventions.financing.debitt', 'did you mean "debit"?'],
  ['conventions: { financing: { debit: -1 } }', 'conventions.financing.debit: must be at least 0, was -1', ''],
  ['conventions: { financing: { dayCount: 364 } }', 'x.yaml:5:39 conventions.financing.dayCount: must be one of', ''],
  ['conventions: { financing: { available: { GME: few } } }', 'x.yaml:5:47', 'must be a number, was "few"'],
  ['conventions: { settlementDays: 1.5 }', 'must be a whole number, was 1.5', ''],
  ['conventions: { marginBuffer: 2 }', 'must be at most 1, was 2', ''],
  ['conventions: { conversion: seperate }', 'x.yaml:5:28', 'did you mean "separate"?'],
  [
    'conventions: { conversion: { model: sweep, bps: 1 } }',
    'must be one of separate, pay-from-base, sweep-to-base',
    '',
  ],
  ['conventions: { conversion: { model: sweep-to-base } }', 'conventions.conversion.bps: is missing', ''],
  ['conventions: { ruinEnd: true }', 'there is no "ruinEnd" here', 'did you mean "ruinEnds"?'],
  ['account: { rates: { EUR: 0 } }', 'x.yaml:5:26 account.rates.EUR: must be more than 0, was 0', ''],
  ['account: { rates: { euro: 1 } }', 'x.yaml:5:21 account.rates.euro: must be a currency as in EUR, was "euro"', ''],
  ['conventions: { financing: 5 }', 'must be one of none, cautious or a group of keys, was 5', ''],
  ['conventions: { conversion: [1] }', 'must be separate or a group of keys, was [1]', ''],
  ['universe: [{ symbl: A }]', 'there is no "symbl" here', 'did you mean "symbol"?'],
  ['universe: [{ symbol: A, from: 2020-02-30 }]', 'universe.0.from: must be an existing day as YYYY-MM-DD', ''],
  ['universe: []', 'universe: must be at least 1 entries', ''],
  ['state: { restor: a.json }', 'x.yaml:5:10 state.restor', 'did you mean "restore"?'],
])('a mistake in what the venue is told is said with its place: %j', (line, rule, hint) => {
  const found = mistakes(`${GOOD}${line}\n`).join('\n');
  expect(found).toContain(rule);
  expect(found).toContain(hint);
});

test('fills and early assignment of options are models by name', () => {
  const fills = ['far-side', 'middle', 'last-seen-side', { model: 'middle-less', fraction: 0.5 }, { model: 'ladder' }];
  const assignment = ['rational', 'dividend', 'no-time-value', 'only-at-expiry', { model: 'deep', days: 2 }];
  const names = fills.flatMap((fill, i) => {
    const data = {
      strategy: { name: 'x' },
      tape: { source: 'sp500' },
      conventions: { options: { fills: fill, assignment: assignment[i] } },
    };
    const { options } = conventionsOf(deckSchema.parse(data).conventions);
    return [options!.fills.name, options!.assignment.name];
  });
  expect(new Set(names).size).toBe(10);
});

test('what the venue is told is written as YAML and read back as it was', () => {
  const deck: DeckConfig = {
    strategy: { name: 'sma-cross' },
    tape: { source: 'sp500' },
    universe: [{ symbol: 'BRK.B', from: '2010-01-04', to: '2015-01-02' }, { symbol: 'A' }],
    conventions: {
      financing: {
        credit: 0.02,
        debit: 0.07,
        dayCount: 365,
        borrow: 0.01,
        borrowOf: { 'BRK.B': 0.3 },
        available: { A: 0 },
      },
      settlementDays: 1,
      marginBuffer: 0.1,
      conversion: { model: 'sweep-to-base', bps: 2 },
    },
    account: { rates: { EUR: 1.08 } },
    state: { save: 'states/today.json', restore: 'states/today.json' },
  };
  expect(readDeck(toYaml(deck), 'x.yaml')).toEqual(deck);
});

test('a deck can set every convention that the engine has', () => {
  const words = {
    name: 'bt', timing: 'next-open', path: 'low-first', limits: 'penetrate', stopLimitInTriggerBar: 'waits',
    childrenInEntryBar: 'market-entries-only', trailing: 'closes', openFirst: true, closingFirst: true, volumeShare: 0.5, fees: 'typical',
    queue: 'displayed', auctions: { cutoffMinutes: 3 },
    slippage: { model: 'ticks', ticks: 1 }, slipsInsideBar: true, marginBuffer: 0.2, financing: { debit: 0.1 },
    settlementDays: 2, conversion: { model: 'pay-from-base', bps: 9 }, sizing: { buffer: 0.1 },
    end: 'close-at-last-close', latencyMs: 3, ruinEnds: true, extraWarmUp: 4,
  }; // prettier-ignore
  const parsed = deckSchema.parse({ strategy: { name: 'x' }, tape: { source: 'sp500' }, conventions: words });
  const changed = conventionsOf(parsed.conventions, { type: 'margin' });
  const base = CONVENTIONS['bt'];
  const same = Object.keys(base).filter((key) => changed[key as 'name'] === base[key as 'name']);
  expect(same).toEqual([]);
  expect(Object.keys(changed).sort()).toEqual(Object.keys(base).sort());
  expect(changed.financing.cashRate('USD', -1)).toBe(0.1);
  expect(changed.conversion.name).toBe('pay-from-base(9)');
});
