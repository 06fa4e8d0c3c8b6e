/**
 * Judges what is sold: each open contract by the exits of its right, and says why it is kept or how it is bought back.
 */
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { DAY } from '../../time/instant.ts';
import type { OpenContract, Right } from './book.ts';
import { judgeExit, type ExitParameters } from './exits.ts';
import { say, type Trade } from './trade.ts';
import type { Reading } from './volatility.ts';

/** Exits that may take their time; all others are stops. */
const PATIENT: ReadonlySet<string> = new Set(['earlyExit', 'closeBeforeExpiry']);

export class Keeper {
  private readonly trade: Trade;
  private readonly exits: Readonly<Record<Right, ExitParameters | undefined>>;

  constructor(trade: Trade, exits: Readonly<Record<Right, ExitParameters | undefined>>) {
    this.trade = trade;
    this.exits = exits;
  }

  /** Judges every open contract. */
  judgeAll(reading: Reading): { readonly symbol: string; readonly decision: string }[] {
    return [...this.trade.book.open.values()].map((own) => ({
      symbol: own.symbol,
      decision: say(this.trade, own.symbol, this.judge(own, reading)),
    }));
  }

  private judge(own: OpenContract, reading: Reading): string {
    const { context, look, of, working } = this.trade;
    const rules = this.exits[own.right];
    if (rules === undefined) return `held, no exit is known for a ${own.right}`;
    const asset = look.asset(own.symbol);
    const chain = look.valuationOf(own.underlying);
    const contract = chain?.chain.contracts.find(({ instrument }) => instrument.symbol === own.symbol);
    const value = contract === undefined ? undefined : chain!.of(contract);
    const known = value?.ok === true ? Math.abs(value.delta) : undefined;
    const { exit, outcomes } = judgeExit(
      { ...own, premium: asset.position.averagePrice },
      {
        delta: known ?? own.delta,
        price: look.asset(own.underlying).price,
        volatility: reading.level,
        sessionOpen: reading.sessionOpen,
        ask: asset.ask,
        daysHeld: Math.floor((context.now() - own.openedAt) / DAY),
        daysToExpiry: daysToExpiry(own.expiry, tradeDateOf(context.now())),
      },
      rules,
    );
    const isBlind = known === undefined && of.exitOnMissingDelta;
    const why = exit?.text ?? (isBlind ? 'delta is not known' : undefined);
    if (why === undefined) return `held, ${outcomes.map(({ text }) => text).join('; ') || 'no exit is on'}`;
    const isStop = exit === undefined || !PATIENT.has(exit.rule);
    return working.buyBack(own.symbol, why, isStop);
  }
}
