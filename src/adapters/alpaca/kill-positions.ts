/**
 * Closes all that an account holds by the broker's own means, one position at a time and at the market: a kill has no prices
 * and no collar, and what must be gone is closed at what there is.
 *
 * What was sold is bought back before what may cover it is sold, underlying by underlying, so that no leg stands alone.
 */
import type { Holding, KillRequests } from './kill-requests.ts';

const PAUSE_MS = 250;

/** Closes until nothing is held or `until`, by `performance.now()`; returns what it asked to be closed. */
export async function closePositions(
  requests: KillRequests,
  until: number,
  tell: ((line: string) => void) | undefined,
): Promise<readonly Holding[]> {
  const asked = new Map<string, Holding>();
  for (let empty = 0; empty < 2 && performance.now() < until && !requests.isRefused;) {
    const [open, held] = [await requests.list('/v2/orders?status=open&limit=500&nested=false'), await requests.held()];
    // A list that is missing closes nothing: what works already would be asked for again.
    if (held === undefined || open === undefined) {
      await pause();
      continue;
    }
    empty = held.length === 0 ? empty + 1 : 0;
    tell?.(`${held.length} positions are held`);
    const working = new Set(open.map(({ symbol }) => String(symbol)));
    for (const position of nextToClose(held)) {
      const { symbol } = position;
      if (working.has(symbol) || performance.now() >= until) continue;
      const answer = await requests.ask('DELETE', `/v2/positions/${encodeURIComponent(symbol)}`);
      if (answer !== undefined && !asked.has(symbol)) asked.set(symbol, position);
    }
    await pause();
  }
  return [...asked.values()];
}

/** Of each underlying what is sold, and only where nothing is what is bought. */
export function nextToClose(held: readonly Holding[]): readonly Holding[] {
  const sold = new Set(held.filter(({ quantity }) => quantity < 0).map(({ symbol }) => underlyingOf(symbol)));
  return held.filter(({ symbol, quantity }) => quantity < 0 || !sold.has(underlyingOf(symbol)));
}

/** An option's root before its date, right and strike (OCC); anything else stands for itself. */
function underlyingOf(symbol: string): string {
  return /^([A-Z]+)\d?\d{6}[CP]\d{8}$/.exec(symbol)?.[1] ?? symbol;
}

function pause(): Promise<void> {
  return new Promise((next) => setTimeout(next, PAUSE_MS));
}
