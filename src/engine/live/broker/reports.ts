/**
 * What a broker says, in one closed union: adapters translate their vendor's words into it.
 *
 * The answer to a submission has three values. `accepted` and `refused` are evidence; `lost` is the absence of any: the
 * request may or may not have arrived, and nothing may be concluded from silence.
 */
import type { Told } from '../../options/endings.ts';
import type { Side } from '../../orders/order.ts';

/** How far an order got, in the broker's books. */
export type BrokerOrderStatus = 'working' | 'filled' | 'canceled' | 'expired' | 'rejected' | 'replaced';

interface OfOrder {
  readonly clientId: string;
  readonly brokerId?: string;
}

/** The broker took the order, or has it in its books. */
export interface Accepted extends OfOrder {
  readonly kind: 'accepted';
}

/** The broker said no, with a code that it documents: the order never worked. */
export interface Refused extends OfOrder {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
}

/** No answer, or none that proves anything: a timeout, a reset, a 5xx, a body that does not parse. */
export interface Lost extends OfOrder {
  readonly kind: 'lost';
  readonly request: 'submit' | 'cancel' | 'replace' | 'lookup';
  readonly cause: string;
}

/** The broker does not know an order of this id. Not a proof while the request may be on its way. */
export interface Absent extends OfOrder {
  readonly kind: 'absent';
}

/** The id is taken: an order of it was accepted before. */
export interface Duplicate extends OfOrder {
  readonly kind: 'duplicate';
}

/** The order as the broker's books have it. */
export interface OrderSnapshot extends OfOrder {
  readonly kind: 'order';
  readonly status: BrokerOrderStatus;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  /** Filled so far, in units of the instrument, and at which average price. */
  readonly filled: number;
  readonly averagePrice: number;
  /** The prices it waits for, where the broker says them: it may have changed them, as for a dividend. */
  readonly limit?: number;
  readonly stop?: number;
  /** From a desk: whether the price that it waited for was reached. */
  readonly isTriggered?: true;
  /** Of a package: what each leg has filled; then symbol, side, filled and average price of the whole say nothing. */
  readonly legs?: readonly {
    readonly symbol: string;
    readonly side: Side;
    readonly filled: number;
    readonly averagePrice: number;
  }[];
  /** When the broker last touched it, an Instant: older snapshots say nothing new. */
  readonly updatedAt: number;
  /** When the broker took it, an Instant; left out where it does not say. */
  readonly createdAt?: number;
  readonly reason?: string;
}

/** Shares that moved. `executionId` is unique per account; the same one twice is the same fill. */
export interface Fill extends OfOrder {
  readonly kind: 'fill';
  readonly executionId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  /** Fee where the broker says it with the fill; 0 where it comes later. */
  readonly fee: number;
  /** Of what a desk has done for one of its strategies: why. */
  readonly reason?: string;
}

/** A fill that the broker took back. */
export interface Bust {
  readonly kind: 'bust';
  readonly executionId: string;
  /**
   * Executions whose place that one took in its turn, in any order, where the broker's ids say all of them: then it is sure
   * that `by` stands for one of them or for none. Left out where only the last is said.
   */
  readonly before?: readonly string[];
  /** What takes its place where it was corrected; left out where it does not stand at all. */
  readonly by?: Fill;
}

export interface Ended extends OfOrder {
  readonly kind: 'canceled' | 'expired' | 'rejected';
  readonly reason: string;
  /** What the broker's books say was filled, where it says so. */
  readonly filled?: number;
  readonly averagePrice?: number;
}

export interface CancelRefused extends OfOrder {
  readonly kind: 'cancel-refused';
  readonly reason: string;
}

/** The change is in force; some brokers give the order a new id with it. */
export interface Replaced extends OfOrder {
  readonly kind: 'replaced';
  /** When the broker did it, by its own clock: older books show what was before. */
  readonly updatedAt: number;
}

export interface ReplaceRefused extends OfOrder {
  readonly kind: 'replace-refused';
  readonly reason: string;
}

export interface BrokerPosition {
  readonly symbol: string;
  /** Signed, in units of the instrument. */
  readonly quantity: number;
  readonly averagePrice: number;
}

/** What a broker lets an account do; what is left out it did not say. */
export interface AccountRules {
  readonly mayShort?: boolean;
  readonly mayHoldFractions?: boolean;
  /** Whether it has no credit: a cash account, in which proceeds of a sale settle before they count. */
  readonly isCash?: boolean;
  /** Whether one order may close a position and open the opposite one. */
  readonly mayTurn?: boolean;
  /** 0 none, 1 covered calls and cash-secured puts, 2 long options, 3 spreads. */
  readonly optionLevel?: number;
}

/** What a broker lets be done with a share; what is left out it did not say. */
export interface AssetRules {
  readonly symbol: string;
  readonly isTradable: boolean;
  readonly isFractionable?: boolean;
  /** Whether it can be borrowed to be sold short: easily, with difficulty, not at all. */
  readonly shorting?: 'easy' | 'hard' | 'none';
  /** Whether it can be bought on margin at all. */
  readonly isMarginable?: boolean;
  /** What must be kept of its value, held long and held short; 0.3 is 30 %. */
  readonly keptLong?: number;
  readonly keptShort?: number;
}

/** What the broker says that one more unit of an instrument would tie up now, in the account's currency. */
export interface BrokerMargin {
  readonly symbol: string;
  readonly side: Side;
  /** To open it and to keep it; above 0. */
  readonly initial: number;
  readonly maintenance: number;
}

/** Account, positions, orders and what happened lately, at one moment. */
export interface Snapshot {
  readonly kind: 'snapshot';
  /** What the broker's clock says when this is told, an Instant; left out where it does not say. */
  readonly at?: number;
  /** Executions, busts and other movements since a while before contact was last sure; what was told before counts once. */
  readonly happened: readonly (Fill | Bust | Activity | Commission)[];
  readonly account: {
    readonly number: string;
    readonly cash: number;
    readonly equity: number;
    readonly buyingPower: number;
    /** What may be tied up as margin, or paid in full; buying power is a multiple of it. Left out where it is not said. */
    readonly available?: number;
    readonly isBlocked: boolean;
    /** Cash in the account's currency with what is accrued and not paid yet, from a broker that does not tell its bookings. */
    readonly ledger?: { readonly cash: number; readonly dividends: number; readonly interest: number };
    /** Its own numbers of margin, where it says them: tied up, to be kept, and left before credit. */
    readonly margin?: { readonly initial: number; readonly maintenance: number; readonly free: number };
    /** Why it is blocked, in words, where the broker says it. */
    readonly blocked?: string;
    readonly rules?: AccountRules;
  };
  /** What may be traded of this deck's shares; those of which something new is known. */
  readonly assets?: readonly AssetRules[];
  /** What units of this deck's instruments would tie up; those of which something new is known. */
  readonly margins?: readonly BrokerMargin[];
  readonly positions: readonly BrokerPosition[];
  readonly orders: readonly OrderSnapshot[];
}

/** What moved money or positions without an order, as far as it has a word of ours; `other` is what has none. */
export type ActivityKind =
  | 'assignment'
  | 'exercise'
  | 'expiry'
  /** The shares that an assignment or exercise moved: the other half of a pair. */
  | 'delivery'
  | 'dividend'
  | 'interest'
  | 'fee'
  | 'transfer'
  | 'split'
  | 'rename'
  | 'other';

/** Money and contracts that moved without an order: assignments, expiries, dividends, fees. */
export interface Activity {
  readonly kind: 'activity';
  /** Unique per account: the same id twice is the same activity. */
  readonly id: string;
  readonly activity: ActivityKind;
  /** The broker's own word for it, for people. */
  readonly name: string;
  /** What belongs together has the same; left out where it stands alone. */
  readonly group?: string;
  /** Empty where it is about the account. */
  readonly symbol: string;
  /** Units that were added, signed; for a dividend, the units that it was paid for. */
  readonly quantity: number;
  /** Per unit: the strike of a delivery, the dividend of a share; 0 where there is none. */
  readonly price: number;
  /** Money in the account's currency, signed. */
  readonly money: number;
  /** Of a split, new shares per old one; left out where only the shares that were added say it. */
  readonly ratio?: number;
  /** What a desk has booked whole: then contracts and shares were told as fills, and this is what became of them. */
  readonly contract?: Told;
}

/** What a broker charges for a fill that it told without, or with another fee. */
export interface Commission {
  readonly kind: 'commission';
  readonly executionId: string;
  /** All that the execution costs, not what is added; negative where the broker pays. */
  readonly fee: number;
}

/** What became of an instruction that is no order, in words: contracts that are not to be exercised at their expiry. */
export interface Instruction {
  readonly kind: 'instruction';
  readonly isTaken: boolean;
  readonly text: string;
}

/** The connection to the broker. */
export interface Link {
  readonly kind: 'link';
  readonly state: 'up' | 'down' | 'locked';
  readonly reason: string;
  /** Why it is down, where that is known: the broker restarts as it does every night, or waits for a person's login. */
  readonly cause?: 'restart' | 'login';
}

/** Something that the broker said and that moves nothing: of an order, or of the connection where it names none. */
export interface Remark {
  readonly kind: 'remark';
  readonly clientId?: string;
  readonly text: string;
  /** Whether a person should hear of it: the order waits for shares to borrow, or was changed on its way. */
  readonly isForPeople: boolean;
}

export type OrderReport =
  | Accepted
  | Refused
  | Lost
  | Absent
  | Duplicate
  | OrderSnapshot
  | Fill
  | Ended
  | CancelRefused
  | Replaced
  | ReplaceRefused;

export type BrokerReport = OrderReport | Bust | Commission | Snapshot | Activity | Instruction | Link | Remark;
