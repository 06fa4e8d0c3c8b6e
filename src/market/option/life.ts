/**
 * What an option contract does when: how long it trades, when it is settled, and which cycle of expiries it belongs to.
 *
 * The date in a contract's name is not enough. Until 2015 monthly contracts carried a Saturday; holidays move an expiry;
 * a contract settled at the open of its expiry day (AM) traded for the last time on the day before.
 */
import { Fault } from '../../base/fault.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import { civilOf, formatDay, FRIDAY, MONDAY, nthWeekday, parseDay, weekdayOf } from '../../time/civil.ts';
import { DAY } from '../../time/instant.ts';
import type { Instrument, OptionTerms } from '../instrument.ts';
import { isVolatilityIndex, optionClass, rootsOf } from './roots.ts';

/**
 * `monthly` expires on the third Friday (volatility indices: the Wednesday 30 days before the next one), `quarterly` on
 * the last session of a quarter, `month-end` on that of another month (classes on indices and broad funds), `weekly` on any other day.
 */
export type ExpiryCycle = 'monthly' | 'quarterly' | 'month-end' | 'weekly';

export interface ContractLife {
  /** The session whose price settles the contract, `YYYY-MM-DD`. */
  readonly settlementDate: string;
  /** The last session in which it trades: the same, or the one before with AM settlement. */
  readonly lastTradingDate: string;
  /** First instant at which it trades no longer. */
  readonly tradesUntil: number;
  /** The instant whose price settles it: open or close of the underlying's session. */
  readonly settlesAt: number;
  readonly cycle: ExpiryCycle;
  /** Whether the date in its name is no session, so that a rule had to say which is meant. */
  readonly isMoved: boolean;
}

/** Shares and indices, whose open and close settle options. */
const UNDERLYING_CALENDAR = 'XNYS';

/** Returns the life of an option; another instrument is the fault `option.not-an-option`. */
export function contractLife(instrument: Instrument): ContractLife {
  const asked = livesAsked.get(instrument);
  if (asked !== undefined) return asked;
  const terms = termsOf(instrument);
  const key = [terms.root, terms.expiry, terms.settledAt, terms.settlement, instrument.calendar].join(' ');
  let life = lives.get(key);
  if (life === undefined) lives.set(key, (life = lifeOf(instrument, terms)));
  livesAsked.set(instrument, life);
  return life;
}

/** Lives of contracts that were asked for before: a chain asks for each of its own at every look. */
const livesAsked = new WeakMap<Instrument, ContractLife>();

/** Lives by what they follow from: thousands of contracts share a few dozen. */
const lives = new Map<string, ContractLife>();

function lifeOf(instrument: Instrument, terms: OptionTerms): ContractLife {
  const settled = settlementDay(terms.expiry);
  const shares = calendar(UNDERLYING_CALENDAR);
  const session = shares.session(settled)!;
  const isMorning = terms.settledAt === 'am';
  const own = calendar(instrument.calendar);
  const last = isMorning ? own.sessionAt(own.indexFromDay(settled) - 1) : (own.session(settled) ?? session);
  return {
    settlementDate: formatDay(settled),
    lastTradingDate: last.date,
    // An expiring contract on an index stops with the shares that settle it, a quarter of an hour before the others.
    tradesUntil: isMorning || terms.settlement === 'physical' ? last.closeAt : session.closeAt,
    settlesAt: isMorning ? session.openAt : session.closeAt,
    cycle: expiryCycle(terms.root, terms.expiry),
    isMoved: formatDay(settled) !== terms.expiry,
  };
}

/** Returns the terms of an option; another instrument is the fault `option.not-an-option`. */
export function termsOf({ symbol, option }: Instrument): OptionTerms {
  if (option !== undefined) return option;
  throw new Fault('option.not-an-option', `${symbol} has no right, strike and expiry`);
}

/** Returns the time from an instant to the settlement in years of 365 days; 0 when it is over. */
export function yearsToSettlement(life: ContractLife, at: number): number {
  return Math.max(0, life.settlesAt - at) / (365 * DAY);
}

/** Returns the calendar days from one date to an expiry, both `YYYY-MM-DD`: the field's "days to expiry". */
export function daysToExpiry(expiry: string, date: string): number {
  return dayOfDate(expiry) - dayOfDate(date);
}

/** Days by their dates: a chain asks for the same few of each of its contracts. */
const days = new Map<string, number>();

function dayOfDate(date: string): number {
  let day = days.get(date);
  if (day === undefined) days.set(date, (day = parseDay(date)));
  return day;
}

/**
 * Returns the day of the session that an expiry date means: itself where it is one; else the session before; but the
 * one after for a Monday, as the rules of weekly options have it (Cboe Rule 4.5, interpretation on Monday expirations).
 */
export function settlementDay(expiry: string): number {
  const day = parseDay(expiry);
  const shares = calendar(UNDERLYING_CALENDAR);
  if (shares.isSession(day)) return day;
  const after = shares.indexFromDay(day);
  return shares.sessionAt(weekdayOf(day) === MONDAY ? after : after - 1).day;
}

/** Returns the cycle of an expiry date for a root. */
export function expiryCycle(root: string, expiry: string): ExpiryCycle {
  const { cycle, underlying } = optionClass(root);
  if (cycle === 'monthly') return cycle;
  const day = parseDay(expiry);
  const { year, month } = civilOf(day);
  const settled = settlementDay(expiry);
  if (cycle !== 'weekly' && monthlySettlement(underlying, year, month) === settled) return 'monthly';
  // Only classes on indices and broad funds list ends of months; on other shares such a day is one of the weeklies.
  const hasMonthEnds = optionClass(root).calendar === 'XCBO-INDEX';
  if (!hasMonthEnds || settled !== lastSession(calendar(UNDERLYING_CALENDAR), year, month)) return 'weekly';
  return month % 3 === 0 ? 'quarterly' : 'month-end';
}

/** Returns the day on which the monthly contracts of a class settle. */
export function monthlySettlement(underlying: string, year: number, month: number): number {
  if (!isVolatilityIndex(underlying)) return settlementDay(formatDay(nthWeekday(year, month, FRIDAY, 3)));
  // Thirty days before the third Friday of the month after, or before the Thursday when that Friday is a holiday.
  const next = nthWeekday(month === 12 ? year + 1 : year, (month % 12) + 1, FRIDAY, 3);
  const wednesday = next - 30;
  return settlementDay(formatDay(calendar(UNDERLYING_CALENDAR).isSession(next) ? wednesday : wednesday - 1));
}

/**
 * Returns the root of a contract of which only the underlying is known: of the third Friday the class that lists it (for
 * SPX the one settled at the open), of other days the weekly one.
 */
export function rootFor(underlying: string, expiry: string): string {
  const roots = rootsOf(underlying);
  if (roots.length === 1) return roots[0];
  const { year, month } = civilOf(parseDay(expiry));
  const isMonthly = monthlySettlement(underlying, year, month) === settlementDay(expiry);
  const wanted = isMonthly ? 'monthly' : 'weekly';
  return roots.find((root) => optionClass(root).cycle === wanted) ?? roots[0];
}

function lastSession(shares: Calendar, year: number, month: number): number {
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  const first = parseDay(`${nextYear}-${String(nextMonth).padStart(2, '0')}-01`);
  return shares.sessionAt(shares.indexFromDay(first) - 1).day;
}
