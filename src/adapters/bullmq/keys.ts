/**
 * The names under which sweeps and workers find each other. Everything begins with the prefix; nothing else is touched.
 */

export const PREFIX = 'tradedeck';

/** Set of announced sweeps; each has its text under a key of its own, which expires when nobody renews it. */
export const SWEEPS = `${PREFIX}:sweeps`;
export const WORKERS = `${PREFIX}:workers`;

export const sweepKey = (key: string): string => `${PREFIX}:sweep:${key}`;
export const workerKey = (id: string): string => `${PREFIX}:worker:${id}`;
export const refusalsKey = (key: string): string => `${PREFIX}:refusals:${key}`;
/** BullMQ allows no colon in the name of a queue. */
export const queueName = (key: string): string => `sweep-${key}`;

/** How long an announcement or a worker's card is believed, in seconds. */
export const BELIEVED_S = 20;
