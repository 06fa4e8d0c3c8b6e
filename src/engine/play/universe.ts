/**
 * The universe: which instruments belong to it when. Membership is dated, so that a test of the past knows only the
 * members of the past and not today's survivors.
 */
import type { Instrument } from '../../market/instrument.ts';
import type { Control } from '../gate/gate.ts';
import { onlyReduces } from '../limits/reduces.ts';
import { refuse } from '../limits/format.ts';
import type { Wakes } from './wakes.ts';

/** One instrument's time in the universe; it may have several. */
export interface Membership {
  readonly symbol: string;
  /** First instant at which it is a member. */
  readonly from: number;
  /** First instant at which it no longer is; left out when it still is. */
  readonly to?: number;
}

/** Told once per instant at which something changed: indices of instruments. */
export type UniverseChange = (added: readonly number[], removed: readonly number[], at: number) => void;

export class Universe {
  private readonly spans: { readonly instrument: number; readonly from: number; readonly to: number }[] = [];
  private readonly member: Uint8Array;
  /** Symbols that the tape does not have. */
  private readonly absent = new Set<string>();
  private readonly instruments: readonly Instrument[];

  /** Without memberships everything is always a member. */
  constructor(instruments: readonly Instrument[], memberships: readonly Membership[] | undefined) {
    this.instruments = instruments;
    this.member = new Uint8Array(instruments.length).fill(memberships === undefined ? 1 : 0);
    if (memberships === undefined) return;
    const known = new Map(instruments.map(({ symbol }, index) => [symbol, index] as const));
    for (const { symbol, from, to } of memberships) {
      const instrument = known.get(symbol);
      if (instrument === undefined) this.absent.add(symbol);
      else this.spans.push({ instrument, from, to: to ?? Infinity });
    }
  }

  get isDated(): boolean {
    return this.spans.length > 0 || this.absent.size > 0;
  }

  isMember(instrument: number): boolean {
    return this.member[instrument] === 1;
  }

  /** Sets what was known when a run was saved. */
  restore(instrument: number, isMember: boolean): void {
    this.member[instrument] = isMember ? 1 : 0;
  }

  /** Announces the members when the tape begins, and each change before the data of its instant. */
  start(wakes: Wakes, changed: UniverseChange): void {
    if (!this.isDated) return;
    const turn = (at: number): void => this.turn(at, changed);
    wakes.untilFirst((begin) => {
      // Instants are whole, so half a microsecond early is before all data of the instant.
      wakes.at(begin - 0.5, () => turn(begin));
      const instants = new Set(this.spans.flatMap(({ from, to }) => [from, to]));
      for (const at of instants) if (at > begin && at < Infinity) wakes.at(at - 0.5, () => turn(at));
    });
  }

  /** Refuses orders that open or grow a position in what is no member. */
  get control(): Control {
    return {
      name: 'universe',
      sentence: 'Only members of the universe are bought or sold short; what has left it can only be closed.',
      check: (intent, { ledger }) =>
        this.isMember(intent.instrument) || onlyReduces(intent, ledger)
          ? undefined
          : refuse('universe.not-member', `${this.instruments[intent.instrument].symbol} is not in the universe now`),
    };
  }

  /** What the report must say about it. */
  get sentences(): readonly string[] {
    if (this.absent.size === 0) return [];
    return [
      `${this.absent.size} of the universe’s symbols are not on the tape: what happened to them is missing from the result.`,
    ];
  }

  private turn(at: number, changed: UniverseChange): void {
    const now = new Uint8Array(this.member.length);
    for (const { instrument, from, to } of this.spans) if (from <= at && at < to) now[instrument] = 1;
    const added: number[] = [];
    const removed: number[] = [];
    for (let instrument = 0; instrument < now.length; instrument++) {
      if (now[instrument] === this.member[instrument]) continue;
      (now[instrument] === 1 ? added : removed).push(instrument);
    }
    this.member.set(now);
    if (added.length + removed.length > 0) changed(added, removed, at);
  }
}
