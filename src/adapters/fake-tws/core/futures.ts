/**
 * Futures that this server lists when they are named, as the exchanges specify them; margins are round numbers near those of
 * 2026. They trade in the hours of shares here, and are settled in cash at the last price of their last day.
 */
import { parseFuture } from '../../../market/future-symbol.ts';
import { FRIDAY, nthWeekday } from '../../../time/civil.ts';
import { DOLLAR } from '../../fake-broker/core/amounts.ts';
import type { ListingOptions } from '../../fake-broker/core/listing.ts';

interface Specification {
  readonly exchange: 'CME' | 'CBOT' | 'NYMEX' | 'COMEX';
  readonly multiplier: number;
  /** Of prices in hundredths of a dollar: 100. */
  readonly magnifier?: number;
  readonly tick: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

const SPECIFICATIONS: Readonly<Record<string, Specification>> = {
  ES: { exchange: 'CME', multiplier: 50, tick: 0.25, initialMargin: 25_300, maintenanceMargin: 23_000 },
  MES: { exchange: 'CME', multiplier: 5, tick: 0.25, initialMargin: 2530, maintenanceMargin: 2300 },
  NQ: { exchange: 'CME', multiplier: 20, tick: 0.25, initialMargin: 37_400, maintenanceMargin: 34_000 },
  MNQ: { exchange: 'CME', multiplier: 2, tick: 0.25, initialMargin: 3740, maintenanceMargin: 3400 },
  RTY: { exchange: 'CME', multiplier: 50, tick: 0.1, initialMargin: 10_500, maintenanceMargin: 9500 },
  YM: { exchange: 'CBOT', multiplier: 5, tick: 1, initialMargin: 15_400, maintenanceMargin: 14_000 },
  CL: { exchange: 'NYMEX', multiplier: 1000, tick: 0.01, initialMargin: 6600, maintenanceMargin: 6000 },
  ZC: { exchange: 'CBOT', multiplier: 50, magnifier: 100, tick: 0.25, initialMargin: 1300, maintenanceMargin: 1200 },
  GC: { exchange: 'COMEX', multiplier: 100, tick: 0.1, initialMargin: 22_000, maintenanceMargin: 20_000 },
};

/** What a name is listed as: a future where it names one that is known here, else the share of that name. */
export function listingOf<T extends ListingOptions>(options: T): T {
  const name = parseFuture(options.symbol);
  const known = name === undefined ? undefined : SPECIFICATIONS[name.root];
  if (name === undefined || known === undefined) return options;
  const { root, month, year } = name;
  const { exchange, multiplier, magnifier = 1, tick, initialMargin, maintenanceMargin } = known;
  return {
    ...options,
    name: `${root} ${year}-${String(month).padStart(2, '0')}`,
    hasOptions: false,
    future: {
      root,
      exchange,
      month,
      year,
      lastDay: nthWeekday(year, month, FRIDAY, 3),
      multiplier,
      magnifier,
      tick: Math.round(tick * DOLLAR),
      initialMargin: initialMargin * DOLLAR,
      maintenanceMargin: maintenanceMargin * DOLLAR,
    },
  };
}
