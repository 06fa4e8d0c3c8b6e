/** The traps of stale data, queues and deadlines, one test each, numbered as in their catalogue. */
import { describe, expect, it } from 'vitest';
import { auctionCutoff, exchangeAuctions } from '../../src/engine/sim/auctions.ts';
import { lean, type Conventions } from '../../src/engine/sim/conventions.ts';
import { displayedQueue, firstInLine } from '../../src/engine/sim/queue-models.ts';
import type { OrderOptions } from '../../src/engine/strategy/strategy.ts';
import {
  bars,
  days,
  deckOf,
  endsOf,
  fillsOf,
  intraday,
  onBars,
  onQuotes,
  plain,
  play,
  playDays,
  quotes,
  trades,
  utc,
  type QuoteRow,
  type Row,
} from './play.ts';

const START: Row = [100, 101, 99, 100];

describe('trap 15: fill-forward bars trigger fills or count as fresh data', () => {
  const forward = (price: number): Row => [price, price, price, price, 0];

  it('a market order waits for a bar that was traded', () => {
    const played = playDays([START, forward(100), forward(100), [103, 104, 102, 103]], {
      0: ({ buy }) => buy(10),
    });
    expect(fillsOf(played)).toEqual(['+10 @ 103']);
    expect(played.result.fills[0].at).toBe(utc('2024-01-05T14:30'));
  });

  it.each<[string, OrderOptions]>([
    ['a stop whose price was passed before it was sent', { stop: 95 }],
    ['a limit whose price was passed before it was sent', { limit: 105 }],
    ['a touch order', { touch: 105 }],
  ])('%s is not triggered', (_name, options) => {
    expect(fillsOf(playDays([START, forward(100), forward(100)], { 0: ({ buy }) => buy(10, options) }))).toEqual([]);
    expect(fillsOf(playDays([START, forward(100), START], { 0: ({ buy }) => buy(10, options) }))).toHaveLength(1);
  });

  it('an order that ends with the next event is not ended by one', () => {
    const rows = [START, forward(100), START];
    const played = playDays(rows, { 0: ({ buy }) => buy(10, { timeInForce: 'IOC' }) });
    expect(fillsOf(played)).toEqual(['+10 @ 100']);
  });

  it('an order that fills at this close does not fill at one that nobody traded', () => {
    const conventions: Conventions = { ...plain, timing: 'this-close' };
    const played = playDays([START, forward(100), [103, 104, 102, 103]], { 1: ({ buy }) => buy(10) }, { conventions });
    expect(fillsOf(played)).toEqual(['+10 @ 103']);
  });

  it('where a tape has no volume at all, a flat bar is a bar', () => {
    const none = (price: number): Row => [price, price, price, price, 0];
    expect(fillsOf(playDays([none(100), none(101)], { 0: ({ buy }) => buy(10) }))).toEqual(['+10 @ 101']);
  });
});

describe('trap 20: the temporal context leaks into user code', () => {
  it('two decks played in turns each know their own time, and nothing else', () => {
    const seen: string[] = [];
    const deckAt = (name: string, start: string) => {
      const streams = [bars(days([START, START, START], start))];
      const setup = (context: { now: () => number }) => ({
        onBar: () => seen.push(`${name} ${new Date(context.now() / 1000).toISOString().slice(0, 10)}`),
      });
      const deck = deckOf({ streams, setup });
      return deck.playInSteps({ streams }, true, () => 1);
    };
    const early = deckAt('early', '2010-01-04');
    const late = deckAt('late', '2024-01-02');
    for (let i = 0; i < 3; i++) {
      early.next();
      late.next();
    }
    expect(seen).toEqual([
      'early 2010-01-04',
      'late 2024-01-02',
      'early 2010-01-05',
      'late 2024-01-03',
      'early 2010-01-06',
      'late 2024-01-04',
    ]);
  });

  it('what is asked for after a handler has returned is not later than what it saw', () => {
    const clocks: (() => number)[] = [];
    playDays([START, START], { 0: ({ now }) => clocks.push(now) });
    expect(clocks.map((now) => now())).toEqual([utc('2024-01-03T21:00')]);
  });
});

describe('trap 32: an order for the close after its submission cut-off', () => {
  /** Minute bars from 15:40 New York time to the close; the order is sent at the end of the bar with that number. */
  const sentAt = (bar: number, conventions: Conventions, calendarName = 'XNYS') =>
    play({
      streams: [
        bars(
          intraday(
            Array.from({ length: 20 }, () => START),
            '2024-01-02T20:40',
          ),
          'ABC',
          '1m',
        ),
      ],
      instruments: [{ calendar: calendarName }],
      conventions,
      setup: onBars({ [bar]: ({ buy }) => buy(10, { at: 'close' }) }),
    });
  const honestly = { ...plain, auctions: exchangeAuctions };

  it('is rejected from 10 minutes before the close of XNYS on, and from 5 on XNAS', () => {
    expect(fillsOf(sentAt(9, honestly))).toEqual(['+10 @ 100']);
    expect(endsOf(sentAt(10, honestly))).toEqual(['rejected auction.too-late']);
    expect(fillsOf(sentAt(14, honestly, 'XNAS'))).toEqual(['+10 @ 100']);
    expect(endsOf(sentAt(15, honestly, 'XNAS'))).toEqual(['rejected auction.too-late']);
  });

  it('is rejected from 15.5 minutes before the close on by the conventions of lean', () => {
    const asLean = { ...plain, auctions: lean.auctions };
    expect(fillsOf(sentAt(3, asLean))).toEqual(['+10 @ 100']);
    expect(endsOf(sentAt(4, asLean))).toEqual(['rejected auction.too-late']);
  });

  it('counts the way to the venue: what is late there is late', () => {
    expect(endsOf(sentAt(9, { ...honestly, latency: 1 }))).toEqual(['rejected auction.too-late']);
  });

  it('moves with an early close', () => {
    const played = play({
      streams: [bars(intraday([START, START, START], '2024-07-03T16:50'), 'ABC', '1m')],
      conventions: honestly,
      setup: onBars({ 0: ({ buy }) => buy(10, { at: 'close' }) }),
    });
    expect(endsOf(played)).toEqual(['rejected auction.too-late']);
  });

  it('is another model where one is named, and none where markets have no auction', () => {
    expect(fillsOf(sentAt(18, { ...plain, auctions: auctionCutoff(0) }))).toEqual(['+10 @ 100']);
    expect(endsOf(sentAt(9, { ...plain, auctions: auctionCutoff(11) }))).toEqual(['rejected auction.too-late']);
    expect(exchangeAuctions.closeLead({ ...sentAt(0, plain).deck.tape.instruments[0], kind: 'crypto' })).toBe(0);
  });
});

describe('trap 37: a resting limit has no place in the queue', () => {
  const displayed = { ...plain, queue: displayedQueue };
  /** A limit to buy 100 at 99, sent at the first quote, which shows 500 there. */
  const rest = (
    given: readonly (readonly [second: number, price: number, size: number])[],
    conventions: Conventions = displayed,
    more: readonly QuoteRow[] = [],
    act: Parameters<typeof onQuotes>[0] = { 0: ({ buy }) => buy(100, { limit: 99 }) },
  ) => play({ streams: [quotes([[0, 99, 101, 500], ...more]), trades(given)], conventions, setup: onQuotes(act) });

  it('trades at the limit serve those ahead first, and then the order, as far as they go', () => {
    expect(fillsOf(rest([[1, 99, 500]]))).toEqual([]);
    expect(fillsOf(rest([[1, 99, 530]]))).toEqual(['+30 @ 99']);
    const several = rest([
      [1, 99, 300],
      [2, 99, 250],
      [3, 99, 500],
    ]);
    expect(fillsOf(several)).toEqual(['+50 @ 99', '+50 @ 99']);
  });

  it('a trade beyond the limit serves everybody', () => {
    expect(fillsOf(rest([[1, 98.99, 100]]))).toEqual(['+100 @ 99']);
  });

  it('who cancels was behind, until less is shown than was ahead', () => {
    const shrinks = (shown: number) => rest([[2, 99, 100]], displayed, [[1, 99, 101, shown]]);
    expect(fillsOf(shrinks(500))).toEqual([]);
    // The quote took 500 off, and the trade may be the last 100 of them: told twice, it counts once.
    expect(fillsOf(rest([[2, 99, 100]], displayed, [[1, 99, 101, 0]]))).toEqual([]);
    expect(
      fillsOf(
        rest([[3, 99, 100]], displayed, [
          [1, 99, 101, 20],
          [2, 99, 101, 20],
        ]),
      ),
    ).toEqual(['+80 @ 99']);
  });

  it('an order at a better price than anybody’s is the first', () => {
    const better = { 0: ({ buy }: Parameters<Parameters<typeof onQuotes>[0][0]>[0]) => buy(100, { limit: 100 }) };
    expect(fillsOf(rest([[1, 100, 40]], displayed, [], better))).toEqual(['+40 @ 100']);
  });

  it('an order below what is quoted does not know its place until its price is quoted', () => {
    const deeper = { 0: ({ buy }: Parameters<Parameters<typeof onQuotes>[0][0]>[0]) => buy(100, { limit: 98 }) };
    expect(fillsOf(rest([[1, 98, 900]], displayed, [], deeper))).toEqual([]);
    expect(fillsOf(rest([[2, 98, 900]], displayed, [[1, 98, 101, 850]], deeper))).toEqual(['+50 @ 98']);
  });

  it('an order that is changed to more, or to another price, goes to the end; one that shrinks stays', () => {
    const changed = (change: { quantity?: number; limit?: number }) =>
      rest([[1, 99, 400], [3, 99, 150]], displayed, [[2, 99, 101, 500]], {
        0: ({ buy }) => buy(100, { limit: 99 }),
        1: (context) => context.update(context.assets[0].orders[0], change),
      }); // prettier-ignore
    expect(fillsOf(changed({ quantity: 60 }))).toEqual(['+50 @ 99']);
    expect(fillsOf(changed({ quantity: 200 }))).toEqual([]);
  });

  it('is last in line by default, and first only for who asks for it', () => {
    expect(fillsOf(rest([[1, 99, 9000]], plain))).toEqual([]);
    expect(fillsOf(rest([[1, 99, 40]], { ...plain, queue: firstInLine }))).toEqual(['+40 @ 99']);
  });
});

describe('trap 46: a stale quote changes the market', () => {
  it('one that is older than what its market has seen is passed over, and counted', () => {
    const seen: number[] = [];
    const played = play({
      streams: [
        quotes([
          [0, 99, 101],
          [2, 104, 106],
          [1, 89, 91],
          [3, 105, 107],
        ]),
      ],
      setup: (context) => ({
        onQuote({ ask }) {
          seen.push(ask);
          if (seen.length === 1) context.buy(10, { limit: 95 });
        },
      }),
    });
    expect(seen).toEqual([101, 106, 107]);
    expect(fillsOf(played)).toEqual([]);
    expect(played.deck.late).toBe(1);
    expect(played.result.assumptions.join()).toContain('1 quotes came after newer ones');
  });
});

describe('an order that expires inside a bar', () => {
  const goodTill = utc('2024-01-03T16:00');

  it('does not take what may have come after its expiry', () => {
    const dip: Row = [100, 101, 90, 95];
    expect(fillsOf(playDays([START, dip], { 0: ({ buy }) => buy(10, { limit: 97, goodTill }) }))).toEqual([]);
    expect(fillsOf(playDays([START, dip], { 0: ({ buy }) => buy(10, { stop: 101, goodTill }) }))).toEqual([]);
    const ended = playDays([START, dip], { 0: ({ buy }) => buy(10, { limit: 97, goodTill }) });
    expect(endsOf(ended)).toEqual(['expired time-in-force']);
    expect(ended.of('expired')[0].at).toBe(goodTill);
  });

  it('takes the open, which came before', () => {
    const gap: Row = [96, 101, 90, 95];
    expect(fillsOf(playDays([START, gap], { 0: ({ buy }) => buy(10, { limit: 97, goodTill }) }))).toEqual(['+10 @ 96']);
    expect(fillsOf(playDays([START, START], { 0: ({ buy }) => buy(10, { goodTill }) }))).toEqual(['+10 @ 100']);
  });

  it('ends with the bar that ends with it, of which it has seen all', () => {
    const close = utc('2024-01-03T21:00');
    const dip: Row = [100, 101, 90, 95];
    expect(fillsOf(playDays([START, dip], { 0: ({ buy }) => buy(10, { limit: 97, goodTill: close }) }))).toEqual([
      '+10 @ 97',
    ]);
  });
});
