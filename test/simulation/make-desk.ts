/**
 * A desk of a simulated world: what it trades, with which strategies, at a broker of which ways.
 */
import type { DeckOptions } from '../../src/engine/deck-options.ts';
import type { LimitSettings } from '../../src/engine/limits/settings.ts';
import { SESSION_JOURNAL, SESSION_VERSION, type SessionHead } from '../../src/engine/live/index.ts';
import { honest } from '../../src/engine/sim/conventions.ts';
import { flatLeverage } from '../../src/engine/sim/margin.ts';
import { defineInstrument } from '../../src/market/instrument.ts';
import { calendar } from '../../src/time/calendars.ts';
import type { SimulatedBroker } from './broker.ts';
import { SimulatedDesk } from './desk.ts';
import type { Faults } from './faults.ts';
import { waysOf } from './kept-exits.ts';
import { CONTRACTS } from './option-world.ts';
import { besides, bracketer, churner, hasty } from './strategies.ts';
import { SYMBOLS } from './symbols.ts';
import { slicer, trailer } from './trailers.ts';
import { wheel } from './wheel.ts';
import type { World } from './world.ts';

export const CASH = 1_000_000;

/** What a world has beside shares, whole, and the strategies that were there first. */
export interface Kinds {
  readonly hasOptions: boolean;
  readonly hasFractions: boolean;
  readonly hasTrailing: boolean;
  readonly hasBursts: boolean;
}

/** Draws what a world has. */
export function drawKinds(faults: Faults): Kinds {
  return {
    hasOptions: faults.strikes('options'),
    hasFractions: faults.strikes('fractions'),
    hasTrailing: faults.strikes('trailing'),
    hasBursts: faults.strikes('burst'),
  };
}

/** Makes a desk, or another one for the same account, with a journal of its own. */
export function makeDesk(
  world: World,
  faults: Faults,
  broker: SimulatedBroker,
  limits: LimitSettings,
  { hasOptions, hasFractions, hasTrailing, hasBursts }: Kinds,
  isLight: boolean,
  before?: SimulatedDesk,
): SimulatedDesk {
  const lot = hasFractions ? { lot: 0.001 } : {};
  const shares = SYMBOLS.map((symbol) => defineInstrument({ symbol, tick: 0.01, calendar: '24-7', ...lot }));
  const instruments = hasOptions ? [...shares, ...CONTRACTS] : shares;
  const other = faults.strikes('otherStrategy') ? bracketer : churner;
  const plain = hasFractions ? slicer : churner;
  const first = hasOptions ? [besides, wheel][world.of('options').below(2)] : plain;
  const own = hasTrailing ? trailer : hasBursts ? hasty : other;
  const second = hasOptions ? wheel : own;
  const options: DeckOptions = {
    tape: {
      source: 'simulated',
      simulated: true,
      instruments,
      actions: [],
      findings: [],
      fingerprint: '',
      adjustment: 'raw',
    },
    streams: instruments.map(({ symbol }) => ({ kind: 'quotes', symbol })),
    strategies: [{ definition: first }, { definition: second }],
    cash: CASH,
    conventions: { ...honest, margin: flatLeverage(4) },
    ...(hasOptions ? { calendarOf: calendar } : {}),
    limits,
    seed: world.random.uint32(),
  };
  const head: SessionHead = {
    journal: SESSION_JOURNAL,
    version: SESSION_VERSION,
    mode: 'live',
    deck: null,
    strategies: [
      { name: first.name, parameters: {} },
      { name: second.name, parameters: {} },
    ],
    tape: options.tape,
    streams: options.streams,
    conventions: 'honest',
    seed: 0,
    // The last digits say which ways the broker has.
    lineage: before === undefined ? `seed-${world.random.uint32()}` : `second-${before.lineage}`,
    code: { strategy: '', engine: '' },
    universe: null,
    restored: null,
  };
  broker.holdsShares = waysOf(head.lineage).exits?.single !== undefined;
  return new SimulatedDesk(world, faults, broker, options, head, isLight);
}
