/** Entries with exits: what wakes when, what cancels what, and who is protected while an entry fills in parts. */
import { describe, expect, it } from 'vitest';
import type { OrderOptions } from '../../src/engine/strategy/strategy.ts';
import { bars, endsOf, fillsOf, intraday, onBars, plain, play, playDays, type Play, type Row } from './play.ts';

const START: Row = [100, 101, 99, 100];
const FLAT: Row = [100, 101, 99, 100];

function entry(options: OrderOptions, rows: readonly Row[], more: Partial<Play> = {}) {
  return playDays([START, ...rows], { 0: ({ buy }) => buy(100, options) }, more);
}

const BRACKET: OrderOptions = { stopLoss: 95, takeProfit: 110 };

describe('a bracket', () => {
  it.each<[string, Row, string[]]>([
    ['takes the profit', [105, 111, 104, 108], ['+100 @ 100', '-100 @ 110']],
    ['takes the loss', [99, 100, 94, 96], ['+100 @ 100', '-100 @ 95']],
    ['takes the loss when one bar reaches both', [100, 112, 94, 100], ['+100 @ 100', '-100 @ 95']],
    ['loses more when the open is below the stop', [90, 91, 89, 90], ['+100 @ 100', '-100 @ 90']],
    ['gains more when the open is above the target', [115, 116, 114, 115], ['+100 @ 100', '-100 @ 115']],
  ])('%s', (_name, row, fills) => {
    const played = entry(BRACKET, [FLAT, row, FLAT]);
    expect(fillsOf(played)).toEqual(fills);
    expect(endsOf(played)).toEqual(['canceled one-cancels-other']);
  });

  it('takes the profit at an open beyond it, whatever the bar does later', () => {
    expect(fillsOf(entry(BRACKET, [FLAT, [115, 116, 90, 95]]))).toEqual(['+100 @ 100', '-100 @ 115']);
  });

  it('acts in the bar of an entry at its open', () => {
    expect(fillsOf(entry(BRACKET, [[100, 101, 94, 96]]))).toEqual(['+100 @ 100', '-100 @ 95']);
    expect(fillsOf(entry(BRACKET, [[100, 111, 99, 96]]))).toEqual(['+100 @ 100', '-100 @ 110']);
  });

  it('sleeps until its entry fills, and ends with it', () => {
    const played = playDays([START, [100, 112, 94, 100], FLAT], {
      0: (context) => context.buy(100, { ...BRACKET, limit: 90 }),
      1: (context) => context.cancelAll(),
    });
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['canceled strategy', 'canceled parent-ended', 'canceled parent-ended']);
  });

  it('follows the price with a trailing exit', () => {
    const played = entry({ trailingStop: { amount: 5 } }, [FLAT, [105, 109, 104.5, 108], [108, 108, 103, 104]]);
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 104']);
  });

  it('is refused as a whole when an exit has no price, with the reason', () => {
    const played = entry({ stopLoss: Number.NaN }, [FLAT]);
    expect(fillsOf(played)).toEqual([]);
    expect(endsOf(played)).toEqual(['refused format.stop: stop loss: stop price must be finite, was NaN']);
    expect(played.result.orders.submitted).toBe(0);
  });

  it('cancels its exits when the position is closed by hand', () => {
    const played = playDays([START, FLAT, FLAT, FLAT], {
      0: ({ buy }) => buy(100, BRACKET),
      1: ({ sell }) => sell(100),
    });
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 100']);
    expect(endsOf(played)).toEqual(['canceled nothing-to-reduce', 'canceled nothing-to-reduce']);
  });
});

describe('a bracket whose entry fills in parts', () => {
  const capped = { conventions: { ...plain, volume: { share: 0.1 } } };
  const thin = (open: number, high: number, low: number, close: number): Row => [open, high, low, close, 400];

  it('protects what has filled, part by part', () => {
    const played = entry(
      BRACKET,
      [thin(100, 101, 99, 100), thin(100, 101, 99, 100), [100, 101, 94, 96, 10_000]],
      capped,
    );
    expect(fillsOf(played)).toEqual(['+40 @ 100', '+40 @ 100', '+20 @ 100', '-100 @ 95']);
  });

  it('ends the rest of an entry when an exit has closed what there was', () => {
    const played = entry(
      { ...BRACKET, limit: 98 },
      [thin(98, 98, 97, 98), [109, 120, 109, 115], [97, 98, 96, 97]],
      capped,
    );
    expect(fillsOf(played)).toEqual(['+40 @ 98', '-40 @ 110']);
    expect(endsOf(played)).toEqual(['canceled one-cancels-other', 'canceled exit-filled']);
  });

  it('shrinks the other exit by what one exit took', () => {
    const played = entry(BRACKET, [[100, 101, 99, 100], thin(105, 111, 104, 105), [105, 106, 94, 96]], capped);
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-40 @ 110', '-60 @ 95']);
  });
});

describe('reduce-only', () => {
  it('never opens', () => {
    expect(endsOf(entry({ reduceOnly: true }, [FLAT]))).toEqual(['canceled nothing-to-reduce']);
  });

  it('is cut to what there is', () => {
    const played = playDays([START, FLAT, FLAT, FLAT], {
      0: ({ buy }) => buy(100),
      1: ({ sell }) => sell(300, { reduceOnly: true }),
    });
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 100']);
    expect(played.deck.ledger.netQuantity(0)).toBe(0);
  });

  it('does not flip a position together with another exit in one bar', () => {
    const played = playDays([START, FLAT, [100, 101, 90, 95], FLAT], {
      0: ({ buy }) => buy(100),
      1: ({ sell }) => {
        sell(100, { stop: 95, reduceOnly: true });
        sell(100, { stop: 94, reduceOnly: true });
      },
    });
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-100 @ 95']);
  });
});

describe('a stop that is hit and a volume that ends', () => {
  it('sells the rest at the next open, wherever that is', () => {
    const played = playDays(
      [START, FLAT, [100, 101, 94, 96, 400], [98, 99, 97, 98], FLAT],
      {
        0: ({ buy }) => buy(100),
        1: ({ sell }) => sell(100, { stop: 95 }),
      },
      { conventions: { ...plain, volume: { share: 0.1 } } },
    );
    expect(fillsOf(played)).toEqual(['+100 @ 100', '-40 @ 95', '-60 @ 98']);
  });
});

describe('bars without a gap between them', () => {
  it('let an exit that had to wait act on the whole of the next bar', () => {
    const setup = onBars({ 0: ({ buy }) => buy(100, { stop: 102, stopLoss: 98 }) });
    const rows: readonly Row[] = [START, [100, 103, 97, 101], [101, 101, 97.5, 101]];
    const conventions = { ...plain, childrenInEntryBar: 'market-entries-only' } as const;
    const played = play({ streams: [bars(intraday(rows), 'ABC', '1m')], setup, conventions });
    expect(fillsOf(played)).toEqual(['+100 @ 102', '-100 @ 98']);
  });
});
