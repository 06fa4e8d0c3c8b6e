/**
 * A connection to Redis that waits when the server goes away, says so once, and goes on when it is back.
 *
 * BullMQ and its driver are heavy and only some need them: they are optional peers, loaded when first asked for.
 */
import type * as Bullmq from 'bullmq';
import type * as Driver from 'ioredis';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';

export type Connection = InstanceType<(typeof Driver)['default']['default']>;

/** Told when the server stops answering, with the reason, and when it answers again. */
export interface ConnectionWatch {
  onAway(place: string, reason: string): void;
  onBack(place: string): void;
}

export interface OpenedConnection {
  readonly bullmq: typeof Bullmq;
  readonly connection: Connection;
  /** Host and port, without what is secret in the address. */
  readonly place: string;
  /** Ends at once; what waits for the server is given up. */
  end(): void;
}

const PATIENCE_MS = 5000;

/**
 * Connects. With `waits` a server that is not there is waited for; without, it is a `Fault`. So is a password that is
 * refused, and a package that is not installed.
 */
export async function openConnection(url: Secret, watch: ConnectionWatch, waits: boolean): Promise<OpenedConnection> {
  const place = placeOf(url);
  const { bullmq, driver: Client } = await packages();
  const connection = new Client(url.reveal(), {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: PATIENCE_MS,
    retryStrategy: (times) => Math.min(1000, 50 * 2 ** times),
  });
  let reason = 'it closed the connection';
  connection.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  try {
    await connection.connect();
    await connection.ping();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isRefusal = /NOAUTH|WRONGPASS|NOPERM/.test(`${message} ${reason}`);
    if (isRefusal || !waits) {
      connection.disconnect();
      const what = isRefusal ? 'lets nobody in with this name and password' : `cannot be reached: ${reason}`;
      throw new Fault('exchange.unreachable', `the exchange at ${place} ${what}`);
    }
    watch.onAway(place, reason);
    await new Promise<void>((resolve) => connection.once('ready', resolve));
    watch.onBack(place);
  }
  let isAway = false;
  let isEnding = false;
  connection.on('close', () => {
    // Told once, not at every attempt to connect again.
    if (!isAway && !isEnding) watch.onAway(place, reason);
    isAway = true;
  });
  connection.on('ready', () => {
    if (isAway) watch.onBack(place);
    isAway = false;
  });
  const end = (): void => {
    isEnding = true;
    connection.disconnect();
  };
  return { bullmq, connection, place, end };
}

/** Host and port of an address, without what is secret in it. */
function placeOf(url: Secret): string {
  const { hostname, port } = new URL(url.reveal());
  return `${hostname}:${port === '' ? 6379 : port}`;
}

async function packages() {
  try {
    const [bullmq, { default: driver }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, driver: driver.default };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    const rule = 'sweeps over many machines need the packages bullmq and ioredis, which are not installed';
    throw new Fault('package.missing', rule, {}, 'npm install bullmq ioredis');
  }
}
