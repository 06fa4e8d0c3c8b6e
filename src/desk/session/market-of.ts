/**
 * Which market's hours make the day of a session: those of the first symbol of its deck.
 */
import { parseFuture } from '../../market/future-symbol.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import type { DeckConfig } from '../config/schema.ts';

/** The calendar of a deck's day; of futures nearly around the clock, unless the deck says otherwise. */
export function marketOf({ tape, instruments }: Pick<DeckConfig, 'tape' | 'instruments'>): Calendar {
  const [first] = 'symbols' in tape && tape.symbols !== undefined ? tape.symbols : [];
  const symbol = typeof first === 'string' ? first : '';
  const usual = parseFuture(symbol) === undefined ? 'XNYS' : 'CMES';
  return calendar(instruments?.[symbol]?.calendar ?? usual);
}
