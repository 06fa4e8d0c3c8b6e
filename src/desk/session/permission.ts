/**
 * Whether a session may begin: the account is the one that was meant, prices are as fresh as their limit asks, clocks agree,
 * and for real money the same is said three times: by the mode, by the number of the account, and by hand.
 */
import { Fault } from '../../base/fault.ts';
import type { AccountFacts, MarketClock } from '../../engine/live/index.ts';
import type { Calendar } from '../../time/calendar.ts';
import { formatInstant, MINUTE, SECOND } from '../../time/instant.ts';
import { skewOf } from './clock.ts';
import { limitsOf } from '../config/limits.ts';
import { conventionsOf } from '../config/resolve.ts';
import type { DeckConfig } from '../config/schema.ts';
import type { BrokerMode } from '../wiring/brokers.ts';

/** The last digits of an account number: enough to recognise it, too little to use it. */
export function tailOf(number: string): string {
  return `…${number.slice(-4)}`;
}

/** What is typed, or written in the deck, before real money moves. */
export function confirmationOf(number: string): string {
  return `live ${number}`;
}

/** Refuses an account that is not the one of the deck, or may not trade. */
export function checkAccount(mode: BrokerMode, { broker, account }: DeckConfig, facts: AccountFacts): void {
  const { number, blocked, currency } = facts;
  if (number === '') throw new Fault('account.unknown', 'the broker does not say which account this is');
  if (mode === 'live' && broker?.account === undefined) {
    throw new Fault('account.unsaid', 'a live deck names its account', { field: 'broker.account' });
  }
  if (broker?.account !== undefined && broker.account !== number) {
    const rule = `the broker's account is ${tailOf(number)}, the deck is for ${tailOf(broker.account)}`;
    throw new Fault('account.other', rule, { field: 'broker.account' });
  }
  if (blocked !== undefined) throw new Fault('account.blocked', `account ${tailOf(number)} may not trade: ${blocked}`);
  if (account?.currency !== undefined && account.currency !== currency) {
    throw new Fault('account.currency', `the account is in ${currency}`, { field: 'account.currency' });
  }
  const { cash } = account ?? {};
  if (cash !== undefined && cash > facts.buyingPower) {
    const rule = `the deck is given ${cash}, more than the account's buying power of ${facts.buyingPower}`;
    throw new Fault('account.cash', rule, { field: 'account.cash' });
  }
}

/** Refuses what only makes sense where a venue is simulated. */
export function checkBrokerDeck({ conventions, account }: DeckConfig): void {
  const { end, sizing } = conventionsOf(conventions, account);
  if (end !== 'keep') {
    const rule = `a broker closes nothing because a tape ends (conventions.end: ${end})`;
    throw new Fault('config.value', rule, { field: 'conventions.end' }, 'conventions.end: keep');
  }
  if (sizing.at !== 'fill') return;
  const rule = 'a broker is asked for a quantity, and not for a share of the account (conventions.sizing.at: fill)';
  throw new Fault('config.value', rule, { field: 'conventions.sizing.at' }, 'conventions.sizing.at: decision');
}

/** Oldest price, in seconds, on which a decision may rest where no limit says another age. */
const PRICE_AGE_S = 15;

/** Refuses prices that are later, by their own source's word, than a decision may rest on: every check would fail. */
export function checkDelay(
  mode: NonNullable<DeckConfig['mode']>,
  config: DeckConfig,
  delayUs: number,
  title: string,
): void {
  const { tape } = config;
  const { shares = PRICE_AGE_S, options = PRICE_AGE_S } = limitsOf({ ...config, mode }).settings?.quoteAge ?? {};
  const seconds = Math.min(PRICE_AGE_S, 'options' in tape && tape.options !== undefined ? options : shares);
  if (delayUs <= seconds * SECOND) return;
  if (mode !== 'live' && 'allowDelayed' in tape && tape.allowDelayed === true) return;
  const rule = `${title} is ${delayUs / MINUTE} minutes late by its own word, decisions rest on at most ${seconds} s`;
  const hint =
    mode === 'live' ? 'take a feed in real time' : 'take a feed in real time, or say tape.allowDelayed: true';
  throw new Fault('data.delayed', rule, { field: 'tape.feed' }, hint);
}

/** Refuses clocks and calendars that do not agree. `machine` is NaN where the session lives in the broker's time. */
export function checkClock(market: Calendar, broker: MarketClock, machine: number): void {
  const skew = machine === machine ? skewOf(machine, broker.at) : undefined;
  if (skew !== undefined) throw new Fault('clock.skew', skew, {}, 'set the clock of this machine');
  const { at, isOpen, nextOpen, nextClose } = broker;
  const isEdge = market.isOpen(at - MINUTE) !== market.isOpen(at + MINUTE);
  if (!isEdge && isOpen !== market.isOpen(at)) {
    const rule = `the broker says the market is ${isOpen ? 'open' : 'closed'} at ${formatInstant(at)}, the calendar the other`;
    throw new Fault('clock.calendar', rule);
  }
  const ours = market.nextOpen(at);
  if (!isEdge && Math.abs(ours - nextOpen) > MINUTE) {
    const rule = `the broker opens next at ${formatInstant(nextOpen)}, the calendar says ${formatInstant(ours)}`;
    throw new Fault('clock.calendar', rule);
  }
  // A day that ends early there ends early here: all that is done before a close hangs on it.
  const closes = market.nextClose(at);
  if (!isEdge && Math.abs(closes - nextClose) > MINUTE) {
    const rule = `the broker closes next at ${formatInstant(nextClose)}, the calendar says ${formatInstant(closes)}`;
    throw new Fault('clock.calendar', rule);
  }
}
