"""Monthly momentum in bt: at each month's first close, the 50 symbols that rose most over a year, in equal parts."""

import sys
import warnings

import bt
import numpy as np
import pandas as pd

from answering import answer

warnings.filterwarnings("ignore")


def load(path, symbols):
    values = np.fromfile(path)
    times, closes = values[: len(values) // (symbols + 1)], values[len(values) // (symbols + 1) :]
    index = pd.to_datetime(times.astype("int64"), unit="us").normalize()
    names = [f"S{i}" for i in range(symbols)]
    return pd.DataFrame(closes.reshape(symbols, len(times)).T, index=index, columns=names)


prices = load(sys.argv[1], int(sys.argv[2]))
start = prices.index[0] + pd.DateOffset(days=400)


def prepare():
    algos = [
        bt.algos.RunMonthly(run_on_first_date=False),
        bt.algos.RunAfterDate(start),
        bt.algos.SelectAll(),
        bt.algos.SelectMomentum(50, lookback=pd.DateOffset(days=365)),
        bt.algos.WeighEqually(),
        bt.algos.Rebalance(),
    ]
    test = bt.Backtest(bt.Strategy("momentum", algos), prices, initial_capital=10_000_000.0, integer_positions=False)

    def run():
        test.run()
        return {"value": float(test.strategy.value), "fills": int((test.positions.diff().abs() > 1e-9).sum().sum())}

    return run


answer({"rotation": prepare}, {"bt": bt.__version__})
