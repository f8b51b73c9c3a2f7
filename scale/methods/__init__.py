"""Every method by its id in the page's registry (src/core/methods/catalogue.ts)."""

from __future__ import annotations

from typing import Dict, Type

from ..config import Attack, ConfigError, Contestant
from .arat import Arat
from .arat_swa import AratSwa
from .arrest import Arrest
from .at import At
from .at_swa import AtSwa
from .base import Method
from .ca_at import CaAt
from .ikl import Ikl
from .custom import Custom
from .lbgat import Lbgat
from .mart import Mart
from .standard import Standard
from .trades import Trades
from .trades_swa import TradesSwa

METHODS: Dict[str, Type[Method]] = {
    "standard": Standard,
    "at": At,
    "trades": Trades,
    "mart": Mart,
    "lbgat": Lbgat,
    "arrest": Arrest,
    "arat": Arat,
    "arat-swa": AratSwa,
    "at-swa": AtSwa,
    "trades-swa": TradesSwa,
    "ca-at": CaAt,
    "ikl": Ikl,
    "custom": Custom,
}


def method_of(contestant: Contestant, attack: Attack) -> Method:
    """The contestant's method. Raises ConfigError for a method that this package does not have."""
    if contestant.method not in METHODS:
        raise ConfigError(
            f"{contestant.label}: there is no method '{contestant.method}' in scale/; it has {', '.join(METHODS)}."
        )
    return METHODS[contestant.method](contestant.switches, attack)
