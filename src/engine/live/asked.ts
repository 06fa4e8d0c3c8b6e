/**
 * Requests of people and programs that carry an id: the same one again is not obeyed again, and one with other words is
 * refused. Ids are read from the commands that were obeyed, so that a session that goes on knows those of before.
 */
import { ENTRY, type Journal } from '../journal/journal.ts';
import type { CommandInput } from './inputs.ts';

export class Asked {
  /** What was asked under each id. */
  private readonly words = new Map<string, string>();
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Whether a command may be obeyed: it is new, was obeyed before, or says something else than before under its id. */
  meets({ id, command, reason }: Pick<CommandInput, 'id' | 'command' | 'reason'>): 'new' | 'again' | 'conflict' {
    const before = id === undefined ? undefined : this.words.get(id);
    if (before === undefined) return 'new';
    return before === wordsOf(command, reason) ? 'again' : 'conflict';
  }

  /** Takes a command: whether it is to be obeyed. One that is not leaves a record of who asked for what. */
  take(input: CommandInput, at: number): boolean {
    const { id, command, reason, by } = input;
    const meets = this.meets(input);
    if (meets === 'new' && id !== undefined) this.words.set(id, wordsOf(command, reason));
    if (meets === 'conflict') {
      const text = `request.conflict: ${by} asked for ${command.do} under id ${id}, which was ${this.words.get(id!)}`;
      this.journal.write(ENTRY.note, at, 0, -1, 0, 0, Number.NaN, 0, 0, text);
    }
    return meets === 'new';
  }
}

function wordsOf(command: CommandInput['command'], reason: string): string {
  const fields = Object.entries(command).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, reason]);
}
