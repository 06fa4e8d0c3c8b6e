/**
 * What an order would tie up: asked by an order that is never placed (`whatIf`), of one unit and nothing else.
 *
 * It must never be taken for an order. It leaves only from here, on a connection that places none; nothing on it can be
 * said otherwise by who asks but contract and side; and what is heard of its number is watched: should the vendor say that it works
 * or has filled, it is canceled at once and the caller told by a `Fault` of code `ib.what-if`, after which nobody may trade on.
 */
import type { Contract, Execution, Order, OrderState } from '@stoqey/ib';
import { clearTimeout, setTimeout } from 'node:timers';
import { Fault } from '../../base/fault.ts';
import { orderNews } from './codes.ts';
import { Answered, TIMINGS, Unanswered, type Connection } from './connection.ts';
import type { Library } from './library.ts';

/** What one unit would add to what the account must have, in its currency; below 0 where it closes or protects. */
export interface WhatIf {
  readonly initial: number;
  readonly maintenance: number;
  /** NaN where it is not said. */
  readonly commission: number;
}

/** The number of the fault of a question that became an order. */
export const BECAME_AN_ORDER = 'ib.what-if';

/** Asks for one unit. Rejects with `Answered` for an error, `Unanswered` for silence. */
export function askWhatIf(
  { EventName }: Library,
  connection: Connection,
  { contract, account, side }: { readonly contract: Contract; readonly account: string; readonly side: 1 | -1 },
): Promise<WhatIf> {
  const { promise, resolve, reject } = Promise.withResolvers<WhatIf>();
  const { api } = connection;
  const id = connection.takeOrderNumber();
  const order = {
    action: side > 0 ? 'BUY' : 'SELL',
    orderType: 'MKT',
    totalQuantity: 1,
    tif: 'DAY',
    account,
    orderRef: 'what-if',
    whatIf: true,
    transmit: true,
  } as const;
  const becameOne = (what: string): void => {
    connection.send('cancel', () => api.cancelOrder(id));
    const name = contract.localSymbol ?? contract.symbol ?? '';
    const rule = `the question what one ${name} would tie up ${what} at the broker as an order; it was canceled`;
    reject(new Fault(BECAME_AN_ORDER, rule, {}, 'look at the account before anything else is done'));
  };
  const onOrder = (of: number, _: Contract, told: Order, state: OrderState): void => {
    if (of !== id) return;
    if (told.whatIf !== true) {
      becameOne('works');
      return;
    }
    const { initMarginChange = Number.NaN, maintMarginChange = Number.NaN, commission = Number.NaN } = state;
    if (!isSaid(initMarginChange) || !isSaid(maintMarginChange)) {
      const why =
        state.warningText === undefined || state.warningText === '' ? 'it names no margin' : state.warningText;
      reject(new Answered(0, why));
      return;
    }
    resolve({
      initial: initMarginChange,
      maintenance: maintMarginChange,
      commission: isSaid(commission) ? commission : Number.NaN,
    });
  };
  const onExecution = (_: number, _contract: Contract, { orderId }: Execution): void => {
    if (orderId === id) becameOne('has filled');
  };
  const onError = (error: Error, code: number, of: number): void => {
    if (of === id && !orderNews(code).startsWith('note')) reject(new Answered(code, error.message));
  };
  const timer = setTimeout(() => reject(new Unanswered('no answer')), TIMINGS.readMs);
  const leave = connection.onEnd(() => reject(new Unanswered('the connection ended')));
  api.addListener(EventName.openOrder, onOrder);
  api.addListener(EventName.execDetails, onExecution);
  api.addListener(EventName.error, onError);
  // The library's enums are these texts.
  connection.send('query', () => api.placeOrder(id, contract, order as Order));
  return promise.finally(() => {
    clearTimeout(timer);
    leave();
    api.removeListener(EventName.openOrder, onOrder);
    api.removeListener(EventName.execDetails, onExecution);
    api.removeListener(EventName.error, onError);
  });
}

/** The vendor's word for "not said" is the largest number. */
function isSaid(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) < 1e300;
}
