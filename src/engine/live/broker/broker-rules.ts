/**
 * What the broker has said of its account and of what it lists, as a control: an order that it would refuse is refused here,
 * by name, before anything is sent.
 *
 * What it has not said is not guessed: such an order goes out, and the broker decides. Facts come with its books, so that a
 * replay has them at the same instants. What only closes passes, unless the broker takes no orders in it at all.
 */
import type { Control, GateView, Refusal } from '../../gate/gate.ts';
import { refuse } from '../../limits/format.ts';
import { optionLevel } from '../../limits/option-limits.ts';
import { onlyReduces } from '../../limits/reduces.ts';
import type { OrderIntent } from '../../orders/order.ts';
import type { Alerts } from '../alerts.ts';
import type { AccountRules, AssetRules, Snapshot } from './reports.ts';
import type { TradingStates } from '../trading-state.ts';

export class BrokerRules {
  private account: AccountRules = {};
  private readonly assets = new Map<string, AssetRules>();
  private number: string | undefined = undefined;
  private options: Control | undefined = undefined;

  /** The broker's books were read; what became worse since they were read last is raised. */
  heard(
    { account: { number, rules }, assets = [] }: Snapshot,
    alerts: Alerts,
    states: TradingStates,
    at: number,
  ): void {
    this.recognise(number, alerts, states, at);
    if (rules !== undefined) {
      const { mayShort, optionLevel: level } = rules;
      if (this.account.mayShort === true && mayShort === false) {
        alerts.raise('account.rules', 'the account may not sell short any more', at);
      }
      if (level !== undefined && level !== this.account.optionLevel) {
        if (level < (this.account.optionLevel ?? level)) {
          alerts.raise('account.rules', `the account has option level ${level} now`, at);
        }
        this.options = optionLevel(level);
      }
      this.account = { ...this.account, ...rules };
    }
    for (const asset of assets) {
      const { symbol, isTradable, shorting } = asset;
      const before = this.assets.get(symbol);
      this.assets.set(symbol, asset);
      if (before === undefined) continue;
      if (before.isTradable && !isTradable) alerts.raise('account.rules', `${symbol} is not tradable any more`, at);
      if (before.shorting === 'easy' && shorting !== undefined && shorting !== 'easy') {
        alerts.raise('account.rules', `${symbol} is not easy to borrow any more`, at);
      }
    }
  }

  /** What the broker has said of a symbol; undefined where it has said nothing. */
  of(symbol: string): AssetRules | undefined {
    return this.assets.get(symbol);
  }

  /** See the top of the file; the second control of a session at a broker. */
  get control(): Control {
    return {
      name: 'broker-rules',
      sentence: 'What the broker says the account or the asset does not allow is not sent.',
      check: (intent, view) => this.ofAsset(intent, view) ?? this.options?.check(intent, view),
      again: (intent, view) => this.ofAsset(intent, view),
    };
  }

  /** A test account that its owner resets is another one behind the same keys. */
  private recognise(number: string, alerts: Alerts, states: TradingStates, at: number): void {
    this.number ??= number;
    if (number === this.number) return;
    const [tail, before] = [number.slice(-4), this.number.slice(-4)];
    // Marks of accounts end as their numbers do.
    const key = tail === before ? ' under another number, or the desk marks accounts with another key' : '';
    const rule = `the broker's books are of account …${tail}, they were of …${before}${key}`;
    alerts.raise('account.other', rule, at);
    if (states.account !== 'halted' && states.account !== 'killed') states.set('halted', rule, at);
  }

  private ofAsset(intent: OrderIntent, view: GateView): Refusal | undefined {
    const { market } = view;
    const { symbol, instrument, scale } = market;
    const asset = this.assets.get(symbol);
    if (asset?.isTradable === false)
      return refuse('broker.not-tradable', `the broker takes no orders in ${symbol} now`);
    if (instrument.option !== undefined || intent.type === 'exercise' || intent.reduceOnly) return undefined;
    const isFraction = view.units % scale !== 0;
    if (isFraction && !onlyReduces(intent, view.ledger)) {
      if (this.account.mayHoldFractions === false) {
        return refuse('broker.no-fractions', 'the account is set to take whole shares only');
      }
      if (asset?.isFractionable === false) {
        return refuse('broker.not-fractionable', `the broker takes ${symbol} in whole shares only`);
      }
    }
    return this.ofSide(intent, view, asset, isFraction);
  }

  /** Whether the account as a whole, which is all that the broker knows, may hold what the order could lead to. */
  private ofSide(
    { instrument, side }: OrderIntent,
    { ledger, market: { symbol, scale }, units }: GateView,
    asset: AssetRules | undefined,
    isFraction: boolean,
  ): Refusal | undefined {
    const held = ledger.netQuantity(instrument);
    const quantity = units / scale;
    if (held * side < 0 && quantity > Math.abs(held) && this.account.mayTurn === false) {
      const rule = `${quantity} ${symbol} would close the ${Math.abs(held)} held and open the other side: send two orders`;
      return refuse('broker.turns', rule);
    }
    if (side > 0 || held - quantity >= 0) return undefined;
    if (this.account.mayShort === false) return refuse('broker.no-shorts', 'the account may not sell short');
    if (asset?.shorting === 'none') return refuse('broker.not-shortable', `${symbol} cannot be sold short there`);
    if (asset?.shorting === 'hard') {
      return refuse('broker.hard-to-borrow', `${symbol} is hard to borrow, and the broker opens no shorts in it`);
    }
    return isFraction && this.account.mayHoldFractions !== undefined
      ? refuse('broker.fraction-short', `fractions of ${symbol} cannot be sold short there`)
      : undefined;
  }
}
