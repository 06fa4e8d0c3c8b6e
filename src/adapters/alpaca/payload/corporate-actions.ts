/**
 * The data host's corporate actions, by kind: one list of each kind that a period has any of.
 */
import { day, flag, listOf, number, object, optional, text, type Codec } from './codec.ts';

const id = ['id', optional(text)] as const;
const processed = { processDay: ['process_date', optional(day)] } as const;
const dates = {
  ...processed,
  exDay: ['ex_date', optional(day)],
  recordDay: ['record_date', optional(day)],
  payableDay: ['payable_date', optional(day)],
  effectiveDay: ['effective_date', optional(day)],
  expirationDay: ['expiration_date', optional(day)],
  dueBillRedemptionDay: ['due_bill_redemption_date', optional(day)],
} as const;

const ofOne = { id, symbol: ['symbol', text], cusip: ['cusip', optional(text)] } as const;
const oldAndNew = {
  id,
  oldSymbol: ['old_symbol', optional(text)],
  oldCusip: ['old_cusip', optional(text)],
  newSymbol: ['new_symbol', optional(text)],
  newCusip: ['new_cusip', optional(text)],
} as const;
const sourceAndNew = {
  id,
  sourceSymbol: ['source_symbol', text],
  sourceCusip: ['source_cusip', optional(text)],
  newSymbol: ['new_symbol', text],
  newCusip: ['new_cusip', optional(text)],
} as const;
const merging = {
  id,
  acquirerSymbol: ['acquirer_symbol', optional(text)],
  acquirerCusip: ['acquirer_cusip', optional(text)],
  acquireeSymbol: ['acquiree_symbol', text],
  acquireeCusip: ['acquiree_cusip', optional(text)],
} as const;

function some<T>(name: string, codec: Codec<T>): readonly [string, Codec<T[] | undefined>] {
  return [name, optional(listOf(codec))];
}

const actions = object({
  forwardSplits: some(
    'forward_splits',
    object({ ...ofOne, newRate: ['new_rate', number], oldRate: ['old_rate', number], ...dates }),
  ),
  reverseSplits: some(
    'reverse_splits',
    object({
      ...oldAndNew,
      symbol: ['symbol', optional(text)],
      newRate: ['new_rate', number],
      oldRate: ['old_rate', number],
      ...dates,
    }),
  ),
  unitSplits: some(
    'unit_splits',
    object({
      ...oldAndNew,
      oldRate: ['old_rate', number],
      newRate: ['new_rate', number],
      alternateSymbol: ['alternate_symbol', text],
      alternateCusip: ['alternate_cusip', optional(text)],
      alternateRate: ['alternate_rate', number],
      ...dates,
    }),
  ),
  stockDividends: some('stock_dividends', object({ ...ofOne, rate: ['rate', number], ...dates })),
  cashDividends: some(
    'cash_dividends',
    object({
      ...ofOne,
      rate: ['rate', number],
      special: ['special', optional(flag)],
      foreign: ['foreign', optional(flag)],
      ...dates,
    }),
  ),
  spinOffs: some(
    'spin_offs',
    object({ ...sourceAndNew, sourceRate: ['source_rate', number], newRate: ['new_rate', number], ...dates }),
  ),
  cashMergers: some('cash_mergers', object({ ...merging, rate: ['rate', number], ...dates })),
  stockMergers: some(
    'stock_mergers',
    object({ ...merging, acquirerRate: ['acquirer_rate', number], acquireeRate: ['acquiree_rate', number], ...dates }),
  ),
  stockAndCashMergers: some(
    'stock_and_cash_mergers',
    object({
      ...merging,
      acquirerRate: ['acquirer_rate', number],
      acquireeRate: ['acquiree_rate', number],
      cashRate: ['cash_rate', number],
      ...dates,
    }),
  ),
  redemptions: some('redemptions', object({ ...ofOne, rate: ['rate', number], ...dates })),
  nameChanges: some('name_changes', object({ ...oldAndNew, ...dates })),
  worthlessRemovals: some('worthless_removals', object({ ...ofOne, ...dates })),
  rightsDistributions: some('rights_distributions', object({ ...sourceAndNew, rate: ['rate', number], ...dates })),
});

export const corporateActions = object({
  actions: ['corporate_actions', actions],
  nextPage: ['next_page_token', optional(text)],
});
