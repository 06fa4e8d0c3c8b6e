/** Margin of option positions: recognised strategies, and the cheapest way to take a position apart. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { cashOptions, optionMargin, regTOptions, type MarginLeg } from '../../src/options/margin/requirement.ts';
import { cheapestTransport } from '../../src/options/margin/transport.ts';

type Short = readonly [right: 'call' | 'put', strike: number, quantity: number, price?: number, expiry?: string];

function legs(rows: readonly Short[], isCashSettled = false): MarginLeg[] {
  return rows.map(([right, strike, quantity, price = 1, expiry = '2024-02-16']) => ({
    right,
    strike,
    expiry,
    quantity,
    multiplier: 100,
    shares: 100,
    price,
    isCashSettled,
  }));
}

function names(rows: readonly Short[], shares = 0, spot = 100): string[] {
  return optionMargin(legs(rows), shares, spot, regTOptions).parts.map(({ name, amount }) => `${name} ${amount}`);
}

describe('Regulation T', () => {
  // FINRA Rule 4210(f)(2)(D): premium plus 20 % less what it is out of the money, at least premium plus 10 %.
  it.each([
    ['a put at the money', 'put', 100, 3, 300 + 2000],
    ['a put out of the money', 'put', 95, 1.5, 150 + 1500],
    ['a put far out of the money, by 10 % of the strike', 'put', 70, 0.2, 20 + 700],
    ['a call in the money', 'call', 90, 11, 1100 + 2000],
    ['a call far out of the money, by 10 % of the price', 'call', 130, 0.1, 10 + 1000],
  ] as const)('%s', (_, right, strike, price, amount) => {
    expect(optionMargin(legs([[right, strike, -1, price]]), 0, 100, regTOptions).amount).toBeCloseTo(amount, 9);
  });

  it('an index needs 15 %', () => {
    expect(optionMargin(legs([['put', 4000, -1, 50]], true), 0, 4000, regTOptions).amount).toBe(5000 + 60_000);
  });

  it('an index of volatility needs 20 %', () => {
    // FINRA Rule 4210(f)(2)(D), table: volatility indexes.
    const [leg] = legs([['call', 20, -1, 2]], true);
    expect(optionMargin([{ ...leg, isOnVolatility: true }], 0, 20, regTOptions).amount).toBeCloseTo(200 + 400, 9);
  });

  it('what is settled at the open covers nothing that lives until the close of that day, only the other way round', () => {
    const [long, short] = legs(
      [
        ['put', 4700, 1, 20],
        ['put', 4710, -1, 21],
      ],
      true,
    );
    const morning = { endsAtOpen: true };
    const need = (bought: object, sold: object): number =>
      optionMargin(
        [
          { ...long, ...bought },
          { ...short, ...sold },
        ],
        0,
        4800,
        regTOptions,
      ).amount;
    expect([need({}, {}), need(morning, morning), need({}, morning)]).toEqual([1000, 1000, 1000]);
    expect(need(morning, {})).toBe(100 * (21 + 0.15 * 4800 - 90));
  });

  it('sales of one day that two prices settle can lose twice', () => {
    const condor = legs(
      [
        ['put', 90, 1],
        ['put', 95, -1],
        ['call', 105, -1],
        ['call', 110, 1],
      ],
      true,
    );
    const calls = condor.map((leg) => ({ ...leg, endsAtOpen: leg.right === 'call' }));
    expect(optionMargin(condor, 0, 100, regTOptions).amount).toBe(500);
    expect(optionMargin(calls, 0, 100, regTOptions).amount).toBe(1000);
  });

  it('a short straddle needs its dearer side and the price of the other', () => {
    const short: Short[] = [
      ['call', 100, -2, 4],
      ['put', 100, -2, 3],
    ];
    expect(names(short)).toEqual(['short-straddle 5400']);
  });

  it('a credit spread needs its width, a debit spread nothing beside what it cost', () => {
    expect(
      names([
        ['put', 100, -1],
        ['put', 95, 1],
      ]),
    ).toEqual(['bull-put-spread 500']);
    expect(
      names([
        ['call', 100, 1],
        ['call', 105, -1],
      ]),
    ).toEqual(['bull-call-spread 0']);
  });

  it('an iron condor loses on one side only', () => {
    const condor: Short[] = [
      ['put', 90, 1],
      ['put', 95, -1],
      ['call', 105, -1],
      ['call', 115, 1],
    ];
    expect(names(condor)).toEqual(['iron-condor 1000']);
  });

  it('a long butterfly and a long calendar need nothing, a short calendar is naked', () => {
    expect(
      names([
        ['call', 95, 1],
        ['call', 100, -2],
        ['call', 105, 1],
      ]),
    ).toEqual(['long-call-butterfly 0']);
    expect(
      names([
        ['call', 100, -1, 2],
        ['call', 100, 1, 3, '2024-03-15'],
      ]),
    ).toEqual(['call-calendar 0']);
    expect(
      names([
        ['call', 100, 1, 2],
        ['call', 100, -1, 3, '2024-03-15'],
      ]),
    ).toEqual(['naked-call 2300']);
  });

  it('what sells in two expiries can lose in both', () => {
    const both: Short[] = [
      ['put', 95, 1],
      ['put', 100, -1],
      ['call', 100, -1, 1, '2024-03-15'],
      ['call', 105, 1, 1, '2024-03-15'],
    ];
    expect(optionMargin(legs(both), 0, 100, regTOptions).amount).toBe(1000);
  });

  it('shares cover one call each hundred, and only once', () => {
    expect(names([['call', 105, -2, 1]], 199)).toEqual(['covered-call 0', 'naked-call 1600']);
  });

  it('shares go to the call that would cost most', () => {
    const calls: Short[] = [
      ['call', 130, -1, 0.1],
      ['call', 100, -1, 4],
    ];
    expect(names(calls, 100).sort()).toEqual(['covered-call 0', 'naked-call 1010']);
  });
});

describe('the cheapest decomposition', () => {
  it('trap 77: two overlapping bull call spreads are two spreads, not a ladder and an orphan', () => {
    const overlapping: Short[] = [
      ['call', 100, 1],
      ['call', 110, -1],
      ['call', 105, 1],
      ['call', 115, -1],
    ];
    expect(names(overlapping)).toEqual(['bull-call-spread 0', 'bull-call-spread 0']);
  });

  it('trap 77: what makes a condor loses what a condor loses, however its spreads are paired', () => {
    const puts: Short[] = [
      ['put', 100, -1],
      ['put', 105, -1],
      ['put', 110, 1],
      ['put', 95, 1],
    ];
    expect(names(puts)).toEqual(['long-put-condor 0']);
  });

  it('trap 77: a far purchase is left to the far sale', () => {
    const calls: Short[] = [
      ['call', 100, -1, 4],
      ['call', 100, -1, 6, '2024-03-15'],
      ['call', 100, 1, 6, '2024-03-15'],
      ['call', 102, 1, 3],
    ];
    expect(optionMargin(legs(calls), 0, 100, regTOptions).amount).toBe(200);
  });

  it('is never dearer than any other assignment, over random supplies and costs', () => {
    const random = new Random(11);
    for (let round = 0; round < 300; round++) {
      const supply = Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(2));
      const capacity = [...Array.from({ length: 1 + random.below(3) }, () => random.below(3)), Infinity];
      const costs = supply.map(() => capacity.map(() => (random.below(5) === 0 ? Infinity : random.below(20))));
      for (const row of costs) row[row.length - 1] = 15 + random.below(20);
      const found = cheapestTransport(supply, capacity, (source, sink) => costs[source][sink]);
      const sent = supply.map((_, source) =>
        found.filter((each) => each.source === source).reduce((sum, each) => sum + each.quantity, 0),
      );
      expect(sent).toEqual(supply);
      const price = found.reduce((sum, { source, sink, quantity }) => sum + costs[source][sink] * quantity, 0);
      expect(price).toBe(cheapest(supply, capacity, costs));
    }
  });
});

/** Every assignment, unit by unit. */
function cheapest(supply: readonly number[], capacity: readonly number[], costs: readonly number[][]): number {
  const units = supply.flatMap((count, source) => Array.from({ length: count }, () => source));
  const room = [...capacity];
  const best = (unit: number): number => {
    if (unit === units.length) return 0;
    let least = Infinity;
    for (let sink = 0; sink < room.length; sink++) {
      if (room[sink] === 0) continue;
      room[sink]--;
      least = Math.min(least, costs[units[unit]][sink] + best(unit + 1));
      room[sink]++;
    }
    return least;
  };
  return best(0);
}

describe('a cash account', () => {
  it('secures a put by its strike, and does not sell calls that nothing covers', () => {
    const put = optionMargin(legs([['put', 95, -2]]), 0, 100, cashOptions);
    expect(JSON.parse(JSON.stringify(put.parts))).toMatchObject([{ name: 'cash-secured-put', shares: 0 }]);
    expect(put.parts.map(({ name, amount }) => `${name} ${amount}`)).toEqual(['cash-secured-put 19000']);
    expect(optionMargin(legs([['call', 105, -1]]), 99, 100, cashOptions).amount).toBe(Infinity);
    expect(optionMargin(legs([['call', 105, -1]]), 100, 100, cashOptions).amount).toBe(0);
  });

  it('nets spreads only where nobody has to deliver', () => {
    const spread: Short[] = [
      ['put', 100, -1],
      ['put', 95, 1],
    ];
    expect(optionMargin(legs(spread), 0, 100, cashOptions).amount).toBe(10_000);
    expect(optionMargin(legs(spread, true), 0, 100, cashOptions).amount).toBe(500);
  });
});
