/**
 * What may be traded when: dated membership, first bars, delistings, new names.
 */
import { describe, expect, it } from 'vitest';
import { sma } from '../../../src/indicators/index.ts';
import { formatInstant } from '../../../src/time/instant.ts';
import { bars, days, endsOf, fillsOf, onBars, play, playDays, utc, type Row } from '../play.ts';

const flat = (count: number, price = 100): Row[] =>
  Array.from({ length: count }, () => [price, price + 1, price - 1, price] as const);
const three = [bars(days(flat(6)), 'AAA'), bars(days(flat(6)), 'BBB'), bars(days(flat(6)), 'CCC')];

describe('a dated universe', () => {
  const universe = [
    { symbol: 'AAA', from: utc('2020-01-01'), to: utc('2024-01-04') },
    { symbol: 'BBB', from: utc('2024-01-04') },
    { symbol: 'GONE', from: utc('2020-01-01'), to: utc('2023-01-01') },
  ];

  it('trap 11: a strategy that buys what is in the universe buys the members of the day, not those of today', () => {
    const members: string[] = [];
    const played = play({
      streams: three,
      universe,
      setup: ({ assets }) => ({
        onBar({ time }) {
          const now = assets.filter((asset) => asset.isMember);
          members.push(`${formatInstant(time).slice(0, 10)} ${now.map(({ symbol }) => symbol).join()}`);
          for (const asset of now) if (asset.position.isFlat) asset.buy(1);
        },
      }),
    });
    expect(members.slice(0, 4)).toEqual(['2024-01-02 AAA', '2024-01-03 AAA', '2024-01-04 BBB', '2024-01-05 BBB']);
    expect(played.result.fills.map(({ symbol, at }) => [symbol, formatInstant(at).slice(0, 10)])).toEqual([
      ['AAA', '2024-01-03'],
      ['BBB', '2024-01-05'],
    ]);
  });

  it('is announced when the tape begins and at every change, before the data of its instant', () => {
    const heard: string[] = [];
    play({
      streams: three,
      universe,
      setup: ({ now }) => ({
        onUniverse({ added, removed }) {
          const names = (list: typeof added) => list.map(({ symbol }) => symbol).join();
          heard.push(`${formatInstant(now()).slice(0, 16)} +${names(added)} -${names(removed)}`);
        },
        onBar: ({ time }) => void heard.push(formatInstant(time).slice(0, 10)),
      }),
    });
    expect(heard.slice(0, 5)).toEqual([
      '2024-01-02T14:30 +AAA -',
      '2024-01-02',
      '2024-01-03',
      '2024-01-04T00:00 +BBB -AAA',
      '2024-01-04',
    ]);
  });

  it('what left it can only be closed, and its opening orders end', () => {
    const played = play({
      streams: three,
      universe,
      setup: onBars({
        0: ({ asset }) => {
          asset('AAA').buy(5);
          asset('CCC').buy(1);
        },
        1: ({ asset }) => {
          asset('AAA').buy(1, { limit: 50 });
          asset('AAA').sell(2, { limit: 150 });
        },
        3: ({ asset }) => {
          asset('AAA').buy(1);
          asset('AAA').sell(6);
          asset('AAA').close();
        },
      }),
    });
    expect(endsOf(played)).toEqual([
      'refused universe.not-member: CCC is not in the universe now',
      'canceled universe.not-member',
      'refused universe.not-member: AAA is not in the universe now',
      'refused universe.not-member: AAA is not in the universe now',
      'canceled strategy',
    ]);
    expect(fillsOf(played)).toEqual(['+5 @ 100', '-5 @ 100']);
    expect(played.of('universe').map(({ instrument, text }) => `${instrument} ${text}`)).toEqual([
      '0 added',
      '1 added',
      '0 removed',
    ]);
  });

  it('says how many of its symbols the tape does not have', () => {
    const { result } = play({ streams: three, universe, setup: () => ({}) });
    expect(result.assumptions.filter((sentence) => sentence.startsWith('1 of the universe’s symbols'))).toHaveLength(1);
  });
});

describe('an instrument', () => {
  it('is not traded before its first bar', () => {
    const seen: boolean[] = [];
    const late = bars(days(flat(4), '2024-01-04'), 'NEW');
    const played = play({
      streams: [bars(days(flat(6)), 'OLD'), late],
      setup: onBars({
        0: ({ asset }) => {
          seen.push(asset('NEW').isTradable);
          asset('NEW').buy(1);
        },
        2: ({ asset }) => {
          seen.push(asset('NEW').isTradable);
          asset('NEW').buy(1);
        },
      }),
    });
    expect(seen).toEqual([false, true]);
    expect(endsOf(played)).toEqual(['refused symbol.no-price: NEW has no price yet']);
    expect(fillsOf(played)).toEqual(['+1 @ 100']);
  });

  it('trap 74: keeps position, orders and lines under a new name', () => {
    const actions = [{ kind: 'symbol-change', symbol: 'ABC', at: utc('2024-01-04'), to: 'XYZ' }] as const;
    const names: string[] = [];
    const played = playDays(
      flat(6),
      {
        0: ({ buy }) => buy(10),
        1: ({ sell, assets }) => {
          sell(10, { limit: 200 });
          names.push(assets[0].symbol);
        },
        3: ({ assets, asset, bars: view, position, use }) => {
          names.push(assets[0].symbol, asset('XYZ').symbol, asset('ABC').symbol, view.now.symbol);
          names.push(String(position.quantity), String(assets[0].orders.length));
          expect(use).toBeDefined();
          assets[0].close();
        },
      },
      { actions },
    );
    expect(names).toEqual(['ABC', 'XYZ', 'XYZ', 'XYZ', 'XYZ', '10', '1']);
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 100']);
    expect(played.of('renamed').map(({ text }) => text)).toEqual(['ABC → XYZ']);
  });

  it('trap 74: a later split finds it under its new name', () => {
    const actions = [
      { kind: 'symbol-change', symbol: 'ABC', at: utc('2024-01-04'), to: 'XYZ' },
      { kind: 'split', symbol: 'XYZ', at: utc('2024-01-05'), ratio: 2 },
    ] as const;
    const rows = [...flat(3), ...flat(3, 50)];
    const { result } = playDays(rows, { 0: ({ buy }) => buy(10) }, { actions });
    expect(result.holdings.map(({ quantity }) => quantity)).toEqual([20]);
    expect(result.finalEquity).toBe(100_000);
  });

  it('trap 74: that is delisted closes at the last price and tells the strategy', () => {
    const actions = [{ kind: 'delisting', symbol: 'ABC', at: utc('2024-01-05'), price: 20 }] as const;
    const heard: string[] = [];
    const played = play({
      streams: [bars(days(flat(3)), 'ABC'), bars(days(flat(6)), 'DEF')],
      actions,
      setup: ({ asset, buy, useOn }) => {
        useOn(asset('DEF').bars, sma, 2);
        let count = 0;
        return {
          onBar() {
            if (count++ === 0) buy(10);
            else if (count === 5) {
              heard.push(`${asset('ABC').isMember} ${asset('ABC').isTradable}`);
              buy(1);
            }
          },
          onUniverse: ({ removed }) => void heard.push(`removed ${removed.map(({ symbol }) => symbol).join()}`),
        };
      },
    });
    expect(heard).toEqual(['removed ABC', 'false false']);
    expect(fillsOf(played)).toEqual(['+10 @ 100', '-10 @ 20']);
    expect(endsOf(played)).toEqual(['refused symbol.not-tradable: ABC is not traded now']);
  });
});
