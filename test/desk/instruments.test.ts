/** What a deck says about its instruments: hours, terms of options and futures, and what it must not say. */
import { expect, test } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { ConfigError } from '../../src/desk/config/faults.ts';
import { readDeck } from '../../src/desk/config/read.ts';
import { loadRun } from '../../src/desk/run/run.ts';
import type { Instrument } from '../../src/market/instrument.ts';

const deck = (instruments: string): string =>
  `strategy: { name: buy-and-hold }\ntape: { source: simulated, symbols: [AAA], end: 2015-03-31 }\ninstruments:\n  ${instruments}\n`;

async function instrumentOf(text: string): Promise<Instrument> {
  const { tape } = await loadRun(readDeck(deck(`AAA: ${text}`), 'x.yaml'), '.');
  return tape.instruments[0];
}

test.each<[string, string, Partial<Instrument>]>([
  ['hours before the open and after the close', '{ hours: extended }', { extendedHours: {} }],
  ['a part of them', "{ hours: { from: '07:00', to: '18:30' } }", { extendedHours: { from: '07:00', to: '18:30' } }],
  [
    'the terms of an option, those of an American one by default',
    '{ option: { underlying: SPY, right: put, strike: 450, expiry: 2024-03-15 } }',
    {
      kind: 'option',
      option: {
        root: 'SPY',
        underlying: 'SPY',
        right: 'put',
        strike: 450,
        expiry: '2024-03-15',
        style: 'american',
        settlement: 'physical',
        settledAt: 'pm',
      },
    },
  ],
  [
    'the terms of a European one',
    '{ kind: option, multiplier: 100, option: { root: SPXW, underlying: SPX, right: call, strike: 4500.5, expiry: 2024-03-15, style: european, settlement: cash, settledAt: am } }',
    {
      multiplier: 100,
      option: {
        root: 'SPXW',
        underlying: 'SPX',
        right: 'call',
        strike: 4500.5,
        expiry: '2024-03-15',
        style: 'european',
        settlement: 'cash',
        settledAt: 'am',
      },
    },
  ],
  [
    'the terms of a future that is delivered',
    '{ margin: { initial: 2, maintenance: 1 }, future: { root: CL, expiry: 2024-03-15, settlement: physical } }',
    {
      kind: 'future',
      future: { root: 'CL', expiry: '2024-03-15', settlement: 'physical', initialMargin: 2, maintenanceMargin: 1 },
    },
  ],
  [
    'the terms of a future',
    '{ multiplier: 50, margin: { initial: 12000, maintenance: 11000 }, future: { root: ES, expiry: 2024-03-15 } }',
    {
      kind: 'future',
      future: { root: 'ES', expiry: '2024-03-15', initialMargin: 12_000, maintenanceMargin: 11_000 },
    },
  ],
])('a deck states %s', async (_name, text, expected) => {
  expect(await instrumentOf(text)).toMatchObject(expected);
});

test('regular hours are what an instrument has when nothing is said', async () => {
  expect(await instrumentOf('{ hours: regular }')).not.toHaveProperty('extendedHours');
});

test.each([
  ['a word that is nearly right', '{ hours: extendet }', '4:17', 'extended'],
  ['a time that is none', "{ hours: { from: '25:00' } }", '4:25', 'must be a time as 07:30'],
  ['a right that is nearly right', '{ option: { right: putt } }', '4:27', '"put"'],
  ['a strike that is missing', '{ option: { underlying: SPY, right: put, expiry: 2024-03-15 } }', '4:', 'strike'],
  ['terms of an option for a share', '{ kind: equity, option: { underlying: SPY, right: put, strike: 1, expiry: 2024-03-15 } }', '4:', 'for kind option'],
  ['a future without a margin', '{ future: { root: ES, expiry: 2024-03-15 } }', '4:', 'needs its margin'],
  ['a key that is nearly right', '{ optoin: {} }', '4:10', '"option"'],
])('%s is refused at its place', (_name, text, place, hint) => {
  let shown = '';
  try {
    readDeck(deck(`AAA: ${text}`), 'x.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    shown = error.message;
  }
  expect(shown).toContain(`x.yaml:${place}`);
  expect(shown).toContain(hint);
}); // prettier-ignore

test.each([
  ['a symbol that is not on the tape', 'AAB: { tick: 0.01 }', 'instruments.AAB'],
  ['hours that the market does not have', 'AAA: { calendar: XLON, hours: extended }', 'instruments.AAA.hours'],
])('%s is refused when the tape is known', async (_name, text, field) => {
  const error: unknown = await loadRun(readDeck(deck(text), 'x.yaml'), '.').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Fault);
  expect((error as Fault).place.field).toBe(field);
});

test('rows after the last session of a future are a finding, and so is a last day that is no session', async () => {
  const terms = (expiry: string) =>
    `{ margin: { initial: 2, maintenance: 1 }, future: { root: X, expiry: ${expiry} } }`;
  const found = async (expiry: string) => {
    const { tape } = await loadRun(readDeck(deck(`AAA: ${terms(expiry)}`), 'x.yaml'), '.');
    return tape.findings.map(({ rule, value, severity }) => `${severity} ${rule} ${value}`);
  };
  expect(await found('2015-03-20')).toEqual(['warning after-expiry 2015-03-23T20:00:00Z']);
  expect(await found('2015-03-29')).toEqual([
    'warning expiry-no-session 2015-03-29',
    'warning after-expiry 2015-03-30T20:00:00Z',
  ]);
  expect(await found('2015-03-31')).toEqual([]);
});
