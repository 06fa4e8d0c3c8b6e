/** What a strategy behind a door is told besides quotes: it sees, and does, what it would on the deck. */
import { expect, test } from 'vitest';
import { LiveSession, type Input, type MarketRow } from '../../../src/engine/live/index.ts';
import type { DeckOptions } from '../../../src/engine/deck-options.ts';
import { sma } from '../../../src/indicators/averages/sma.ts';
import { defineStrategy } from '../../../src/index.ts';
import { MINUTE } from '../../../src/time/instant.ts';
import { deckOf, OPEN, SECOND } from './bench.ts';
import { DoorRig, movesOf, refusalsOf } from './door-rig.ts';

const TRADES: DeckOptions['streams'] = [{ kind: 'trades', symbol: 'AAA' }];
const BARS: DeckOptions['streams'] = [{ kind: 'bars', symbol: 'AAA', timeFrame: '1m' }];

/** Says what it sees; buys one with each trade or bar, and sells what it holds with the fourth. */
function watching(seen: string[], isOfTrades: boolean) {
  return defineStrategy({
    name: 'watcher',
    parameters: {},
    setup(context) {
      const { buy, close, position } = context;
      const act = (): void => void (position.quantity < 3 ? buy(1) : close());
      if (isOfTrades) {
        const onTrade = ({ price, size }: { readonly price: number; readonly size: number }): void => {
          seen.push(`${price} × ${size}, holds ${position.quantity}`);
          act();
        };
        return { onTrade };
      }
      const { bars } = context;
      const average = context.use(sma, 3);
      const onBar = (): void => {
        seen.push(`${[...bars.close.window(3)].join(' ')}: ${average.value}, holds ${position.quantity}`);
        act();
      };
      return { onBar };
    },
  });
}

/** What the strategy saw and did, which on the deck is the same as behind a door. */
function played(inputs: readonly Input[], options: Partial<DeckOptions>) {
  const [ofInside, behind]: [string[], string[]] = [[], []];
  const isOfTrades = options.streams === TRADES;
  const deck = (seen: string[]): DeckOptions =>
    deckOf({ cash: 100_000, ...options, strategies: [{ definition: watching(seen, isOfTrades) }] });
  const inside = new LiveSession({ deck: deck(ofInside) });
  const rig = new DoorRig(deck(behind));
  for (const input of [{ kind: 'start', at: OPEN } as const, ...inputs]) {
    inside.take(input);
    rig.take(input);
  }
  expect(behind).toEqual(ofInside);
  expect(movesOf(rig.desk)).toEqual(movesOf(inside));
  expect(refusalsOf(rig.desk)).toEqual(refusalsOf(inside));
  const { counts } = inside.deck.orders;
  const [mark] = rig.seats[0].session.deck.ledger.marks;
  expect(mark).toBe(inside.deck.ledger.marks[0]);
  return { mark, seen: behind, refusals: refusalsOf(rig.desk), submitted: counts.submitted, told: rig.told };
}

const market = (at: number, ...rows: readonly MarketRow[]): Input => ({ kind: 'market', at, rows });
const trade = (second: number, price: number, size = 100): Input =>
  market(OPEN + second * SECOND, ['trade', 'AAA', price, size]);
const bar = (minute: number, close: number) =>
  ['bar', 'AAA', '1m', OPEN + minute * MINUTE, close, close + 1, close - 1, close, 100] as const;
const bars = (...closes: readonly number[]): Input[] =>
  closes.map((close, minute) => market(OPEN + (minute + 1) * MINUTE, bar(minute, close)));

test('trades, one by one', () => {
  const { seen, submitted } = played(
    [trade(1, 100), trade(2, 101, 7), trade(3, 102), trade(4, 103), trade(5, 104), trade(6, 105)],
    { streams: TRADES },
  );
  expect(seen).toEqual([
    '100 × 100, holds 0',
    '101 × 7, holds 1',
    '102 × 100, holds 2',
    '103 × 100, holds 3',
    '104 × 100, holds 0',
    '105 × 100, holds 1',
  ]);
  expect(submitted).toBe(6);
});

test('a halt of the exchange, and that it trades again', () => {
  const status = (second: number, state: 'halted' | 'trading'): Input => {
    return { kind: 'status', at: OPEN + second * SECOND, symbol: 'AAA', state, reason: 'LULD' };
  };
  const { seen, refusals, told } = played(
    [trade(1, 100), status(2, 'halted'), trade(3, 90), status(4, 'trading'), trade(10, 95), trade(70, 96)],
    { streams: TRADES, limits: { haltWait: 60 } },
  );
  expect(seen).toHaveLength(4);
  expect(refusals.map((text) => text.split(':')[0])).toEqual(['symbol.halted', 'symbol.halted']);
  expect(told.filter(({ input }) => input.kind === 'status')).toHaveLength(2);
});

test('a bar that is told anew: what was decided stands, and what comes after sees it', () => {
  const amend: Input = { kind: 'amend', at: OPEN + 4.5 * MINUTE, row: bar(3, 16) };
  const [one, two, three, four, ...rest] = bars(10, 11, 12, 13, 14, 15);
  const { seen } = played([one, two, three, four, amend, ...rest], { streams: BARS });
  expect(seen).toEqual([
    '10 11 12: 11, holds 0',
    '11 12 13: 12, holds 1',
    '12 16 14: 14, holds 2',
    '16 14 15: 15, holds 3',
  ]);
});

test('a trade that the exchange corrects: what is held is worth the price that stands', () => {
  const amend: Input = { kind: 'amend', at: OPEN + 2.5 * SECOND, row: ['correction', 'AAA', 101, 7, 99.5, 7] };
  expect(played([trade(1, 100), trade(2, 101, 7), amend], { streams: TRADES }).mark).toBe(99.5);
});

test('bars before the session opens warm its indicators, and nothing is decided', () => {
  const { seen, submitted } = played(bars(10, 11, 12, 13, 14, 15, 16), {
    streams: BARS,
    opensAt: OPEN + 5 * MINUTE,
  });
  expect(seen).toEqual(['12 13 14: 13, holds 0', '13 14 15: 14, holds 1', '14 15 16: 15, holds 2']);
  expect(submitted).toBe(3);
});
