/**
 * The gate of a deck: the controls that every order passes, those that the tape and the account make necessary, and the
 * user's own.
 */
import type { DeckOptions } from './deck-options.ts';
import { Gate } from './gate.ts';
import type { Ledger } from './ledger.ts';
import { collateralControl } from './limits/collateral.ts';
import { tradable, warmedUp, wellFormed } from './limits/format.ts';
import type { OptionLife } from './options/life.ts';
import type { Conventions } from './sim/conventions.ts';
import { borrowControl } from './sim/financing.ts';
import type { Treasury } from './treasury.ts';
import type { Universe } from './universe.ts';

export interface GateParts {
  readonly ledger: Ledger;
  readonly conventions: Conventions;
  readonly treasury: Treasury;
  readonly universe: Universe;
  /** Only where there are options whose life is simulated. */
  readonly options: OptionLife | undefined;
}

export function makeGate(parts: GateParts, options: DeckOptions): Gate {
  const { ledger, conventions, treasury, universe } = parts;
  const { financing } = conventions;
  const isScarce = ledger.instruments.some((each) => financing.borrowable(each) < Infinity);
  return new Gate([
    warmedUp,
    tradable,
    // A quantity worked out without a rate is not a number: the missing rate is what must be said.
    ...(ledger.cash.length > 1 ? [treasury.control] : []),
    wellFormed,
    ...(universe.isDated ? [universe.control] : []),
    ...(parts.options?.controls() ?? []),
    ...(ledger.options === undefined ? [] : [collateralControl(conventions.margin)]),
    ...(isScarce ? [borrowControl(financing)] : []),
    ...(options.controls ?? []),
  ]);
}
