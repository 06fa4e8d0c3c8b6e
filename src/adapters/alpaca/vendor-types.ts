/**
 * Types of the vendor's library that it does not export by name.
 */
import type { Alpaca } from '@alpacahq/alpaca-trade-api';

type Orders = Alpaca['trading']['orders'];
export type TradingStream = ReturnType<Alpaca['trading']['stream']>;
export type Order = Awaited<ReturnType<Orders['postOrder']>>;
export type PostOrder = Parameters<Orders['postOrder']>[0]['postOrderRequest'];
export type TradeUpdate = Parameters<Parameters<TradingStream['onTradeUpdate']>[0]>[0];

export type DataStream =
  | ReturnType<Alpaca['marketData']['stockStream']>
  | ReturnType<Alpaca['marketData']['optionStream']>;
export type VendorQuote = Parameters<Parameters<DataStream['onQuote']>[0]>[0];
export type VendorTrade = Parameters<Parameters<DataStream['onTrade']>[0]>[0];
export type VendorTimeFrame = Parameters<Alpaca['marketData']['getStockBars']>[0]['timeframe'];
