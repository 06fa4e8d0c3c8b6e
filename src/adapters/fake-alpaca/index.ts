/**
 * A broker that behaves like Alpaca and is none: for rehearsing without keys, and for tests of everything that trades.
 */
export { Api, ENDPOINTS, type ApiRequest } from './core/api.ts';
export { Broker } from '../fake-broker/core/broker.ts';
export type { BrokerEvent, LegExecution, TradeEventName, TradeUpdate } from '../fake-broker/core/broker-events.ts';
export { brokerConfig, DEFAULTS, realKeyId, type BrokerConfig } from '../fake-broker/core/config.ts';
export type { Answer } from '../fake-broker/core/refusal.ts';
export { Faults, swarm, type FaultRule, type RequestFault, type StreamFault, type StreamName } from './core/faults.ts';
export { ledgerView } from './core/ledger.ts';
export { Link, type Delivery } from './core/link.ts';
export { SimulatedMarket, type SimulatedSymbol } from '../fake-broker/core/simulated-market.ts';
export { DataStream, TradeStream, type StreamSession, type Wire } from './core/streams.ts';
export { TapePlayer } from '../fake-broker/core/tape-player.ts';
export { Fake, type FakeOptions } from './fake.ts';
export { FakeAlpaca, type RequestNote, type ServerOptions } from './server.ts';
