/**
 * The sockets of the streams: which path leads to which stream, JSON or MessagePack, text or binary frames, and the
 * faults of a connection (broken, mute, read too slowly).
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { decode, encode, encodeTimeSpecToTimestamp, EXT_TIMESTAMP, ExtensionCodec } from '@msgpack/msgpack';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { StreamName } from './core/faults.ts';
import { DataStream, TradeStream } from './core/streams.ts';
import type { Fake } from './fake.ts';

/** Unread bytes after which a customer of prices is sent away as too slow. */
const UNREAD_MAX = 4_000_000;

/** The errors of a stream of prices, and after which the connection is closed. */
const ERRORS: Readonly<Record<number, string>> = {
  400: 'invalid syntax',
  401: 'not authenticated',
  402: 'auth failed',
  403: 'already authenticated',
  404: 'auth timeout',
  405: 'symbol limit exceeded',
  406: 'connection limit exceeded',
  407: 'slow client',
  408: 'v2 not enabled',
  409: 'insufficient subscription',
  410: 'invalid subscribe action',
  500: 'internal error',
};
const CLOSING: ReadonlySet<number> = new Set([402, 404, 406, 407, 408, 409, 500]);

interface Connection {
  readonly name: StreamName;
  readonly socket: WebSocket;
  readonly session: TradeStream | DataStream;
  isMute: boolean;
}

export class Sockets {
  private readonly server = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
  private readonly connections = new Set<Connection>();
  private readonly fake: Fake;
  /** Errors with which the next connections for prices are answered, in turn. */
  private readonly refusals: number[] = [];

  constructor(fake: Fake) {
    this.fake = fake;
  }

  /** Takes a connection of a known path; another is turned away. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    // The streams of the night have two addresses in the documentation.
    const stock = /^\/(?:v2|v1beta1(?=\/(?:boats|overnight)$))\/(iex|sip|delayed_sip|boats|overnight|otc|test)$/.exec(
      pathname,
    )?.[1];
    const option = /^\/v1beta1\/(indicative|opra)$/.exec(pathname)?.[1];
    if (pathname !== '/stream' && stock === undefined && option === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    this.server.handleUpgrade(request, socket, head, (client) => {
      const isPacked = request.headers['content-type'] === 'application/msgpack';
      if (pathname === '/stream') this.openTrade(client);
      else if (stock !== undefined) this.openData(client, 'stocks', stock, isPacked);
      // The stream of options speaks MessagePack and nothing else.
      else this.openData(client, 'options', option!, true);
    });
  }

  private openTrade(socket: WebSocket): void {
    const { broker, faults } = this.fake;
    // Paper sends its JSON in binary frames.
    const asFrame = (message: unknown): string | Buffer => {
      const text = JSON.stringify(message);
      return broker.state.config.paper ? Buffer.from(text) : text;
    };
    const wire = { send: (message: unknown) => socket.send(asFrame(message)), close: () => socket.close() };
    const session = new TradeStream(broker.state, faults, wire);
    this.attend({ name: 'trade', socket, session, isMute: false }, (data) => JSON.parse(textOf(data)));
  }

  private openData(socket: WebSocket, name: 'stocks' | 'options', feed: string, isPacked: boolean): void {
    const { broker, faults } = this.fake;
    const hasOther = [...this.connections].some((connection) => connection.name === name);
    let session: DataStream | undefined;
    const send = (message: unknown): void => {
      if (socket.bufferedAmount > UNREAD_MAX) session?.fail(407, 'slow client');
      else socket.send(isPacked ? encode(packed(message), { extensionCodec: STAMPS }) : JSON.stringify(message));
    };
    session = new DataStream(broker.state, faults, name, feed, { send, close: () => socket.close() });
    const refusal = hasOther ? 406 : this.refusals.shift();
    if (refusal !== undefined) {
      session.fail(refusal, ERRORS[refusal]);
      return;
    }
    this.attend({ name, socket, session, isMute: false }, (data) =>
      isPacked ? decode(bytesOf(data)) : JSON.parse(textOf(data)),
    );
  }

  private attend(connection: Connection, read: (data: RawData) => unknown): void {
    const { socket, session } = connection;
    this.connections.add(connection);
    socket.on('message', (data) => {
      this.fake.clock.tick();
      session.receive(readOr(read, data));
    });
    socket.on('ping', (data) => {
      if (!connection.isMute) socket.pong(data);
    });
    const end = (): void => {
      session.end();
      this.connections.delete(connection);
    };
    socket.on('close', end);
    socket.on('error', end);
  }

  /** Breaks connections, each of which counts as one for so long after; returns how many. */
  disconnect(name: StreamName | undefined, countsForMicros = 0): number {
    const some = this.of(name);
    for (const connection of some) {
      connection.socket.terminate();
      if (countsForMicros === 0) continue;
      const left = { ...connection };
      this.connections.add(left);
      const { broker } = this.fake;
      broker.state.schedule(broker.now + countsForMicros, () => this.connections.delete(left));
    }
    return some.length;
  }

  /** Leaves connections open and says nothing more on them, not even to a ping. */
  mute(name: StreamName | undefined, forMicros: number): number {
    const some = this.of(name);
    const until = this.fake.broker.now + forMicros;
    for (const connection of some) {
      connection.isMute = true;
      connection.session.mute(until);
      this.fake.broker.state.schedule(until, () => {
        connection.isMute = false;
      });
    }
    return some.length;
  }

  /** Sends customers away as too slow. */
  tooSlow(name: StreamName | undefined): number {
    const some = this.of(name);
    for (const { session } of some) session.fail(407, 'slow client');
    return some.length;
  }

  /** Tells an error to those who listen to prices, and closes where the vendor does; returns how many. */
  fail(name: StreamName | undefined, code: number): number {
    const some = this.of(name);
    for (const { session } of some) {
      if (CLOSING.has(code)) session.fail(code, ERRORS[code]);
      else session.complain(code, ERRORS[code]);
    }
    return some.length;
  }

  /** Answers the next connections for prices with an error, one each. */
  refuse(codes: readonly number[]): void {
    this.refusals.push(...codes);
  }

  close(): void {
    for (const { socket } of this.connections) socket.terminate();
    this.server.close();
  }

  private of(name: StreamName | undefined): Connection[] {
    return [...this.connections].filter((connection) => name === undefined || connection.name === name);
  }
}

/** A message that cannot be read is no object, which every stream answers with its own error. */
function readOr(read: (data: RawData) => unknown, data: RawData): unknown {
  try {
    return read(data);
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function textOf(data: RawData): string {
  return Buffer.from(bytesOf(data)).toString('utf8');
}

/** A stamp on its way into MessagePack, where time is an extension and no text. */
class Stamp {
  readonly sec: number;
  readonly nsec: number;

  constructor(text: string) {
    this.sec = Math.floor(Date.parse(`${text.slice(0, 19)}Z`) / 1000);
    this.nsec = Number((/\.(\d+)Z$/.exec(text)?.[1] ?? '').padEnd(9, '0'));
  }
}

const STAMPS = new ExtensionCodec();
STAMPS.register({
  type: EXT_TIMESTAMP,
  encode: (value) => (value instanceof Stamp ? encodeTimeSpecToTimestamp(value) : null),
  decode: () => null,
});

/** Turns the times of messages into stamps. */
function packed(message: unknown): unknown {
  if (!Array.isArray(message)) return message;
  return message.map((one: Record<string, unknown>) =>
    typeof one['t'] === 'string' ? { ...one, t: new Stamp(one['t']) } : one,
  );
}
