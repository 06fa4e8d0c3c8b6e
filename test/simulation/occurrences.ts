/**
 * What came about in a simulated run because of the faults: a simulator that no longer brings something about would look
 * clean, so what must come about is counted, and a long run in which one of it never did has failed.
 */
import type { Input, LiveSession, Outcome } from '../../src/engine/live/index.ts';

/** How often each thing came about, by name. */
export type Counts = Record<string, number>;

/** What must come about in some thousand seeds. */
export const EXPECTED: readonly string[] = [
  'account taken by another desk',
  'alert fill.after-end',
  'alert fill.busted',
  'alert fill.unplaced',
  'alert loss.limit',
  'alert order.beyond-flat',
  'alert order.overfill',
  'alert order.tombstone',
  'alert order.unknown',
  'alert order.zombie',
  'alert position.drift',
  'alert position.kept',
  'alert strategy.stopped',
  'alert symbol.halted',
  'answers from behind a door',
  'clock set ahead',
  'clock set back',
  'clock set by the broker',
  'closed after a loss',
  'closing sent again',
  'corrected execution',
  'deaths behind a door',
  'delivery told in parts',
  'exits held here that were reached',
  'exits kept by the broker',
  'exits kept that both filled',
  'halted at a jump of the clock',
  'halves told far apart',
  'held desk.lease',
  'held price.collar',
  'held quote.one-sided',
  'held quote.stale',
  'held state.halted',
  'lease lost by a process that lived',
  'machine slept',
  'machine stood still',
  'mistakes behind a door',
  'options assigned at expiry',
  'options assigned early',
  'options exercised',
  'options expired',
  'orders from behind a door',
  'packages changed',
  'packages filled in part',
  'parts of a share refused',
  'refused option.level',
  'refused order.self-cross',
  'refused position.quantity',
  'refused price.collar',
  'refused quote.stale',
  'refused state.reducing',
  'refused symbol.halted',
  'stops held here that follow',
  'stops kept there that followed',
];

export class Occurrences {
  readonly counts: Counts = {};

  add(name: string, count = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + count;
  }

  /** A session took an input: what people are told of, and what the desk held back at the last moment. */
  taken({ venue }: LiveSession, { alerts, requests }: Outcome, input: Input): void {
    for (const { code } of alerts) this.add(`alert ${code}`);
    if (input.kind === 'report') {
      const { report } = input;
      if (report.kind === 'refused' && report.code.includes('.')) this.add(`held ${report.code}`);
      if (report.kind === 'bust' && report.by !== undefined) this.add('corrected execution');
    }
    for (const request of requests) {
      if (request.kind !== 'submit') continue;
      if (venue?.tickets.get(request.clientId)?.order.reason === 'loss.flatten') this.add('closed after a loss');
    }
  }

  /** A process is over: what its gate refused. */
  over({ deck }: LiveSession): void {
    deck.journal.each('refused', ({ text }) => this.add(`refused ${text.slice(0, text.indexOf(':'))}`));
    deck.journal.each('note', ({ text }) => {
      if (text.startsWith('it is held here')) this.add('exits held here');
      if (text.startsWith('it was reached')) this.add('exits held here that were reached');
      if (text.startsWith('the market has left')) this.add('exits held here that the market left');
    });
  }
}

/** What should have come about and did not. */
export function missing(seen: Counts, struck: Counts): readonly string[] {
  const never = Object.keys(struck).filter((name) => struck[name] === 0);
  return [...never, ...EXPECTED.filter((name) => (seen[name] ?? 0) === 0)];
}

/** Adds the counts of a run to those of all. */
export function addUp(all: Counts, counts: Readonly<Counts>): void {
  for (const [name, count] of Object.entries(counts)) all[name] = (all[name] ?? 0) + count;
}
