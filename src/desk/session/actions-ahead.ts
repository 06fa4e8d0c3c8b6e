/**
 * Corporate actions of tomorrow on what is held: people are told the session before, where the broker announces them. Nothing
 * is done about them here; what they do to positions and orders is booked when they come.
 */
import type { AnnouncedAction, LiveSession } from '../../engine/live/index.ts';
import type { Calendar } from '../../time/calendar.ts';
import { HOUR } from '../../time/instant.ts';
import type { Session } from '../../time/session.ts';
import type { SessionAlerts } from '../alerts/session-alerts.ts';
import type { Broker } from '../wiring/brokers.ts';
import type { SessionClock } from './clock.ts';

export interface ActionsAheadParts {
  readonly session: Pick<LiveSession, 'deck'>;
  /** The clock of the session, an Instant. */
  readonly now: () => number;
  /** What is announced of shares and counts with the next session. */
  readonly ask: (symbols: readonly string[]) => Promise<readonly AnnouncedAction[]>;
  readonly news: (code: 'action.ahead' | 'action.unread', message: string, priority: 2 | 3) => void;
}

/** What is bought meanwhile is asked about, too. */
const EVERY_US = HOUR;

/** Watches over what a session holds; undefined where its broker announces nothing. */
export function actionsAheadOf(
  session: Pick<LiveSession, 'deck'>,
  broker: Broker | undefined,
  { clock, market, day }: { readonly clock: SessionClock; readonly market: Calendar; readonly day: Session },
  alerts: SessionAlerts,
): ActionsAhead | undefined {
  const { announced } = broker ?? {};
  if (announced === undefined) return undefined;
  const next = market.sessionAt(day.index + 1).date;
  return new ActionsAhead({
    session,
    now: () => clock.now(),
    ask: (symbols) => announced(symbols, day.date, next),
    news: (code, message, priority) => alerts.notable(code, message, clock.now(), priority),
  });
}

export class ActionsAhead {
  private readonly parts: ActionsAheadParts;
  private askedAt = -Infinity;
  private readonly told = new Set<string>();

  constructor(parts: ActionsAheadParts) {
    this.parts = parts;
  }

  /** Asks once an hour, where anything is held. */
  async look(): Promise<void> {
    const { now, ask } = this.parts;
    if (now() - this.askedAt < EVERY_US) return;
    const symbols = this.held();
    if (symbols.length === 0) return;
    this.askedAt = now();
    try {
      for (const { symbol, what, date } of await ask(symbols)) {
        this.tell('action.ahead', `${symbol}: ${what} counts from ${date}`, 2);
      }
    } catch (error) {
      this.tell('action.unread', error instanceof Error ? error.message : String(error), 3);
    }
  }

  private tell(code: 'action.ahead' | 'action.unread', message: string, priority: 2 | 3): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.parts.news(code, message, priority);
  }

  /** Shares that are held, or on which an option is. */
  private held(): readonly string[] {
    const { ledger } = this.parts.session.deck;
    const symbols = ledger.openPositions().flatMap(({ instrument }) => {
      const { symbol, kind, option } = ledger.instruments[instrument];
      const isShare = kind === 'equity' || kind === 'etf';
      return option === undefined ? (isShare ? [symbol] : []) : [option.underlying];
    });
    return [...new Set(symbols)];
  }
}
