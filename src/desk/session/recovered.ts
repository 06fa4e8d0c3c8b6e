/**
 * The session of a journal, as it stood when its last record was written: a new one has only its head. With it comes the
 * process of its strategy where it has one, which knows what it was told and what it answered.
 */
import type { SessionFiles } from '../../adapters/session-files/index.ts';
import { Fault } from '../../base/fault.ts';
import { verifySession, type LiveSession, type SessionHead } from '../../engine/live/index.ts';
import type { LoadedRun } from '../run/run.ts';
import { sessionOf } from './options.ts';
import { OwnProcess } from './own-process.ts';

export interface Recovered {
  readonly session: LiveSession;
  readonly loaded: LoadedRun;
  /** Not started yet; undefined where the strategy runs in this process. */
  readonly own: OwnProcess | undefined;
  /** Records after the head. */
  readonly count: number;
}

/** Takes what is in the journal again. `hint` is what to do where the session is over. */
export async function recovered(
  head: SessionHead,
  files: SessionFiles,
  { folder, deckFolder, now }: { readonly folder: string; readonly deckFolder: string; readonly now: () => number },
  over: { readonly rule: string; readonly hint: string },
): Promise<Recovered> {
  const { session, loaded } = await sessionOf(head, deckFolder);
  const { strategy } = loaded;
  const own = OwnProcess.of({ head, strategy, deckFolder, folder, now });
  const texts = files.stored.texts.slice(1);
  const divergence = verifySession(session, texts, own?.recalled);
  if (divergence !== undefined) {
    const rule = `record ${divergence.record} is decided otherwise now: nothing can go on from it`;
    throw new Fault('journal.diverges', rule, { file: folder }, 'tradedeck verify shows both sides');
  }
  if (session.isOver) throw new Fault('session.over', over.rule, { file: folder }, over.hint);
  return { session, loaded, own, count: texts.length };
}
