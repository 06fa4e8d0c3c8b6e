/**
 * Exits that the vendor keeps: beside their entry as its children, which wake when it fills, or two of what is held as a
 * group of which one fills and the other ends. They protect a position also while the desk is dead.
 *
 * Each has a number and a reference of its own, our id and what it is for, by which it is known again after a restart. An
 * entry leaves with its last child or not at all; its reference says how many it has, so that one whose children did not
 * arrive is recognised.
 */
import type { ExitRules, ExitsRequest, SubmitRequest } from '../../engine/live/index.ts';
import type { OrderWords } from './words.ts';

export const EXIT_RULES: ExitRules = {
  entries: ['market', 'limit', 'stop', 'stop-limit'],
  timesInForce: ['DAY', 'GTC'],
  kinds: ['equity', 'etf', 'option', 'future'],
  mustOpen: true,
  // Nobody has seen whether a cancel of one takes the others along: each is canceled.
  endTogether: false,
  stopDistance: 0,
};

/** The other ends, or becomes as much smaller, while no two of a group are at the exchange at once. */
const REDUCE_WITH_BLOCK = 2;

export interface Placing {
  readonly clientId: string;
  readonly words: OrderWords;
  /** Whether it is a child of the order that leads. */
  readonly isChild: boolean;
}

/** The orders of a request in the order in which they leave: one, or a group. */
export function placingsOf({ clientId, exits }: SubmitRequest, words: OrderWords): readonly Placing[] {
  if (exits === undefined) return [{ clientId, words, isChild: false }];
  const tied = { ocaGroup: clientId, ocaType: REDUCE_WITH_BLOCK } as const;
  if (exits.kind === 'oco') {
    // Should only the first of them arrive, what is held has its stop.
    const stop = { ...words, ...tied, ...stopWords(exits), orderRef: `${clientId}/stop` };
    return [
      { clientId: `${clientId}/stop`, words: stop, isChild: false },
      { clientId, words: { ...words, ...tied }, isChild: false },
    ];
  }
  const { totalQuantity, tif, account } = words;
  const action = words.action === 'BUY' ? 'SELL' : 'BUY';
  const base = { action, totalQuantity, tif, account, ...(exits.kind === 'bracket' ? tied : {}) } as const;
  const children: Placing[] = [];
  const add = (role: 'target' | 'stop', more: Pick<OrderWords, 'orderType' | 'lmtPrice' | 'auxPrice'>): void => {
    const id = `${clientId}/${role}`;
    children.push({ clientId: id, words: { ...base, ...more, orderRef: id, transmit: false }, isChild: true });
  };
  if (exits.target !== undefined) add('target', { orderType: 'LMT', lmtPrice: Number(exits.target.limit) });
  if (exits.stop !== undefined) add('stop', stopWords(exits));
  const entry = { ...words, orderRef: `${clientId}+${children.length}`, transmit: children.length === 0 };
  return [{ clientId, words: entry, isChild: false }, ...children].map((one, i) =>
    i === children.length ? { ...one, words: { ...one.words, transmit: true } } : one,
  );
}

function stopWords({ stop }: ExitsRequest): Pick<OrderWords, 'orderType' | 'lmtPrice' | 'auxPrice'> {
  if (stop?.limit === undefined) return { orderType: 'STP', auxPrice: Number(stop?.stop) };
  return { orderType: 'STP LMT', auxPrice: Number(stop.stop), lmtPrice: Number(stop.limit) };
}

/** Our id in a reference, and how many children its order has. */
export function readReference(orderRef: string): { readonly clientId: string; readonly children: number } {
  const match = /^(.+)\+(\d)$/.exec(orderRef);
  return match === null ? { clientId: orderRef, children: 0 } : { clientId: match[1], children: Number(match[2]) };
}
