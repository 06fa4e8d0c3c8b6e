/**
 * The server on a socket: reads and writes frames, and lets the clock drive the broker.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { Random } from '../../base/random.ts';
import { DrivenBroker, type DrivenOptions } from '../fake-broker/driven-broker.ts';
import { Faults, swarm } from './core/faults.ts';
import type { Client } from './core/client.ts';
import { clockText } from './core/orders.ts';
import { SERVER_VERSION, TO_CLIENT, tokenText, type Message, type Token } from './core/protocol.ts';
import { listingOf } from './core/futures.ts';
import { Tws, type TwsOptions } from './core/tws.ts';
import { FrameReader, frameOf } from './frames.ts';

export interface FakeTwsOptions extends DrivenOptions {
  /** 0 for one of the system's choosing. */
  readonly port: number;
  readonly tws?: Partial<TwsOptions>;
  /** Rate of a swarm of faults drawn from the seed; 0 for none. */
  readonly faultRate?: number;
}

export class FakeTws {
  readonly driven: DrivenBroker;
  readonly tws: Tws;
  /** How often a message of each number arrived, for tests that count. */
  readonly arrived: string[][] = [];
  /** Neither reads nor answers, and keeps its connections: a cable that was pulled. */
  isDeaf = false;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor({ faultRate = 0, tws = {}, ...options }: FakeTwsOptions) {
    // Good-till-canceled options and stops on them are this broker's; a stop becomes a market order.
    const { market } = options;
    const listed = { ...market, symbols: market.symbols.map(listingOf) };
    this.driven = new DrivenBroker({ optionRules: 'wide', stopCollars: false, ...options, market: listed });
    const { seed = 1 } = options;
    const faults = new Faults(new Random(seed).fork('faults'));
    if (faultRate > 0) for (const rule of swarm(seed, faultRate)) faults.add(rule);
    this.tws = new Tws(this.driven.broker, faults, tws);
    this.server = createServer((socket) => this.meet(socket));
  }

  static async start(options: FakeTwsOptions): Promise<FakeTws> {
    const fake = new FakeTws(options);
    await new Promise<void>((resolve, reject) => {
      fake.server.once('error', reject);
      fake.server.listen(options.port, '127.0.0.1', () => resolve());
    });
    return fake;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get now(): number {
    return this.driven.broker.now;
  }

  /** Breaks every connection, as when the server dies. */
  disconnect(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.driven.stop();
    this.disconnect();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private meet(socket: Socket): void {
    this.sockets.add(socket);
    const reader = new FrameReader();
    let client: Client | undefined;
    let isGreeted = false;
    const take = (messages: readonly string[][] | undefined): void => {
      if (messages === undefined) {
        socket.destroy();
        return;
      }
      for (const fields of messages) {
        this.arrived.push(fields);
        this.driven.clock.tick();
        if (client !== undefined) client.take(fields);
        else if (fields[0] === '71') {
          client = this.tws.connect(this.wire(socket), Number(fields[2]));
          if (client === undefined) socket.end();
        }
      }
    };
    socket.on('data', (bytes: Buffer) => {
      if (this.isDeaf) return;
      if (isGreeted) take(reader.add(bytes));
      else {
        const versions = reader.greeting(bytes);
        if (versions === undefined) return;
        isGreeted = true;
        if (!speaks(versions)) {
          socket.destroy();
          return;
        }
        socket.write(frameOf([String(SERVER_VERSION), `${clockText(this.now)} EST`]));
        take(reader.add(Buffer.alloc(0)));
      }
    });
    // A client that breaks off is no fault of the server's; that it is gone is told by the close that follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (client !== undefined) this.tws.leave(client);
    });
  }

  private wire(socket: Socket): { send(message: Message, fields: readonly Token[]): void; end(): void } {
    return {
      send: (message, fields) => {
        if (this.isDeaf || socket.destroyed) return;
        socket.write(frameOf([String(TO_CLIENT[message]), ...fields.map(tokenText)]));
      },
      end: () => socket.destroySoon(),
    };
  }
}

/** Whether a proposal such as `v100..193` has the version that is spoken here. */
function speaks(versions: string): boolean {
  const match = /^v(\d+)(?:\.\.(\d+))?/.exec(versions);
  return match !== null && SERVER_VERSION >= Number(match[1]) && SERVER_VERSION <= Number(match[2] ?? match[1]);
}
