/**
 * Instructions to use contracts, or to let them end unused: kept beside the orders under a number of their client's, told
 * like orders without a reference, and settled in the night by the broker that all fakes share.
 */
import { DOLLAR, SHARE } from '../../fake-broker/core/amounts.ts';
import { CONTRACT, type Listing } from '../../fake-broker/core/listing.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { readContract, type ContractBook } from './contract-book.ts';
import type { OrderFacts, PlacedOrder } from './order-fields.ts';
import type { OrderBook } from './orders.ts';
import { packageFields } from './packages.ts';
import { readNumber, type Token } from './protocol.ts';
import { TwsError } from './tws-error.ts';

export interface Exercise {
  readonly clientId: number;
  readonly permId: number;
  readonly words: PlacedOrder;
  readonly listing: Listing;
  readonly note: BrokerState['exercises'][number];
  isCanceled: boolean;
}

export class Exercises {
  readonly all: Exercise[] = [];
  private readonly state: BrokerState;
  private readonly contracts: ContractBook;
  private readonly orders: OrderBook;

  constructor(state: BrokerState, contracts: ContractBook, orders: OrderBook) {
    this.state = state;
    this.contracts = contracts;
    this.orders = orders;
  }

  /** Takes an instruction, or throws a `TwsError`. */
  take(clientId: number, fields: readonly string[], account: string): Exercise {
    const orderId = readNumber(fields[2]) ?? -1;
    if (orderId < this.orders.nextId(clientId)) throw new TwsError(103, 'Duplicate order id');
    this.orders.use(clientId, orderId);
    // Without a primary exchange, unlike elsewhere: what follows it stands one place before.
    const contract = readContract([...fields.slice(0, 11), '', ...fields.slice(11)], 3);
    const [action, count, named, override] = fields.slice(14);
    const quantity = readNumber(count) ?? 0;
    const [listing, ...more] = this.contracts.find(contract);
    if (listing?.option === undefined || more.length > 0) {
      throw new TwsError(200, 'No security definition has been found for the request');
    }
    if (named !== account)
      throw new TwsError(321, `Error validating request:-'bZ' : cause - Invalid account '${named}'`);
    if (!(quantity > 0) || this.state.holdings.quantityOf(listing) < quantity * SHARE) {
      throw new TwsError(322, "Error processing request:-'bZ' : cause - more contracts than are held");
    }
    const exercise = action === '1';
    if (override !== '1' && exercise !== isInTheMoney(listing)) {
      throw new TwsError(322, `Error processing request:-'bZ' : cause - ${exercise ? 'not ' : ''}in-the-money`);
    }
    const note = { contract: listing, exercise };
    this.state.exercises.push(note);
    const words = wordsOf({ orderId, contract, action: exercise ? 'EXERCISE' : 'LAPSE', quantity, account });
    const taken = { clientId, permId: this.orders.takePermId(), words, listing, note, isCanceled: false };
    this.all.push(taken);
    return taken;
  }

  /** Takes one back that was not settled yet; `undefined` where there is none of that number. */
  cancel(clientId: number, orderId: number): Exercise | undefined {
    const found = this.all.find((one) => one.clientId === clientId && one.words.orderId === orderId);
    if (found === undefined || !this.isOpen(found)) return undefined;
    found.isCanceled = true;
    this.state.exercises = this.state.exercises.filter((note) => note !== found.note);
    return found;
  }

  isOpen({ note, isCanceled }: Exercise): boolean {
    return !isCanceled && this.state.exercises.includes(note);
  }

  facts(one: Exercise): OrderFacts {
    const { clientId, permId, words, listing } = one;
    return {
      contract: this.contracts.fields(listing),
      pack: packageFields(undefined, undefined, this.contracts),
      words,
      quantity: words.quantity ?? 0,
      limit: undefined,
      aux: undefined,
      clientId,
      permId,
      status: this.statusOf(one),
      filled: 0,
      warning: '',
    };
  }

  statusFields(one: Exercise): readonly Token[] {
    const { words, permId, clientId } = one;
    const remaining = this.isOpen(one) ? words.quantity : 0;
    return [words.orderId, this.statusOf(one), 0, remaining, 0, permId, 0, 0, clientId, '', 0];
  }

  private statusOf(one: Exercise): string {
    return one.isCanceled ? 'Cancelled' : this.isOpen(one) ? 'PreSubmitted' : 'Filled';
  }
}

function isInTheMoney({ option }: Listing): boolean {
  const { right, strike, size, underlying } = option!;
  const gain = (underlying.mark * size) / CONTRACT - strike;
  return (right === 'call' ? gain : -gain) >= DOLLAR / 100;
}

/** What an order has and an instruction has not is not set. */
function wordsOf(given: Pick<PlacedOrder, 'orderId' | 'contract' | 'action' | 'quantity' | 'account'>): PlacedOrder {
  return {
    ...given,
    pack: undefined,
    type: '',
    limit: undefined,
    aux: undefined,
    tif: 'DAY',
    orderRef: '',
    transmit: true,
    parentId: 0,
    outsideRth: false,
    goodTillDate: '',
    trailStop: undefined,
    trailPercent: undefined,
    limitOffset: undefined,
    ocaGroup: '',
    ocaType: 3,
    whatIf: false,
  };
}
