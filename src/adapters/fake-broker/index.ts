/**
 * A broker of nobody's: account, orders, matching, options and nights, which the fake brokers give a vendor's voice.
 */
export { DrivenClock, type Speed } from './clock.ts';
export { Broker } from './core/broker.ts';
export type { BrokerEvent, LegExecution, TradeEventName, TradeUpdate } from './core/broker-events.ts';
export { brokerConfig, DEFAULTS, type BrokerConfig } from './core/config.ts';
export { SimulatedMarket, type SimulatedSymbol } from './core/simulated-market.ts';
export { TapePlayer } from './core/tape-player.ts';
export { DrivenBroker, type DrivenOptions, type FakeMarket } from './driven-broker.ts';
