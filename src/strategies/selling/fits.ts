/**
 * What keeps a seller from ever trading on a tape, though its parameters are possible: told before anything is played.
 */
import type { TapeFacts } from '../../engine/feeds/tape-facts.ts';
import type { OptionTerms } from '../../market/instrument.ts';
import { tradeDateOf } from '../../market/option/chain-at.ts';
import { daysToExpiry } from '../../market/option/life.ts';
import { parseDeployment } from './deployment.ts';
import type { GeneralParameters } from './parameters.ts';

/** Days to expiry that a seller looks for, with the names of the parameters that say so. */
export interface WantedDays {
  readonly right: OptionTerms['right'];
  readonly least: readonly [name: string, days: number];
  readonly most: readonly [name: string, days: number];
}

/** Says what the tape lacks for a seller of these rights, or nothing. `days` are of what it has to sell first. */
export function misfit(
  of: GeneralParameters,
  rights: readonly OptionTerms['right'][],
  tape: TapeFacts,
  days: WantedDays,
): string | undefined {
  const contracts = tape.instruments.filter(({ option }) => option !== undefined);
  // Without any the strategy itself says what it needs.
  if (contracts.length === 0) return undefined;
  if (!contracts.some(({ option }) => rights.includes(option!.right))) {
    return `${rights.join('s and ')}s are sold, and the tape has none`;
  }
  const listed = tape.listings.flatMap((listing) => listing.contracts);
  if (of.minOpenInterest > 0 && listed.every(({ openInterest }) => openInterest === undefined)) {
    return `minOpenInterest (${of.minOpenInterest}) can never be met: the tape does not say how many contracts are open`;
  }
  const names = new Set(contracts.map(({ symbol }) => symbol));
  const isTold = tape.streams.some(({ kind, symbol }) => (kind === 'bars' || kind === 'trades') && names.has(symbol));
  if (of.minVolume > 0 && !isTold && listed.every(({ volume }) => volume === undefined)) {
    return `minVolume (${of.minVolume}) can never be met: the tape does not say how many contracts are traded`;
  }
  return noSuchDays(days, tape) ?? (rights.includes('put') ? tooSmall(of, tape) : undefined);
}

/** Says that no contract is ever quoted so long, or so shortly, before it expires. */
function noSuchDays({ right, least, most }: WantedDays, { instruments, streams }: TapeFacts): string | undefined {
  const expiries = new Map<string, string>();
  for (const { symbol, option } of instruments) if (option?.right === right) expiries.set(symbol, option.expiry);
  let [nearest, farthest] = [Infinity, -Infinity];
  for (const { symbol, from, to } of streams) {
    const expiry = expiries.get(symbol);
    if (expiry === undefined) continue;
    if (from === undefined || to === undefined) return undefined;
    const [longest, shortest] = [from, to].map((at) => daysToExpiry(expiry, tradeDateOf(at)));
    if (longest >= least[1] && shortest <= most[1]) return undefined;
    nearest = Math.min(nearest, shortest);
    farthest = Math.max(farthest, longest);
  }
  if (farthest < least[1] && farthest > -Infinity) {
    return `${least[0]} (${least[1]}) can never be met: no ${right} of the tape is quoted more than ${farthest} days before it expires`;
  }
  if (nearest > most[1] && nearest < Infinity) {
    return `${most[0]} (${most[1]}) can never be met: no ${right} of the tape is quoted less than ${nearest} days before it expires`;
  }
  return undefined;
}

/** Says that not even the put that ties up least fits into a position. */
function tooSmall(of: GeneralParameters, { instruments, cash, currency, isFlat }: TapeFacts): string | undefined {
  const puts = instruments.filter(({ option, ...each }) => option?.right === 'put' && each.currency === currency);
  if (puts.length === 0 || (of.capital === 0 && !isFlat)) return undefined;
  const least = Math.min(...puts.map(({ option, multiplier }) => option!.strike * multiplier));
  const capital = of.capital > 0 ? of.capital : cash;
  const steps = of.volatility === 'none' ? [] : parseDeployment(of.deployment).map(({ share }) => share);
  const share = Math.min(of.positionShare, steps.length === 0 ? 1 : Math.max(...steps));
  if (least <= share * capital) return undefined;
  const money = (value: number): string => value.toFixed(2);
  return `no put can be secured: one contract ties up at least ${money(least)}, and a position may have ${money(share * capital)}, which is ${Number((100 * share).toFixed(4))} % of ${money(capital)}`;
}
