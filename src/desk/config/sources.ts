/**
 * The short names of tapes for the command line: `sp500`, `simulated:AAA,BBB`, `yahoo:SPY`, `catalog:SPY,QQQ`, or files.
 */

const WITH_SYMBOLS: readonly string[] = ['simulated', 'yahoo', 'catalog'];

/** Sources that `data fetch` knows. */
export const FETCHED = ['yahoo'] as const;

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
