/**
 * Loss limits: of the day, by account and by strategy, and from the highest value the account ever had.
 *
 * The account is valued cautiously: what is long at the bid, what is short at the ask. A limit that is reached lets only
 * closing orders pass; at a multiple of it nothing passes until a person clears it. Nothing is sold because of a loss unless
 * the deck says so: selling into a bad quote is a risk of its own. What is done then is in `loss-policy.ts`.
 */
import type { Control, GateView, LimitUse, Memory, Refusal } from '../gate/gate.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OrderIntent } from '../orders/order.ts';
import type { MarketHours } from '../ports.ts';
import type { Market } from '../sim/market.ts';
import { ACCOUNT, type Brake } from './brake.ts';
import { cautiousPrice } from './far-side.ts';
import { refuse } from './format.ts';
import { reducesAtWorst } from './reduces.ts';

export interface LossRule {
  /** Shares of the account; Infinity for none. */
  readonly day: number;
  readonly strategyDay: number;
  readonly drawdown: number;
  /** From which share of a limit of the account on only closing orders pass; what else a loss leads to waits for all of it. */
  readonly reduceAt: number;
  /** At how many times a limit nothing is sent any more. */
  readonly haltAt: number;
}

/** What losses are measured from. */
interface SavedLosses {
  readonly peak: number;
  readonly base: number;
  readonly last: number;
  readonly dayEnd: number;
  readonly bases: readonly number[];
  readonly lasts: readonly number[];
  readonly stopped: readonly string[];
}

export interface LossParts {
  readonly ledger: Ledger;
  readonly markets: readonly Market[];
  /** Its closes end the days. */
  readonly hours: MarketHours;
  readonly brake: Brake;
}

/** Profit of a strategy in base currency: what was realised, less fees, and what is open, valued cautiously. */
function strategyProfit(strategy: number, ledger: Ledger, markets: readonly Market[]): number {
  let profit = 0;
  const positions = ledger.positions[strategy];
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    const rate = ledger.rates[ledger.currencyOf[i]];
    const money = position.realized.toNumber(ledger.cashDecimals) - position.fees.toNumber(ledger.cashDecimals);
    if (money !== 0) profit += money * rate;
    const { quantity } = position;
    if (quantity === 0) continue;
    const price = cautiousPrice(markets[i], quantity, ledger.marks[i]);
    profit += quantity * (price - position.averagePrice) * ledger.units[i].multiplier * rate;
  }
  return profit;
}

/** Value of the account if all were closed at once at the quotes. */
export function cautiousEquity(ledger: Ledger, markets: readonly Market[]): number {
  let value = ledger.cashValue();
  const open = ledger.openPositions();
  for (let i = 0; i < open.length; i++) {
    const { instrument, quantity, averagePrice } = open[i];
    const price = cautiousPrice(markets[instrument], quantity, ledger.marks[instrument]);
    const { isFuture, multiplier } = ledger.units[instrument];
    const rate = ledger.rates[ledger.currencyOf[instrument]];
    value += quantity * (isFuture ? price - averagePrice : price) * multiplier * rate;
  }
  return value;
}

/** Refuses what a loss forbids. */
export function lossLimits(rule: LossRule, parts: LossParts): Control {
  return new LossControl(rule, new LossWatch(rule, parts));
}

class LossControl implements Control {
  readonly name = 'loss';
  readonly memory: Memory;
  private readonly rule: LossRule;
  private readonly watch: LossWatch;

  constructor(rule: LossRule, watch: LossWatch) {
    this.rule = rule;
    this.watch = watch;
    this.memory = {
      instant: (at) => watch.look(at),
      save: () => watch.save(),
      restore: (saved) => {
        if (saved !== undefined) watch.restore(saved as SavedLosses); // What `save` gave.
      },
    };
  }

  /** Of now: the limits may be changed while a session runs. */
  get sentence(): string {
    const { day, strategyDay, drawdown, reduceAt, haltAt } = this.rule;
    const near = reduceAt < 1 ? ` The account reduces from ${percent(reduceAt)} of its own limits on.` : '';
    return `Only closing orders pass after a loss of ${percent(day)} in a day, ${percent(strategyDay)} by a strategy, or ${percent(drawdown)} from the peak; none at ${haltAt} times that.${near}`;
  }

  use(): readonly LimitUse[] {
    return this.watch.use();
  }

  check(intent: OrderIntent, view: GateView): Refusal | undefined {
    this.watch.look(view.now);
    const stop = this.watch.stopOf(intent.strategy);
    return stop === undefined || (!stop.isHalt && reducesAtWorst(intent, view)) ? undefined : stop.refusal;
  }

  again(intent: OrderIntent, view: GateView): Refusal | undefined {
    const stop = this.watch.stopOf(intent.strategy);
    const mayPass = stop === undefined || (!stop.isHalt && (intent.reduceOnly || reducesAtWorst(intent, view)));
    return mayPass ? undefined : stop.refusal;
  }
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

class LossWatch {
  private readonly rule: LossRule;
  private readonly parts: LossParts;
  private peak = Number.NaN;
  /** Value at the last close, and at the newest look. */
  private base = Number.NaN;
  private last = Number.NaN;
  private dayEnd = -Infinity;
  private readonly bases: number[];
  private readonly lasts: number[];
  private readonly stopped: (Refusal | undefined)[];
  private cleared = 0;

  constructor(rule: LossRule, parts: LossParts) {
    this.rule = rule;
    this.parts = parts;
    const { positions } = parts.ledger;
    this.bases = positions.map(() => 0);
    this.lasts = positions.map(() => 0);
    this.stopped = positions.map(() => undefined);
  }

  /** Values the account, and stops what has lost too much. */
  look(at: number): void {
    const { brake, ledger, markets } = this.parts;
    if (at > this.dayEnd) this.turn(at);
    const equity = cautiousEquity(ledger, markets);
    // A position whose market has no price yet has no value, and nothing can be said.
    if (equity !== equity) return;
    if (this.base !== this.base) this.base = equity;
    if (brake.cleared !== this.cleared) {
      // Whoever cleared it knows what was lost: from here on it is measured anew.
      this.cleared = brake.cleared;
      this.peak = this.base = equity;
    }
    this.last = equity;
    if (!(equity <= this.peak)) this.peak = equity;
    const { rule, base, peak } = this;
    this.compare('loss.day', equity, base, rule.day, 'since the last close', at);
    this.compare('loss.drawdown', equity, peak, rule.drawdown, `from the peak of ${peak.toFixed(2)}`, at);
    if (rule.strategyDay < Infinity) this.lookAtStrategies(equity, at);
  }

  /** How much of the account's limits is lost, as it was valued last. */
  use(): readonly LimitUse[] {
    const { rule, base, peak, last } = this;
    if (last !== last) return [];
    const of = (key: 'dayLoss' | 'drawdown', from: number, share: number): readonly LimitUse[] =>
      share === Infinity ? [] : [{ key, used: Math.max(0, from - last), limit: share * from, unit: 'money' }];
    return [...of('dayLoss', base, rule.day), ...of('drawdown', peak, rule.drawdown)];
  }

  /** What stops a strategy now. */
  stopOf(strategy: number): { readonly refusal: Refusal; readonly isHalt: boolean } | undefined {
    const { brake } = this.parts;
    if (brake.account !== 'active') {
      return { refusal: brake.accountReason, isHalt: brake.account === 'halted' || brake.closing.has(ACCOUNT) };
    }
    const refusal = this.stopped[strategy];
    return refusal === undefined ? undefined : { refusal, isHalt: brake.closing.has(strategy) };
  }

  private compare(code: string, equity: number, from: number, share: number, since: string, at: number): void {
    const { reduceAt, haltAt } = this.rule;
    if (!(equity < from * (1 - share * reduceAt))) return;
    const { brake } = this.parts;
    const [loss, limit] = [from - equity, share * from];
    const lost = `${loss.toFixed(2)} was lost ${since}`;
    if (!(equity < from * (1 - share))) {
      brake.near(code, `${lost}, more than ${percent(reduceAt)} of the limit of ${limit.toFixed(2)}`, at);
      return;
    }
    brake.stop(loss >= limit * haltAt ? 'halted' : 'reducing', code, `${lost}, the limit is ${limit.toFixed(2)}`, at);
  }

  private lookAtStrategies(equity: number, at: number): void {
    const { ledger, markets, brake } = this.parts;
    const limit = this.rule.strategyDay * this.base;
    const isAlone = this.bases.length === 1;
    for (let strategy = 0; strategy < this.bases.length; strategy++) {
      // What the only strategy makes is what the account makes, and that is known already.
      const profit = isAlone ? equity - ledger.startingCash : strategyProfit(strategy, ledger, markets);
      if (profit !== profit) continue;
      this.lasts[strategy] = profit;
      const loss = this.bases[strategy] - profit;
      if (!(loss > limit) || this.stopped[strategy] !== undefined) continue;
      const lost = `the strategy lost ${loss.toFixed(2)} since the last close, the limit is ${limit.toFixed(2)}`;
      const message = brake.act(strategy, lost);
      this.stopped[strategy] = refuse('loss.strategy-day', message);
      brake.tell({ state: 'reducing', strategy, code: 'loss.strategy-day', message }, at);
    }
  }

  /** A day is over: its close is what the next one is measured from. */
  private turn(at: number): void {
    const { hours, brake } = this.parts;
    this.dayEnd = hours.closeAfter(at);
    if (this.last === this.last) this.base = this.last;
    for (let i = 0; i < this.bases.length; i++) {
      this.bases[i] = this.lasts[i];
      this.stopped[i] = undefined;
    }
    brake.release('loss.day', at);
  }

  /** Nothing where nothing was ever valued. */
  save(): SavedLosses | undefined {
    if (this.base !== this.base) return undefined;
    const { peak, base, last, dayEnd, bases, lasts } = this;
    const stopped = this.stopped.map((refusal) => refusal?.message ?? '');
    return { peak, base, last, dayEnd, bases, lasts, stopped };
  }

  restore({ peak, base, last, dayEnd, bases, lasts, stopped }: SavedLosses): void {
    this.peak = peak;
    this.base = base;
    this.last = last;
    this.dayEnd = dayEnd;
    bases.forEach((value, i) => (this.bases[i] = value));
    lasts.forEach((value, i) => (this.lasts[i] = value));
    stopped.forEach((message, i) => {
      this.stopped[i] = message === '' ? undefined : refuse('loss.strategy-day', message);
    });
  }
}
