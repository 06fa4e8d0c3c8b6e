/** What is refused before it is played never sells an option when it is played all the same. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { TapeFacts } from '../../../src/engine/feeds/tape-facts.ts';
import type { AnyStrategy } from '../../../src/engine/strategy/strategy.ts';
import { resolveParameters } from '../../../src/engine/strategy/parameters.ts';
import { simulateTape } from '../../../src/market/simulate/simulate.ts';
import { coveredCalls } from '../../../src/strategies/covered-calls/index.ts';
import { cashSecuredPuts } from '../../../src/strategies/csp/index.ts';
import { wheel } from '../../../src/strategies/wheel/index.ts';
import { handmade } from './handmade.ts';
import { optionTape, play, type Given, type OptionTape } from './play.ts';

/** Ten weeks of a share, its options, and an index beside them whose points are its prices. */
function withIndex(seed: number): OptionTape {
  const end = '2023-03-10';
  const { tape, streams } = optionTape(['AAA'], seed, end);
  const index = simulateTape({ seed: seed + 1, symbols: ['VVV'], start: '2023-01-01', end });
  return {
    tape: { ...tape, instruments: [...tape.instruments, ...index.instruments] },
    streams: [...streams, ...index.slice.streams],
  };
}

const HAND = handmade({ callStrike: 95 });
const CASH = 60_000;

/** Values around what these tapes have, so that many sets are just possible and many are just not. */
const DRAWS: Readonly<Record<string, (random: Random) => string | number>> = {
  maxSpreadPct: (random) => 0.03 + 0.1 * random.uniform(),
  priceMax: (random) => 60 + 60 * random.uniform(),
  minDailyReturn: (random) => 0.02 * random.uniform() ** 2,
  callMinDailyReturn: (random) => 0.02 * random.uniform() ** 2,
  minStrikePct: (random) => 0.8 + 0.4 * random.uniform(),
  maxStrikePct: (random) => 0.8 + 0.4 * random.uniform(),
  callMinStrikePct: (random) => 0.8 + 0.4 * random.uniform(),
  callMaxStrikePct: (random) => 0.8 + 0.4 * random.uniform(),
  deltaMin: (random) => 0.6 * random.uniform(),
  deltaMax: (random) => random.uniform(),
  minDte: (random) => 1 + random.below(11),
  maxDte: (random) => 1 + random.below(11),
  callMinDte: (random) => 1 + random.below(11),
  callMaxDte: (random) => 1 + random.below(11),
  positionShare: (random) => 0.3 * random.uniform(),
  capital: (random) => 2 * CASH * random.uniform(),
  deployment: (random) => `0:0, ${60 + 80 * random.uniform()}:${random.uniform()}`,
  volatility: (random) => ['VVV', 'chain', 'none'][random.below(3)],
  events: (random) =>
    `2023-01-01..2023-0${1 + random.below(4)}-0${1 + random.below(9)}, 2023-03-0${1 + random.below(9)}`,
  eventDays: (random) => 1 + random.below(40),
  equityRules: (random) => ['aboveShort', 'belowBand', 'longRising', 'none'][random.below(4)],
  smaShort: (random) => 2 + random.below(60),
  strikeCeiling: (random) => ['percent', 'average'][random.below(2)],
  minVolume: (random) => random.below(2),
  callWish: (random) => ['minDelta', 'minChange', 'dailyReturn', 'delta'][random.below(4)],
  callChange: (random) => 0.2 * random.uniform(),
  callDailyReturn: (random) => 0.02 * random.uniform() ** 2,
  callDelta: (random) => random.uniform(),
};

const LOOSE: Given = {
  deltaMin: 0,
  deltaMax: 1,
  stopOnDelta: false,
  minDailyReturn: 0,
  callFloor: 'none',
  callExits: 'none',
};

function factsOf({ tape: { instruments, actions }, streams }: OptionTape): TapeFacts {
  return { instruments, actions, streams, listings: [], cash: CASH, earnsInterest: false, isFlat: true };
}

/** A few parameters of a seller, at random. */
function drawn(strategy: AnyStrategy, random: Random): Given {
  const names = Object.keys(DRAWS).filter((name) => name in strategy.parameters!);
  const count = 1 + random.below(4);
  const given: Record<string, string | number | boolean> = { ...LOOSE };
  for (let i = 0; i < count; i++) {
    const name = names[random.below(names.length)];
    given[name] = DRAWS[name](random);
  }
  return Object.fromEntries(Object.entries(given).filter(([name]) => name in strategy.parameters!));
}

test.each([
  { strategy: cashSecuredPuts() as AnyStrategy },
  { strategy: coveredCalls() as AnyStrategy },
  { strategy: wheel() as AnyStrategy },
])('a set that $strategy.name is refused with sells no option on that tape', ({ strategy }) => {
  const random = new Random(7);
  // What is known of a tape is asked many times, as a sweep does.
  const tapes = [HAND, withIndex(4), withIndex(9)].map((own) => ({ ...own, facts: factsOf(own) }));
  let [refused, allowed] = [0, 0];
  while (refused < 40) {
    const own = tapes[random.below(tapes.length)];
    const given = { volatility: 'none', equityRules: 'none', ...drawn(strategy, random) };
    if (given.volatility === 'VVV' && own === tapes[0]) continue;
    const parameters = resolveParameters(strategy.parameters!, { positionShare: 0.5, entryOrder: 'bid', ...given });
    if (strategy.check!(parameters) !== undefined) continue;
    const said = strategy.fits!(parameters, own.facts);
    if (said === undefined) {
      allowed++;
      continue;
    }
    refused++;
    const { result } = play(own, strategy, parameters, { cash: CASH });
    const sales = result.fills.filter(({ symbol, quantity }) => quantity < 0 && symbol.length > 3);
    expect(sales, `${said} ${JSON.stringify(given)}`).toEqual([]);
  }
  expect(allowed).toBeGreaterThan(refused / 4);
});
