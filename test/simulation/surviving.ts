/**
 * What of a simulated process is sure to survive its death, for whoever checks what left before it was.
 */
import type { BrokerRequest, Input } from '../../src/engine/live/index.ts';

export class Surviving {
  /** Client ids whose intent is sure to survive. */
  readonly ids = new Set<string>();
  /** What the operator commanded last of the whole account, once that is sure to survive. */
  commanded = 'clear';
  /** From when the first books are whose reading is sure to survive; Infinity before. */
  readAt = Infinity;
  private unsure: { readonly end: number; readonly ids: readonly string[]; readonly input: Input }[] = [];
  /** What was commanded in the sessions before. */
  private commandedBefore = 'clear';

  /** A process begins with what its disk was sure of. */
  begin(): void {
    this.commanded = this.commandedBefore;
    this.unsure = [];
  }

  endSession(): void {
    this.commandedBefore = this.commanded;
  }

  /** An input was written, and what it led to, and the disk ends at a byte. */
  note(requests: readonly BrokerRequest[], input: Input, end: number): void {
    if (requests.length === 0 && input.kind !== 'command' && input.kind !== 'report') return;
    this.unsure.push({ end, ids: submittedIds(requests), input });
  }

  /** The disk is sure of all bytes before this one. */
  upTo(to: number): void {
    while (this.unsure.length > 0 && this.unsure[0].end <= to) {
      const { ids, input } = this.unsure.shift()!;
      for (const id of ids) this.ids.add(id);
      this.remember(input);
    }
  }

  /** It was found on the disk. */
  add(requests: readonly BrokerRequest[], input: Input): void {
    for (const request of requests) if (request.kind === 'submit') this.ids.add(request.clientId);
    this.remember(input);
  }

  /** What of an input that survives is looked at later. */
  private remember(input: Input): void {
    if (input.kind === 'command') this.commanded = standing(this.commanded, input.command.do);
    // The first that is taken, which need not be the first that was made.
    if (input.kind === 'report' && input.report.kind === 'snapshot' && this.readAt === Infinity)
      this.readAt = input.report.at!;
  }
}

/** What stands after a command: only `clear` lets go of what was stopped before. */
function standing(before: string, what: string): string {
  const stops = ['clear', 'reduce', 'halt', 'kill'];
  return what === 'clear' || stops.indexOf(what) > stops.indexOf(before) ? what : before;
}

function submittedIds(requests: readonly BrokerRequest[]): readonly string[] {
  const ids: string[] = [];
  for (const request of requests) if (request.kind === 'submit') ids.push(request.clientId);
  return ids;
}
