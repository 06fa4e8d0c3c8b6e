/**
 * Our own numbers of margin and free money against the broker's, with each reading of its books.
 *
 * An own number that asks for more is fine: the gate then refuses what the broker might have taken. The reverse is a fault,
 * because an order would pass here that takes the account below what it must keep there. So the comparison has one side.
 * It is made only where both hold the same, and free money only while nothing is at work, which each reserves for in its way.
 */
import type { Deck } from '../../deck.ts';
import type { Alerts } from '../alerts.ts';
import type { Snapshot } from '../broker/reports.ts';
import type { Difference } from './reconcile.ts';

/** One number as both have it, money in the account's currency. */
export interface Pair {
  readonly own: number;
  readonly broker: number;
}

export interface Estimate {
  /** When they were compared, an Instant. */
  readonly at: number;
  /** What positions tie up, and what they must be backed by: too little where ours is lower. */
  readonly initial: Pair;
  readonly maintenance: Pair;
  /** What is left to open positions with, before credit: too much where ours is higher. Left out while orders work. */
  readonly free?: Pair;
}

type Which = 'initial' | 'maintenance' | 'free';

/** Both value what is held by prices of their own: so much of what it ties up, and so much money, may lie between. */
const SHARE = 0.02;
const MONEY = 1;

export class Estimates {
  /** The newest comparison; undefined before the first. */
  newest: Estimate | undefined = undefined;
  /** How often the numbers were compared, and how often ours was the kinder one. */
  compared = 0;
  kinder = 0;
  private readonly deck: Deck;
  private readonly alerts: Alerts;
  private readonly raised = new Set<Which>();

  constructor(deck: Deck, alerts: Alerts) {
    this.deck = deck;
    this.alerts = alerts;
  }

  /** The books were read and compared; without the broker's numbers nothing is. */
  look({ account: { margin }, positions }: Snapshot, differences: readonly Difference[], at: number): void {
    const { ledger, conventions, markets } = this.deck;
    if (margin === undefined || differences.length > 0 || !this.holdsSame(positions)) return;
    const equity = ledger.equity();
    const own = { free: conventions.margin.free(ledger), maintenance: conventions.margin.maintenance(ledger) };
    const isQuiet = markets.every(({ count }) => count === 0);
    this.newest = {
      at,
      initial: { own: equity - own.free, broker: margin.initial },
      maintenance: { own: own.maintenance, broker: margin.maintenance },
      ...(isQuiet ? { free: { own: own.free, broker: margin.free } } : {}),
    };
    this.compared++;
    const tolerance = MONEY + SHARE * 2 * margin.initial;
    const { initial, maintenance, free } = this.newest;
    const isKinder = [
      this.judge('initial', initial, initial.broker - initial.own > tolerance, at),
      // An account in which all is paid in full keeps nothing by a rule of its own.
      this.judge('maintenance', maintenance, this.calls && maintenance.broker - maintenance.own > tolerance, at),
      free !== undefined && this.judge('free', free, free.own - free.broker > tolerance, at),
    ];
    if (isKinder.includes(true)) this.kinder++;
  }

  private get calls(): boolean {
    return this.deck.conventions.margin.calls;
  }

  private holdsSame(positions: Snapshot['positions']): boolean {
    const theirs = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
    return this.deck.markets.every(
      ({ index, symbol, scale }) =>
        Math.round((this.deck.ledger.netQuantity(index) - (theirs.get(symbol) ?? 0)) * scale) === 0,
    );
  }

  private judge(number: Which, { own, broker }: Pair, isKinder: boolean, at: number): boolean {
    const about = `${WORDS[number]}: `;
    if (isKinder && !this.raised.has(number)) {
      this.raised.add(number);
      const which = number === 'free' ? 'more than' : 'less than';
      const message = `${about}ours is ${own.toFixed(2)}, ${which} the broker's ${broker.toFixed(2)}`;
      this.alerts.raise('margin.kinder', message, at);
    } else if (!isKinder && this.raised.delete(number)) this.alerts.settle('margin.kinder', about, at);
    return isKinder;
  }
}

const WORDS: Readonly<Record<Which, string>> = {
  initial: 'margin to open',
  maintenance: 'margin to keep',
  free: 'free money',
};
