/**
 * Whether what was decided may still leave: judged once more at the moment of sending, for between a decision and the wire
 * lie a disk, a broker that takes no more for now, and whatever happened meanwhile.
 *
 * It looks only. What must not leave becomes an input like a refusal of the broker, with control, value and limit, and only
 * that input changes the session; so a journal that is replayed comes to the same.
 */
import { assert } from '../../../base/assert.ts';
import type { Refusal } from '../../gate/gate.ts';
import { refuse } from '../../limits/format.ts';
import type { Order } from '../../orders/order.ts';
import { isLive } from '../../sim/working-orders.ts';
import type { ReplaceRequest, SubmitRequest } from './requests.ts';
import { againstClosing } from '../closing.ts';
import type { LiveSession } from '../session.ts';
import type { Terms } from './ticket.ts';

/** The code of an order that somebody canceled before it left. */
const WITHDRAWN = 'desk.withdrawn';

/** How an order ends that was refused: what was canceled before it left was canceled, and nobody rejected it. */
export function refusalOf({ code }: { readonly code: string }): 'cancel' | 'reject' {
  return code === WITHDRAWN ? 'cancel' : 'reject';
}

/**
 * Returns why a request must not leave at `now`, by the clock of the desk; `undefined` where it may. While the time is not
 * sure, only what the desk itself closes leaves: that is never too old.
 */
export function mustStay(
  session: LiveSession,
  request: SubmitRequest | ReplaceRequest,
  now: number,
  isTimeUnsure = false,
): Refusal | undefined {
  const { venue, states } = session;
  const ticket = venue?.tickets.get(request.clientId);
  assert(venue !== undefined && ticket !== undefined, () => `${request.clientId} was asked for by this session`);
  const { order, asked, inForce } = ticket;
  const isChange = request.kind === 'replace';
  // What makes an order smaller at the same price makes no risk: like a cancel it always passes.
  if (isChange && asked !== undefined && inForce !== undefined && onlyShrinks(asked, inForce)) return undefined;
  const at = Math.max(now, session.at);
  const isOfDesk = ticket.as !== undefined || venue.forced.has(order);
  const isStopped = states.account === 'halted' || states.account === 'killed';
  if (isStopped && !(isOfDesk && states.isLettingClose(at))) {
    return refuse(`state.${states.account}`, `the account is ${states.account}: ${states.reason}`);
  }
  if (isTimeUnsure && !isOfDesk) {
    return refuse('desk.clock', 'the clock of this machine jumped, and the broker has not said yet what time it is');
  }
  if (request.sendBy !== undefined && at > request.sendBy) {
    const life = venue.options.decisionLifeUs;
    const age = (at - request.sendBy + life) / 1000;
    return refuse(
      'desk.too-old',
      `its decision is ${Math.round(age)} ms old, the limit is ${Math.round(life / 1000)} ms`,
    );
  }
  if (!isChange && (!isLive(order) || ticket.cancelCode !== undefined)) {
    return refuse(WITHDRAWN, `it was canceled before it left: ${ticket.cancelCode ?? order.status}`);
  }
  // What the desk itself closes waits for no better quote, but for what it must know.
  if (isOfDesk) {
    return againstClosing(session.deck, states, order.instrument, at);
  }
  // An exit is the protection of what its entry bought.
  if (order.parent !== undefined) return undefined;
  for (const leg of order.pack?.legs ?? [order]) {
    // The price of a package is none of its legs'.
    const terms = isChange && order.pack === undefined ? asked : undefined;
    const refusal = session.deck.orders.againstLeaving(leg, at, terms);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function onlyShrinks(asked: Terms, inForce: Terms): boolean {
  return asked.units <= inForce.units && isSame(asked.limit, inForce.limit) && isSame(asked.stop, inForce.stop);
}

function isSame(a: Order['limit'], b: number): boolean {
  return a === b || (a !== a && b !== b);
}
