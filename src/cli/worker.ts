/**
 * `tradedeck worker`: plays points of sweeps that others conduct, on this machine, until it is stopped.
 */
import { availableParallelism, hostname } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { ownProgram } from '../desk/exchange/announcement.ts';
import { unlessStopped } from '../desk/exchange/patience.ts';
import { serve } from '../desk/exchange/serve.ts';
import { openWorkerExchange } from '../desk/wiring/exchange.ts';
import type { ExchangeFlags } from '../desk/config/sources.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { stoppedBySignals } from './stopping.ts';
import { tell } from './terminal.ts';

export interface WorkerFlags extends ExchangeFlags {
  readonly workers?: number;
  readonly folder?: string;
  /** Seconds. */
  readonly lease?: number;
  /** Seconds. */
  readonly idle?: number;
  readonly quiet?: boolean;
}

const LEASE_S = 15;

/** Runs the command until it is stopped. */
export async function worker(flags: WorkerFlags): Promise<ExitCode> {
  const say = flags.quiet === true ? (): void => undefined : tell;
  using stopping = stoppedBySignals(() =>
    say('stopping: what is being played is finished first (Ctrl-C again ends at once)'),
  );
  const { stop } = stopping;
  const host = `${hostname()}:${process.pid}`;
  const threads = flags.workers ?? availableParallelism();
  const idleMs = flags.idle === undefined ? Infinity : flags.idle * 1000;
  const until = performance.now() + idleMs;
  const opening = openWorkerExchange(flags, process.env, `${host}-${Date.now()}`, {
    onAway: (place, reason) => say(`the exchange at ${place} does not answer (${reason}): waiting for it`),
    onBack: (place) => say(`the exchange at ${place} answers again`),
  });
  const exchange = await unlessStopped(opening, {
    get isStopped() {
      return stop.isStopped || performance.now() >= until;
    },
  });
  if (exchange === undefined) {
    say('the exchange was not there in time');
    return EXIT.ok;
  }
  const { hash, version } = ownProgram();
  const count = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  say(`worker ${host} with ${count} waits at ${exchange.place} (Tradedeck ${version}, code ${hash.slice(0, 12)})`);
  await serve({
    exchange,
    host,
    threads,
    folder: flags.folder === undefined ? undefined : resolve(flags.folder),
    leaseMs: (flags.lease ?? LEASE_S) * 1000,
    idleMs,
    stop,
    now: () => performance.now(),
    onSweep: ({ key, points }) => say(`sweep ${key}: ${points.toLocaleString('en-US')} points`),
    onDone: ({ key }, points) => say(`sweep ${key}: played ${points.toLocaleString('en-US')} of them`),
    onRefusal: (key, error) => say(`sweep ${key} is refused: ${error.message}`),
  });
  return EXIT.ok;
}
