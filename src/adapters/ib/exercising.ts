/**
 * Contracts that are to be used, or not to be used at their end: instructions, which leave by a message of their own.
 *
 * The vendor keeps an exercise like an order, under a number and with the action EXERCISE, but takes no reference with it:
 * ours is known by its number while this process lives, and by the vendor's permanent number after that. It fills nothing:
 * what it delivered shows in the positions of the next day.
 */
import type { Order } from '@stoqey/ib';
import { clearTimeout, setTimeout } from 'node:timers';
import type { BrokerReport, SubmitRequest } from '../../engine/live/index.ts';
import type { Connection } from './connection.ts';
import type { Contracts } from './contracts.ts';
import type { Library } from './library.ts';
import type { OrderIds } from './order-ids.ts';
import { symbolOf } from './symbols.ts';
import type { Reading } from './reading.ts';
import { orderNews } from './codes.ts';
import type { OrderWords } from './words.ts';

const EXERCISE = 1;
const LAPSE = 2;
/** What is out of the money is not exercised by mistake: the vendor refuses it. */
const AS_IS_NATURAL = 0;
/** What is in the money is exercised at its end unless it is told so. */
const AGAINST_NATURE = 1;

/** An instruction to exercise, in the words that an order has. */
export function exerciseWords({ quantity, clientId }: SubmitRequest, account: string): OrderWords {
  return {
    action: 'EXERCISE',
    totalQuantity: Number(quantity),
    orderType: '',
    tif: 'DAY',
    orderRef: clientId,
    account,
    transmit: true,
  };
}

/** Sends it. */
export function sendExercise({ api }: Connection, orderId: number, known: ExerciseOf): void {
  const { contract, words } = known;
  api.exerciseOptions(orderId, contract, EXERCISE, words.totalQuantity, words.account, AS_IS_NATURAL);
}

interface ExerciseOf {
  readonly contract: Parameters<Connection['api']['exerciseOptions']>[1];
  readonly words: OrderWords;
}

/** Whether the vendor's order is an instruction to exercise, of ours or given by hand. */
export function isExercise({ action }: Order): boolean {
  return String(action) === 'EXERCISE';
}

/** Whether it is an instruction to let contracts end unused, of which our books have no order. */
export function isLapse({ action }: Order): boolean {
  return String(action) === 'LAPSE';
}

export interface LapseParts {
  readonly library: Library;
  readonly connection: Connection;
  readonly contracts: Contracts;
  readonly reading: Reading;
  readonly orderIds: OrderIds;
  readonly account: string;
  readonly ackMs: number;
}

/** Has contracts that are held end unused, whatever they are worth; only what the vendor shows counts as taken. */
export async function lapse(symbol: string, parts: LapseParts): Promise<BrokerReport> {
  try {
    await instruct(symbol, parts);
    return { kind: 'instruction', isTaken: true, text: `${symbol} will not be exercised at its expiry` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      kind: 'instruction',
      isTaken: false,
      text: `${symbol} may be exercised at its expiry: ${why.slice(0, 200)}`,
    };
  }
}

async function instruct(symbol: string, parts: LapseParts): Promise<void> {
  const { library, connection, contracts, reading, orderIds, account, ackMs } = parts;
  const { contract } = await contracts.resolve(symbol, connection);
  const all = await reading.holdings(connection);
  const held = all.find(({ contract }) => symbolOf(contract) === symbol)?.quantity ?? 0;
  if (held <= 0) throw new Error(`the account holds ${held} of it`);
  const { EventName } = library;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let orderId = -1;
  const onOrder = (of: number, _: unknown, order: Order): void => {
    if (of === orderId && isLapse(order)) resolve();
  };
  const onError = (error: Error, code: number, of: number): void => {
    if (of === orderId && orderNews(code) !== 'note') reject(new Error(`${code}: ${error.message}`));
  };
  const leave = connection.onEnd(() => reject(new Error('the connection ended')));
  connection.api.addListener(EventName.openOrder, onOrder);
  connection.api.addListener(EventName.error, onError);
  const timer = setTimeout(() => reject(new Error(`no answer in ${ackMs} ms`)), ackMs);
  connection.send('order', (api) => {
    orderId = orderIds.take();
    api.exerciseOptions(orderId, contract, LAPSE, held, account, AGAINST_NATURE);
  });
  await promise.finally(() => {
    clearTimeout(timer);
    leave();
    connection.api.removeListener(EventName.openOrder, onOrder);
    connection.api.removeListener(EventName.error, onError);
  });
}
