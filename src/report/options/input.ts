/**
 * What the options page is made from: the contracts, the markets in which they were traded and held, and how they ended.
 * Plain data, so that any strategy's options get the page, and a test can write them by hand.
 */
import type { Deck } from '../../engine/deck.ts';
import type { EntryKind } from '../../engine/journal/journal.ts';
import type { Instrument } from '../../market/instrument.ts';

/** The market of an instrument at one instant; NaN for what nobody said. Money per share. */
export interface SeenMarket {
  readonly symbol: string;
  readonly at: number;
  readonly bid: number;
  readonly ask: number;
  /** What the account values it at. */
  readonly mark: number;
  /** Price of the underlying; the share's own for a share. */
  readonly underlying: number;
  /** Base currency per unit of the contract's, then. */
  readonly rate: number;
}

export interface SeenFill extends SeenMarket {
  readonly order: number;
}

export interface SeenHolding extends SeenMarket {
  /** Signed, over all strategies. */
  readonly quantity: number;
}

/** The end of a session at which contracts, or shares that they are on, were held. */
export interface SeenSession {
  readonly at: number;
  /** Money that the account's rule ties up for contracts sold. */
  readonly collateral: number;
  readonly equity: number;
  readonly holdings: readonly SeenHolding[];
}

/** A contract came to its end, or to its exercise. */
export interface ContractEnd {
  readonly kind: 'exercised' | 'assigned' | 'lapsed' | 'settled';
  readonly symbol: string;
  readonly strategy: number;
  readonly at: number;
  /** Contracts, above 0 bought, below 0 sold. */
  readonly quantity: number;
  /** Of the underlying. */
  readonly price: number;
  /** Money paid beside the shares, or in their place. */
  readonly amount: number;
  readonly shares: number;
  readonly reason: string;
}

export interface OptionInput {
  /** By symbol: contracts and their underlyings. */
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly fills: readonly SeenFill[];
  readonly sessions: readonly SeenSession[];
  readonly ends: readonly ContractEnd[];
  /** Riskless rate per year, continuously compounded, that greeks are computed with, and where it comes from. */
  readonly rate: number;
  readonly rateSource: string;
  /** What must be known of the prices, and how options filled, in sentences. */
  readonly notes: readonly string[];
}

const BY_A_BROKER =
  'A broker filled the orders, and says what was exercised, assigned and settled; collateral is by our own rule.';

/** Takes the input from a deck that has played; `undefined` where it held no contract. */
export function optionsOfDeck(deck: Deck, rate = 0, rateSource = 'none was told'): OptionInput | undefined {
  const { options, optionsSeen, journal, tape, ledger } = deck;
  const fills = optionsSeen.fills();
  const sessions = optionsSeen.sessions();
  if (fills.length === 0 && sessions.length === 0) return undefined;
  const { instruments } = tape;
  const named = <T extends { readonly instrument: number }>({ instrument, ...rest }: T) => ({
    ...rest,
    symbol: instruments[instrument].symbol,
  });
  const ends: ContractEnd[] = [];
  for (const entry of journal.entries()) {
    if (!isEnd(entry.kind)) continue;
    const { kind, at, instrument, strategy, quantity, price, amount, balance, text } = entry;
    const { symbol } = instruments[instrument];
    ends.push({ kind, symbol, strategy, at, quantity, price, amount, shares: balance, reason: text });
  }
  const wanted = new Set([
    ...[...fills, ...sessions.flatMap(({ holdings }) => holdings)].map(({ instrument }) => instrument),
    ...(ledger.options?.on.keys() ?? []),
  ]);
  return {
    instruments: new Map([...wanted].map((index) => [instruments[index].symbol, instruments[index]])),
    fills: fills.map(named),
    sessions: sessions.map(({ holdings, ...session }) => ({ ...session, holdings: holdings.map(named) })),
    ends,
    rate,
    rateSource,
    notes: [...(tape.simulated ? (tape.notes ?? []) : []), ...(options?.sentences ?? [BY_A_BROKER])],
  };
}

function isEnd(kind: EntryKind): kind is ContractEnd['kind'] {
  return kind === 'exercised' || kind === 'assigned' || kind === 'lapsed' || kind === 'settled';
}
