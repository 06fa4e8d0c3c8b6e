/**
 * What a session does when the clock of its machine jumps: at a broker it halts at once, writes that down, and asks for the
 * books, which come with the broker's time; a person lets it go on. On paper nothing can be lost, and people are told.
 */
import type { BrokerReport, Conductor } from '../../engine/live/index.ts';
import { SECOND } from '../../time/instant.ts';
import type { SessionClock } from './clock.ts';
import { SteadyClock } from './steady-clock.ts';

/** From here on a jump of `clock` halts the session; a clock that follows another one has none. */
export function obeyJumps(
  clock: SessionClock,
  conductor: Pick<Conductor, 'take'> & { readonly session: { readonly isOver: boolean } },
  hasBroker: boolean,
  notice: (text: string) => void = () => undefined,
): void {
  if (!(clock instanceof SteadyClock)) return;
  const onJump: SteadyClock['onJump'] = (byUs) => {
    const reason = `the clock of this machine jumped ${(Math.abs(byUs) / SECOND).toFixed(1)} s ${byUs > 0 ? 'ahead' : 'back'}`;
    notice(`${reason}; the session goes on by the time that passed`);
    if (!hasBroker || conductor.session.isOver) return;
    const at = clock.now();
    conductor.take({ kind: 'command', at, by: 'desk', reason, command: { do: 'halt' } });
    conductor.take({ kind: 'command', at, by: 'desk', reason, command: { do: 'reconcile' } });
  };
  clock.onJump = onJump;
  // It jumped before there was anybody to tell.
  if (clock.isApart) onJump(clock.apart);
}

/** Whether it has jumped and nobody has said which time is right. */
export function isUnsure(clock: SessionClock): boolean {
  return clock instanceof SteadyClock && clock.isUnsure;
}

/** Before a report is taken: books come with the broker's time. */
export function hearTime(clock: SessionClock, report: BrokerReport): void {
  if (clock instanceof SteadyClock && report.kind === 'snapshot' && report.at !== undefined) clock.heard(report.at);
}
