/**
 * `tradedeck logs --follow`: what a session did last, and then each entry as it is written, until the session is over.
 */
import { GrowingSession } from '../adapters/session-files/index.ts';
import { Fault } from '../base/fault.ts';
import { sessionRows, type JournalRow } from '../desk/run/journal-rows.ts';
import { entriesOf, sessionFolder } from '../desk/session/stored-journal.ts';
import { headOf, inputOf } from '../engine/live/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { JournalFlags } from './journal.ts';
import { stoppedBySignals } from './stopping.ts';
import { oneLine, print } from './terminal.ts';

const LOOK_MS = 500;
const LINES = 20;

/** Follows the journal in the folder of a session; a session that is gone on with is followed further. */
export async function follow(name: string, flags: JournalFlags & { readonly lines?: number }): Promise<ExitCode> {
  const folder = sessionFolder(name, flags.runs ?? 'runs');
  const journal = folder === undefined ? undefined : new GrowingSession(folder);
  let texts = journal?.read() ?? [];
  if (folder === undefined || journal === undefined || texts.length === 0) {
    throw new Fault('journal.no-session', 'only the journal of a session is followed, and there is none', {
      file: name,
    });
  }
  using stopping = stoppedBySignals();
  const head = headOf(texts[0], folder);
  const rowsOf = (from: number): JournalRow[] => sessionRows(head, entriesOf(texts, folder, from), flags);
  let rows = rowsOf(0).slice(-(flags.lines ?? LINES));
  for (let count = 0; ;) {
    for (const row of rows) print(flags.json === true ? JSON.stringify(row) : lineOf(row));
    if (texts.slice(count === 0 ? 1 : 0).some((text) => inputOf(text).kind === 'stop')) return EXIT.ok;
    count += texts.length;
    if (await stopping.waited(LOOK_MS)) return EXIT.interrupted;
    texts = journal.read();
    rows = rowsOf(count);
  }
}

/** An entry by itself: what it has, in the order of the table. */
function lineOf({ time, kind, strategy, symbol, order, quantity, price, text }: JournalRow): string {
  const parts = [
    time,
    kind.padEnd(9),
    strategy,
    symbol ?? '',
    order === null ? '' : `order ${order}`,
    quantity === null ? '' : String(quantity),
    price === null ? '' : `at ${price}`,
    oneLine(text),
  ];
  return parts.filter((part) => part !== '').join('  ');
}
