/**
 * What selling options brought and gave back, and what of the account it tied up: the figures a seller looks at first.
 */
import type { Metric } from '../input.ts';
import { plural, percent, whole, decimal } from '../text.ts';
import type { OptionInput, SeenHolding } from './input.ts';
import { isSold, type OptionPosition } from './positions.ts';

const DAY = 86_400_000_000;

/** Money in base currency; shares of 1. NaN where there is nothing to take it from. */
export interface PremiumFigures {
  /** Positions opened by selling: in one contract, from flat to flat. */
  readonly sold: number;
  /** Of these, those that have ended. */
  readonly ended: number;
  readonly won: number;
  readonly collected: number;
  /** What buying back cost. */
  readonly boughtBack: number;
  /** What contracts were worth when they were settled or assigned. */
  readonly lostAtEnd: number;
  /** Premium of contracts that are still open. */
  readonly open: number;
  /** Collected, less bought back, lost at the end, and still open. */
  readonly kept: number;
  readonly fees: number;
  /** Positions assigned, settled in the money, lapsed. */
  readonly assigned: number;
  readonly settled: number;
  readonly lapsed: number;
  /** Assigned, or settled in the money, of those that have ended. */
  readonly assignedShare: number;
  /** Collateral over equity: mean of the sessions with contracts sold, and the most. */
  readonly collateralAverage: number;
  readonly collateralMost: number;
  /** Money and sessions with any. */
  readonly collateralMoney: number;
  readonly collateralSessions: number;
  /** Kept less fees, over collateral, per year that it was tied up; NaN where shares covered some of what was sold. */
  readonly yieldOnCollateral: number;
}

/** The figures as JSON can hold them: null for what is not known. */
export type ShownPremium = { readonly [K in keyof PremiumFigures]: number | null };

export function premiumFigures(positions: readonly OptionPosition[], input: OptionInput): PremiumFigures {
  const { sessions } = input;
  const sold = positions.filter(isSold);
  const ended = sold.filter(({ end }) => end !== 'open');
  const sum = (some: readonly OptionPosition[], of: (position: OptionPosition) => number): number =>
    some.reduce((total, position) => total + of(position), 0);
  const collected = sum(sold, ({ premium }) => premium);
  const boughtBack = sum(sold, ({ closing }) => closing);
  const lostAtEnd = sum(ended, worthAtEnd);
  const open = sum(
    sold.filter(({ end }) => end === 'open'),
    ({ premium, closing }) => premium - closing,
  );
  const kept = collected - boughtBack - lostAtEnd - open;
  const fees = sum(sold, (position) => position.fees);
  const assigned = ended.filter(({ end }) => end === 'assigned').length;
  const settled = ended.filter((position) => position.end === 'settled' && isTaken(position)).length;
  const tied = sessions.filter(({ collateral, equity }) => collateral > 0 && equity > 0 && Number.isFinite(collateral));
  const shares = tied.map(({ collateral, equity }) => collateral / equity);
  const days = isEarnedOnCollateral(input) ? moneyDays(sessions) : Number.NaN;
  return {
    sold: sold.length,
    ended: ended.length,
    won: ended.filter(({ result }) => result > 0).length,
    collected,
    boughtBack,
    lostAtEnd,
    open,
    kept,
    fees,
    assigned,
    settled,
    lapsed: ended.filter(({ end }) => end === 'lapsed').length,
    assignedShare: ended.length === 0 ? Number.NaN : (assigned + settled) / ended.length,
    collateralAverage: mean(shares),
    collateralMost: shares.reduce((most, share) => Math.max(most, share), 0),
    collateralMoney: mean(tied.map(({ collateral }) => collateral)),
    collateralSessions: tied.length,
    yieldOnCollateral: days > 0 ? ((kept - fees) / days) * 365 : Number.NaN,
  };
}

/** Money that contracts were worth when they came to their end, from what the position made of its premium. */
export function worthAtEnd({ end, ended, premium, closing, fees, result }: OptionPosition): number {
  if (end === 'open' || ended === undefined) return 0;
  const worth = premium - closing - fees - result;
  return Math.abs(worth) < 1e-6 ? 0 : worth;
}

/** Whether a position was assigned, or settled in the money: what a seller does not want. */
export function isTaken(position: OptionPosition): boolean {
  return position.end === 'assigned' || (position.end === 'settled' && worthAtEnd(position) > 0);
}

/** Whether something was tied up whenever contracts were sold: what shares cover is earned on those. */
function isEarnedOnCollateral({ sessions, instruments }: OptionInput): boolean {
  const isSoldContract = ({ symbol, quantity }: SeenHolding): boolean =>
    quantity < 0 && instruments.get(symbol)?.option !== undefined;
  return sessions.every(({ collateral, holdings }) => collateral > 0 || !holdings.some(isSoldContract));
}

/** Collateral times the calendar days until the next session that has any, at most a week. */
function moneyDays(sessions: OptionInput['sessions']): number {
  let total = 0;
  sessions.forEach(({ at, collateral }, i) => {
    if (!(collateral > 0 && Number.isFinite(collateral))) return;
    const next = sessions[i + 1]?.at ?? Infinity;
    total += collateral * Math.min(7, Math.max(1, Math.round((Math.min(next, at + 7 * DAY) - at) / DAY)));
  });
  return total;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((total, value) => total + value, 0) / values.length;
}

/** The summary in one or two lines of a terminal. */
export function premiumLines(figures: ShownPremium): string[] {
  const { sold, collected, kept, boughtBack, lostAtEnd, open, fees, assigned, settled } = figures;
  if (sold === null || sold === 0) return [];
  const money = (value: number | null): string => decimal(value ?? Number.NaN, 0);
  const ends = [counted(assigned, 'assigned'), counted(settled, 'settled in the money')].filter(Boolean);
  const rest = open === 0 ? '' : `, ${money(open)} still open`;
  return [
    `premium ${money(collected)} collected, ${money(kept)} kept (${money(boughtBack)} bought back, ${money(lostAtEnd)} given up when assigned or settled${rest}), fees ${money(fees)}`,
    `${plural(sold, 'position')} sold, ${ends.join(', ') || 'none assigned'}; ${collateralText(figures)}`,
  ];
}

function counted(count: number | null, words: string): string {
  return count === null || count === 0 ? '' : `${whole(count)} ${words}`;
}

/** `collateral 12% of equity on average, 20% at most, in 181 sessions`. */
export function collateralText({ collateralAverage, collateralMost, collateralSessions }: ShownPremium): string {
  if (collateralSessions === null || collateralSessions === 0)
    return 'no collateral was tied up at the end of a session';
  return `collateral ${percent(collateralAverage ?? Number.NaN, 0)} of equity on average, ${percent(collateralMost ?? Number.NaN, 0)} at most, in ${plural(collateralSessions, 'session')}`;
}

/** The figures as metrics, for files and programs; none where nothing was sold. */
export function premiumMetrics(figures: PremiumFigures): Metric[] {
  if (figures.sold === 0) return [];
  const metric = (name: string, label: string, value: number, unit: Metric['unit'], sentence: string): Metric => ({
    name,
    label,
    group: 'options',
    value,
    unit,
    sentence,
  });
  const f = figures;
  return [
    metric('optionsSold', 'Positions sold', f.sold, 'count', 'Positions in contracts that were opened by selling.'),
    metric('premiumCollected', 'Premium collected', f.collected, 'money', 'What selling contracts brought.'),
    metric('premiumBoughtBack', 'Bought back', f.boughtBack, 'money', 'What buying sold contracts back cost.'),
    metric(
      'premiumLostAtEnd',
      'Given up at assignment',
      f.lostAtEnd,
      'money',
      'What sold contracts were worth when they were assigned or settled; shares that were called away had gained as much.',
    ),
    metric(
      'premiumKept',
      'Premium kept',
      f.kept,
      'money',
      'Premium of ended positions, less buying back and what was given up when assigned or settled; before fees.',
    ),
    metric(
      'optionFees',
      'Fees of sold options',
      f.fees,
      'money',
      'Fees of opening and closing positions that were sold.',
    ),
    metric(
      'optionsAssigned',
      'Assigned',
      f.assigned,
      'count',
      'Sold positions that were assigned and delivered shares.',
    ),
    metric(
      'assignedShare',
      'Assigned or in the money',
      f.assignedShare,
      'fraction',
      'Sold positions assigned, or settled in the money, of those that ended.',
    ),
    metric(
      'collateralAverage',
      'Collateral, average',
      f.collateralAverage,
      'fraction',
      'Money that sold options tied up over equity, mean of the sessions with any.',
    ),
    metric(
      'collateralMost',
      'Collateral, most',
      f.collateralMost,
      'fraction',
      'Money that sold options tied up over equity, at the most.',
    ),
    metric(
      'yieldOnCollateral',
      'Kept on collateral',
      f.yieldOnCollateral,
      'fraction',
      'Premium kept less fees over the collateral, per year that it was tied up; none where shares covered sold contracts.',
    ),
  ];
}
