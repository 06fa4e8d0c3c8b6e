/**
 * What a run remembers of its options for whoever looks at it later: what each was quoted at, and its share, when it was
 * traded; and at the end of each session what was held, at which quotes, and what of the account it tied up.
 *
 * A report could not find this out afterwards: of a long tape the quotes are gone, and collateral is the account's own
 * sum over all positions. Sessions without a position cost nothing.
 */
import { Table } from '../journal/table.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MarketHours } from '../ports.ts';
import type { Conventions } from '../sim/conventions.ts';
import type { Market } from '../sim/market.ts';
import type { Wakes } from '../play/wakes.ts';
import { optionCollateral, optionRule } from './collateral.ts';

/** What the recorder looks at; a simulated venue or a broker's, it makes no difference. */
export interface RecordedDeck {
  readonly ledger: Ledger;
  readonly markets: readonly Market[];
  readonly hours: readonly MarketHours[];
  readonly wakes: Wakes;
  readonly conventions: Conventions;
}

/** The market of a contract at one instant; NaN for what nobody said. Money per share. */
export interface Seen {
  readonly instrument: number;
  readonly at: number;
  readonly bid: number;
  readonly ask: number;
  /** What the ledger values the contract at. */
  readonly mark: number;
  /** The newest price of the underlying. */
  readonly underlying: number;
  /** Base currency per unit of the contract's, then. */
  readonly rate: number;
}

/** A fill in a contract, with the market it happened in. */
export interface SeenFill extends Seen {
  readonly order: number;
}

/** What was held at the end of a session, over all strategies: contracts, and the shares they are on. */
export interface SeenHolding extends Seen {
  readonly quantity: number;
}

export interface SeenSession {
  readonly at: number;
  /** Money in base currency that the account's rule ties up for options sold. */
  readonly collateral: number;
  /** Value of the account. */
  readonly equity: number;
  readonly holdings: readonly SeenHolding[];
}

const MARKET = ['instrument', 'at', 'bid', 'ask', 'mark', 'underlying', 'rate'] as const;
const AT = 1;
const UNDERLYING = 5;
const OWN = MARKET.length;

export class OptionRecorder {
  private readonly deck: RecordedDeck;
  /** The market, and the order. */
  private readonly traded = new Table(OWN + 1);
  /** The market, and the quantity. */
  private readonly held = new Table(OWN + 1);
  /** When, collateral, equity, and the first row of what was held. */
  private readonly ends = new Table(4);

  /** The deck may still be in the making: it is looked at from `start` on. */
  constructor(deck: RecordedDeck) {
    this.deck = deck;
  }

  /**
   * Looks at the close of every session of the first underlying. Started after the life of the contracts, so that what
   * ended at a close is gone when the session is looked at. Without options nothing is looked at.
   */
  start(): void {
    const { hours, wakes, ledger } = this.deck;
    const [first] = ledger.options?.on.keys() ?? [];
    if (first === undefined) return;
    const clock = hours[first];
    const look = (close: number): void => {
      this.look(close);
      wakes.at(clock.closeAfter(close + 1), look);
    };
    wakes.untilFirst((from) => wakes.at(clock.closeAfter(from), look));
  }

  /** Remembers the market in which an order filled, where that was a contract. */
  filled(order: number, instrument: number, at: number): void {
    if (this.deck.ledger.options?.contracts[instrument] === undefined) return;
    this.see(this.traded, instrument, at, order);
  }

  /** Fills in contracts, in their order. */
  fills(): SeenFill[] {
    return Array.from({ length: this.traded.length }, (_, row) => ({
      ...seenIn(this.traded, row),
      order: this.traded.get(row, OWN),
    }));
  }

  /** Sessions at whose end contracts, or shares of their underlyings, were held. */
  sessions(): SeenSession[] {
    const { ends, held } = this;
    return Array.from({ length: ends.length }, (_, row) => {
      const from = ends.get(row, 3);
      const to = row + 1 < ends.length ? ends.get(row + 1, 3) : held.length;
      const holdings = Array.from({ length: to - from }, (_each, i) => ({
        ...seenIn(held, from + i),
        quantity: held.get(from + i, OWN),
      }));
      return { at: ends.get(row, 0), collateral: ends.get(row, 1), equity: ends.get(row, 2), holdings };
    });
  }

  private look(at: number): void {
    const { ledger, conventions } = this.deck;
    const book = ledger.options!;
    this.amendFills(at);
    const from = this.held.length;
    const seen = new Set<number>();
    for (const { instrument } of ledger.openPositions()) {
      if (seen.has(instrument)) continue;
      if (book.contracts[instrument] === undefined && !book.on.has(instrument)) continue;
      seen.add(instrument);
      this.see(this.held, instrument, at, ledger.netQuantity(instrument));
    }
    if (this.held.length === from) return;
    const row = this.ends.next();
    const { start } = this.ends;
    row[start] = at;
    row[start + 1] = optionCollateral(ledger, optionRule(conventions.margin));
    row[start + 2] = ledger.equity();
    row[start + 3] = from;
  }

  /** What filled on the quotes of a close may have done so before the share's own close was seen: now it has been. */
  private amendFills(close: number): void {
    const { marks, options } = this.deck.ledger;
    for (let row = this.traded.length - 1; row >= 0; row--) {
      const { block, start } = this.traded.locate(row);
      if (block[start + AT] !== close) return;
      block[start + UNDERLYING] = marks[options!.of(block[start]).underlying];
    }
  }

  private see(table: Table, instrument: number, at: number, own: number): void {
    const { markets, ledger } = this.deck;
    const { bid, ask } = markets[instrument];
    const row = table.next();
    const { start } = table;
    row[start] = instrument;
    row[start + 1] = at;
    row[start + 2] = bid;
    row[start + 3] = ask;
    row[start + 4] = ledger.marks[instrument];
    row[start + 5] = ledger.marks[ledger.options?.contracts[instrument]?.underlying ?? instrument];
    row[start + 6] = ledger.rates[ledger.currencyOf[instrument]];
    row[start + OWN] = own;
  }
}

function seenIn(table: Table, row: number): Seen {
  const [instrument, at, bid, ask, mark, underlying, rate] = MARKET.map((_, field) => table.get(row, field));
  return { instrument, at, bid, ask, mark, underlying, rate };
}
