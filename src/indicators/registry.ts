/**
 * Every indicator by its name: for command lines, configuration files and documentation.
 */
import { didYouMean } from '../base/did-you-mean.ts';
import { Fault, show } from '../base/fault.ts';
import * as catalog from './catalog.ts';
import type { AnyIndicator } from './define.ts';

const INDICATORS: readonly AnyIndicator[] = Object.values<AnyIndicator>(catalog);

const BY_NAME = new Map<string, AnyIndicator>();
for (const indicator of INDICATORS) {
  for (const name of [indicator.name, ...indicator.aliases]) BY_NAME.set(name.toLowerCase(), indicator);
}

/** Returns all indicators, family by family. */
export function allIndicators(): readonly AnyIndicator[] {
  return INDICATORS;
}

/** Returns the indicator of this name or alias, in any case of letters. An unknown name is a `Fault`. */
export function indicatorByName(name: string): AnyIndicator {
  const indicator = BY_NAME.get(name.toLowerCase());
  if (indicator !== undefined) return indicator;
  throw new Fault('indicator.unknown', `there is no indicator ${show(name)}`, {}, didYouMean(name, BY_NAME.keys()));
}
