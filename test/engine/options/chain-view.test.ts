/** The chain that a strategy sees: what is quoted by now, and nothing of what the tape will bring. */
import { describe, expect, test } from 'vitest';
import type { OptionChain } from '../../../src/market/index.ts';
import { chainRules, ChainValuation, judgeChain, occInstrument } from '../../../src/market/index.ts';
import { BarBuffer } from '../../../src/market/bar-buffer.ts';
import { bars, play, type Play } from '../play.ts';
import { margined, playChain, streamsOf } from './chain.ts';

const FRIDAY = 'ABC240119P00095000';
const NEXT = 'ABC240126P00095000';
const LATER = 'ABC240126P00090000';

/** The chains of five sessions from Tuesday 2024-01-16 on. */
function chains(): OptionChain[] {
  const seen: OptionChain[] = [];
  playChain({
    closes: [100, 101, 102, 100, 99],
    quotes: {
      [FRIDAY]: [[1, 1.2], [0.8, 1], [0.5, 0.6], [0.1, 0.2], undefined],
      [NEXT]: [undefined, [2, 2.2], [Number.NaN, 2], [2.5, 2.4], [2, 2.1]],
      [LATER]: [undefined, undefined, undefined, undefined, [1, 1.1]],
    },
    setup: ({ chain }) => ({ onBar: () => void seen.push(chain()) }),
  });
  return seen;
}
const symbols = ({ contracts }: OptionChain): string[] => contracts.map(({ instrument }) => instrument.symbol);

describe('a chain in a run', () => {
  const seen = chains();

  test('has a contract from its first quote on, and not before', () => {
    expect(symbols(seen[0])).toEqual([FRIDAY]);
    expect(symbols(seen[1])).toEqual([FRIDAY, NEXT]);
    // Strikes of one expiry are in order.
    expect(symbols(seen[4])).toEqual([LATER, NEXT]);
  });

  test('tells the price of the underlying and the date that days to expiry count from', () => {
    expect(seen[1]).toMatchObject({ underlying: 'ABC', spot: 101, date: '2024-01-17', isModel: false });
  });

  test('loses a contract when it trades no longer', () => {
    expect(symbols(seen[3])).toContain(FRIDAY);
    expect(symbols(seen[4])).not.toContain(FRIDAY);
  });

  test('has no bid where nobody bids, and no sides that cross', () => {
    expect(seen[2].contracts[1]).toMatchObject({ bid: undefined, ask: 2 });
    expect(seen[3].contracts[1]).toMatchObject({ bid: undefined, ask: undefined });
  });

  test('is what filters and greeks work on', () => {
    const rules = chainRules({ right: 'put', daysToExpiry: { min: 5 }, delta: { max: 0.5 } });
    const verdicts = judgeChain(rules, new ChainValuation(seen[1], { rate: 0.04 }));
    expect(verdicts.map(({ passed }) => passed)).toEqual([false, true]);
  });
});

test('an underlying without options is named as such', () => {
  const ask = () =>
    playChain({
      closes: [100, 100],
      quotes: { [FRIDAY]: [[1, 1.2]] },
      setup: ({ chain }) => ({ onBar: () => void chain('ABD') }),
    });
  expect(ask).toThrow(/no options on "ABD".*ABC/);
});

test('a contract says whether it was in the list of the morning', () => {
  const seen: (boolean | undefined)[][] = [];
  const instrument = occInstrument(NEXT);
  const listings = [
    {
      underlying: 'ABC',
      root: 'ABC',
      date: '2024-01-17',
      knownAt: Date.parse('2024-01-17T21:00:00Z') * 1000,
      contracts: [{ instrument, openInterest: 12, volume: 3 }],
      source: 'list.csv',
    },
  ];
  playChain(
    {
      closes: [100, 101, 102],
      quotes: {
        [FRIDAY]: [
          [1, 1.2],
          [0.8, 1],
          [0.5, 0.6],
        ],
        [NEXT]: [
          [2, 2.2],
          [2, 2.2],
          [2, 2.2],
        ],
      },
      setup: ({ chain }) => ({ onBar: () => void seen.push(chain().contracts.map(({ isListed }) => isListed)) }),
    },
    { listings },
  );
  // Known at the close of the second day, the list counts from the third morning on.
  expect(seen).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    [false, true],
  ]);
});

test('volume is what bars of the session have shown by then, and nought before the first', () => {
  const quoted = [2, 2.2] as const;
  const streams = streamsOf({ closes: [100, 101], quotes: { [NEXT]: [quoted, quoted] }, setup: () => ({}) });
  const [first, second] = streams[0].columns.time;
  const HOUR = 3_600_000_000;
  const traded = new BarBuffer();
  for (const [at, volume] of [
    [first - 2 * HOUR, 3],
    [first - HOUR, 4],
    [second - HOUR, 5],
  ] as const) {
    traded.add(at, at - 60_000_000, 2, 2, 2, 2, volume);
  }
  const seen: (number | undefined)[] = [];
  const setup: Play['setup'] = ({ chain, schedule, asset }) => {
    schedule('every 30m in session', () => {
      if (asset('ABC').price > 0) seen.push(chain('ABC').contracts[0]?.volume);
    });
    return {};
  };
  play({
    streams: [...streams, bars(traded.view(), NEXT, '1m')],
    setup,
    instruments: [{ kind: 'equity' }, occInstrument(NEXT)],
    conventions: margined,
  });
  // On the second day: the seven of the first are of another session.
  expect(seen.filter((volume, i) => volume !== seen[i - 1])).toEqual([0, 5]);
});
