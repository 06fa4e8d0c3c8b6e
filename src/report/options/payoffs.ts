/**
 * Payoff diagrams of what was opened together: at expiry, and as the market valued it when it was opened, or now.
 *
 * What one strategy opened on one underlying at one instant is one package; shares that cover a sold call belong to it.
 * While it is open, "now" is the end of the run. Vols of the legs stay those of their prices as the underlying moves.
 */
import { formatDay, parseDay } from '../../time/civil.ts';
import { bjerksundStenslandPrice } from '../../options/bjerksund-stensland.ts';
import { europeanPrice } from '../../options/european.ts';
import { unitsOf, type Leg, type OptionLeg } from '../../options/legs.ts';
import { profitAt, profitAtExpiry, summarisePayoff } from '../../options/payoff.ts';
import { recogniseStrategy } from '../../options/recognise.ts';
import { contractLife, yearsToSettlement } from '../../market/option/life.ts';
import type { FillRecord, RunResult } from '../../engine/result.ts';
import { shown, type Shown } from '../series.ts';
import type { OptionInput, SeenMarket } from './input.ts';
import { isSold, type OptionPosition } from './positions.ts';
import { valueOf } from './value.ts';

const SHOWN_MAX = 12;
const POINTS = 61;

export interface PayoffData {
  /** Why it is shown: `last`, `largest`, `best`, `worst`. */
  readonly label: string;
  readonly underlying: string;
  /** `cash-secured-put`, `iron-condor`, `custom` … */
  readonly name: string;
  readonly legs: readonly string[];
  readonly openedAt: number;
  /** Null while it is open. */
  readonly endedAt: number | null;
  /** Money, per price of the underlying. */
  readonly prices: readonly Shown[];
  readonly atExpiry: readonly Shown[];
  /** When opened, or now; empty where no vol explains the prices. */
  readonly before: readonly Shown[];
  readonly isNow: boolean;
  readonly spot: Shown;
  /**
   * Where it ended: price of the underlying and result after fees; null while it is open. Shares among the legs count
   * from the opening on, as in the lines; `contracts` is what the contracts alone brought.
   */
  readonly end: { readonly price: Shown; readonly result: Shown; readonly contracts: Shown } | null;
  readonly breakEvens: readonly Shown[];
  /** The first expiry where the legs have several, `YYYY-MM-DD`: then limits depend on vols, and none are told. */
  readonly firstExpiry: string | null;
  /** Money; null where there is no limit. */
  readonly maxProfit: Shown;
  readonly maxLoss: Shown;
}

interface Package {
  readonly positions: readonly OptionPosition[];
  readonly result: number;
  /** Money that it may cost at expiry, for what is largest. */
  readonly size: number;
}

/** Returns the diagrams worth a look: the last, the largest, the best, the worst, then the latest before. */
export function payoffsOf(positions: readonly OptionPosition[], result: RunResult, input: OptionInput): PayoffData[] {
  const known = positions.filter(({ seen }) => seen !== undefined);
  const groups = Map.groupBy(
    known,
    ({ openedAt, strategy, instrument }) => `${openedAt} ${strategy} ${instrument.option!.underlying}`,
  );
  const packages = [...groups.values()].map((own): Package => {
    const results = own.map((position) => position.result);
    return {
      positions: own,
      result: results.reduce((sum, each) => sum + each, 0),
      size: own.reduce(
        (sum, { quantity, instrument }) => sum + Math.abs(quantity) * instrument.option!.strike * instrument.multiplier,
        0,
      ),
    };
  });
  if (packages.length === 0) return [];
  const ended = packages.filter((each) => each.result === each.result);
  const most = (some: readonly Package[], of: (each: Package) => number): Package | undefined =>
    some.reduce<Package | undefined>(
      (best, each) => (best === undefined || of(each) > of(best) ? each : best),
      undefined,
    );
  const wanted: (readonly [string, Package | undefined])[] = [
    ['last', packages.at(-1)],
    ['largest', most(packages, ({ size }) => size)],
    ['worst', most(ended, (each) => -each.result)],
    ['best', most(ended, (each) => each.result)],
    ...packages.toReversed().map((each) => ['', each] as const),
  ];
  const chosen = new Map<Package, string[]>();
  for (const [label, each] of wanted) {
    if (each === undefined || (chosen.size >= SHOWN_MAX && !chosen.has(each))) continue;
    const labels = chosen.get(each) ?? [];
    if (label !== '') labels.push(label);
    chosen.set(each, labels);
  }
  const sharesOn = sharesBefore(result.fills);
  return [...chosen].map(([each, labels]) => payoffOf(each, labels.join(', '), input, sharesOn));
}

function payoffOf(
  { positions, result }: Package,
  label: string,
  input: OptionInput,
  sharesOn: (symbol: string, strategy: number, at: number) => number,
): PayoffData {
  const [first] = positions;
  const { underlying } = first.instrument.option!;
  const isOpen = positions.some(({ end }) => end === 'open');
  const markets = positions.map((position) => (isOpen ? nowOf(position, input) : undefined) ?? position.seen!);
  const options = positions.map(({ instrument, quantity, price }): OptionLeg => ({
    kind: 'option',
    right: instrument.option!.right,
    strike: instrument.option!.strike,
    expiry: instrument.option!.expiry,
    quantity,
    multiplier: instrument.multiplier,
    price,
  }));
  const covering = coverOf(positions, sharesOn(underlying, first.strategy, first.openedAt));
  const legs: Leg[] = [
    ...(covering === 0 ? [] : [{ kind: 'shares', quantity: covering, price: first.seen!.underlying } as const]),
    ...options,
  ];
  const spot = markets[0].underlying;
  const vols = positions.map(({ instrument }, i) => valueOf(instrument, markets[i], input.rate)?.vol ?? Number.NaN);
  const years = positions.map(({ instrument }, i) => yearsToSettlement(contractLife(instrument), markets[i].at));
  const { endPrice } = first;
  const moved = covering === 0 ? 0 : covering * (endPrice - first.seen!.underlying);
  const near = Math.min(...options.map(({ expiry }) => parseDay(expiry)));
  const marketOf = (after: number) => (leg: OptionLeg) => {
    const i = options.indexOf(leg);
    return { years: Math.max(0, years[i] - after), vol: vols[i], rate: input.rate, dividendYield: 0 };
  };
  const model = first.instrument.option!.style === 'american' ? bjerksundStenslandPrice : europeanPrice;
  // Legs that live on when the first of them expires are valued by their vols then.
  const untilNear = Math.min(...years);
  const isOneExpiry = options.every(({ expiry }) => parseDay(expiry) === near);
  const prices = rangeOf(options, spot, endPrice);
  const hasVols = vols.every((vol) => vol === vol);
  const atExpiry = prices.map((price) =>
    isOneExpiry
      ? profitAtExpiry(legs, price)
      : hasVols
        ? profitAt(legs, price, marketOf(untilNear), model)
        : Number.NaN,
  );
  const limits = isOneExpiry ? summarisePayoff(legs) : undefined;
  const cash = options.reduce(
    (sum, leg) => sum + (leg.quantity < 0 && leg.right === 'put' ? -unitsOf(leg) * leg.strike : 0),
    0,
  );
  return {
    label,
    underlying,
    name: recogniseStrategy(legs, cash).name,
    legs: legs.map(legText),
    openedAt: first.openedAt,
    endedAt: isOpen ? null : Math.max(...positions.map(({ endedAt }) => endedAt)),
    prices: prices.map((price) => shown(price, 6)),
    atExpiry: atExpiry.map((profit) => shown(profit, 6)),
    before: hasVols ? prices.map((price) => shown(profitAt(legs, price, marketOf(0), model), 6)) : [],
    isNow: isOpen,
    spot: shown(spot),
    end: isOpen ? null : { price: shown(endPrice), result: shown(result + moved), contracts: shown(result) },
    breakEvens: limits?.breakEvens.map((price) => shown(price, 6)) ?? [],
    firstExpiry: isOneExpiry ? null : formatDay(near),
    maxProfit: limits === undefined ? null : shown(limits.maxProfit),
    maxLoss: limits === undefined ? null : shown(limits.maxLoss),
  };
}

/** The market of a position that is still open, at the end of the run. */
function nowOf({ symbol }: OptionPosition, { sessions }: OptionInput): SeenMarket | undefined {
  return sessions.at(-1)?.holdings.find((holding) => holding.symbol === symbol);
}

/** Shares held that cover sold calls, no more than those deliver. */
function coverOf(positions: readonly OptionPosition[], held: number): number {
  const sold = positions
    .filter((position) => isSold(position) && position.instrument.option!.right === 'call')
    .reduce((sum, { quantity, instrument }) => sum - quantity * instrument.multiplier, 0);
  return Math.max(0, Math.min(held, sold));
}

/** Shares that a strategy holds before an instant, from its fills. */
function sharesBefore(fills: readonly FillRecord[]): (symbol: string, strategy: number, at: number) => number {
  const byPlace = Map.groupBy(fills, ({ symbol, strategy }) => `${strategy} ${symbol}`);
  return (symbol, strategy, at) =>
    byPlace.get(`${strategy} ${symbol}`)?.findLast((fill) => fill.at <= at)?.position ?? 0;
}

/** From below to above all that matters, evenly, with the strikes where the line bends among them. */
function rangeOf(legs: readonly OptionLeg[], spot: number, end: number): number[] {
  const marks = [...legs.map(({ strike }) => strike), spot, ...(end > 0 ? [end] : [])];
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  const room = Math.max(0.04 * spot, 0.35 * (high - low));
  const from = Math.max(0, low - room);
  const step = (high + room - from) / (POINTS - 1);
  const even = Array.from({ length: POINTS }, (_, i) => from + i * step);
  return [...new Set([...even, ...legs.map(({ strike }) => strike)])].sort((a, b) => a - b);
}

function legText(leg: Leg): string {
  const size = `${leg.quantity > 0 ? '+' : '−'}${Math.abs(leg.quantity)}`;
  if (leg.kind === 'shares') return `${size} shares`;
  return `${size} ${leg.right} ${leg.strike} ${leg.expiry}`;
}
