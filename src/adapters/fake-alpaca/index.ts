/**
 * A broker that behaves like Alpaca and is none: for rehearsing without keys, and for tests of everything that trades.
 */
export { Api, ENDPOINTS, type ApiRequest } from './core/api.ts';
export { Broker } from './core/broker.ts';
export type { BrokerEvent, LegExecution, TradeEventName, TradeUpdate } from './core/broker-events.ts';
export { brokerConfig, DEFAULTS, type BrokerConfig } from './core/config.ts';
export type { Answer } from './core/refusal.ts';
export { Faults, swarm, type FaultRule, type RequestFault, type StreamFault, type StreamName } from './core/faults.ts';
export { ledgerView } from './core/ledger.ts';
export { Link, type Delivery } from './core/link.ts';
export { SimulatedMarket, type SimulatedSymbol } from './core/simulated-market.ts';
export { DataStream, TradeStream, type StreamSession, type Wire } from './core/streams.ts';
export { TapePlayer } from './core/tape-player.ts';
export { Fake, type FakeMarket, type FakeOptions } from './fake.ts';
export { FakeAlpaca, type RequestNote, type ServerOptions } from './server.ts';
