/**
 * The packages that parts of Tradedeck need, for `doctor`: each is loaded when it is first used, so a missing one shows late.
 */

export interface Library {
  readonly name: string;
  readonly purpose: string;
  /** Whether most things work without it. */
  readonly isOptional: boolean;
  /** What installs it, where `npm install` alone leaves it out. */
  readonly install?: string;
  readonly load: () => Promise<unknown>;
}

export const LIBRARIES: readonly Library[] = [
  { name: 'zod', purpose: 'checks decks', isOptional: false, load: () => import('zod') },
  { name: 'yaml', purpose: 'reads decks', isOptional: false, load: () => import('yaml') },
  {
    name: '@duckdb/node-api',
    purpose: 'reads and writes Parquet; CSV works without',
    isOptional: true,
    load: () => import('@duckdb/node-api'),
  },
  { name: 'ws', purpose: 'streams of the fake broker', isOptional: true, load: () => import('ws') },
  {
    name: '@msgpack/msgpack',
    purpose: 'streams of the fake broker',
    isOptional: true,
    load: () => import('@msgpack/msgpack'),
  },
  {
    name: '@alpacahq/alpaca-trade-api',
    purpose: 'orders to Alpaca; backtests and paper work without',
    isOptional: true,
    install: 'npm install @alpacahq/alpaca-trade-api',
    load: () => import('@alpacahq/alpaca-trade-api'),
  },
  {
    name: 'bullmq',
    purpose: 'sweeps over many machines, with ioredis; one machine works without',
    isOptional: true,
    install: 'npm install bullmq ioredis',
    load: () => Promise.all([import('bullmq'), import('ioredis')]),
  },
  {
    name: 'nodemailer',
    purpose: 'alerts by e-mail; other channels work without',
    isOptional: true,
    install: 'npm install nodemailer',
    load: () => import('nodemailer'),
  },
];
