"""AT+SWA: AT, and the running average of its weights, as ARAT+SWA averages them."""

from __future__ import annotations

from .at import At
from .averaging import Averaging


class AtSwa(Averaging, At):
    pass
