/**
 * The short names that a deck and the command line share, at hand without loading what reads decks.
 */

/** Sources of daily and shorter bars that are asked over the network alike, most of them with a key. */
export const WEB_SOURCES = ['fred', 'massive', 'tiingo', 'finnhub', 'alpha-vantage'] as const;

export type WebSource = (typeof WEB_SOURCES)[number];

const WITH_SYMBOLS: readonly string[] = ['simulated', 'yahoo', ...WEB_SOURCES, 'catalog'];

/** Sources of prices that go on now. */
export const LIVE_TAPES = ['alpaca', 'ib'] as const;

/** Brokers that decks may name. */
export const BROKER_NAMES = ['alpaca', 'ib'] as const;

/** Names of the sets of conventions, without loading the engine for them. */
export const CONVENTION_NAMES = ['honest', 'lean', 'backtrader', 'backtestingPy', 'bt'] as const;

/** How the points of a sweep are chosen. */
export const SWEEP_METHODS = ['grid', 'random', 'latin', 'tpe', 'genetic', 'cma-es'] as const;

/** Where the runs of a sweep are played: here, or by workers on any machines. */
export const SWEEP_ENGINES = ['local', 'bullmq'] as const;

/** The flags that name an exchange of a sweep and its workers. */
export interface ExchangeFlags {
  readonly engine?: string;
  readonly redis?: string;
}

export const ADDRESS_FLAG = '--redis <url>';
export const ADDRESS_HELP = 'where sweep and workers meet: redis://host:port (default: TRADEDECK_REDIS)';

/** Sources that `data fetch` knows. */
export const FETCHED = ['yahoo', 'cboe', ...WEB_SOURCES] as const;

export const SOURCE_HELP = `file (again for more), sp500, or ${WITH_SYMBOLS.map((name) => `${name}:AAA,BBB`).join(', ')}`;

/** Returns the fields of `tape` that a short name stands for; anything that is no short name is a list of files. */
export function tapeFields(data: readonly string[]): Readonly<Record<string, unknown>> {
  const [first] = data as [string];
  const [source, symbols] = first.split(':', 2) as [string, string | undefined];
  if (data.length === 1 && first === 'sp500') return { source: 'sp500' };
  if (data.length === 1 && symbols !== undefined && WITH_SYMBOLS.includes(source)) {
    return { source, symbols: symbols.split(',').map((symbol) => symbol.trim()) };
  }
  return { source: 'files', files: [...data] };
}
