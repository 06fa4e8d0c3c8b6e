/**
 * Reads a saved state from its file. That it belongs to the run which goes on is checked by the engine.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault, show } from '../../base/fault.ts';
import { STATE_VERSION, type DeckState } from '../../engine/state/state.ts';
import { problemsOf } from '../config/rules.ts';

const list = z.array(z.unknown());

/** What a file must have to be a saved state at all. */
const shape = z.looseObject({
  version: z.literal(STATE_VERSION),
  at: z.number(),
  strategies: z.array(z.looseObject({ name: z.string(), random: list })),
  cash: z.array(z.looseObject({ currency: z.string(), units: z.string().regex(/^-?\d+$/, 'must be a whole number') })),
  positions: list,
  instruments: z.array(z.looseObject({ symbol: z.string(), prices: list })),
  orders: list,
  nextOrder: z.int(),
  sequence: z.int(),
  feeds: z.array(z.looseObject({ symbol: z.string(), timeFrame: z.string(), followed: list })),
  unsettled: list,
  rolledAt: z.number().nullable(),
  peak: z.number(),
});

const FIELD = 'state.restore';

/** Reads a saved state; `name` is relative to `folder`. A file that is none is a `Fault` at the deck's field. */
export function readState(name: string, folder: string): DeckState {
  const data = parse(textOf(name, folder), name);
  const version = typeof data === 'object' && data !== null && 'version' in data ? data.version : undefined;
  if (version !== undefined && version !== STATE_VERSION) {
    const rule = `${name}: a saved state must be of version ${STATE_VERSION}, was ${show(version)}`;
    throw new Fault('state.version', rule, { field: FIELD }, 'play the run again that saved it');
  }
  const [first] = problemsOf(shape, data);
  if (first !== undefined) {
    const place = first.path.length === 0 ? '' : ` ${first.path.join('.')}`;
    throw new Fault('state.unreadable', `${name} is no saved state:${place} ${first.rule}`, { field: FIELD });
  }
  // The shape is that of a state; what stands deeper was written by the engine.
  return data as DeckState;
}

function textOf(name: string, folder: string): string {
  const path = resolve(folder, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const home = dirname(path);
  const hint = existsSync(home) ? didYouMean(basename(path), readdirSync(home)) : undefined;
  throw new Fault('file.unreadable', `there is no file ${show(name)}`, { field: FIELD }, hint);
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault('state.unreadable', `${name} is no JSON: ${reason}`, { field: FIELD });
  }
}
