"""A sweep of two averages in vectorbt: all pairs of windows from 2 to 100, all in or all out at the same close."""

import resource
import sys
import warnings

import numpy as np
import vectorbt as vbt

from answering import answer
from bars import read_bars

warnings.filterwarnings("ignore")
close = read_bars(sys.argv[1])["close"]


def prepare(engine):
    def prepared():
        vbt.settings["engine"] = engine

        def run():
            fast, slow = vbt.MA.run_combs(close, np.arange(2, 101), r=2, short_names=["fast", "slow"])
            entries, exits = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
            portfolio = vbt.Portfolio.from_signals(close, entries, exits, fees=0.001, init_cash=100)
            total = portfolio.total_return()
            best = total.idxmax()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            return {"best": float(total.max()), "at": [int(best[0]), int(best[1])], "sum": float(total.sum()), "mb": peak}

        return run

    return prepared


answer({"numba": prepare("numba"), "rust": prepare("rust")}, {"vectorbt": vbt.__version__})
