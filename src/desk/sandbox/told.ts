/**
 * What the desk says to a strategy's process: what it is, then one input after the other, then that it is over.
 */
import type { Input, SessionHead } from '../../engine/live/index.ts';
import type { PROTOCOL } from './said.ts';

/** Hashes of the strategy's code and of the engine's. */
export type CodeHashes = SessionHead['code'];

/** Asks what the strategy is called and which parameters it has. */
export interface Describe {
  readonly do: 'describe';
  readonly protocol: typeof PROTOCOL;
  readonly strategy: { readonly name?: string | undefined; readonly file?: string | undefined };
  /** Where a relative path of it starts. */
  readonly folder: string;
  readonly code: CodeHashes;
}

/** The session that the strategy is to have: that of the desk, without what is none of its business. */
export interface Begin {
  readonly do: 'begin';
  readonly protocol: typeof PROTOCOL;
  readonly head: SessionHead;
  readonly folder: string;
  /** Its number on the desk's deck. */
  readonly strategy: number;
  readonly decisionLifeUs: number;
  /** What it told at the end of the session before, as it told it; null in the first one. */
  readonly state: string | null;
}

export interface Take {
  readonly do: 'take';
  readonly seq: number;
  readonly input: Input;
}

export interface End {
  readonly do: 'end';
}

export type Told = Describe | Begin | Take | End;

/** The keys of a deck that a strategy's session is made of. */
const TOLD_KEYS = ['name', 'strategy', 'conventions', 'account', 'seed'] as const;

/** The head as the strategy is told it: no account number, no limits, no channels, no paths but that of its own file. */
export function toldHead(head: SessionHead): SessionHead {
  const deck = head.deck as Readonly<Record<string, unknown>>;
  const told = Object.fromEntries(TOLD_KEYS.filter((key) => key in deck).map((key) => [key, deck[key]]));
  const { limits: _limits, loosened: _loosened, broker: _broker, doors: _doors, process: _process, ...rest } = head;
  return { ...rest, deck: { ...told, limits: 'none' }, restored: null };
}
