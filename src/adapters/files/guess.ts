/**
 * What kind of instrument a file holds, when nobody said: from its symbol and from the weekdays it trades on.
 *
 * The guess only chooses a calendar and a lot size; `instrument` in the options overrides each part of it.
 */
import { weekdayOf } from '../../time/civil.ts';
import {
  defineInstrument,
  type Instrument,
  type InstrumentKind,
  type InstrumentOptions,
} from '../../market/instrument.ts';

const CURRENCIES = 'USD EUR JPY GBP CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF TRY ZAR MXN SGD HKD CNH CNY'.split(' ');
const INDICES = new Set('SPX VIX NDX RUT DJX DJI XSP OEX COMP SX5E FTSE N225 HSI'.split(' '));

/** Returns the instrument of a file, its kind guessed from symbol and days where `given` leaves it out. */
export function guessInstrument(
  symbol: string,
  days: Float64Array,
  given: Partial<InstrumentOptions> = {},
): Instrument {
  const kind = given.kind ?? guessKind(symbol, days);
  const currency = kind === 'fx' && symbol.length === 6 ? symbol.slice(3) : undefined;
  return defineInstrument({
    symbol,
    kind,
    ...(currency === undefined ? {} : { currency }),
    ...(kind === 'fx' ? { lot: 1 } : {}),
    ...given,
  });
}

function guessKind(symbol: string, days: Float64Array): InstrumentKind {
  const plain = symbol.replace(/[^A-Z0-9]/g, '');
  if (plain.length === 6 && CURRENCIES.includes(plain.slice(0, 3)) && CURRENCIES.includes(plain.slice(3))) return 'fx';
  if (symbol.startsWith('^') || INDICES.has(plain)) return 'index';
  // Priced in a coin that stands for a dollar.
  if (/^[A-Z0-9]{2,}(USDT|USDC|FDUSD|BUSD)$/.test(plain)) return 'crypto';
  if (/^(BTC|XBT|ETH|SOL|XRP|LTC|DOGE|ADA)(USD[TC]?|EUR)$/.test(plain) || tradesOnWeekends(days)) return 'crypto';
  return 'equity';
}

/** Two sevenths of the rows of a market around the clock are Saturdays and Sundays. */
function tradesOnWeekends(days: Float64Array): boolean {
  if (days.length < 14) return false;
  const seen = new Set<number>();
  // Long files are of minutes: some thousands of their rows still meet every day.
  const step = Math.ceil(days.length / 20_000);
  let before = Number.NaN;
  for (let i = 0; i < days.length; i += step) {
    if (days[i] !== before) seen.add(days[i]);
    before = days[i];
  }
  let weekends = 0;
  for (const day of seen) if (weekdayOf(day) % 6 === 0) weekends++;
  return seen.size >= 14 && weekends / seen.size > 0.2 && isDense(seen);
}

/** Rows of months and quarters fall on weekends by chance: only daily rows tell. */
function isDense(days: ReadonlySet<number>): boolean {
  let neighbours = 0;
  for (const day of days) if (days.has(day + 1)) neighbours++;
  return neighbours > days.size / 2;
}
