"""TA-Lib's C library through its Python package, over columns of floats."""

import sys

import numpy as np
import talib

from answering import answer

values = np.fromfile(sys.argv[1])
open_, h, l, c, v = (np.ascontiguousarray(column) for column in values.reshape(5, -1))

CALLS = {
    "sma": lambda: talib.SMA(c, 20),
    "ema": lambda: talib.EMA(c, 20),
    "wma": lambda: talib.WMA(c, 20),
    "dema": lambda: talib.DEMA(c, 20),
    "tema": lambda: talib.TEMA(c, 20),
    "kama": lambda: talib.KAMA(c, 10),
    "macd": lambda: talib.MACD(c, 12, 26, 9),
    "rsi": lambda: talib.RSI(c, 14),
    "bollinger": lambda: talib.BBANDS(c, 20, 2, 2),
    "deviation": lambda: talib.STDDEV(c, 20),
    "atr": lambda: talib.ATR(h, l, c, 14),
    "stoch": lambda: talib.STOCH(h, l, c, 14, 3, 0, 3, 0),
    "cci": lambda: talib.CCI(h, l, c, 20),
    "willr": lambda: talib.WILLR(h, l, c, 14),
    "mfi": lambda: talib.MFI(h, l, c, v, 14),
    "obv": lambda: talib.OBV(c, v),
    "adx": lambda: talib.ADX(h, l, c, 14),
    "aroon": lambda: talib.AROON(h, l, 14),
    "sar": lambda: talib.SAR(h, l, 0.02, 0.2),
    "roc": lambda: talib.ROC(c, 10),
}
SECOND_FIRST = {"aroon"}


def prepare(name):
    def run():
        out = CALLS[name]()
        if isinstance(out, tuple):
            out = out[1] if name in SECOND_FIRST else out[0]
        return {"last": float(out[-1]), "middle": float(out[len(out) // 2])}

    return lambda: run


answer({name: prepare(name) for name in CALLS}, {"TA-Lib": talib.__version__})
