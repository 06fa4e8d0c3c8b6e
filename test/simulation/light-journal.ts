/**
 * A journal that is light to keep: what was taken stays as it is, and the disk holds a few bytes that stand for it.
 *
 * Most seeds use it, because JSON and its hashes took more than half of a run; every eighth keeps the true frames, which
 * have tests of their own byte by byte. Recovery takes the same inputs again in both, and each must lead to the same.
 */
import type { BrokerRequest, Input, LiveSession, Outcome } from '../../src/engine/live/index.ts';

/** Bytes of the disk for each record: cut anywhere, what is not whole is lost. */
export const LIGHT_BYTES = 8;
const BYTES: Uint8Array = new Uint8Array(LIGHT_BYTES);

interface Record {
  readonly input: Input;
  readonly requests: readonly BrokerRequest[];
  readonly mark: Mark;
}

export class LightJournal {
  private readonly records: Record[] = [];
  private next: Record | undefined = undefined;

  /** The record that is to be appended. */
  prepare(input: Input, outcome: Outcome, session: LiveSession): Uint8Array {
    this.next = { input, requests: outcome.requests, mark: markOf(outcome, session) };
    return BYTES;
  }

  /** It was appended at this byte. */
  appended(at: number): void {
    const { next } = this;
    if (next === undefined) return;
    // Setting a length takes long, even to what it is.
    if (this.records.length !== at / LIGHT_BYTES) this.records.length = at / LIGHT_BYTES;
    this.records.push(next);
    this.next = undefined;
  }

  /** Keeps the records that are whole in so many bytes; returns their number. */
  cut(bytes: number): number {
    this.records.length = Math.floor(bytes / LIGHT_BYTES);
    return this.records.length;
  }

  /** What was taken, oldest first. */
  get taken(): readonly Record[] {
    return this.records;
  }

  /** Takes everything again; returns the first record that leads to something else. */
  replay(session: LiveSession): number | undefined {
    for (const [index, { input, mark }] of this.records.entries()) {
      if (!isSame(markOf(session.take(input), session), mark)) return index;
    }
    return undefined;
  }
}

/** What an input led to, in short. */
interface Mark {
  readonly entries: number;
  readonly requests: number;
  readonly alerts: number;
  readonly cash: number;
  readonly nextId: number;
  readonly state: string;
  /** Id of the newest order that something was asked of. */
  readonly asked: string;
}

function markOf({ to, requests, alerts }: Outcome, { deck, states }: LiveSession): Mark {
  const last = requests.at(-1);
  return {
    entries: to,
    requests: requests.length,
    alerts: alerts.length,
    cash: deck.ledger.cash[0].amount,
    nextId: deck.orders.gate.nextId,
    state: states.account,
    asked: last === undefined || last.kind === 'snapshot' ? '' : last.clientId,
  };
}

function isSame(a: Mark, b: Mark): boolean {
  return (
    a.entries === b.entries &&
    a.requests === b.requests &&
    a.alerts === b.alerts &&
    a.cash === b.cash &&
    a.nextId === b.nextId &&
    a.state === b.state &&
    a.asked === b.asked
  );
}
