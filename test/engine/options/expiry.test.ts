/** How contracts end: worthless, in cash, or in shares. */
import { describe, expect, it } from 'vitest';
import { allocateQuotes } from '../../../src/market/columns.ts';
import { occInstrument } from '../../../src/market/option/contract.ts';
import type { StreamSlice } from '../../../src/market/tape.ts';
import { calendar } from '../../../src/time/calendars.ts';
import { deckOf, onBars, play, type Played } from '../play.ts';
import { cash, cut, margined, playChain, streamsOf, type Chain } from './chain.ts';

const PUT = 'ABC240119P00100000';
const CALL = 'ABC240119C00100000';

/** Tuesday to Friday, the day of expiry; the contract is traded at Tuesday's close. */
function expiring(symbol: string, side: 'buy' | 'sell', last: number, options: Partial<Chain> = {}): Chain {
  return {
    closes: [100, 100, 100, last, last],
    quotes: { [symbol]: [[2, 2.2], [2, 2.2], [2, 2.2], undefined, undefined] },
    setup: onBars({ 0: ({ asset }) => void asset(symbol)[side](1) }),
    ...options,
  };
}

function holdings({ result }: Played): string[] {
  return result.holdings.map(({ symbol, quantity, averagePrice }) => `${quantity} ${symbol} @ ${averagePrice}`);
}

function life({ entries }: Played): string[] {
  return entries
    .filter(({ kind }) => ['exercised', 'assigned', 'lapsed', 'settled'].includes(kind))
    .map(({ kind, quantity, price, balance }) => `${kind} ${quantity} at ${price} for ${balance} shares`);
}

describe('trap 75: expiry', () => {
  it.each([
    [
      'a bought call in the money is exercised',
      CALL,
      'buy',
      103,
      'exercised 1 at 103 for 100 shares',
      '100 ABC @ 100',
      -220,
    ],
    [
      'a bought put in the money is exercised',
      PUT,
      'buy',
      97,
      'exercised 1 at 97 for -100 shares',
      '-100 ABC @ 100',
      -220,
    ],
    [
      'a sold call in the money is assigned',
      CALL,
      'sell',
      103,
      'assigned -1 at 103 for -100 shares',
      '-100 ABC @ 100',
      200,
    ],
    ['a sold put in the money is assigned', PUT, 'sell', 97, 'assigned -1 at 97 for 100 shares', '100 ABC @ 100', 200],
  ] as const)('%s: shares at the strike', (_, symbol, side, last, event, holding, premium) => {
    const played = playChain(expiring(symbol, side, last));
    expect(life(played)).toEqual([event]);
    expect(holdings(played)).toEqual([holding]);
    const shares = played.result.holdings[0].quantity;
    expect(played.result.finalCash).toBe(100_000 + premium - shares * 100);
    expect(played.result.fees).toBe(0);
  });

  it.each([
    ['call', CALL, 99],
    ['put', PUT, 101],
    ['call at the strike', CALL, 100],
  ])('a %s out of the money ends worthless, for both sides', (_, symbol, last) => {
    for (const [side, premium] of [
      ['buy', -220],
      ['sell', 200],
    ] as const) {
      const played = playChain(expiring(symbol, side, last));
      expect(life(played)).toEqual([`lapsed ${side === 'buy' ? 1 : -1} at ${last} for 0 shares`]);
      expect(played.result.holdings).toEqual([]);
      expect(played.result.finalCash).toBe(100_000 + premium);
    }
  });

  it('one cent in the money is exercised', () => {
    expect(life(playChain(expiring(CALL, 'sell', 100.01)))).toEqual(['assigned -1 at 100.01 for -100 shares']);
    expect(life(playChain(expiring(CALL, 'sell', 100.009)))).toEqual(['lapsed -1 at 100.009 for 0 shares']);
  });

  it('a contract is settled by the close of its last day, and what works in it ends', () => {
    const played = playChain({
      ...expiring(PUT, 'sell', 97),
      setup: onBars({
        0: ({ asset }) => void asset(PUT).sell(1),
        1: ({ asset }) => void asset(PUT).buy(1, { limit: 0.05 }),
      }),
    });
    expect(played.of('canceled').map(({ text }) => text)).toEqual(['option.expired']);
    expect(played.of('assigned')[0].at).toBe(Date.parse('2024-01-19T21:00Z') * 1000);
  });

  it('a tape that ends on the last day of a contract, before it does, says so where it is held', () => {
    const given = expiring(PUT, 'sell', 97);
    const streams = streamsOf(given);
    const ending = (end: string, setup = given.setup) => {
      const until = Date.parse(`${end}Z`) * 1000;
      const columns = allocateQuotes(1);
      [columns.time[0], columns.bid[0], columns.ask[0]] = [until, 97, 97.02];
      columns.bidSize[0] = columns.askSize[0] = 100;
      const last: StreamSlice = { kind: 'quotes', symbol: 'ABC', columns };
      const instruments = [{ calendar: 'XNYS' }, occInstrument(PUT)];
      return play({
        streams: [...cut(streams, 0, until - 1), last],
        calendarOf: calendar,
        instruments,
        setup,
        conventions: margined,
      });
    };
    const { result, of } = ending('2024-01-19T18:00');
    expect(result.findings).toEqual([
      expect.objectContaining({
        rule: 'before-expiry',
        severity: 'warning',
        symbol: PUT,
        value: '2024-01-19T18:00:00Z',
      }),
    ]);
    expect(result.findings[0].message).toContain('at 2024-01-19T21:00:00Z');
    expect(result.holdings.map(({ symbol }) => symbol)).toContain(PUT);
    expect(of('assigned')).toEqual([]);
    // Neither the day before, nor where nothing is held, nor where it ended.
    expect(ending('2024-01-18T20:59').result.findings).toEqual([]);
    expect(ending('2024-01-19T18:00', onBars({})).result.findings).toEqual([]);
    expect(ending('2024-01-19T21:01').result.findings).toEqual([]);
  });

  it('nothing is taken in a contract that has expired', () => {
    const played = playChain({
      ...expiring(PUT, 'sell', 97),
      setup: onBars({ 4: ({ asset }) => void asset(PUT).sell(1) }),
    });
    expect(played.of('refused').map(({ text }) => text.split(':')[0])).toEqual(['symbol.expired']);
  });

  it('an index option is settled in cash: European, at the close (PM)', () => {
    const symbol = 'XSP240119P00480000';
    const played = playChain({
      ...expiring(symbol, 'buy', 474.5, { closes: [480, 480, 480, 474.5], underlying: 'XSP' }),
      quotes: { [symbol]: [[5, 5.5], undefined, undefined, undefined] },
    });
    expect(life(played)).toEqual(['settled 1 at 474.5 for 0 shares']);
    expect(played.result.finalCash).toBe(100_000 - 550 + 550);
    expect(played.result.holdings).toEqual([]);
  });

  it('cash is paid in the decimals of the contract, and the journal says what was paid', () => {
    const symbol = 'XSP240119P00480000';
    const chain = expiring(symbol, 'sell', 0, { closes: [480, 480, 480, 474.50317], underlying: 'XSP' });
    const played = playChain({
      ...chain,
      quotes: {
        [symbol]: [
          [5, 5.5],
          [5, 5.5],
        ],
      },
    });
    expect(played.of('settled').map(({ amount }) => amount)).toEqual([-550]);
    expect(played.result.finalCash).toBe(100_000 + 500 - 550);
  });

  it('AM settlement takes the opening price of the day, and stops trading on the evening before', () => {
    const symbol = 'SPX240119P04800000';
    const played = playChain({
      closes: [4790, 4780, 4781, 4839],
      opens: [4790, 4790, 4780, 4796.28],
      quotes: {
        [symbol]: [
          [20, 22],
          [20, 22],
          [20, 22],
          [20, 22],
        ],
      },
      underlying: 'SPX',
      setup: onBars({
        0: ({ asset }) => void asset(symbol).buy(1),
        3: ({ asset }) => void asset(symbol).sell(1),
      }),
    });
    expect(played.result.fills.map(({ price }) => price)).toEqual([22, 3.72]);
    expect(life(played)).toEqual(['settled 1 at 4796.28 for 0 shares']);
    expect(played.of('refused').map(({ text }) => text.split(':')[0])).toEqual(['symbol.expired']);
  });

  it('a run that is saved on the evening before AM settlement is settled when it goes on', () => {
    const symbol = 'SPX240119P04800000';
    const chain: Chain = {
      closes: [4790, 4780, 4781, 4839],
      opens: [4790, 4790, 4780, 4796.28],
      quotes: {
        [symbol]: [
          [20, 22],
          [20, 22],
          [20, 22],
        ],
      },
      underlying: 'SPX',
      setup: onBars({ 0: ({ asset }) => void asset(symbol).buy(1) }),
    };
    const { instruments } = playChain(chain).deck.tape;
    const streams = streamsOf(chain);
    const eve = streams[0].columns.time[2];
    const first = deckOf({ streams, setup: chain.setup, instruments, conventions: margined });
    first.play({ streams: cut(streams, -Infinity, eve) });
    const state = JSON.parse(JSON.stringify(first.saveState())) as ReturnType<typeof first.saveState>;
    const later = deckOf({ streams, setup: () => ({}), instruments, conventions: margined, restore: state });
    later.play({ streams: cut(streams, eve, Infinity) });
    expect(later.ledger.cashValue()).toBeCloseTo(100_000 - 2200 + 372, 9);
  });

  it('AM settlement without a price on the day takes the last one and says so', () => {
    const symbol = 'SPX240119P04800000';
    const setup = onBars({ 0: ({ asset }) => void asset(symbol).buy(1) });
    const quotes = { [symbol]: [[20, 22] as const, undefined, undefined, undefined] };
    const chain: Chain = { closes: [4790, 4780, 4781], quotes, underlying: 'SPX', setup };
    const played = playChain(chain);
    expect(life(played)).toEqual([]);
    played.deck.advance(Date.parse('2024-01-20T00:00Z') * 1000);
    expect(played.deck.ledger.cashValue()).toBe(100_000 - 2200 + 1900);
    expect([...played.deck.journal.entries()].map(({ text }) => text)).toContain(
      'no opening price on the day of settlement: the last one is taken',
    );
  });

  it('PM settlement without a price on the day takes the last one and says so', () => {
    const chain: Chain = {
      closes: [100, 99, 97],
      quotes: { [PUT]: [[2, 2.2], [2, 2.2], undefined] },
      setup: onBars({ 0: ({ asset }) => void asset(PUT).sell(1) }),
    };
    const { deck } = playChain(chain);
    deck.advance(Date.parse('2024-01-20T00:00Z') * 1000);
    const notes = [...deck.journal.entries()].filter(({ kind }) => kind === 'note');
    expect(notes.map(({ text, price }) => [text, price])).toEqual([
      ['no closing price on the day of settlement: the last one is taken', 97],
    ]);
    expect(playChain(expiring(PUT, 'sell', 97)).of('note')).toEqual([]);
  });

  it('an expiry on a holiday, or on a Saturday as until 2015, is settled on the session before', () => {
    const friday = 'ABC140419P00100000'; // Saturday after Good Friday 2014.
    const played = playChain({
      closes: [100, 100, 97, 90],
      start: '2014-04-15',
      quotes: { [friday]: [[2, 2.2], [2, 2.2], undefined, undefined] },
      setup: onBars({ 0: ({ asset }) => void asset(friday).sell(1) }),
    });
    expect(life(played)).toEqual(['assigned -1 at 97 for 100 shares']);
    expect(played.of('assigned')[0].at).toBe(Date.parse('2014-04-17T20:00Z') * 1000);
  });

  it('without the money to exercise, a bought call is sold before it lapses', () => {
    const played = playChain(
      {
        ...expiring(CALL, 'buy', 103),
        quotes: {
          [CALL]: [
            [2, 2.2],
            [2, 2.2],
            [2, 2.2],
            [2.9, 3.1],
          ],
        },
      },
      { cash: 5000, conventions: cash },
    );
    expect(life(played)).toEqual(['lapsed 1 at 103 for 0 shares']);
    expect(played.of('lapsed')[0].text).toBe('not exercised: exercising needs 10000.00, 4780.00 is free');
    expect(played.result.finalCash).toBe(5000 - 220 + 290);
  });

  it('a bought put is not exercised into a short position that the account does not allow', () => {
    const played = playChain(expiring(PUT, 'buy', 90), { conventions: cash });
    expect(played.of('lapsed')[0].text).toBe('not exercised: 100 ABC would be short, which the account does not allow');
    expect(played.result.holdings).toEqual([]);
  });

  it('both legs of a spread in the money end flat, without the money for the shares', () => {
    const [near, far] = ['ABC240119P00100000', 'ABC240119P00095000'];
    const played = playChain(
      {
        closes: [101, 100, 95, 90],
        quotes: {
          [near]: [
            [2, 2.2],
            [2, 2.2],
          ],
          [far]: [
            [1, 1.2],
            [1, 1.2],
          ],
        },
        setup: onBars({
          0: ({ asset }) => {
            asset(far).buy(1);
            asset(near).sell(1);
          },
        }),
      },
      { cash: 4000, conventions: margined },
    );
    expect(life(played)).toEqual(['assigned -1 at 90 for 100 shares', 'exercised 1 at 90 for -100 shares']);
    expect(played.result.holdings).toEqual([]);
    expect(played.result.finalCash).toBe(4000 - 120 + 200 - 500);
  });

  it('double assignment is impossible: a contract ends once', () => {
    const played = playChain(expiring(PUT, 'sell', 97));
    played.deck.advance(Date.parse('2024-03-01T00:00Z') * 1000);
    const assigned = [...played.deck.journal.entries()].filter(({ kind }) => kind === 'assigned');
    expect(assigned.length).toBe(1);
    expect(played.deck.ledger.netQuantity(0)).toBe(100);
  });

  it('an option whose underlying is not on the tape is refused at the start', () => {
    expect(() => playChain({ ...expiring(PUT, 'sell', 97), underlying: 'XYZ' })).toThrow(
      /ABC240119P00100000 is an option on ABC, which is not on the tape/,
    );
  });
});

describe('what the strategy is told', () => {
  it('the end of a contract, after the shares that it brought', () => {
    const told: string[] = [];
    playChain({
      ...expiring(PUT, 'sell', 97),
      setup: ({ asset }) => {
        let bar = 0;
        return {
          onBar: () => (bar++ === 0 ? void asset(PUT).sell(1) : undefined),
          onFill: ({ symbol, quantity, order }) => told.push(`${quantity} ${symbol}: ${order.reason}`),
          onContract: ({ kind, quantity, shares, price, reason, asset: { symbol } }) =>
            told.push(`${kind} ${quantity} ${symbol} at ${price}, ${shares} shares: ${reason}`),
        };
      },
    });
    expect(told).toEqual([
      `1 ${PUT}: `,
      `1 ${PUT}: assigned at expiry`,
      `100 ABC: assigned at expiry: ${PUT}`,
      `assigned -1 ${PUT} at 97, 100 shares: assigned at expiry`,
    ]);
  });
});

describe('assignment and the win rate', () => {
  it('a sold put that was assigned far in the money is judged by what it cost, not by its premium', () => {
    const played = playChain({
      ...expiring(PUT, 'sell', 90),
      closes: [100, 100, 100, 90, 95, 95],
      setup: onBars({ 0: ({ asset }) => void asset(PUT).sell(1), 4: ({ sell }) => void sell(100) }),
    });
    const [put, shares] = played.result.trades;
    // As booked: the premium is won, and the shares lose from the strike.
    expect([put.grossProfit, shares.grossProfit]).toEqual([200, -500]);
    // As judged: the put lost ten points less its premium, and the shares won from 90 to 95.
    expect([put.judgedProfit, shares.judgedProfit]).toEqual([-800, 500]);
    expect([put.profit, shares.profit]).toEqual([-800, 500]);
  });
});
