/**
 * Packages as a strategy writes them: legs by asset, or a standard strategy by name with its strikes and expiries.
 */
import { Fault, show } from '../../base/fault.ts';
import { recogniseStrategy } from '../../options/recognise.ts';
import { standardLegs, type StandardStrategy } from '../../options/standard.ts';
import type { OptionTerms } from '../../market/instrument.ts';
import type { Leg } from '../../options/legs.ts';
import { findAsset, type HostedAsset } from '../strategy/host.ts';
import { plainMarket } from './intents.ts';
import type { OrderIntent } from './order.ts';
import type { PackageIntent } from './package.ts';
import type { ComboLeg, ComboOptions, StandardOptions } from '../strategy/strategy.ts';

/** From what a strategy asks for to one intent per leg. */
export function packageOf(
  assets: readonly HostedAsset[],
  strategy: number,
  legs: readonly ComboLeg[],
  options: ComboOptions,
): PackageIntent {
  const { quantity = 1, limit = Number.NaN, reason = '' } = options;
  const timeInForce = options.timeInForce ?? (options.goodTill === undefined ? 'GTC' : 'GTD');
  const intents = legs.map((leg): OrderIntent => {
    const { index } = findAsset(assets, leg.asset.symbol);
    return {
      ...plainMarket(index, strategy),
      side: leg.quantity > 0 ? 1 : -1,
      quantity: Math.abs(leg.quantity) * quantity,
      type: 'combo',
      timeInForce,
      goodTill: options.goodTill ?? Number.NaN,
      reason,
    };
  });
  const ratios = legs.map((leg) => Math.abs(leg.quantity));
  return { legs: intents, ratios, quantity, limit, timeInForce, name: options.name ?? nameOf(legs), reason };
}

/** The legs of a standard strategy on contracts of this deck; a contract that is not there is a `Fault`. */
export function standardCombo(
  assets: readonly HostedAsset[],
  name: StandardStrategy,
  { underlying, strikes, expiry, expiries }: StandardOptions,
): ComboLeg[] {
  const share = findAsset(assets, underlying);
  const dates = expiries ?? (expiry === undefined ? [] : [expiry]);
  return standardLegs(name, { strikes, expiries: dates }).map((leg) => ({
    asset: leg.kind === 'shares' ? share : contractOf(assets, underlying, leg),
    quantity: leg.quantity,
  }));
}

/** Contracts of a deck by their terms. */
const contracts = new WeakMap<readonly HostedAsset[], ReadonlyMap<string, HostedAsset>>();

function contractOf(assets: readonly HostedAsset[], underlying: string, leg: Leg & { kind: 'option' }): HostedAsset {
  let known = contracts.get(assets);
  if (known === undefined) contracts.set(assets, (known = byTerms(assets)));
  const found = known.get(termsKey(underlying, leg));
  if (found !== undefined) return found;
  const own = assets.filter(({ instrument: { option } }) => option?.underlying === underlying);
  const strikes = own
    .filter(({ instrument: { option } }) => option!.expiry === leg.expiry && option!.right === leg.right)
    .map(({ instrument: { option } }) => option!.strike)
    .sort((a, b) => Math.abs(a - leg.strike) - Math.abs(b - leg.strike));
  const rule = `the deck has no ${leg.right} on ${underlying} of ${leg.expiry} with strike ${show(leg.strike)}`;
  const near = strikes.slice(0, 4).join(', ');
  const expiries = [...new Set(own.map(({ instrument: { option } }) => option!.expiry))].sort().slice(0, 6).join(', ');
  throw new Fault('option.no-contract', rule, {}, near === '' ? `it has expiries ${expiries}` : `near are ${near}`);
}

/** Where two classes list the same terms, the first. */
function byTerms(assets: readonly HostedAsset[]): ReadonlyMap<string, HostedAsset> {
  const known = new Map<string, HostedAsset>();
  for (const asset of assets) {
    const { option } = asset.instrument;
    if (option === undefined) continue;
    const key = termsKey(option.underlying, option);
    if (!known.has(key)) known.set(key, asset);
  }
  return known;
}

function termsKey(underlying: string, { right, strike, expiry }: Pick<OptionTerms, 'right' | 'strike' | 'expiry'>) {
  return `${underlying} ${expiry} ${right} ${strike}`;
}

function nameOf(legs: readonly ComboLeg[]): string {
  const plain = legs.map(({ asset: { instrument }, quantity }): Leg => {
    const { option, multiplier } = instrument;
    if (option === undefined) return { kind: 'shares', quantity };
    const { right, strike, expiry } = option;
    return { kind: 'option', right, strike, expiry, quantity, multiplier };
  });
  const hasOptions = plain.some(({ kind }) => kind === 'option');
  return hasOptions ? recogniseStrategy(plain).name : 'package';
}
