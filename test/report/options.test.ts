/** Facts about the options section: every figure against a book small enough to compute by hand. */
import { describe, expect, it } from 'vitest';
import { europeanGreeks, Greeks } from '../../src/options/european.ts';
import { americanGreeks } from '../../src/options/american.ts';
import { extraOfDeck } from '../../src/report/from-deck.ts';
import { reportData, type ReportData } from '../../src/report/data.ts';
import { renderReport } from '../../src/report/html/document.ts';
import { sessionsAt } from '../../src/report/options/book.ts';
import { bucketRows } from '../../src/report/options/buckets.ts';
import { optionsOfDeck, type OptionInput } from '../../src/report/options/input.ts';
import { movesOf, moveFigures } from '../../src/report/options/moves.ts';
import { optionPositions, type OptionPosition } from '../../src/report/options/positions.ts';
import { premiumFigures, premiumLines, premiumMetrics } from '../../src/report/options/premium.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { occInstrument } from '../../src/market/option/contract.ts';
import type { StreamSlice } from '../../src/market/tape.ts';
import { HOUR } from '../../src/time/instant.ts';
import { cash, margined, playChain, streamsOf, type Chain } from '../engine/options/chain.ts';
import { onBars, play, type Played } from '../engine/play.ts';
import { noAssets, played as playedShare, walk } from './played.ts';

const PUT = 'ABC240119P00100000';
const CALL = 'ABC240119C00105000';
const FAR = 'ABC240119P00090000';

/**
 * Tuesday to Monday. The put at 100 is sold at Tuesday's close and fills at Wednesday's bid of 2; the share ends at 97,
 * so that it is assigned on Friday; the call at 105 is sold and bought back, the put at 90 lapses.
 */
function seller(options: Partial<Chain> = {}, conventions = cash): Played {
  return playChain(
    {
      closes: [100, 101, 99, 97, 96],
      quotes: {
        [PUT]: [[2, 2.2], [2, 2.2], [2.5, 2.7], [3, 3.2], undefined],
        [FAR]: [[0.3, 0.4], [0.3, 0.4], [0.2, 0.3], [0.05, 0.1], undefined],
      },
      setup: onBars({
        0: ({ asset }) => {
          asset(PUT).sell(2);
          asset(FAR).sell(1);
        },
      }),
      ...options,
    },
    { conventions, cash: 100_000 },
  );
}

function inputOf({ deck }: Played): OptionInput {
  return optionsOfDeck(deck)!;
}

function dataOf({ deck, result }: Played): ReportData {
  const extra = extraOfDeck(deck);
  return reportData(result, { ...extra, journal: { ...extra.journal!, entries: [...extra.journal!.entries] } });
}

function positionsOf(played: Played): OptionPosition[] {
  return optionPositions(played.result, inputOf(played));
}

describe('premium', () => {
  it('is what sales brought; what an assigned contract was worth then is lost', () => {
    const played = seller();
    const figures = premiumFigures(positionsOf(played), inputOf(played));
    // 2 × 2.00 × 100 and 0.30 × 100; assigned at 97, each of the two puts was worth 3.00.
    expect(figures).toMatchObject({ sold: 2, ended: 2, collected: 430, boughtBack: 0, fees: 0, open: 0 });
    expect(figures.lostAtEnd).toBeCloseTo(600, 9);
    expect(figures.kept).toBeCloseTo(-170, 9);
    expect(figures).toMatchObject({ assigned: 1, lapsed: 1, settled: 0, won: 1, assignedShare: 0.5 });
  });

  it('is converted at the rate of its day, and so is what ended it', () => {
    const contracts = {
      closes: [100, 101, 99, 97, 96],
      quotes: { [PUT]: [[2, 2.2], [2, 2.2], [2.5, 2.7], [3, 3.2], undefined] },
      setup: onBars({ 0: ({ asset }) => void asset(PUT).sell(2) }),
    } as const;
    const [share, put] = streamsOf(contracts);
    // One dollar is 0.8 euros while the put is sold, and one euro on the day of its end.
    const { columns } = share as Extract<StreamSlice, { kind: 'bars' }>;
    const rates = Float64Array.of(0.8, 0.8, 0.8, 1, 1);
    const pair = {
      ...share,
      symbol: 'USDEUR',
      columns: { ...columns, open: rates, high: rates, low: rates, close: rates },
    };
    const played = play({
      streams: [share, put, pair as StreamSlice],
      setup: contracts.setup,
      instruments: [{ kind: 'equity' }, occInstrument(PUT), { kind: 'fx', currency: 'EUR' }],
      conventions: margined,
      currency: 'EUR',
    });
    const figures = premiumFigures(positionsOf(played), inputOf(played));
    // 2 × 2.00 × 100 at 0.8; 2 × 3.00 × 100 at 1.
    expect(figures.collected).toBeCloseTo(320, 9);
    expect(figures.lostAtEnd).toBeCloseTo(600, 9);
    // Money per share stays what it was in the contract's currency: 100 less 2.00.
    expect(dataOf(played).options!.assignments[0].basis).toBeCloseTo(98, 9);
  });

  it('buying back costs what was paid, and the rest is kept', () => {
    const played = playChain(
      {
        closes: [100, 100, 101, 101],
        quotes: {
          [PUT]: [
            [2, 2.2],
            [2, 2.2],
            [1, 1.1],
            [1, 1.1],
          ],
        },
        setup: onBars({ 0: ({ asset }) => void asset(PUT).sell(1), 1: ({ asset }) => void asset(PUT).buy(1) }),
      },
      { conventions: cash, cash: 100_000 },
    );
    const figures = premiumFigures(positionsOf(played), inputOf(played));
    expect(figures).toMatchObject({ collected: 200, won: 1, lostAtEnd: 0 });
    expect(figures.boughtBack).toBeCloseTo(110, 9);
    expect(figures.kept).toBeCloseTo(90, 9);
    expect(played.result.finalCash).toBe(100_090);
  });

  it('a contract that is still open has kept nothing yet', () => {
    const played = playChain(
      {
        closes: [100, 100, 101],
        quotes: {
          [PUT]: [
            [2, 2.2],
            [2, 2.2],
            [1, 1.1],
          ],
        },
        setup: onBars({ 0: ({ asset }) => void asset(PUT).sell(1) }),
      },
      { conventions: cash, cash: 100_000 },
    );
    expect(premiumFigures(positionsOf(played), inputOf(played))).toMatchObject({ open: 200, kept: 0, ended: 0 });
    const [payoff] = dataOf(played).options!.payoffs;
    expect(payoff).toMatchObject({ endedAt: null, end: null, isNow: true, spot: 101 });
  });

  it('collateral is what the account ties up: strike times shares of cash-secured puts', () => {
    const played = seller();
    const { sessions } = inputOf(played);
    // Wednesday and Thursday; on Friday the contracts end at the close, and 200 shares are there instead.
    expect(sessions.slice(0, 2).map(({ collateral }) => collateral)).toEqual([29_000, 29_000]);
    expect(sessions[2]).toMatchObject({ collateral: 0, holdings: [{ symbol: 'ABC', quantity: 200 }] });
    const figures = premiumFigures(positionsOf(played), inputOf(played));
    expect(figures.collateralSessions).toBe(2);
    expect(figures.collateralMost).toBeCloseTo(29_000 / sessions[1].equity, 12);
    // One day each: −170 over 29,000 for two days, per year.
    expect(figures.yieldOnCollateral).toBeCloseTo((-170 / 58_000) * 365, 9);
  });

  it('is told in the terminal and to programs', () => {
    const played = seller();
    const figures = premiumFigures(positionsOf(played), inputOf(played));
    expect(premiumLines(figures)).toEqual([
      'premium 430 collected, −170 kept (0 bought back, 600 given up when assigned or settled), fees 0',
      '2 positions sold, 1 assigned; collateral 29% of equity on average, 29% at most, in 2 sessions',
    ]);
    const metrics = Object.fromEntries(premiumMetrics(figures).map(({ name, value }) => [name, value]));
    expect(metrics).toMatchObject({ optionsSold: 2, premiumCollected: 430, optionsAssigned: 1, assignedShare: 0.5 });
    expect(renderSummary(dataOf(played), { width: 80, colour: false })).toContain('premium 430 collected');
  });
});

describe('the book over time', () => {
  it('greeks are in money: delta per 1 %, theta per day, vega per point, of the vol that explains each mid', () => {
    const played = seller();
    const data = dataOf(played).options!;
    const { delta, gamma, theta, vega } = data.book;
    const [session] = inputOf(played).sessions;
    const positions = positionsOf(played);
    let [byHandDelta, byHandVega] = [0, 0];
    for (const { symbol, quantity, bid, ask, underlying, at } of session.holdings) {
      const { option } = positions.find((each) => each.symbol === symbol)!.instrument;
      const years = (Date.parse('2024-01-19T21:00:00Z') * 1000 - at) / (365 * 86_400e6);
      const priced = {
        right: option!.right,
        strike: option!.strike,
        spot: underlying,
        years,
        rate: 0,
        dividendYield: 0,
      };
      // Without a rate an American put is worth a European one: bisect its vol.
      let [low, high] = [0, 5];
      for (let i = 0; i < 200; i++) {
        const vol = (low + high) / 2;
        if (europeanGreeks(new Greeks(), { ...priced, vol }).value < (bid + ask) / 2) low = vol;
        else high = vol;
      }
      const greeks = americanGreeks(new Greeks(), { ...priced, vol: low });
      byHandDelta += quantity * 100 * greeks.delta * 0.01 * underlying;
      byHandVega += (quantity * 100 * greeks.vega) / 100;
    }
    // The first session is Tuesday, when nothing was held.
    expect([delta[0], gamma[0], theta[0], vega[0]]).toEqual([0, 0, 0, 0]);
    expect(delta[1]).toBeCloseTo(byHandDelta, 2);
    expect(vega[1]).toBeCloseTo(byHandVega, 2);
    expect(theta[1]).toBeGreaterThan(0);
    expect(gamma[1]).toBeLessThan(0);
    // 200 assigned shares at 97 on Friday: 1 % is 194.
    expect(delta[3]).toBeCloseTo(194, 9);
  });

  it('exposure of sold options is their collateral, not their price', () => {
    const data = dataOf(seller());
    const { exposure, keyFigures } = data;
    expect(exposure!.hasCollateral).toBe(true);
    expect(exposure!.gross[1]).toBeCloseTo(0.29, 2);
    // A sold put is long the share.
    expect(exposure!.net[1]).toBeGreaterThan(0);
    expect(exposure!.net[1]).toBeLessThan(exposure!.gross[1]!);
    expect(keyFigures.find(({ name }) => name === 'exposure')!.note).toMatch(/% of equity tied up$/);
  });

  it('what was traded in contracts counts with their multiplier', () => {
    const { costs } = dataOf(seller());
    expect(costs.rows.find(({ symbol }) => symbol === FAR)!.traded).toBeCloseTo(30, 9);
  });
});

describe('payoffs', () => {
  it('what was opened together is one package, named, with its limits and where it ended', () => {
    const [payoff] = dataOf(seller()).options!.payoffs;
    expect(payoff.legs).toEqual(['−2 put 100 2024-01-19', '−1 put 90 2024-01-19'].sort());
    expect(payoff.maxProfit).toBeCloseTo(430, 9);
    // Both to nought: 2 × 100 × 100 + 90 × 100 less the premium.
    expect(payoff.maxLoss).toBeCloseTo(-28_570, 9);
    // Below 100 each point costs 200: 430 are gone at 97.85.
    expect(payoff.breakEvens[0]).toBeCloseTo(97.85, 9);
    expect(payoff.end).toEqual({ price: 97, result: -170, contracts: -170 });
    const at = payoff.prices.indexOf(100);
    expect(payoff.atExpiry[at]).toBeCloseTo(430, 9);
    expect(payoff.before[at]).toBeLessThan(430);
  });

  it('a calendar has no limits that prices alone tell, and is not called unlimited', () => {
    const later = 'ABC240216P00100000';
    const played = seller({
      quotes: {
        [PUT]: [[2, 2.2], [2, 2.2], [2.5, 2.7], [3, 3.2], undefined],
        [later]: [
          [3, 3.2],
          [3, 3.2],
          [3.5, 3.7],
          [4, 4.2],
          [4, 4.2],
        ],
      },
      setup: onBars({
        0: ({ combo, standard }) =>
          void combo(
            standard('put-calendar', { underlying: 'ABC', strikes: [100], expiries: ['2024-01-19', '2024-02-16'] }),
          ),
      }),
    });
    const data = dataOf(played);
    expect(data.options!.payoffs[0]).toMatchObject({ name: 'put-calendar', firstExpiry: '2024-01-19', maxLoss: null });
    const html = renderReport(data, noAssets);
    expect(html).toContain('Its legs end on different days');
    expect(html).not.toContain('without limit');
  });

  it('shares that are held cover a sold call, and belong to its payoff, its result and no collateral', () => {
    const played = playChain(
      {
        closes: [100, 100, 100, 108, 108],
        quotes: { [CALL]: [[1, 1.2], [1, 1.2], [1, 1.2], [3, 3.2], undefined] },
        setup: onBars({
          0: ({ asset }) => void asset('ABC').buy(100),
          1: ({ asset }) => void asset(CALL).sell(1),
        }),
      },
      { conventions: cash, cash: 100_000 },
    );
    // Shares cover it: nothing was tied up that the premium could be held against.
    expect(premiumFigures(positionsOf(played), inputOf(played)).yieldOnCollateral).toBeNaN();
    const data = dataOf(played).options!;
    expect(data.payoffs[0]).toMatchObject({ name: 'covered-call', underlying: 'ABC' });
    expect(data.payoffs[0].maxProfit).toBeCloseTo(600, 9);
    // From 100 to 108 the shares won 800, the call lost 200 of its 300: where it ended lies on the line.
    expect(data.payoffs[0].end).toEqual({ price: 108, result: 600, contracts: -200 });
    const html = renderReport(dataOf(played), noAssets);
    expect(html).toContain('600.00 USD after fees with the shares from the opening on, of which the contracts brought');
    // An empty plot would have an axis of thousands of per cent.
    expect(html).toContain('sold options tied up no money');
    expect(html).not.toContain('id="collateral"');
    // Called away at 105: what was delivered went, so that nothing is told of it since.
    expect(data.assignments).toMatchObject([
      { kind: 'assigned', contracts: -1, shares: -100, basis: 106, premium: 100, since: null },
    ]);
    expect(data.assignments[0].worth).toBeCloseTo(300, 9);
  });
});

describe('assignments', () => {
  it('say the basis of the shares, what the option cost by then, and what the shares made since', () => {
    const data = dataOf(seller()).options!;
    expect(data.assignments).toHaveLength(1);
    const [row] = data.assignments;
    // 200 shares at 100 less 2.00 of premium; at 97 the contracts were worth 600, and a point was lost since.
    expect(row).toMatchObject({ symbol: PUT, kind: 'assigned', contracts: -2, strike: 100, price: 97, shares: 200 });
    expect(row).toMatchObject({ basis: 98, premium: 400, since: -200, isHeld: true });
    expect(row.worth).toBeCloseTo(600, 9);
    expect(row.result).toBeCloseTo(-200, 9);
  });

  it('naked calls under margin: an infinite or missing collateral breaks nothing', () => {
    const played = seller({}, margined);
    expect(JSON.stringify(dataOf(played).options)).not.toContain('Infinity');
  });
});

describe('buckets and moves', () => {
  const known = positionsOf(seller());

  it('positions lie by their delta when sold and days left; a boundary belongs to what begins there', () => {
    const rows = bucketRows(known, ({ symbol }) => (symbol === PUT ? -0.4 : Number.NaN));
    expect(rows).toEqual([
      expect.objectContaining({
        delta: '0.40–0.50',
        days: '2–7',
        count: 1,
        premium: 400,
        wonShare: 0,
        assignedShare: 1,
      }),
      expect.objectContaining({ delta: 'unknown', days: '2–7', count: 1, premium: 30, wonShare: 1, assignedShare: 0 }),
    ]);
    expect(rows[0].averageResult).toBeCloseTo(-200, 9);
    expect(rows[0].resultOfPremium).toBeCloseTo(-0.5, 9);
  });

  it('a move is measured by the vol that was sold: realised over implied is the root mean square', () => {
    const moves = movesOf(known, () => 0.5);
    // From 101 at Wednesday's close to 97 at Friday's, two days.
    const expected = (97 / 101 - 1) / (0.5 * Math.sqrt(2 / 365));
    expect(moves.map((move) => move.expected)).toEqual([expect.closeTo(expected, 9), expect.closeTo(expected, 9)]);
    expect(moveFigures(moves, [0.5, 0.5, Number.NaN])).toMatchObject({ count: 2, impliedVol: 0.5 });
    expect(moveFigures(moves, [0.5]).ratio).toBeCloseTo(Math.abs(expected), 9);
  });
});

describe('the page', () => {
  it('has the section where contracts were traded, and no number that is none', () => {
    const html = renderReport(dataOf(seller()), noAssets).replace(/id="report-data">.*?<\/script>/s, '');
    expect(html).toContain('<section id="options"');
    expect(html).toContain('href="#options"');
    expect(html).toContain('Premium against what the underlying then did');
    expect(html).not.toMatch(/\b(NaN|undefined|null|Infinity)\b/);
  });

  it('of contracts without bars nobody knows how far they went on the way: no excursion is nought', () => {
    const { result } = seller();
    const contracts = result.trades.filter(({ symbol }) => symbol !== 'ABC');
    expect(contracts.length).toBe(2);
    expect(contracts.every(({ worst, best }) => Number.isNaN(worst) && Number.isNaN(best))).toBe(true);
    expect(renderReport(dataOf(seller()), noAssets)).not.toContain('How far trades went');
  });

  it('lacks it where none were', () => {
    const html = renderReport(playedShare(walk(60)).data, noAssets);
    expect(html).not.toContain('id="options"');
    expect(html).not.toContain('href="#options"');
  });

  it('its data survive JSON, so that a page can be made again', () => {
    const data = dataOf(seller());
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  });
});

describe('the end of a tape', () => {
  it('that has bars after its last close still holds what was held at it', () => {
    const look = { collateral: 10_000, equity: 100_000, holdings: [] };
    const day = 86_400_000_000;
    const closes = [day + 21 * HOUR, 2 * day + 18 * HOUR];
    const looks = closes.map((at) => ({ ...look, at }));
    const afterHours = 2 * day + 21 * HOUR;
    expect(sessionsAt(Float64Array.of(...closes, afterHours, 3 * day + 21 * HOUR), looks)).toEqual([
      looks[0],
      looks[1],
      looks[1],
      undefined,
    ]);
  });
});
