/**
 * Whether a deck fits its tape: what the schema cannot see, because it knows no prices.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault } from '../../base/fault.ts';
import type { Instrument } from '../../market/instrument.ts';
import { calendar } from '../../time/calendars.ts';
import type { Session } from '../../time/session.ts';
import type { FinancingConfig } from './models.ts';
import { conventionsOf } from './resolve.ts';
import type { AccountConfig, DeckConfig } from './schema.ts';

/** Refuses to save the state of a run whose positions are closed only because its tape ends. */
export function checkSavable({ state, conventions, account }: DeckConfig): void {
  if (state?.save === undefined) return;
  const { end } = conventionsOf(conventions, account);
  if (end === 'keep') return;
  const rule = `a run that closes its positions at the end (conventions.end: ${end}) cannot be gone on from`;
  throw new Fault('config.value', rule, { field: 'state.save' }, 'give conventions.end: keep');
}

/** Refuses a rate of the account's own currency, which is 1. */
export function checkCurrencies(account: AccountConfig = {}, instruments: readonly Instrument[]): void {
  const base = account.currency ?? instruments[0].currency;
  if (account.rates?.[base] === undefined) return;
  const rule = `the account is in ${base}: rates are those of other currencies in ${base}`;
  throw new Fault('config.value', rule, { field: `account.rates.${base}` });
}

/** Refuses what is said of instruments that are not on the tape, and hours that their market does not have. */
export function checkInstruments({ instruments: given = {}, tape }: DeckConfig, onTape: readonly Instrument[]): void {
  const known = onTape.map(({ symbol }) => symbol);
  const chooses = 'symbols' in tape && tape.symbols !== undefined;
  for (const symbol of Object.keys(given)) {
    const instrument = onTape.find((candidate) => candidate.symbol === symbol);
    const field = `instruments.${symbol}`;
    if (instrument === undefined) {
      const meant = didYouMean(symbol, known);
      // A deck may say more than a choice of its symbols needs.
      if (chooses && meant === undefined) continue;
      const hint = meant ?? `it has ${known.slice(0, 12).join(', ')}`;
      throw new Fault('tape.unknown-symbol', `there is no ${symbol} on the tape`, { field }, hint);
    }
    if (instrument.extendedHours === undefined) continue;
    const { name, preMarketOpenAt, postMarketCloseAt } = ordinarySession(instrument);
    if (preMarketOpenAt !== undefined || postMarketCloseAt !== undefined) continue;
    throw new Fault('config.value', `${name} has no trading before its open or after its close`, {
      field: `${field}.hours`,
    });
  }
}

function ordinarySession(instrument: Instrument): Partial<Session> & { readonly name: string } {
  const market = calendar(instrument.calendar);
  const [session] = market.sessions('2020-01-06', '2020-01-17');
  return { ...session, name: market.name };
}

/** Refuses terms of borrowing for symbols that are not on the tape: a misspelt one would cost nothing in silence. */
export function checkSymbols(financing: FinancingConfig | undefined, instruments: readonly Instrument[]): void {
  if (financing === undefined || typeof financing === 'string') return;
  const known = instruments.map(({ symbol }) => symbol);
  for (const field of ['borrowOf', 'available'] as const) {
    const unknown = Object.keys(financing[field] ?? {}).find((symbol) => !known.includes(symbol));
    if (unknown === undefined) continue;
    const hint = didYouMean(unknown, known) ?? `it has ${known.slice(0, 12).join(', ')}`;
    const place = { field: `conventions.financing.${field}.${unknown}` };
    throw new Fault('config.value', `there is no ${unknown} on the tape`, place, hint);
  }
}
