/**
 * A fill on its way through the books: one object, used again for every fill.
 *
 * Numbers that one function hands to another are put into boxes on the heap; in the fields of an object that stays they
 * are not. A fill goes through six functions, each with most of these numbers.
 */
export class Booking {
  // Not 0: what begins as a small whole number has to be made over when fractions come.
  /** Signed, in whole units of the instrument. */
  units = Number.NaN;
  /** In money, as it came. */
  price = Number.NaN;
  /** The price in whole units. */
  priceUnits = Number.NaN;
  /** In money of the instrument's currency; once booked, rounded to the ledger's decimals. */
  fee = Number.NaN;
  at = Number.NaN;
  /** Base currency per unit of the instrument's, as it is now. */
  rate = 1;
  /** Id of the order. */
  order = 0;
  /** What of it closes the lot that is at hand, signed like the lot, and its share of the fee. */
  closing = Number.NaN;
  closingFee = Number.NaN;
}
