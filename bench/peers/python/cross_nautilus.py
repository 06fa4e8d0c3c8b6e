"""SMA cross in NautilusTrader: one share while the mean of 10 closes is above that of 50, at the close that decides."""

import sys

import nautilus_trader
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig, LoggingConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

from answering import answer
from bars import read_bars

VENUE = Venue("SIM")
INSTRUMENT = Equity(
    instrument_id=InstrumentId(Symbol("WALK"), VENUE),
    raw_symbol=Symbol("WALK"),
    currency=USD,
    price_precision=2,
    price_increment=Price.from_str("0.01"),
    lot_size=Quantity.from_int(1),
    ts_event=0,
    ts_init=0,
)
BAR_TYPE = BarType.from_str("WALK.SIM-1-MINUTE-LAST-EXTERNAL")
ONE = Quantity.from_int(1)


def load(path):
    frame = read_bars(path)
    rows = []
    for time, row in zip(frame.index.as_unit("ns").asi8, frame.itertuples(index=False)):
        prices = [Price(value, 2) for value in (row.open, row.high, row.low, row.close)]
        rows.append(Bar(BAR_TYPE, *prices, Quantity(row.volume, 0), int(time), int(time)))
    return rows


bars = load(sys.argv[1])


class Cross(Strategy):
    def __init__(self):
        super().__init__(StrategyConfig(strategy_id="CROSS-1"))
        self.fast = SimpleMovingAverage(10)
        self.slow = SimpleMovingAverage(50)
        self.fills = 0

    def on_start(self):
        self.register_indicator_for_bars(BAR_TYPE, self.fast)
        self.register_indicator_for_bars(BAR_TYPE, self.slow)
        self.subscribe_bars(BAR_TYPE)

    def on_bar(self, bar):
        if not self.slow.initialized:
            return
        distance = self.fast.value - self.slow.value
        if distance > 1e-9 and self.portfolio.is_flat(INSTRUMENT.id):
            self.submit_order(self.order_factory.market(INSTRUMENT.id, OrderSide.BUY, ONE))
        elif distance < -1e-9 and self.portfolio.is_net_long(INSTRUMENT.id):
            self.submit_order(self.order_factory.market(INSTRUMENT.id, OrderSide.SELL, ONE))

    def on_order_filled(self, event):
        self.fills += 1


def prepare():
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(VENUE, OmsType.NETTING, AccountType.CASH, [Money(1_000_000, USD)], base_currency=USD)
    engine.add_instrument(INSTRUMENT)
    engine.add_data(bars)
    strategy = Cross()
    engine.add_strategy(strategy)

    def run():
        engine.run()
        cash = engine.portfolio.account(VENUE).balance_total(USD).as_double()
        held = float(engine.portfolio.net_position(INSTRUMENT.id))
        result = {"value": cash + held * bars[-1].close.as_double(), "fills": strategy.fills}
        return result

    return run


answer({"cross": prepare}, {"nautilus_trader": nautilus_trader.__version__})
