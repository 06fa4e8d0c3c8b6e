/**
 * A seller of options at work: it judges what it holds, sells calls on shares that are there, and begins anew where there
 * is money. Puts, calls and purchases are parts that a strategy has or has not.
 */
import type { Context, ContractEvent, Fill } from '../../engine/strategy/strategy.ts';
import { judgeChain, sayOutcome } from '../../market/option/filter.ts';
import { DAY } from '../../time/instant.ts';
import { Book, type BookState } from './book.ts';
import { CallEntries } from './call-entries.ts';
import { deploymentShare, parseDeployment } from './deployment.ts';
import { parseEquityRules } from './equity-filter.ts';
import { parseEvents } from './events.ts';
import { callExits, putExits } from './exits.ts';
import { Keeper } from './keeper.ts';
import { Look } from './look.ts';
import { atLeast } from './outcome.ts';
import type { CallParameters, GeneralParameters, PutParameters } from './parameters.ts';
import { PutEntries } from './put-entries.ts';
import { Refusals, type RefusalState } from './refusals.ts';
import { Rounds } from './rounds.ts';
import type { Scan } from './scan.ts';
import { SharePurchases } from './share-purchases.ts';
import { holdings, say, type Money, type Trade } from './trade.ts';
import { VolatilityReader, type Reading } from './volatility.ts';
import { Working, type WorkingState } from './working.ts';

/** What a seller does. */
export interface SellerParts {
  readonly puts?: PutParameters;
  readonly calls?: CallParameters;
  /** Whether it buys the shares that calls are sold on. */
  readonly buysShares?: boolean;
  /** What becomes of shares that were assigned. */
  readonly onAssignment: 'hold' | 'sell';
}

/** What a restart needs. */
export interface SellerState {
  readonly book: BookState;
  readonly rounds: ReturnType<Rounds['save']>;
  readonly working: WorkingState;
  readonly reader: ReturnType<VolatilityReader['save']>;
  /** Left out by versions that did not count them. */
  readonly refusals?: RefusalState;
  readonly use: { readonly peak: number; readonly sum: number; readonly decisions: number };
}

/** Whether any rule, ceiling or rank looks at daily closes. */
export function asksOfCloses(of: GeneralParameters, puts: PutParameters | undefined): boolean {
  if (parseEquityRules(of.equityRules).length > 0) return true;
  if (puts === undefined) return false;
  return puts.strikeCeiling === 'average' || [puts.contractRank, puts.universeRank].includes('daysSinceStrike');
}

export class Seller {
  private readonly trade: Trade;
  private readonly parts: SellerParts;
  private readonly observe: ((scan: Scan) => void) | undefined;
  private readonly deployment;
  private readonly reader: VolatilityReader;
  private readonly keeper: Keeper;
  private readonly puts: PutEntries | undefined;
  private readonly calls: CallEntries | undefined;
  private readonly purchases: SharePurchases | undefined;
  private use = { peak: 0, sum: 0, decisions: 0 };

  constructor(
    context: Context,
    of: GeneralParameters,
    parts: SellerParts,
    underlyings: readonly string[],
    observe?: (scan: Scan) => void,
  ) {
    const look = new Look(context, of, asksOfCloses(of, parts.puts));
    const assetOf = (symbol: string) => look.asset(symbol);
    this.trade = {
      context,
      of,
      look,
      book: new Book(assetOf),
      rounds: new Rounds(assetOf),
      working: new Working(context, look, of, (symbol) => this.objection(symbol)),
      underlyings,
      equityRules: parseEquityRules(of.equityRules),
      events: parseEvents(of.events),
      refusals: new Refusals(),
      isObserved: observe !== undefined,
    };
    this.parts = parts;
    this.observe = observe;
    this.deployment = parseDeployment(of.deployment);
    this.reader = new VolatilityReader(of.volatility, context.assets);
    const { puts, calls } = parts;
    this.keeper = new Keeper(this.trade, {
      put: puts === undefined ? undefined : putExits({ ...of, ...puts }),
      call: calls === undefined ? undefined : callExits({ ...calls, volatilitySpike: of.volatilitySpike }),
    });
    // A seller of puts alone lets shares be; one that sells calls on them waits until they are called away.
    if (puts !== undefined) this.puts = new PutEntries(this.trade, puts, calls === undefined);
    if (calls !== undefined) this.calls = new CallEntries(this.trade, calls);
    if (parts.buysShares === true) this.purchases = new SharePurchases(this.trade);
  }

  decide(): void {
    const { book, context, look, underlyings } = this.trade;
    book.tidy();
    this.endRounds();
    const reading = this.reader.read(context.now(), () => look.valuationOf(underlyings[0]));
    const positions = this.keeper.judgeAll(reading);
    const money = this.moneyNow(reading);
    const { share: deployment, deployable, committed, available } = money;
    const symbols = [
      ...(this.calls?.enter(reading, this.spiked(reading)) ?? []),
      ...(this.puts?.enter(money) ?? []),
      ...(this.purchases?.enter(money) ?? []),
    ];
    const { level: volatility } = reading;
    this.observe?.({ at: context.now(), volatility, deployment, deployable, committed, available, symbols, positions });
  }

  onFill(fill: Fill): void {
    this.trade.book.filled(fill);
    this.trade.rounds.filled(fill);
  }

  onContract(event: ContractEvent): void {
    const { kind, asset, quantity, shares, price, strike, reason } = event;
    if (quantity >= 0) return;
    const { book, look, rounds, context } = this.trade;
    if (kind === 'adjusted') {
      context.note(`${asset.symbol}: adjusted, ${-quantity} are sold, ${reason}`);
      book.adjusted(event);
      return;
    }
    const { underlying } = asset.instrument.option!;
    context.note(`${asset.symbol}: ${kind} ${-quantity} with the underlying at ${price}, ${reason}`);
    book.ended(event);
    if (shares === 0) return;
    const { position } = look.asset(underlying);
    const { cost, net } = rounds.costOf(underlying);
    const left =
      position.quantity > 0
        ? `${position.quantity} are held, which cost ${cost.toFixed(2)} each, ${net.toFixed(2)} after premiums`
        : 'none are held';
    context.note(`${underlying}: ${Math.abs(shares)} shares ${shares > 0 ? 'came' : 'went'} at ${strike}, ${left}`);
    if (shares > 0 && this.parts.onAssignment === 'sell') {
      look.asset(underlying).sell(shares, { reason: `shares of ${asset.symbol} that were assigned` });
    }
  }

  summarise(): void {
    this.trade.book.tidy();
    this.endRounds();
    const { put, call } = this.trade.book.tallies;
    const { peak, sum, decisions } = this.use;
    const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
    const sumOf = (name: 'premium' | 'paid' | 'assigned' | 'lapsed' | 'ended'): number => put[name] + call[name];
    const { note } = this.trade.context;
    note(
      `premium collected ${sumOf('premium').toFixed(2)}, paid to buy back ${sumOf('paid').toFixed(2)}; contracts worthless ${sumOf('lapsed')}, in the money ${sumOf('assigned')}, by ${sumOf('ended').toFixed(2)}; collateral ${percent(decisions === 0 ? 0 : sum / decisions)} of the money on average, ${percent(peak)} at most`,
    );
    this.tellStrayEvents();
    const { ended, profit } = this.trade.rounds.sum;
    if (this.parts.calls !== undefined) {
      note(
        `puts: premium ${put.premium.toFixed(2)}, assigned ${put.assigned}; calls: premium ${call.premium.toFixed(2)}, called away ${call.assigned}; rounds that ended ${ended}, with ${profit.toFixed(2)} in all`,
      );
    }
    if (sumOf('premium') === 0) note(`nothing was ever sold: ${this.trade.refusals.sentence}`);
  }

  /** Events of what is not sold on at all: one of many in a list, or a misspelt name that protected nothing. */
  private tellStrayEvents(): void {
    const { events, underlyings, context } = this.trade;
    const told = new Set(events.days.map(({ symbol }) => symbol).filter((symbol) => symbol !== undefined));
    const strays = [...told].filter((symbol) => !underlyings.includes(symbol));
    if (strays.length === 0) return;
    const names = strays.length > 5 ? `${strays.slice(0, 5).join(', ')} …` : strays.join(', ');
    context.note(`events of ${strays.length} symbols without options on the tape were told: ${names}`);
  }

  save(): SellerState {
    const { book, rounds, working, refusals } = this.trade;
    return {
      book: book.save(),
      rounds: rounds.save(),
      working: working.save(),
      reader: this.reader.save(),
      refusals: refusals.save(),
      use: { ...this.use },
    };
  }

  restore({ book, rounds, working, reader, refusals, use }: SellerState): void {
    this.trade.book.restore(book);
    this.trade.rounds.restore(rounds);
    this.trade.working.restore(working);
    this.reader.restore(reader);
    if (refusals !== undefined) this.trade.refusals.restore(refusals);
    this.use = { ...use };
  }

  /** Tells of every round that is over what it earned. */
  private endRounds(): void {
    const { book, rounds, context } = this.trade;
    for (const round of rounds.close(context.now(), (underlying) => book.isBusy(underlying))) {
      const { puts, calls, shares, fees, total, startedAt, endedAt } = round;
      const parts = `puts ${puts.toFixed(2)}, calls ${calls.toFixed(2)}, shares ${shares.toFixed(2)}, fees ${(-fees).toFixed(2)}`;
      const days = Math.round((endedAt - startedAt) / DAY);
      say(this.trade, round.underlying, `a round of ${days} days is over with ${total.toFixed(2)}: ${parts}`);
    }
  }

  private moneyNow(reading: Reading): Money {
    const { of, context, book, look } = this.trade;
    const share = of.volatility === 'none' ? 1 : deploymentShare(this.deployment, reading.level);
    const { held, working } = book.committed();
    const { cash, free } = context.portfolio;
    const own = holdings(this.trade);
    const shares = own.reduce((sum, symbol) => {
      const { quantity, averagePrice } = look.asset(symbol).position;
      return sum + (quantity > 0 ? quantity * averagePrice : 0);
    }, 0);
    const capital = of.capital > 0 ? of.capital : cash + shares;
    const deployable = share * capital;
    const committed = held + working + shares;
    // Whatever the account would lend: a put is backed by cash that backs nothing else.
    const available = Math.max(0, Math.min(deployable - committed, cash - held - working, free - working));
    const used = capital > 0 ? (held + shares) / capital : 0;
    this.use.decisions++;
    this.use.sum += used;
    this.use.peak = Math.max(this.use.peak, used);
    const closed =
      this.spiked(reading) ??
      (share === 0
        ? `deployment is 0 at a volatility of ${reading.level.toFixed(2)}`
        : available <= 0
          ? `available is 0: ${committed.toFixed(0)} of ${deployable.toFixed(0)} are committed`
          : book.puts + own.length >= of.positionsMax
            ? `positionsMax ${of.positionsMax} is reached`
            : undefined);
    return { reading, capital, share, deployable, committed, available, closed };
  }

  /** Why nothing is sold at this volatility, or nothing. */
  private spiked({ level, sessionOpen }: Reading): string | undefined {
    const { stopOnSpike, volatilitySpike } = this.trade.of;
    const spike = volatilitySpike * sessionOpen;
    if (!stopOnSpike || !atLeast(level, spike)) return undefined;
    return `volatility ${level.toFixed(2)} reached ${spike.toFixed(2)}: no entries`;
  }

  /** Which rule a contract that is being sold breaks by now. */
  private objection(symbol: string): string | undefined {
    const { right, underlying } = this.trade.look.asset(symbol).instrument.option!;
    const rules = right === 'put' ? this.puts?.rulesOn(underlying) : this.calls?.rulesOn(underlying);
    const valuation = this.trade.look.valuationOf(underlying, symbol);
    const [verdict] = valuation === undefined || rules === undefined ? [] : judgeChain(rules, valuation);
    if (verdict === undefined) return 'it is quoted no longer';
    const broken = verdict.outcomes.find(({ outcome }) => outcome === 'fail');
    return broken === undefined ? undefined : sayOutcome(broken);
  }
}
