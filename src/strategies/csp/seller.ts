/**
 * The put seller at work: at every bar of the first underlying it steps its ladders, judges what it holds, and sells.
 */
import type { Context, ContractEvent, Fill } from '../../engine/strategy.ts';
import { LimitLadder, type LadderSteps } from '../../engine/ladder.ts';
import { ChainValuation } from '../../market/option/value.ts';
import { judgeChain, sayOutcome } from '../../market/option/filter.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { sayOpening } from '../../market/option/opening.ts';
import { toTick } from '../../market/instrument.ts';
import { DAY } from '../../time/instant.ts';
import { parseDay } from '../../time/civil.ts';
import { Book, type OpenPut } from './book.ts';
import { contractRules, rankCandidates, type Candidate } from './contract-filter.ts';
import { deploymentShare, parseDeployment } from './deployment.ts';
import { judgeEquity, parseEquityRules } from './equity-filter.ts';
import { judgeExit } from './exits.ts';
import { atLeast } from './outcome.ts';
import type { CspParameters, PARAMETERS } from './parameters.ts';
import { judgeContracts, tally, type Closes, type Scan, type SymbolScan } from './scan.ts';
import { sizeEntry } from './sizing.ts';
import { VolatilityReader, type Reading } from './volatility.ts';

/** Exits that may take their time; all others are stops. */
const PATIENT: ReadonlySet<string> = new Set(['earlyExit', 'closeBeforeExpiry']);

export class PutSeller {
  readonly book: Book;
  private readonly context: Context<typeof PARAMETERS>;
  private readonly of: CspParameters;
  private readonly observe: ((scan: Scan) => void) | undefined;
  private readonly underlyings: readonly string[];
  private readonly deployment;
  private readonly equityRules;
  private readonly contractRules;
  private readonly reader: VolatilityReader;
  private ladders: LimitLadder[] = [];
  /** Contracts whose patient exit was tried: what is left goes at the market. */
  private readonly triedExit = new Set<string>();
  private valuations = new Map<string, ChainValuation>();
  private readonly use = { peak: 0, sum: 0, decisions: 0 };

  constructor(context: Context<typeof PARAMETERS>, underlyings: readonly string[], observe?: (scan: Scan) => void) {
    this.context = context;
    this.of = context.parameters;
    this.observe = observe;
    this.underlyings = underlyings;
    this.book = new Book(context.asset);
    this.deployment = parseDeployment(this.of.deployment);
    this.equityRules = parseEquityRules(this.of.equityRules);
    this.contractRules = contractRules(this.of);
    this.reader = new VolatilityReader(this.of.volatility, context.assets);
  }

  decide(): void {
    this.valuations = new Map();
    this.book.tidy();
    this.ladders = this.ladders.filter((ladder) => !ladder.isOver);
    for (const ladder of this.ladders) ladder.step();
    const reading = this.reader.read(this.context.now(), () => this.valuationOf(this.underlyings[0]));
    const positions = [...this.book.open.values()].map((put) => ({
      symbol: put.symbol,
      decision: this.judgeHeld(put, reading),
    }));
    this.enter(reading, positions);
  }

  onFill(fill: Fill): void {
    this.book.filled(fill);
  }

  /** The fill that closed the contract was told before, so that it is open no longer: only its terms are at hand. */
  onContract({ kind, asset, quantity, shares, price, reason }: ContractEvent): void {
    const { instrument, symbol } = asset;
    if (quantity >= 0) return;
    this.context.note(`${symbol}: ${kind} ${-quantity} with the underlying at ${price}, ${reason}`);
    const { strike, underlying } = instrument.option!;
    if (kind === 'lapsed') this.book.lapsed -= quantity;
    else {
      this.book.assigned -= quantity;
      this.book.ended -= quantity * instrument.multiplier * Math.max(0, strike - price);
    }
    this.book.forgetWhenFlat(symbol);
    if (shares > 0 && this.of.onAssignment === 'sell') {
      this.context.asset(underlying).sell(shares, { reason: `shares of ${symbol} that were assigned` });
    }
  }

  summarise(): void {
    const { premium, paid, assigned, lapsed, ended } = this.book;
    const { peak, sum, decisions } = this.use;
    const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
    this.context.note(
      `premium collected ${premium.toFixed(2)}, paid to buy back ${paid.toFixed(2)}; contracts worthless ${lapsed}, in the money ${assigned}, by ${ended.toFixed(2)}; collateral ${percent(decisions === 0 ? 0 : sum / decisions)} of the money on average, ${percent(peak)} at most`,
    );
  }

  /** Says why a position is kept, or closes it. */
  private judgeHeld(put: OpenPut, reading: Reading): string {
    const { context, of } = this;
    const asset = context.asset(put.symbol);
    const own = this.valuationOf(put.underlying);
    const contract = own?.chain.contracts.find(({ instrument }) => instrument.symbol === put.symbol);
    const value = contract === undefined ? undefined : own!.of(contract);
    const known = value?.ok === true ? Math.abs(value.delta) : undefined;
    const { exit, outcomes } = judgeExit(
      { ...put, premium: asset.position.averagePrice },
      {
        delta: known ?? put.delta,
        price: context.asset(put.underlying).price,
        volatility: reading.level,
        sessionOpen: reading.sessionOpen,
        ask: asset.ask,
        daysHeld: Math.floor((context.now() - put.openedAt) / DAY),
        daysToExpiry: daysToExpiry(put.expiry, tradeDateOf(context.now())),
      },
      of,
    );
    const isBlind = known === undefined && of.exitOnMissingDelta;
    const why = exit?.text ?? (isBlind ? 'delta is not known' : undefined);
    if (why === undefined)
      return this.say(put.symbol, `held, ${outcomes.map(({ text }) => text).join('; ') || 'no exit is on'}`);
    const isStop = exit === undefined || !PATIENT.has(exit.rule);
    return this.say(put.symbol, this.buyBack(put.symbol, why, isStop));
  }

  private buyBack(symbol: string, why: string, isStop: boolean): string {
    const asset = this.context.asset(symbol);
    const buying = asset.orders.filter(({ side }) => side === 1);
    const isPatient = !isStop && this.of.exitOrder === 'stepped' && !this.triedExit.has(symbol);
    if (buying.length > 0 && (!isStop || buying.some(({ type }) => type === 'market')))
      return `is being bought back, ${why}`;
    if (!isPatient) {
      asset.close({ reason: why });
      return `bought back at the market, ${why}`;
    }
    for (const order of asset.orders) this.context.cancel(order);
    this.triedExit.add(symbol);
    const quantity = -asset.position.quantity;
    this.walk(
      new LimitLadder(this.context, asset, {
        side: 1,
        quantity,
        reason: why,
        reduceOnly: true,
        ...this.ladderOptions(),
      }),
    );
    return `bought back by a ladder, ${why}`;
  }

  private enter(reading: Reading, positions: Scan['positions']): void {
    const { of, context, book } = this;
    const share = of.volatility === 'none' ? 1 : deploymentShare(this.deployment, reading.level);
    const { held, working } = book.committed();
    const { cash, free } = context.portfolio;
    const capital = of.capital > 0 ? of.capital : cash;
    const deployable = share * capital;
    const committed = held + working;
    // Whatever the account would lend: a put is backed by cash that backs nothing else.
    const available = Math.max(0, Math.min(deployable - committed, cash - committed, free - working));
    this.use.decisions++;
    this.use.sum += capital > 0 ? held / capital : 0;
    this.use.peak = Math.max(this.use.peak, capital > 0 ? held / capital : 0);
    const spike = of.volatilitySpike * reading.sessionOpen;
    const closed =
      of.stopOnSpike && atLeast(reading.level, spike)
        ? `volatility ${reading.level.toFixed(2)} reached ${spike.toFixed(2)}: no entries`
        : share === 0
          ? `deployment is 0 at a volatility of ${reading.level.toFixed(2)}`
          : available <= 0
            ? `available is 0: ${committed.toFixed(0)} of ${deployable.toFixed(0)} are committed`
            : book.positions >= of.positionsMax
              ? `positionsMax ${of.positionsMax} is reached`
              : undefined;
    const wanted: Candidate[] = [];
    const symbols = this.underlyings.map((symbol) => this.judgeSymbol(symbol, closed, wanted));
    const ranked = rankCandidates(wanted, of.universeRank).slice(0, of.candidatesMax);
    let left = available;
    const rows = new Map(symbols.flatMap(({ contracts }) => contracts.map((row) => [row.symbol, row] as const)));
    for (const candidate of ranked) {
      const row = rows.get(candidate.contract.instrument.symbol)!;
      const told = this.sell(candidate, reading, capital, left);
      left -= told.collateral;
      Object.assign(row, { chosen: told.quantity > 0, quantity: told.quantity, reason: told.reason });
      this.say(row.symbol, told.reason);
    }
    this.observe?.({
      at: context.now(),
      volatility: reading.level,
      deployment: share,
      deployable,
      committed,
      available,
      symbols,
      positions,
    });
  }

  private judgeSymbol(symbol: string, closed: string | undefined, wanted: Candidate[]): SymbolScan {
    const { of, context } = this;
    const { price } = context.asset(symbol);
    const history = this.closesOf(symbol);
    const outcomes = judgeEquity(this.equityRules, history.closes, price, of);
    const broken = outcomes.filter(({ outcome }) => outcome === 'fail').map(({ text }) => text);
    const isFull = this.book.symbolsOn(symbol).size >= of.positionsPerSymbol;
    const refusal =
      closed ??
      (broken.length > 0
        ? broken.join('; ')
        : isFull
          ? `positionsPerSymbol ${of.positionsPerSymbol} is reached`
          : undefined);
    if (refusal !== undefined) this.say(symbol, `nothing is sold, ${refusal}`);
    const valuation = refusal === undefined || this.observe !== undefined ? this.valuationOf(symbol) : undefined;
    if (valuation === undefined)
      return { symbol, price, outcomes, refusal: refusal ?? 'it has no price yet', contracts: [] };
    const { scans, candidates } = judgeContracts(this.contractRules, valuation, history);
    const ranked = rankCandidates(candidates, of.contractRank);
    const first = refusal === undefined ? ranked.slice(0, of.perSymbolMax) : [];
    wanted.push(...first);
    for (const row of scans) if (row.reason === '') row.reason = refusal ?? `ranked behind by ${of.contractRank}`;
    if (refusal === undefined) this.say(symbol, tally(scans, candidates.length));
    return { symbol, price, outcomes, refusal, contracts: scans };
  }

  /** Sells what fits of a candidate; says what and why. */
  private sell(candidate: Candidate, reading: Reading, capital: number, available: number) {
    const { of, book, context } = this;
    const { contract, delta, days } = candidate;
    const { symbol, multiplier } = contract.instrument;
    const { strike, underlying, expiry } = contract.terms;
    const none = (reason: string) => ({ quantity: 0, collateral: 0, reason });
    const on = book.symbolsOn(underlying);
    if (on.size >= of.positionsPerSymbol || on.has(symbol))
      return none(`positionsPerSymbol ${of.positionsPerSymbol} is reached`);
    if (book.positions >= of.positionsMax) return none(`positionsMax ${of.positionsMax} is reached`);
    const collateral = strike * multiplier;
    const size = sizeEntry({
      collateral,
      capital,
      available,
      positionShare: of.positionShare,
      contractsMax: of.contractsMax,
    });
    if (size.rule !== undefined)
      return none(`${size.rule}: one contract ties up ${size.value}, ${Math.floor(size.threshold)} is left for it`);
    const quantity = size.contracts;
    const { price } = context.asset(underlying);
    const opening = sayOpening({ delta, days, premium: contract.bid!, underlying: price, volatility: reading.level });
    const reason = `${of.universeRank} is first: ${opening}, ${candidate.premiumPerDay.toFixed(4)} a day, ${(100 * candidate.dailyReturn).toFixed(3)} % of the strike`;
    const order = this.submit(symbol, quantity, reason);
    if (order === undefined) return none('the order was not taken: see the entry before');
    book.sent({ symbol, underlying, expiry, strike, days, delta, price, volatility: reading.level }, order, quantity);
    return { quantity, collateral: quantity * collateral, reason };
  }

  private submit(symbol: string, quantity: number, reason: string) {
    const asset = this.context.asset(symbol);
    this.triedExit.delete(symbol);
    switch (this.of.entryOrder) {
      case 'market':
        return asset.sell(quantity, { reason, timeInForce: 'DAY' });
      case 'bid':
        return asset.sell(quantity, { reason, limit: toTick(asset.instrument, asset.bid, 'up'), timeInForce: 'DAY' });
      case 'stepped': {
        const recheck = (): string | undefined => this.objection(symbol);
        const ladder = new LimitLadder(this.context, asset, {
          side: -1,
          quantity,
          reason,
          recheck,
          ...this.ladderOptions(),
        });
        this.walk(ladder);
        return ladder.order;
      }
    }
  }

  private ladderOptions(): { readonly steps: LadderSteps; readonly seconds: number } {
    const { ladderStart: start, stepShare: share, stepsMax: count, stepSeconds: seconds } = this.of;
    return { steps: { start, share, count }, seconds };
  }

  private walk(ladder: LimitLadder): void {
    if (!ladder.isOver) this.ladders.push(ladder);
  }

  /** Which rule a contract breaks by now. */
  private objection(symbol: string): string | undefined {
    const valuation = this.valuationOf(this.context.asset(symbol).instrument.option!.underlying);
    const verdict =
      valuation === undefined
        ? undefined
        : judgeChain(this.contractRules, valuation).find(({ contract }) => contract.instrument.symbol === symbol);
    if (verdict === undefined) return 'it is quoted no longer';
    const broken = verdict.outcomes.find(({ outcome }) => outcome === 'fail');
    return broken === undefined ? undefined : sayOutcome(broken);
  }

  private valuationOf(underlying: string): ChainValuation | undefined {
    if (!(this.context.asset(underlying).price > 0)) return undefined;
    let valuation = this.valuations.get(underlying);
    if (valuation === undefined) {
      const { rate, dividendYield } = this.of;
      valuation = new ChainValuation(this.context.chain(underlying), { rate, dividendYield });
      this.valuations.set(underlying, valuation);
    }
    return valuation;
  }

  /** Complete days only: a day that still runs has no close. */
  private closesOf(symbol: string): Closes {
    const asset = this.context.asset(symbol);
    const { close, time } = asset.bars.timeFrame === '1d' ? asset.bars : asset.barsOf('1d');
    const closes: number[] = [];
    const days: number[] = [];
    for (let ago = this.of.historyDays - 1; ago >= 0; ago--) {
      if (!(close.at(ago) > 0)) continue;
      closes.push(close.at(ago));
      days.push(parseDay(tradeDateOf(time.at(ago))));
    }
    return { closes: Float64Array.from(closes), days: Float64Array.from(days) };
  }

  private say(symbol: string, text: string): string {
    this.context.note(`${symbol}: ${text}`);
    return text;
  }
}
