"""Reads the bars that both sides are given: a CSV file of time, open, high, low, close, volume."""

import pandas as pd


def read_bars(path):
    bars = pd.read_csv(path)
    bars["time"] = pd.to_datetime(bars["time"], unit="us")
    return bars.set_index("time")
