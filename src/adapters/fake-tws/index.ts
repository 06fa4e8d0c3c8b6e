/**
 * A server that speaks the TWS API and is none: for rehearsing without an account, and for tests of everything that
 * trades.
 */
export { Faults, swarm, type FaultRule, type MessageFault, type RequestFault } from './core/faults.ts';
export { SERVER_VERSION } from './core/protocol.ts';
export { Tws, TWS_DEFAULTS, type TwsOptions } from './core/tws.ts';
export { FakeTws, type FakeTwsOptions } from './server.ts';
