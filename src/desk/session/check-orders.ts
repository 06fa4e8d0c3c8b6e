/**
 * Test orders of a broker check that cost nothing: one of each kind that a deck may send and that can rest, so far from the
 * price that it cannot fill. Each is placed, confirmed, canceled, and confirmed again, in the way of a session.
 */
import type { SubmitRequest } from '../../engine/live/index.ts';
import { toTick, type Instrument } from '../../market/instrument.ts';
import type { OrderDesk } from './order-desk.ts';

/** What is listed, and the newest price by symbol. */
export interface Priced {
  readonly instruments: readonly Instrument[];
  readonly prices: ReadonlyMap<string, number>;
}

export interface TestOrder {
  readonly name: string;
  readonly request: SubmitRequest;
  /** Another limit that it gets before it is canceled. */
  readonly changed?: string;
  /** Whether only some accounts take it, so that a refusal is no failure. */
  readonly isOptional?: boolean;
}

/** Cheaper contracts cannot be bid for far from their price. */
const LEAST = 0.1;

/** The share that is tried: the first that has a price. */
export function shareOf({ instruments, prices }: Priced): Instrument | undefined {
  return instruments.find(({ option, symbol }) => option === undefined && prices.has(symbol));
}

/** Orders that rest, by `optionLevel` of the account (NaN where the broker does not say). */
export function testOrders(desk: OrderDesk, priced: Priced, optionLevel: number): TestOrder[] {
  const { instruments, prices } = priced;
  const orders: TestOrder[] = [];
  const add = (
    instrument: Instrument,
    kind: string,
    terms: Partial<SubmitRequest>,
    more?: Partial<TestOrder>,
  ): void => {
    const name = `${instrument.option === undefined ? 'share' : 'option'}: ${kind}`;
    orders.push({ name, request: desk.requestFor(instrument.symbol, terms), ...more });
  };
  const share = shareOf(priced);
  if (share !== undefined) {
    const price = prices.get(share.symbol)!;
    const at = (part: number): string => String(toTick(share, price * part, 'nearest'));
    const [target, stop] = [{ limit: at(1.5) }, { stop: at(0.4) }];
    add(share, 'limit for the day', { limit: at(0.5) });
    add(share, 'limit good till canceled', { limit: at(0.5), timeInForce: 'GTC' });
    add(share, 'limit whose price is changed', { limit: at(0.5) }, { changed: at(0.45) });
    add(share, 'stop', { type: 'stop', stop: at(1.5) });
    add(share, 'stop-limit', { type: 'stop-limit', stop: at(1.5), limit: at(1.52) });
    add(share, 'trailing stop', { type: 'trailing-stop', trail: '0.25', trailIsFraction: true });
    const isGroup = { limit: at(0.5), timeInForce: 'GTC' } as const;
    add(share, 'limit with stop and target', { ...isGroup, exits: { kind: 'bracket', target, stop } });
    add(share, 'limit with a stop', { ...isGroup, exits: { kind: 'oto', stop } });
    add(share, 'limit at the close', { type: 'limit-on-close', limit: at(0.5) }, { isOptional: true });
    add(share, 'limit at the open', { type: 'limit-on-open', limit: at(0.5) }, { isOptional: true });
  }
  const contracts = instruments.filter(
    ({ option, symbol }) => option !== undefined && (prices.get(symbol) ?? 0) > LEAST,
  );
  const [contract] = contracts;
  if (contract === undefined) return orders;
  add(contract, 'limit for the day', { limit: '0.01' });
  const dearer = contracts.find((each) => isBeside(each, contract));
  // A package takes a level of its own; where the broker does not say, it is tried.
  if (dearer !== undefined && !(optionLevel < 3)) {
    const [long, short] =
      prices.get(dearer.symbol)! > prices.get(contract.symbol)! ? [dearer, contract] : [contract, dearer];
    const legs = [
      { symbol: long.symbol, side: 1, ratio: 1, isOpening: true },
      { symbol: short.symbol, side: -1, ratio: 1, isOpening: true },
    ] as const;
    add(contract, 'package of two legs', { symbol: '', limit: '0.01', legs });
  }
  return orders;
}

function isBeside(a: Instrument, b: Instrument): boolean {
  const [one, other] = [a.option, b.option];
  if (one === undefined || other === undefined || a === b) return false;
  return one.underlying === other.underlying && one.expiry === other.expiry && one.right === other.right;
}

/** Places an order, has its price changed where that is to be tried, cancels it; throws for what is not confirmed. */
export async function tryOrder(desk: OrderDesk, { request, changed }: TestOrder): Promise<string> {
  const { clientId, symbol, type, limit, stop, exits, legs } = request;
  const asked = performance.now();
  await desk.place(request);
  const acceptedMs = Math.round(performance.now() - asked);
  try {
    if (changed !== undefined) await desk.change(request, changed);
  } finally {
    const roles = Object.keys(exits ?? {}).filter((key) => key === 'target' || key === 'stop');
    await desk.cancel(clientId, [clientId, ...roles.map((role) => `${clientId}/${role}`)]);
  }
  if (desk.filledOf(clientId).quantity !== 0) throw new Error('it FILLED, far from the price: look at the account');
  const terms = [limit === undefined ? '' : `limit ${limit}`, stop === undefined ? '' : `stop ${stop}`];
  const words = [type === 'limit' || type === 'stop' ? '' : type, ...terms].filter((term) => term !== '').join(' ');
  const what = legs === undefined ? symbol : legs.map((leg) => leg.symbol).join(' and ');
  const also = changed === undefined ? '' : `, changed to ${changed}`;
  return `${words} on ${what}: accepted in ${acceptedMs} ms${also}, canceled`;
}

/**
 * Whether ids are what the order path takes them for: each is taken once, while its order rests and after it ended, and one
 * that was never used is not known. Where one is not, an order whose answer is lost could be there twice. Throws what is not so.
 */
export async function tryIds(desk: OrderDesk, priced: Priced): Promise<string> {
  const share = shareOf(priced);
  if (share === undefined) throw new Error('without a price nobody knows what is far from it');
  const limit = String(toTick(share, priced.prices.get(share.symbol)! * 0.5, 'nearest'));
  const request = desk.requestFor(share.symbol, { limit });
  const { clientId } = request;
  const isFree = await desk.isUnknown(clientId);
  if (!isFree) throw new Error(`the broker knows ${clientId}, which nobody used`);
  await desk.place(request);
  let isOnce: boolean;
  try {
    isOnce = await desk.isTaken(request);
  } finally {
    await desk.cancel(clientId);
  }
  if (!isOnce) throw new Error('the same id was taken TWICE while its order rested: look at the account');
  if (!(await desk.isTaken(request))) {
    await desk.cancel(clientId);
    throw new Error('the same id was taken TWICE after its order had ended: look at the account');
  }
  return 'each is taken once, while its order rests and after it ended; one that was never used is not known';
}
