/**
 * Makes a strategy of a seller: what it needs of the tape, when it decides, and what survives a restart.
 */
import { Fault } from '../../base/fault.ts';
import type { Context, Handlers } from '../../engine/strategy/strategy.ts';
import type { Calendar } from '../../time/calendar.ts';
import { calendar } from '../../time/calendars.ts';
import type { GeneralParameters } from './parameters.ts';
import type { Scan } from './scan.ts';
import { asksOfCloses, Seller, type SellerParts, type SellerState } from './seller.ts';

/** Sees every decision with all contracts, chosen or not. */
export interface Observe {
  (scan: Scan): void;
  /** When it decides, once, instead of at every bar or span. */
  readonly at?: number;
}

/** Sets a seller up on the underlyings of all options of the tape. */
export function setUpSeller(
  context: Context,
  name: string,
  of: GeneralParameters,
  parts: SellerParts,
  observe?: Observe,
): Handlers {
  const { assets, asset, note, now, schedule, wakeAt } = context;
  const options = assets.filter(({ instrument }) => instrument.option !== undefined);
  const underlyings = [...new Set(options.map(({ instrument }) => instrument.option!.underlying))].sort();
  if (underlyings.length === 0) {
    const hint = `a deck with tape.source options has some: decks/${name}.yaml`;
    throw new Fault('selling.no-options', 'options are sold on a tape that has some, and this one has none', {}, hint);
  }
  if (parts.calls !== undefined) {
    const cash = options.find(({ instrument }) => instrument.option!.settlement === 'cash');
    if (cash !== undefined) {
      const { underlying } = cash.instrument.option!;
      const rule = `${name} holds shares, and options on ${underlying} are settled in cash: nothing is ever delivered`;
      throw new Fault('selling.no-shares', rule, {}, 'options on a share or a fund deliver it; csp sells on indices');
    }
  }
  // Asked for here, so that the days of finer bars are gathered from the start.
  if (asksOfCloses(of, parts.puts)) {
    for (const symbol of underlyings) if (asset(symbol).bars.timeFrame !== '1d') asset(symbol).barsOf('1d');
  }
  const seller = new Seller(context, of, parts, underlyings, observe);
  const decide = (): void => seller.decide();
  const calendars = [...new Set(underlyings.map((symbol) => asset(symbol).instrument.calendar))].map(calendar);
  // Shares trade before the open and after the close, their options do not: quotes then are those of before.
  const decideInSession = (): void => {
    if (calendars.some((each) => isInSession(each, now()))) decide();
  };
  const once = observe?.at;
  if (once !== undefined) wakeAt(once, decide);
  else if (of.every !== 'bar') schedule(`every ${of.every} in session`, decide);
  return {
    ...(once === undefined && of.every === 'bar' ? { onBar: decideInSession } : {}),
    onFill: (fill) => seller.onFill(fill),
    onContract: (event) => seller.onContract(event),
    onOrderEnd: (order, code) => {
      if (order?.status === 'filled') return;
      const part = order === undefined || Number.isNaN(order.averagePrice) ? 'without filling' : 'filled in part';
      note(`an order ended ${part}: ${code}`);
    },
    onEnd: () => seller.summarise(),
    save: () => seller.save(),
    restore: (state) => seller.restore(state as SellerState), // What `save` gave.
  };
}

/** Whether a bar that is complete at an instant belongs to the regular hours of a session, its close included. */
function isInSession(market: Calendar, at: number): boolean {
  return market.sessionAt(market.sessionIndexAt(at - 1)).closeAt >= at;
}
