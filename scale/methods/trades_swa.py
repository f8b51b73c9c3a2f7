"""TRADES+SWA: TRADES, and the running average of its weights, as ARAT+SWA averages them.

The average's statistics are measured on the images of PGD on CE, as ARAT+SWA's are: see
src/core/methods/trades-swa/method.ts."""

from __future__ import annotations

from .averaging import Averaging
from .trades import Trades


class TradesSwa(Averaging, Trades):
    reads_attack_switches = False
