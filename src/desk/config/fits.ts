/**
 * Whether a deck fits its tape: what the schema cannot see, because it knows no prices.
 */
import { didYouMean } from '../../base/did-you-mean.ts';
import { Fault } from '../../base/fault.ts';
import type { Instrument } from '../../market/instrument.ts';
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
