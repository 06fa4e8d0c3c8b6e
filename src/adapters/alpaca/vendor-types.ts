/**
 * Types of the vendor's library that it does not export by name.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';

type Orders = Alpaca['trading']['orders'];
export type TradingStream = ReturnType<Alpaca['trading']['stream']>;
export type Order = Awaited<ReturnType<Orders['postOrder']>>;
export type PostOrder = Parameters<Orders['postOrder']>[0]['postOrderRequest'];
export type TradeUpdate = Parameters<Parameters<TradingStream['onTradeUpdate']>[0]>[0];
