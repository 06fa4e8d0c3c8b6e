"""SMA cross in backtesting.py: one share while the mean of 10 closes is above that of 50, at next opens."""

import sys
import warnings

import backtesting
import pandas as pd

from answering import answer, say
from bars import read_bars

warnings.filterwarnings("ignore")
backtesting.backtesting._tqdm = lambda rows, **_: rows

bars = read_bars(sys.argv[1])
bars.columns = [name.capitalize() for name in bars.columns]


def mean(values, rows):
    return pd.Series(values).rolling(rows).mean()


class Cross(backtesting.Strategy):
    def init(self):
        self.fast = self.I(mean, self.data.Close, 10)
        self.slow = self.I(mean, self.data.Close, 50)

    def next(self):
        distance = self.fast[-1] - self.slow[-1]
        if distance > 1e-9 and not self.position:
            self.buy(size=1)
        elif distance < -1e-9 and self.position:
            self.position.close()


def prepare():
    test = backtesting.Backtest(bars, Cross, cash=1_000_000, finalize_trades=False)

    def run():
        stats = test.run()
        open_trades = stats["_strategy"]._broker.trades
        return {"value": stats["Equity Final [$]"], "fills": 2 * len(stats["_trades"]) + len(open_trades)}

    return run


if len(sys.argv) > 2:
    say(prepare()())
else:
    answer({"cross": prepare}, {"backtesting": backtesting.__version__})
