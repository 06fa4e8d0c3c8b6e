/**
 * The broker's streams without their sockets: what a connection may say, what it is told, and when it is sent away.
 *
 * A session is handed a way to send and a way to close; a server gives it a socket, a simulation a queue. Nothing is
 * replayed: what was told while nobody listened is lost, as at the vendor's.
 */
import { MILLISECOND, SECOND } from '../../../time/instant.ts';
import type { BrokerEvent, TradeUpdate } from '../../fake-broker/core/broker-events.ts';
import { CHANNELS, dataMessages, type Channel, type Message } from './data-messages.ts';
import type { Faults, StreamName } from './faults.ts';
import { opens } from '../../fake-broker/core/config.ts';
import { quantityText, priceText } from '../../fake-broker/core/amounts.ts';
import { stamp, ulid } from '../../fake-broker/core/random-ids.ts';
import type { BrokerState } from '../../fake-broker/core/state.ts';
import { orderView, type Json } from './views.ts';

/** How a session reaches its customer. */
export interface Wire {
  readonly send: (message: unknown) => void;
  readonly close: () => void;
}

export interface StreamSession {
  receive(message: unknown): void;
  /** The connection is gone. */
  end(): void;
  /** Sends an error of the vendor's and closes: 407 for a customer who reads too slowly. */
  fail(code: number, text: string): void;
  /** Says an error of the vendor's and goes on. */
  complain(code: number, text: string): void;
}

const AUTH_WITHIN = 10 * SECOND;

/** Symbols that the free feed serves on one connection. */
const FREE_SYMBOLS = 30;

abstract class Session implements StreamSession {
  protected isOpen = true;
  protected isAuthorized = false;
  protected readonly state: BrokerState;
  private readonly wire: Wire;
  private readonly faults: Faults;
  private readonly name: StreamName;
  private readonly leave: () => void;
  private mutedUntil = 0;

  constructor(state: BrokerState, faults: Faults, name: StreamName, wire: Wire, onEnd: () => void) {
    this.state = state;
    this.faults = faults;
    this.name = name;
    this.wire = wire;
    const stopListening = state.listen((event) => {
      if (this.isOpen && this.isAuthorized) this.hear(event);
    });
    this.leave = () => {
      stopListening();
      onEnd();
    };
    state.schedule(state.now + Math.ceil(AUTH_WITHIN * state.pace), () => {
      if (this.isOpen && !this.isAuthorized) this.fail(404, 'auth timeout');
    });
  }

  abstract receive(message: unknown): void;
  protected abstract hear(event: BrokerEvent): void;
  protected abstract errorOf(code: number, text: string): unknown;

  end(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.leave();
  }

  fail(code: number, text: string): void {
    if (!this.isOpen) return;
    this.wire.send(this.errorOf(code, text));
    this.hangUp();
  }

  complain(code: number, text: string): void {
    if (this.isOpen) this.wire.send(this.errorOf(code, text));
  }

  hangUp(): void {
    if (!this.isOpen) return;
    this.end();
    this.wire.close();
  }

  /** Stays connected and says nothing for a while: a connection that is half open. */
  mute(until: number): void {
    this.mutedUntil = until;
  }

  protected say(message: unknown): void {
    if (this.isOpen && this.state.now >= this.mutedUntil) this.wire.send(message);
  }

  /** Says something that faults may drop, double or delay. */
  protected report(event: string, message: unknown): void {
    const fault = this.faults.ofMessage(this.name, event);
    if (fault === undefined) this.say(message);
    else if (fault.kind === 'duplicate') for (let i = 0; i <= fault.copies; i++) this.say(message);
    else if (fault.kind === 'delay') {
      this.state.schedule(this.state.now + fault.millis * MILLISECOND, () => this.say(message));
    }
  }

  protected isKey(keyId: unknown, secret: unknown): boolean {
    const { config, flags } = this.state;
    return opens(config, keyId, secret) && !flags.keyRevoked;
  }
}

/** The stream of an account's orders. */
export class TradeStream extends Session {
  private isListening = false;

  constructor(state: BrokerState, faults: Faults, wire: Wire, onEnd: () => void = () => undefined) {
    super(state, faults, 'trade', wire, onEnd);
  }

  receive(message: unknown): void {
    const fields = fieldsOf(message);
    const data = fieldsOf(fields['data']);
    switch (fields['action']) {
      case 'auth':
      case 'authenticate':
        this.authorize(fields['key'] ?? data['key_id'], fields['secret'] ?? data['secret_key']);
        break;
      case 'listen': {
        if (!this.isAuthorized) {
          this.say(this.errorOf(401, 'not authenticated'));
          break;
        }
        // A new list takes the place of the old one.
        const streams = Array.isArray(data['streams'])
          ? data['streams'].filter((name) => name === 'trade_updates')
          : [];
        this.isListening = streams.length > 0;
        this.say({ stream: 'listening', data: { streams } });
        break;
      }
      default:
        this.say(this.errorOf(400, 'invalid syntax'));
    }
  }

  private authorize(keyId: unknown, secret: unknown): void {
    this.isAuthorized = this.isKey(keyId, secret);
    const status = this.isAuthorized ? 'authorized' : 'unauthorized';
    this.say({ stream: 'authorization', data: { status, action: 'authenticate' } });
    if (!this.isAuthorized) this.hangUp();
  }

  protected hear(event: BrokerEvent): void {
    if (event.kind !== 'trade-update' || !this.isListening) return;
    this.report(event.event, { stream: 'trade_updates', data: updateView(event) });
  }

  protected errorOf(_code: number, text: string): unknown {
    return { action: 'error', data: { error_message: text } };
  }
}

/** A change of an order as the stream tells it. */
function updateView(update: TradeUpdate): Json {
  const { price, quantity, positionQuantity, executionId, legs } = update;
  return {
    at: stamp(update.at),
    event_id: ulid(update.at, update.ordinal),
    event: update.event,
    timestamp: stamp(update.at),
    order: orderView(update.order),
    ...(executionId === undefined ? {} : { execution_id: executionId }),
    ...(price === undefined ? {} : { price: priceText(price) }),
    ...(quantity === undefined ? {} : { qty: quantityText(quantity) }),
    ...(positionQuantity === undefined || legs !== undefined ? {} : { position_qty: quantityText(positionQuantity) }),
    ...(legs === undefined
      ? {}
      : {
          legs: legs.map((leg) => ({
            execution_id: leg.executionId,
            order_id: leg.order.id,
            symbol: leg.order.listing!.symbol,
            side: leg.order.terms.side,
            price: priceText(leg.price),
            qty: quantityText(leg.quantity),
          })),
          position_qtys: Object.fromEntries(
            legs.map((leg) => [leg.order.listing!.symbol, quantityText(leg.positionQuantity)]),
          ),
        }),
  };
}

/** A stream of prices: of shares, or of options. */
export class DataStream extends Session {
  private readonly wanted = new Map<Channel, Set<string>>(CHANNELS.map((channel) => [channel, new Set()]));
  private readonly kind: 'stocks' | 'options';
  private readonly feed: string;

  constructor(
    state: BrokerState,
    faults: Faults,
    kind: 'stocks' | 'options',
    feed: string,
    wire: Wire,
    onEnd: () => void = () => undefined,
  ) {
    super(state, faults, kind, wire, onEnd);
    this.kind = kind;
    this.feed = feed;
    this.say([{ T: 'success', msg: 'connected' }]);
  }

  receive(message: unknown): void {
    const fields = fieldsOf(message);
    switch (fields['action']) {
      case 'auth':
        this.authorize(fields['key'], fields['secret']);
        break;
      case 'subscribe':
      case 'unsubscribe':
        if (this.isAuthorized) this.subscribe(fields, fields['action'] === 'subscribe');
        else this.say(this.errorOf(401, 'not authenticated'));
        break;
      default:
        this.say(
          this.errorOf(
            fields['action'] === undefined ? 400 : 410,
            fields['action'] === undefined ? 'invalid syntax' : 'invalid subscribe action',
          ),
        );
    }
  }

  private authorize(keyId: unknown, secret: unknown): void {
    if (this.isAuthorized) {
      this.say(this.errorOf(403, 'already authenticated'));
    } else if (!this.isKey(keyId, secret)) {
      this.fail(402, 'auth failed');
    } else if (this.state.config.dataPlan === 'basic' && (this.feed === 'sip' || this.feed === 'opra')) {
      this.fail(409, 'insufficient subscription');
    } else {
      this.isAuthorized = true;
      this.say([{ T: 'success', msg: 'authenticated' }]);
    }
  }

  private subscribe(fields: Json, isMore: boolean): void {
    const changes = CHANNELS.flatMap((channel) => {
      const names = fields[channel];
      const listed = Array.isArray(names) ? names.map(String) : [];
      // Who hears of trades hears of what becomes of them.
      const channels = channel === 'trades' ? (['trades', 'corrections', 'cancelErrors'] as const) : [channel];
      return listed.flatMap((name) => channels.map((each) => [each, name] as const));
    });
    if (isMore && this.feed === 'iex' && this.state.config.dataPlan === 'basic') {
      const symbols = new Set([...this.wanted.get('trades')!, ...this.wanted.get('quotes')!]);
      for (const [channel, name] of changes) if (channel === 'trades' || channel === 'quotes') symbols.add(name);
      if (symbols.size > FREE_SYMBOLS) {
        this.say(this.errorOf(405, 'symbol limit exceeded'));
        return;
      }
    }
    for (const [channel, name] of changes) {
      if (isMore) this.wanted.get(channel)!.add(name);
      else this.wanted.get(channel)!.delete(name);
    }
    const lists = Object.fromEntries([...this.wanted].map(([channel, names]) => [channel, [...names]]));
    this.say([{ T: 'subscription', ...lists }]);
  }

  protected hear(event: BrokerEvent): void {
    if (event.kind === 'trade-update' || event.kind === 'activity') return;
    const isWanted = (channel: Channel, symbol: string): boolean => {
      const names = this.wanted.get(channel)!;
      return names.has(symbol) || names.has('*');
    };
    const messages: Message[] = dataMessages(this.state, event, this.kind, isWanted);
    for (const message of messages) this.report(message.T, [message]);
  }

  protected errorOf(code: number, text: string): unknown {
    return [{ T: 'error', code, msg: text }];
  }
}

function fieldsOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
