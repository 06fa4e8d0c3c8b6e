/** Members of a universe and the tape they are to be on. */
import { expect, test } from 'vitest';
import { loadUniverse } from '../../src/desk/wiring/universe.ts';
import { defineInstrument } from '../../src/market/instrument.ts';

const tape = ['SPY', 'QQQ'].map((symbol) => defineInstrument({ symbol }));

test('a universe of which the tape has nothing is refused, with the member that was perhaps meant', () => {
  const load = (): unknown => loadUniverse([{ symbol: 'SPI' }, { symbol: 'TLT' }], tape, '.');
  expect(load).toThrow('universe.0.symbol: no member is on the tape, which has SPY, QQQ; the first was "SPI"');
  expect(load).toThrow('did you mean "SPY"?');
});

test('members that the tape does not have stay, where it has others', () => {
  const members = loadUniverse([{ symbol: 'TLT' }, { symbol: 'QQQ' }], tape, '.');
  expect(members?.map(({ symbol }) => symbol)).toEqual(['TLT', 'QQQ']);
});
