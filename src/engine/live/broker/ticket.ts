/**
 * A ticket: what is known of one order on its way to, at, and back from a broker.
 *
 * The order itself says what strategies see; the ticket remembers what was asked of the broker, what it answered, and
 * which executions were counted, so that nothing counts twice.
 */
import type { Order, OrderType, TimeInForce } from '../../orders/order.ts';
import type { ExitGroup } from '../exits/exit-groups.ts';

/** What of an order a change concerns, in the order's own units. */
export interface Terms {
  readonly units: number;
  readonly limit: number;
  readonly stop: number;
}

export interface Execution {
  readonly units: number;
  readonly price: number;
  /** What was charged for it so far. */
  readonly fee: number;
}

/** Units, and units times price. */
export interface Filled {
  readonly units: number;
  readonly value: number;
}

const NOTHING: Filled = { units: 0, value: 0 };

export class Ticket {
  readonly order: Order;
  readonly clientId: string;
  /** The instant after which it is not sent any more: what was decided then is too old to be true. */
  readonly sendBy: number;
  brokerId: string | undefined = undefined;
  /** How often the submission was asked for; never with another id. */
  posts = 0;
  /** Answers that are still due. */
  readonly awaited = new Set<'submit' | 'cancel' | 'replace'>();
  /** How often the broker was asked what became of it, since it was lost last. */
  probes = 0;
  /** Which round of looks this is. */
  round = 0;
  /** When contact was lost; NaN while there is contact. */
  lostAt = Number.NaN;
  /** Nothing was found and nothing may be sent: it keeps its risk reserved until the broker's day ends. */
  isTombstone = false;
  /** How often its cancel was refused. */
  refusals = 0;
  /** Why it is to be canceled, once somebody wants that. */
  cancelCode: string | undefined = undefined;
  /** What is in force while a change is wanted, or asked for and not yet answered. */
  inForce: Terms | undefined = undefined;
  /** The change that was asked for. */
  asked: Terms | undefined = undefined;
  /** When contact was lost while that was awaited. */
  changeLostAt = Number.NaN;
  /** What is to be asked for as soon as the broker can take it. */
  wanted: Terms | undefined = undefined;
  /** The instant after which that is not asked for any more; NaN where it must be, as of an exit that follows its entry. */
  changeBy = Number.NaN;
  readonly executions = new Map<string, Execution>();
  /** Units that the broker's books say were filled, while the executions are still missing. */
  inferredUnits = 0;
  /** When the books from which they were inferred were made, by the broker's clock. */
  inferredAt = Number.NaN;
  /** Units times price of these. */
  inferredValue = 0;
  /** Whether any of its executions was taken back: counts without a time may be from before that. */
  wasBusted = false;
  /** When the newest snapshot of it was made, by the broker's clock. */
  seenAt = -Infinity;
  /** Whether it may be that of a package, whose other legs have tickets too. */
  mayLead: boolean;
  /** When anything was last heard of it, an Instant. */
  touchedAt: number;
  /** What the broker keeps together with it. */
  group: ExitGroup | undefined = undefined;
  /** Units that the newest submission was for. */
  sentUnits = 0;
  /** Whether the broker said no to it. */
  isRefused = false;
  /** Whether it is to end at the broker and be asked for anew: see `exit-renewals.ts`. */
  isRenewed = false;
  /** How it is put to the broker where that is not how the order is: an exit that was held here and is reached. */
  as: { readonly type: OrderType; readonly timeInForce: TimeInForce } | undefined = undefined;
  /** The size that the newest change brought into force; NaN before any. */
  agreedUnits = Number.NaN;
  /** Whether it has ended at the broker while its order goes on, and is to be asked for anew. */
  isOver = false;
  /** Whether another ticket has taken its place: of this one only fills are news. */
  isFormer = false;
  /** What the order had filled, in units and units times price, under tickets before this one. */
  before: Filled = NOTHING;
  /** Of a former ticket: what filled under it. */
  own: Filled = NOTHING;

  constructor(order: Order, clientId: string, sendBy: number) {
    this.order = order;
    this.clientId = clientId;
    this.sendBy = sendBy;
    this.touchedAt = order.submittedAt;
    this.mayLead = order.pack !== undefined;
  }

  /** Units whose fill was counted under this id. */
  get countedUnits(): number {
    return this.isFormer ? this.own.units : this.order.filledUnits - this.before.units;
  }

  /** Units times price of these. */
  get countedValue(): number {
    return this.isFormer ? this.own.value : this.order.filledValue - this.before.value;
  }

  /** Another ticket takes its place. */
  retire(): void {
    this.own = { units: this.countedUnits, value: this.countedValue };
    this.isFormer = true;
    this.isOver = false;
    this.awaited.clear();
  }

  /** The limit that a change may yet bring, of two the one that pays more; NaN where none is on its way. */
  get pendingLimit(): number {
    const asked = this.asked?.limit ?? Number.NaN;
    const wanted = this.wanted?.limit ?? Number.NaN;
    const { side } = this.order;
    return wanted !== wanted || side * asked >= side * wanted ? asked : wanted;
  }

  /** Whether a submission was ever asked for. */
  get isOut(): boolean {
    return this.posts > 0;
  }
}
