/**
 * Assignments, exercises and expiries at a broker that tells of none: they are read from the positions that it has next.
 *
 * A contract that is gone was delivered for shares at its strike, or ended worthless. It is booked only where one reading
 * alone explains every contract and the shares of an underlying to the last one, while no order of ours could have moved
 * them; where several would, the one that the market's price at the end makes, if it is one. Anything else is raised in
 * words that say what to look for, and stays frozen by the comparison that follows.
 */
import { contractLife } from '../../../market/option/life.ts';
import { HOUR } from '../../../time/instant.ts';
import type { Deck } from '../../deck.ts';
import { exerciseValue, type Contract } from '../../options/book.ts';
import type { BrokerVenue } from '../broker/broker-venue.ts';
import type { Activity, Snapshot } from '../broker/reports.ts';

/** Contracts of one kind that we hold and the broker has less of, or none. */
interface Gone {
  readonly contract: Contract;
  readonly symbol: string;
  /** Ours, signed. */
  readonly held: number;
  readonly count: number;
  /** Whether they may have ended worthless, and need not have been delivered. */
  readonly hasExpired: boolean;
  /** Shares that the delivery of one contract brings, signed. */
  readonly brings: number;
}

/** After its end a broker needs a while until its positions are those of the next day. */
const SETTLED_AFTER_US = 4 * HOUR;
/** From this value per share on, a contract that expires is exercised: Rule 805 of the Options Clearing Corporation. */
const EXERCISED_FROM = 0.01;
/** Readings that are tried before it is given up: thousands of contracts on one share have no single one anyway. */
const READINGS_MAX = 100_000;

/** What the broker must have booked since its positions were ours, as it would have told it. */
export function unbooked({ positions }: Snapshot, deck: Deck, venue: BrokerVenue, at: number): readonly Activity[] {
  const theirs = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
  const byUnderlying = Map.groupBy(goneOf(theirs, deck, at), ({ contract }) => contract.underlying);
  const found: Activity[] = [];
  for (const [underlying, gone] of byUnderlying) {
    const share = deck.markets[underlying].symbol;
    const shares = (theirs.get(share) ?? 0) - deck.ledger.netQuantity(underlying);
    const why = doubtOf(underlying, gone, shares, venue);
    const delivered = why === undefined ? readingOf(gone, shares, priceAtEnd(underlying, gone, deck)) : undefined;
    if (delivered === undefined) {
      const what = gone.map(({ symbol, held, count }) => `${Math.sign(held) * count} ${symbol}`).join(', ');
      const rule = `${what} gone and ${shares} ${share} come: ${why ?? 'nothing, or more than one thing, explains both'}`;
      const advice = 'look at the broker’s statement; what differs stays frozen';
      venue.alerts.raise('activity.unknown', `${rule}; ${advice}`, at);
      continue;
    }
    for (const [i, one] of gone.entries()) found.push(...activitiesOf(one, delivered[i], share, at));
  }
  return found;
}

function goneOf(theirs: ReadonlyMap<string, number>, deck: Deck, at: number): Gone[] {
  const { ledger, markets } = deck;
  return (ledger.options?.contracts ?? []).flatMap((contract): Gone[] => {
    if (contract === undefined) return [];
    const { instrument, terms, shares } = contract;
    const held = ledger.netQuantity(instrument);
    const { symbol } = markets[instrument];
    const left = theirs.get(symbol) ?? 0;
    // Only less of the same: more of it, or the opposite, is somebody's trade.
    if (held === 0 || left === held || left * held < 0 || Math.abs(left) > Math.abs(held)) return [];
    const { settlesAt } = contractLife(ledger.instruments[instrument]);
    const sign = (terms.right === 'call' ? 1 : -1) * Math.sign(held);
    const count = Math.abs(held - left);
    return [{ contract, symbol, held, count, hasExpired: at >= settlesAt + SETTLED_AFTER_US, brings: sign * shares }];
  });
}

/** Why nothing may be read from positions; undefined where it may. */
function doubtOf(underlying: number, gone: readonly Gone[], shares: number, venue: BrokerVenue): string | undefined {
  const isAtWork = (instrument: number): boolean =>
    // One to exercise moves nothing by itself: what it delivers is what is read here.
    venue.open.some(
      ({ order }) =>
        order.type !== 'exercise' && (order.pack?.legs ?? [order]).some((leg) => leg.instrument === instrument),
    );
  if (isAtWork(underlying)) return 'an order in the shares is at work, and may have moved them';
  for (const { contract, symbol, count, brings, hasExpired } of gone) {
    const { terms, instrument, cash } = contract;
    if (terms.settlement === 'cash') return `${symbol} is settled in cash, and this broker does not tell for how much`;
    if (cash !== 0 || contract.isAdjusted) return `${symbol} is adjusted`;
    // An order of ours explains contracts that are gone, unless the shares say that they were delivered.
    const isDelivered = gone.length === 1 && shares === count * brings;
    if (isAtWork(instrument) && !isDelivered) return `an order in ${symbol} is at work, and may have closed it`;
    if (!hasExpired && gone.length === 1 && !isDelivered) {
      return 'it has not expired, and shares by its terms did not come';
    }
  }
  return undefined;
}

/** How many of each were delivered: the only way to explain the shares, or of several the one that the price makes. */
function readingOf(gone: readonly Gone[], shares: number, price: number): readonly number[] | undefined {
  const readings: (readonly number[])[] = [];
  let tried = 0;
  const go = (chosen: readonly number[], rest: number): void => {
    if (++tried > READINGS_MAX) return;
    const one = gone[chosen.length];
    if (one === undefined) {
      if (rest === 0) readings.push(chosen);
      return;
    }
    for (let count = one.hasExpired ? 0 : one.count; count <= one.count; count++) {
      go([...chosen, count], rest - count * one.brings);
    }
  };
  go([], shares);
  if (tried > READINGS_MAX) return undefined;
  if (readings.length <= 1) return readings[0];
  const byPrice = readings.filter((reading) => gone.every((one, i) => isAsPriced(one, reading[i], price)));
  return byPrice.length === 1 ? byPrice[0] : undefined;
}

/** The newest price, where it is of their last hour: what is quoted the next morning says nothing of what was exercised. */
function priceAtEnd(underlying: number, gone: readonly Gone[], { markets, ledger }: Deck): number {
  const { quotedAt, lastAt } = markets[underlying];
  const newest = Math.max(quotedAt === quotedAt ? quotedAt : -Infinity, lastAt === lastAt ? lastAt : -Infinity);
  const isOfEnd = gone.every(({ contract, hasExpired }) => {
    if (!hasExpired) return true;
    const { settlesAt } = contractLife(ledger.instruments[contract.instrument]);
    return newest >= settlesAt - HOUR && newest <= settlesAt + HOUR / 4;
  });
  return isOfEnd ? ledger.marks[underlying] : Number.NaN;
}

/** Whether all of an expired kind was delivered where it was worth it, and none where it was not. */
function isAsPriced({ contract, count, hasExpired }: Gone, delivered: number, price: number): boolean {
  if (!hasExpired) return true;
  if (price !== price) return false;
  const isWorth = exerciseValue(contract, price) / contract.multiplier >= EXERCISED_FROM - 1e-9;
  return delivered === (isWorth ? count : 0);
}

function activitiesOf({ contract, symbol, held, count, brings }: Gone, delivered: number, share: string, at: number) {
  const { strike, multiplier, shares } = contract;
  const closes = -Math.sign(held);
  const id = `positions-${at}-${symbol}`;
  const base = { kind: 'activity', price: 0, money: 0 } as const;
  const found: Activity[] = [];
  if (delivered > 0) {
    const activity = held < 0 ? 'assignment' : 'exercise';
    const moved = delivered * brings;
    const price = (strike * multiplier) / shares;
    const name = `${activity} by positions`;
    const pair = { ...base, name, group: id };
    found.push({ ...pair, id, activity, symbol, quantity: closes * delivered });
    found.push({
      ...pair,
      id: `${id}-shares`,
      activity: 'delivery',
      symbol: share,
      quantity: moved,
      price,
      money: -moved * price,
    });
  }
  const lapsed = count - delivered;
  if (lapsed > 0) {
    const quantity = closes * lapsed;
    found.push({ ...base, id: `${id}-expired`, activity: 'expiry', name: 'expiry by positions', symbol, quantity });
  }
  return found;
}
