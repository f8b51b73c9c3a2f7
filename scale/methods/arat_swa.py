"""ARAT+SWA: ARAT, and the running average of its weights; used by Waseda et al. as AR-AT+SWA."""

from __future__ import annotations

from .arat import Arat
from .averaging import Averaging


class AratSwa(Averaging, Arat):
    def split_parts(self) -> str:
        # It has no such switch.
        return "both"
