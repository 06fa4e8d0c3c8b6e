/**
 * Trades of a broker check, at the test account only: one unit in and out again, at the market and by limits, so that the way
 * of a fill is proved on what the deck trades. They cost the spread; what could not be sold again is said.
 */
import type { SubmitRequest } from '../../engine/live/index.ts';
import { toTick, type Instrument } from '../../market/instrument.ts';
import { shareOf, type Priced } from './check-orders.ts';
import type { OrderDesk } from './order-desk.ts';

/** Quotes now, by symbol; a side that is missing is NaN. */
export type Quotes = ReadonlyMap<string, { readonly bid: number; readonly ask: number }>;

export interface TestTrade {
  readonly name: string;
  readonly instrument: Instrument;
  /** Shares are bought first, contracts are sold first, as a seller of puts does. */
  readonly side: 1 | -1;
  readonly entry: Way;
  readonly exit: Way;
  /** Whether the entry takes its exits along, which are canceled before it is closed. */
  readonly withExits?: boolean;
}

type Way = 'market' | 'limit';

/** How long a trade is waited for, in milliseconds. */
const FILL_MS = 8000;

/**
 * The trades that are tried: four ways of the share and, where the account may sell puts, of the put that ties up least;
 * while the market is closed by limits only, which then rest. `held` are symbols that the account has already.
 */
export function testTrades(
  priced: Priced,
  quotes: Quotes,
  { isOpen, optionLevel, held }: { isOpen: boolean; optionLevel: number; held: ReadonlySet<string> },
): TestTrade[] {
  const trades: TestTrade[] = [];
  const ways: readonly Way[] = isOpen ? ['limit', 'market'] : ['limit'];
  const add = (instrument: Instrument, side: 1 | -1): void => {
    const kind = instrument.option === undefined ? 'share' : 'option';
    for (const entry of ways) {
      for (const exit of ways)
        trades.push({ name: `${kind}: ${entry} in, ${exit} out`, instrument, side, entry, exit });
    }
  };
  const share = shareOf(priced);
  if (share !== undefined) {
    add(share, 1);
    if (isOpen) {
      const ends = { side: 1, entry: 'market', exit: 'market', withExits: true } as const;
      trades.push({ name: 'share: in with stop and target', instrument: share, ...ends });
    }
  }
  const puts = priced.instruments
    .filter(({ symbol, option }) => option?.right === 'put' && !held.has(symbol) && (quotes.get(symbol)?.bid ?? 0) > 0)
    .sort((a, b) => a.option!.strike - b.option!.strike);
  if (puts.length > 0 && !(optionLevel < 1)) add(puts[0], -1);
  return trades;
}

/** Opens and closes; throws where a step is refused, with what is left then. */
export async function tryTrade(desk: OrderDesk, trade: TestTrade, quotes: Quotes): Promise<string> {
  const { instrument, side, entry, exit, withExits = false } = trade;
  const { symbol } = instrument;
  const exits = withExits ? exitsOf(instrument, quotes) : {};
  const opening = desk.requestFor(symbol, { side, ...termsOf(instrument, side, entry, quotes), ...exits });
  const back = { side: side > 0 ? -1 : 1, ...termsOf(instrument, -side, exit, quotes) } as const;
  await desk.place(opening);
  const opened = await desk.fill(opening.clientId, 1, FILL_MS);
  if (opened.quantity === 0) {
    await desk.cancel(opening.clientId);
    // It may have filled before it was canceled.
    if (desk.filledOf(opening.clientId).quantity === 0) return `${symbol}: accepted, did not fill, canceled`;
  }
  if (withExits) {
    const ids = [`${opening.clientId}/target`, `${opening.clientId}/stop`];
    await desk.cancel(ids[0], ids);
  }
  const left = `${side} ${symbol} IS LEFT`;
  const closed = close(desk, symbol, back).then((at) => at ?? close(desk, symbol, { ...back, type: 'market' }));
  const price = await closed.catch((error: unknown) => {
    throw new Error(`${left}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  if (price === undefined) throw new Error(`${left}: it could not be closed in time`);
  const paid = desk.filledOf(opening.clientId).price;
  const cost = side * (paid - price) * instrument.multiplier;
  const words = side > 0 ? ['bought', 'sold'] : ['sold', 'bought back'];
  return `${symbol} ${words[0]} at ${paid}, ${words[1]} at ${price}: it cost ${cost.toFixed(2)}`;
}

/** Closes one unit; the price, or undefined where it did not fill and was canceled. */
async function close(desk: OrderDesk, symbol: string, terms: Partial<SubmitRequest>): Promise<number | undefined> {
  const { limit, ...rest } = terms;
  const closing = desk.requestFor(symbol, terms.type === 'market' || limit === undefined ? rest : terms);
  await desk.place(closing);
  const { quantity } = await desk.fill(closing.clientId, 1, FILL_MS);
  if (quantity === 0) await desk.cancel(closing.clientId);
  const filled = desk.filledOf(closing.clientId);
  return filled.quantity === 0 ? undefined : filled.price;
}

/** A limit that the market takes at once: at the far side of the quote. */
function termsOf({ symbol }: Instrument, side: number, way: Way, quotes: Quotes): Partial<SubmitRequest> {
  if (way === 'market') return { type: 'market' };
  const { bid, ask } = quotes.get(symbol) ?? { bid: Number.NaN, ask: Number.NaN };
  const price = side > 0 ? ask : bid;
  if (!(price > 0)) throw new Error(`${symbol} has no ${side > 0 ? 'ask' : 'bid'} now: a limit cannot be set`);
  return { limit: String(price) };
}

function exitsOf(instrument: Instrument, quotes: Quotes): Partial<SubmitRequest> {
  const { ask = Number.NaN } = quotes.get(instrument.symbol) ?? {};
  if (!(ask > 0)) throw new Error(`${instrument.symbol} has no ask now: exits cannot be set`);
  const at = (part: number): string => String(toTick(instrument, ask * part, 'nearest'));
  const exits = { kind: 'bracket', target: { limit: at(1.2) }, stop: { stop: at(0.8) } } as const;
  return { timeInForce: 'GTC', exits };
}
