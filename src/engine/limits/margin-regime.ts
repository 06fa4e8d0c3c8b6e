/**
 * Whose rule about trading within a day holds when: the pattern-day-trader rule was replaced by the intraday margin level on
 * 2026-06-04 (SR-FINRA-2025-017, FINRA Regulatory Notice 26-10), and firms may take until 2027-10-20. A backtest lives
 * under the rule of the day it plays.
 */
import { assert } from '../../base/assert.ts';
import { parseDay } from '../../time/civil.ts';
import type { Control, GateView, Refusal } from '../gate/gate.ts';
import { DAY } from '../../time/instant.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Order, OrderIntent } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import type { MarginModel } from '../sim/margin.ts';
import { quantityOf } from './exposure.ts';
import { refuse } from './format.ts';
import { onlyReduces } from './reduces.ts';

export type MarginRule = 'pattern-day-trader' | 'intraday-margin';

/** From when a rule holds at a broker. */
export interface MarginRegime {
  /** First day on which it holds, `YYYY-MM-DD`. */
  readonly from: string;
  readonly rule: MarginRule;
}

/** The rules of a broker that changed as soon as it might, oldest first. */
export const EARLIEST_REGIME: readonly MarginRegime[] = [
  { from: '2001-09-28', rule: 'pattern-day-trader' },
  { from: '2026-06-04', rule: 'intraday-margin' },
];

/** The rules of a broker that waits as long as it may. */
export const LATEST_REGIME: readonly MarginRegime[] = [
  { from: '2001-09-28', rule: 'pattern-day-trader' },
  { from: '2027-10-20', rule: 'intraday-margin' },
];

/** Returns the rule at an instant; `undefined` before there was one. */
export function marginRuleAt(regimes: readonly MarginRegime[], at: number): MarginRule | undefined {
  return regimes.findLast(({ from }) => parseDay(from) * DAY <= at)?.rule;
}

/** Equity that a margin account needs to buy with borrowed money or to sell short (Regulation T, FINRA 4210(b)). */
const MARGIN_MINIMUM = 2000;
/** Equity from which day trades are not counted, and how many are free below it within five days. */
const DAY_TRADER_MINIMUM = 25_000;
const DAY_TRADES_FREE = 3;
const DAYS_COUNTED = 5;

export interface RegimeParts {
  readonly ledger: Ledger;
  readonly margin: MarginModel;
  /** Its closes end the days. */
  readonly hours: MarketHours;
}

/** Refuses what the broker's margin rule of the day does not allow. Cash accounts have none. */
export function marginRegime(regimes: readonly MarginRegime[], parts: RegimeParts): Control {
  const trades = new DayTrades(parts);
  return {
    name: 'margin-regime',
    sentence: 'The margin rules of the day: 2,000 to borrow, and day trades or the intraday margin level.',
    check(intent, view) {
      if (onlyReduces(intent, view.ledger)) return undefined;
      const equity = view.ledger.equity();
      if (equity < MARGIN_MINIMUM) {
        const { margin } = parts;
        const isBorrowed = intent.side < 0 || margin.perUnit(view.market.instrument, 1, 1) < 1;
        if (isBorrowed) {
          return refuse('margin.minimum', `equity is ${equity.toFixed(2)}, margin needs ${MARGIN_MINIMUM}`);
        }
      }
      const rule = marginRuleAt(regimes, view.now);
      if (rule === 'pattern-day-trader') {
        const count = trades.count(view.now);
        return equity < DAY_TRADER_MINIMUM && count >= DAY_TRADES_FREE
          ? refuse(
              'margin.pattern-day-trader',
              `${count} day trades in ${DAYS_COUNTED} days with equity of ${equity.toFixed(2)}, below ${DAY_TRADER_MINIMUM}: the limit is ${DAY_TRADES_FREE}`,
            )
          : undefined;
      }
      return rule === 'intraday-margin' ? intradayLevel(intent, view, equity, parts.margin) : undefined;
    },
    memory: {
      filled: (order, units, _price, at) => trades.filled(order, units, at),
      save: () => trades.save(),
      restore: (saved) => trades.restore(saved as ReturnType<DayTrades['save']>), // What `save` gave.
    },
  };
}

/** The intraday margin level is what equity exceeds maintenance by: no order may take it below nought. */
function intradayLevel(intent: OrderIntent, view: GateView, equity: number, margin: MarginModel): Refusal | undefined {
  const { ledger, market, mark } = view;
  const kept = margin.keptPerUnit?.(market.instrument, intent.side, mark) ?? 0;
  if (kept !== kept) return undefined;
  let added = kept * quantityOf(intent, view) * ledger.rates[ledger.currencyOf[intent.instrument]];
  for (let i = 0; i < view.markets.length; i++) {
    if (view.markets[i].count === 0) continue;
    for (const order of view.working(i)) {
      if (order.reduceOnly || order.fraction === order.fraction) continue;
      const each = margin.keptPerUnit?.(ledger.instruments[i], order.side, ledger.marks[i]) ?? 0;
      const units = order.remainingUnits / ledger.units[i].quantityScale;
      if (each === each) added += each * units * ledger.rates[ledger.currencyOf[i]];
    }
  }
  const level = equity - margin.maintenance(ledger) - added;
  return level < 0
    ? refuse('margin.intraday', `the intraday margin level could be ${level.toFixed(2)}, it must not be below 0`)
    : undefined;
}

/** Round trips within a day: each order that closes what was opened on the same day is one. */
class DayTrades {
  private readonly parts: RegimeParts;
  /** Units opened today, by instrument, signed. */
  private readonly opened = new Map<number, number>();
  /** Orders that closed some of it. */
  private readonly closing = new Set<number>();
  /** Day trades by day, the newest last; days are numbered as they end. */
  private readonly past: number[] = [];
  private dayEnd = -Infinity;

  constructor(parts: RegimeParts) {
    this.parts = parts;
  }

  count(now: number): number {
    this.turn(now);
    return this.closing.size + this.past.reduce((sum, trades) => sum + trades, 0);
  }

  filled({ id, instrument, side, strategy }: Order, units: number, at: number): void {
    this.turn(at);
    const open = this.opened.get(instrument) ?? 0;
    const signed = side * units;
    const held = this.parts.ledger.positions[strategy][instrument].quantityUnits;
    assert(units > 0, 'a fill moves something');
    if (open * signed < 0) this.closing.add(id);
    // What closed a position of yesterday opened nothing; what went beyond it did.
    const grown = held * signed > 0 ? Math.sign(signed) * Math.min(Math.abs(signed), Math.abs(held)) : 0;
    const left = open * signed < 0 ? Math.sign(open) * Math.max(0, Math.abs(open) - units) : open;
    this.opened.set(instrument, left + grown);
  }

  private turn(at: number): void {
    if (at <= this.dayEnd) return;
    if (this.dayEnd > -Infinity) this.past.push(this.closing.size);
    if (this.past.length >= DAYS_COUNTED) this.past.shift();
    this.opened.clear();
    this.closing.clear();
    this.dayEnd = this.parts.hours.closeAfter(at);
  }

  save(): { readonly past: readonly number[]; readonly closed: number } {
    return { past: this.past, closed: this.closing.size };
  }

  restore({ past, closed }: ReturnType<DayTrades['save']>): void {
    this.past.push(...past, closed);
    while (this.past.length >= DAYS_COUNTED) this.past.shift();
  }
}
