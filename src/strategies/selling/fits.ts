/**
 * What keeps a seller from ever trading on a tape, though its parameters are possible: told before anything is played.
 *
 * Nothing is foretold: a set is refused where no quote of the tape could pass the rules at any price that the underlying
 * has in its session. Rules on averages, and on the vol at the money, only the run knows.
 */
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import { parseDeployment } from './deployment.ts';
import { ENTRY_RULES, EntryDays, moneyFor, sayTooSmall } from './entry-days.ts';
import { closesNeeded, parseEquityRules } from './equity-filter.ts';
import { marksOf, sessionIndexOf } from './marks.ts';
import type { GeneralParameters } from './parameters.ts';
import { Measured, Passes, type Limit } from './passes.ts';
import { callsWanted, putsWanted, unsellable, type Wanted } from './sellable.ts';
import type { SellerParts } from './seller.ts';
import { ROUND_LOT } from './share-purchases.ts';
import { contractsOf } from './tape-contracts.ts';

/** Says what of a tape keeps a seller with these parts from ever trading on it, or nothing. */
export function misfit(of: GeneralParameters, parts: SellerParts, tape: TapeFacts): string | undefined {
  // Without any option the strategy itself says what it needs.
  if (contractsOf(tape, 'put').count + contractsOf(tape, 'call').count === 0) return undefined;
  const { puts, calls, buysShares = false } = parts;
  const wanted = puts === undefined ? callsWanted(calls!) : putsWanted(puts);
  const { right } = wanted;
  const own = contractsOf(tape, right);
  if (own.count === 0) return `${right}s are sold, and the tape has none`;
  return (
    notEnough('minOpenInterest', of.minOpenInterest, own.openInterest, 'are open') ??
    notEnough('minVolume', of.minVolume, own.volume, 'are traded') ??
    (right === 'put' ? tooSmall(of, own.leastCollateral, tape) : undefined) ??
    notListed(wanted, tape) ??
    tooFewDays(of, parts, own.underlyings, tape) ??
    (buysShares && tape.isFlat ? unbuyable(of, own.underlyings, tape) : undefined) ??
    unsellable(of, wanted, tape)
  );
}

/** Says that the tape never tells of so many contracts. */
function notEnough(name: string, min: number, most: number, what: string): string | undefined {
  if (min === 0 || most >= min) return undefined;
  const cannot = `${name} (${min}) can never be met`;
  if (most === -Infinity) return `${cannot}: the tape does not say how many contracts ${what}`;
  return `${cannot}: of no contract of the tape more than ${most} ${what}`;
}

/** Says that not even the put that ties up least fits into a position. */
function tooSmall(of: GeneralParameters, least: number, tape: TapeFacts): string | undefined {
  const shares = of.volatility === 'none' ? [1] : parseDeployment(of.deployment).map(({ share }) => share);
  const money = moneyFor(of, tape, Math.max(...shares));
  if (least * (1 - 1e-6) <= money) return undefined;
  return sayTooSmall('no put can be secured: one contract', least, money, of, tape);
}

/** Says that a live tape lists only contracts that end too soon, or too late. */
function notListed({ days: { min, max } }: Wanted, { listedDays }: TapeFacts): string | undefined {
  if (listedDays === undefined) return undefined;
  const { least, most } = listedDays;
  const said = (limit: Limit | undefined, days: string): string =>
    `${limit?.name} (${limit?.value}) can never be met: the contracts that are listed have ${days} days to expiry`;
  if (most < (min?.value ?? 0)) return said(min, `at most ${most}`);
  return least > (max?.value ?? Infinity) ? said(max, `at least ${least}`) : undefined;
}

/** Says that averages which are asked for never have a value: the tape is shorter than they are. */
function tooFewDays(
  of: GeneralParameters,
  { puts, buysShares }: SellerParts,
  underlyings: readonly string[],
  tape: TapeFacts,
): string | undefined {
  // A saved state brings closes of its own, and calls on shares that are held ask for none.
  if (!tape.isFlat || (puts === undefined && buysShares !== true)) return undefined;
  const needs = [
    { name: 'equityRules', closes: closesNeeded(parseEquityRules(of.equityRules), of) },
    { name: 'strikeCeiling', closes: puts?.strikeCeiling === 'average' ? of.smaMedium : 0 },
  ];
  const days = Math.max(...underlyings.map((symbol) => marksOf(tape, symbol)?.sessions.length ?? Infinity));
  const need = needs.find(({ closes }) => closes > days);
  if (need === undefined) return undefined;
  const own = underlyings.length === 1 ? underlyings[0] : 'an underlying';
  return `${need.name} can never be met: it takes ${need.closes} daily closes, and the tape has no more than ${days} days of ${own}`;
}

/** Says which rules on averages nobody has held against the days of a tape that is read in slices. */
export function unforeseen(
  of: GeneralParameters,
  { puts, buysShares }: SellerParts,
  tape: TapeFacts,
): string | undefined {
  const isRead = contractsOf(tape, puts === undefined ? 'call' : 'put').underlyings.some(
    (symbol) => marksOf(tape, symbol) !== undefined,
  );
  if (isRead || !tape.isFlat || (puts === undefined && buysShares !== true)) return undefined;
  const closes = Math.max(
    closesNeeded(parseEquityRules(of.equityRules), of),
    puts?.strikeCeiling === 'average' ? of.smaMedium : 0,
  );
  if (closes === 0) return undefined;
  return `the tape is read piece by piece: whether it has the ${closes} daily closes that rules on averages take shows only at its end`;
}

/** Says why the shares that calls are sold on can never be bought. */
function unbuyable(of: GeneralParameters, underlyings: readonly string[], tape: TapeFacts): string | undefined {
  const days = new EntryDays(of, tape);
  const passes = new Passes(days.rules('share'));
  const measured = new Measured(ENTRY_RULES);
  for (const symbol of underlyings) {
    const marks = marksOf(tape, symbol);
    if (marks === undefined) return undefined;
    const [first = 0] = marks.sessions;
    for (let session = first; session <= lastSession(tape); session++) {
      const day = days.on(symbol, session);
      days.measure(measured, 0, day, ROUND_LOT * day.spot.low);
      if (passes.may(measured)) return undefined;
    }
  }
  return passes.looked === 0
    ? 'shares are bought, and the tape has no price of them'
    : passes.objection('no share of the tape', 'looks');
}

function lastSession({ streams }: TapeFacts): number {
  const ends = streams.map((stream) => ('columns' in stream ? (stream.columns.time.at(-1) ?? -Infinity) : -Infinity));
  return sessionIndexOf(ends.reduce((a, b) => Math.max(a, b)));
}
