/**
 * A broker that behaves like Alpaca and is none: for rehearsing without keys, and for tests of everything that trades.
 */
export { Api, ENDPOINTS, type ApiRequest } from './core/api.ts';
export { Broker } from './core/broker.ts';
export type { BrokerEvent, LegExecution, TradeEventName, TradeUpdate } from './core/broker-events.ts';
export { brokerConfig, DEFAULTS, type BrokerConfig } from './core/config.ts';
export type { Answer } from './core/refusal.ts';
