/** Sweeps over many machines: tasks and results through a Redis server, by BullMQ. */
export { SweepSide } from './sweep-side.ts';
export { WorkerSide } from './worker-side.ts';
export type { ConnectionWatch } from './connection.ts';
