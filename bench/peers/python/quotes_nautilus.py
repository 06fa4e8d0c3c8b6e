"""Quotes and trades with orders in NautilusTrader, through its Python API: market, passive and expiring limit orders."""

import sys

import nautilus_trader
from datetime import timedelta
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig, LoggingConfig, StrategyConfig
from nautilus_trader.model.currencies import USD, BTC
from nautilus_trader.model.data import QuoteTick, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, OmsType, OrderSide, OrderStatus, TimeInForce
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TradeId, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy
from decimal import Decimal

from answering import answer

COUNT = int(sys.argv[1])
VENUE = Venue("SIM")
ID = InstrumentId(Symbol("BTCUSD"), VENUE)
INSTRUMENT = CurrencyPair(
    instrument_id=ID,
    raw_symbol=Symbol("BTCUSD"),
    base_currency=BTC,
    quote_currency=USD,
    price_precision=2,
    size_precision=3,
    price_increment=Price.from_str("0.01"),
    size_increment=Quantity.from_str("0.001"),
    lot_size=None,
    max_quantity=None,
    min_quantity=None,
    max_notional=None,
    min_notional=None,
    max_price=None,
    min_price=None,
    margin_init=Decimal("0.05"),
    margin_maint=Decimal("0.05"),
    maker_fee=Decimal(0),
    taker_fee=Decimal(0),
    ts_event=0,
    ts_init=0,
)
SIZE = Quantity.from_str("0.010")


def make():
    rows = []
    for i in range(COUNT):
        middle = 100_000 + i % 200 - 100
        at = 1_600_000_000_000_000_000 + i * 1_000_000
        hundred = Quantity(100, 3)
        rows.append(QuoteTick(ID, Price((middle - 5) / 100, 2), Price((middle + 5) / 100, 2), hundred, hundred, at, at))
        side = AggressorSide.BUYER if i % 2 == 0 else AggressorSide.SELLER
        rows.append(
            TradeTick(ID, Price(middle / 100, 2), Quantity(1, 3), side, TradeId(str(i)), at + 500_000, at + 500_000)
        )
    return rows


data = make()


class Orders(Strategy):
    def __init__(self, kind, interval):
        super().__init__(StrategyConfig(strategy_id="ORDERS-1"))
        self.kind = kind
        self.interval = interval
        self.seen = 0
        self.orders = 0

    def on_start(self):
        self.subscribe_quote_ticks(ID)
        self.subscribe_trade_ticks(ID)

    def on_quote_tick(self, tick):
        if self.kind == "none":
            return
        self.seen += 1
        if self.seen % self.interval != 0:
            return
        order = self.orders
        self.orders += 1
        side = OrderSide.BUY if order % 2 == 0 else OrderSide.SELL
        if self.kind == "market":
            self.submit_order(self.order_factory.market(ID, side, SIZE))
            return
        far = 950 - (order % 100) / 100 if order % 2 == 0 else 1050 + (order % 100) / 100
        price = Price(far, 2)
        if self.kind == "passive":
            self.submit_order(self.order_factory.limit(ID, side, SIZE, price))
        else:
            until = self.clock.utc_now() + timedelta(microseconds=250)
            self.submit_order(
                self.order_factory.limit(ID, side, SIZE, price, time_in_force=TimeInForce.GTD, expire_time=until)
            )

    def on_stop(self):
        self.cancel_all_orders(ID)


def prepare(kind, interval):
    def prepared():
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        money = [Money(1_000_000, USD)]
        engine.add_venue(VENUE, OmsType.NETTING, AccountType.MARGIN, money, base_currency=USD)
        engine.add_instrument(INSTRUMENT)
        engine.add_data(data)
        engine.add_strategy(Orders(kind, interval))

        def run():
            engine.run()
            states = [order.status for order in engine.cache.orders()]
            count = lambda *wanted: sum(state in wanted for state in states)
            return {
                "filled": count(OrderStatus.FILLED),
                "expired": count(OrderStatus.EXPIRED),
                "canceled": count(OrderStatus.CANCELED, OrderStatus.ACCEPTED, OrderStatus.PENDING_CANCEL),
            }

        return run

    return prepared


works = {
    "none": prepare("none", 1),
    "market": prepare("market", 10),
    "passive": prepare("passive", 20),
    "expiring": prepare("expiring", 20),
}
answer(works, {"nautilus_trader": nautilus_trader.__version__})
