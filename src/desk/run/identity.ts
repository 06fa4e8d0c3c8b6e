/**
 * Names a run by what went into it: the same inputs give the same id, on any machine and on any day.
 */
import { hash } from 'node:crypto';
import type { DeckState } from '../../engine/state/state.ts';
import type { Membership } from '../../engine/play/universe.ts';
import type { DeckConfig } from '../config/schema.ts';

/** The seed of a deck that names none. */
export const DEFAULT_SEED = 1;

/** Everything that can change what a run gives. */
export interface RunInputs {
  readonly config: DeckConfig;
  readonly strategy: string;
  /** Every parameter, defaults included. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly dataFingerprint: string;
  readonly strategyHash: string;
  readonly engineHash: string;
  readonly universe?: readonly Membership[] | undefined;
  readonly restored?: DeckState | undefined;
}

/** Returns the id of a run: twelve hexadecimal digits of a hash over its inputs. Where files lie does not count. */
export function runId(inputs: RunInputs): string {
  const { config, ...rest } = inputs;
  const { name: _name, output: _output, strategy: _strategy, sweep: _sweep, alerts: _alerts, tape, ...named } = config;
  // These may be files: what they hold is among the other inputs.
  const { universe: _universe, state: _state, ...deciding } = named;
  const span = { start: tape.start, end: tape.end };
  const defaults = { mode: 'backtest', seed: DEFAULT_SEED };
  return hash('sha256', canonical({ ...defaults, ...rest, ...deciding, span })).slice(0, 12);
}

/** Returns JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
