/**
 * Opens a connection that only asks: for who the account is, what time it is there, prices and bars.
 *
 * It has a client number of its own, so that nothing that is asked stands in the way of an order.
 */
import { Fault } from '../../base/fault.ts';
import { Connection, TIMINGS, type Listener, type Timings } from './connection.ts';
import type { Library } from './library.ts';

/** Where the workstation or gateway listens. */
export interface Access {
  readonly host: string;
  readonly port: number;
  /** Of orders; what asks takes the numbers after it. */
  readonly clientId: number;
  readonly timings?: Partial<Timings>;
}

/** Client numbers after that of orders, by what they are for. */
export const CLIENTS = { account: 1, prices: 2, listings: 3, kill: 4 } as const;

export interface OpeningListener {
  onNotice?(code: number, text: string): void;
  onClosed?(reason: string): void;
}

/** Resolves once it may be asked; a `Fault` says why it cannot be had. */
export function openConnection(
  library: Library,
  { host, port, clientId, timings }: Access,
  purpose: keyof typeof CLIENTS,
  listener: OpeningListener = {},
): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const place = `${host}:${port}`;
  const nothing = (): void => undefined;
  let refusal = '';
  let isTaken = false;
  const all: Listener = {
    onReady: () => resolve(connection),
    onNextId: nothing,
    onOpenOrder: nothing,
    onStatus: nothing,
    onExecution: nothing,
    onCommission: nothing,
    onCompleted: nothing,
    onOrderError: nothing,
    onNotice: (code, text) => {
      if (code === 326) isTaken = true;
      if (code === 502) refusal = text;
      listener.onNotice?.(code, text);
    },
    onClosed: (reason) => {
      if (isTaken) {
        const rule = `another program has client number ${clientId + CLIENTS[purpose]} at ${place}: one desk, one number`;
        const hint = 'stop the desk that has it, or give this one a broker.clientId of its own';
        reject(new Fault('lease.client', rule, { field: 'broker.clientId' }, hint));
        listener.onClosed?.(reason);
        return;
      }
      const hint = 'start the workstation or the gateway, log in, and enable socket clients';
      const rule = `nobody answers at ${place}: ${refusal === '' ? reason : refusal}`;
      reject(new Fault('ib.connection', rule, { field: 'broker.port' }, hint));
      listener.onClosed?.(reason);
    },
  };
  const connection = new Connection(
    library,
    { host, port, clientId: clientId + CLIENTS[purpose], timings: { ...TIMINGS, ...timings } },
    all,
  );
  return promise;
}
