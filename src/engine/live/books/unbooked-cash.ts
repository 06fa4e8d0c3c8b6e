/**
 * Money that moved at a broker that does not tell why: dividends, interest, fees and adjustments, read from its cash.
 *
 * The broker's cash less ours is a constant while both book the same. Where it has changed, and stays changed while
 * positions agree, what moved is booked: as a dividend or as interest where what was accrued of it fell by as much, else as
 * a broker adjustment. More than a hundredth of the deck's equity that nothing explains is taken for money that somebody brought
 * or took, which is no result of this deck. Nothing is booked without an alert, and a mistake shows as the next difference.
 */
import type { Deck } from '../../deck.ts';
import { ENTRY } from '../../journal/journal.ts';
import { plainNumber, type PlainNumber } from '../../state/numbers.ts';
import { MINUTE } from '../../../time/instant.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { Snapshot } from '../broker/reports.ts';

type CashLedger = NonNullable<Snapshot['account']['ledger']>;

export interface SavedCash {
  /** The broker's cash less ours when both were last explained; null before the first reading. */
  readonly apart: PlainNumber | null;
  readonly dividends: number;
  readonly interest: number;
}

/** How long a difference must stay the same: commissions come late, and balances are refreshed every few minutes. */
const STEADY_US = 10 * MINUTE;
const READINGS_MIN = 3;
/** A cent, and what floats make of it. */
const CENT = 0.0051;
/** From this share of the deck's equity on, what nothing explains is no booking but a transfer. */
const TRANSFER_FROM = 0.01;

export class UnbookedCash {
  private readonly deck: Deck;
  private readonly venue: BrokerVenue;
  private apart = Number.NaN;
  /** What had been accrued then and was not paid yet. */
  private accrued: Pick<CashLedger, 'dividends' | 'interest'> = { dividends: 0, interest: 0 };
  private moved = 0;
  private since = 0;
  private readings = 0;

  constructor(deck: Deck, venue: BrokerVenue, saved?: SavedCash) {
    this.deck = deck;
    this.venue = venue;
    if (saved === undefined || saved.apart === null) return;
    this.apart = Number(saved.apart);
    this.accrued = { dividends: saved.dividends, interest: saved.interest };
  }

  save(): SavedCash {
    const { apart, accrued } = this;
    return { apart: apart === apart ? plainNumber(apart) : null, ...accrued };
  }

  /** The books were read, and positions agree. */
  read({ account: { ledger } }: Snapshot, at: number): void {
    const { cash, instruments } = this.deck.ledger;
    // A future pays every day at the broker and when it is closed here: while one is held the two say different things.
    const isHeld = this.deck.ledger.openPositions().some(({ instrument }) => instruments[instrument].kind === 'future');
    if (ledger === undefined || cash.length > 1 || isHeld || !Number.isFinite(ledger.cash)) return;
    const apart = ledger.cash - cash[0].amount;
    if (this.apart !== this.apart) {
      this.settle(apart, ledger);
      return;
    }
    const moved = apart - this.apart;
    if (Math.abs(moved) < CENT) {
      // What is accrued grows by the day: what counts is how it stood before money moved.
      this.settle(this.apart, ledger);
      return;
    }
    if (this.readings === 0 || Math.abs(moved - this.moved) >= CENT) {
      this.moved = moved;
      this.since = at;
      this.readings = 0;
    }
    if (++this.readings < READINGS_MIN || at - this.since < STEADY_US) return;
    this.book(Math.round(moved * 100) / 100, ledger, at);
    this.settle(ledger.cash - cash[0].amount, ledger);
  }

  private settle(apart: number, { dividends, interest }: CashLedger): void {
    this.apart = apart;
    this.readings = 0;
    this.accrued = { dividends, interest };
  }

  private book(money: number, { dividends, interest }: CashLedger, at: number): void {
    const { journal, ledger } = this.deck;
    const { alerts } = this.venue;
    const paid = { dividends: this.accrued.dividends - dividends, interest: this.accrued.interest - interest };
    const kind = isNear(paid.dividends, money) ? 'dividend' : isNear(paid.interest, money) ? 'interest' : 'other';
    if (kind === 'other' && Math.abs(money) > TRANSFER_FROM * Math.abs(ledger.equity())) {
      const text = `${money} of money at the broker that nothing explains: taken for a transfer, not this deck's`;
      journal.write(ENTRY.note, at, 0, -1, 0, 0, Number.NaN, 0, 0, text);
      alerts.raise('cash.transferred', `${text}; look at the broker’s statement`, at);
      return;
    }
    const text = kind === 'other' ? 'broker adjustment' : `${kind} by what was accrued`;
    const booked = ledger.move(0, money, kind);
    journal.write(ENTRY.cash, at, 0, -1, 0, 0, Number.NaN, booked, ledger.cash[0].amount, text);
    alerts.raise(kind === 'other' ? 'cash.adjusted' : 'cash.booked', `${text}: ${money}`, at);
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < CENT;
}
