"""SMA cross in backtrader: one share while the mean of 10 closes is above that of 50, bought and sold at next opens."""

import sys

import backtrader

from answering import answer
from bars import read_bars

bars = read_bars(sys.argv[1])


class Cross(backtrader.Strategy):
    def __init__(self):
        self.fast = backtrader.ind.SMA(self.data.close, period=10)
        self.slow = backtrader.ind.SMA(self.data.close, period=50)
        self.fills = 0

    def notify_order(self, order):
        if order.status == order.Completed:
            self.fills += 1

    def next(self):
        distance = self.fast[0] - self.slow[0]
        if distance > 1e-9 and not self.position:
            self.buy(size=1)
        elif distance < -1e-9 and self.position:
            self.close()


def prepare():
    cerebro = backtrader.Cerebro()
    cerebro.adddata(backtrader.feeds.PandasData(dataname=bars))
    cerebro.addstrategy(Cross)
    cerebro.broker.set_cash(1_000_000)

    def run():
        [strategy] = cerebro.run()
        return {"value": cerebro.broker.get_value(), "fills": strategy.fills}

    return run


answer({"cross": prepare}, {"backtrader": backtrader.__version__})
