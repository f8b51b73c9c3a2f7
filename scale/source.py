"""Where an experiment's images come from: made here, or read from CIFAR's archive."""

from __future__ import annotations

from typing import Optional

from .archives import read_cifar
from .config import Config, ConfigError
from .dataset import LoadedSource, Source
from .synthetic import SyntheticSource


def source_of(config: Config, data: Optional[str]) -> Source:
    if config.dataset.source == "synthetic":
        return SyntheticSource()
    if config.dataset.source == "embedded":
        raise ConfigError(
            "These images come with the page and lie in its folder data/embedded, which scale/ does not read: choose "
            "CIFAR-10 as the dataset, with the classes 0,1,6,7 in place of 0,1,2,3."
        )
    if data is None:
        raise ConfigError("This experiment trains on CIFAR images: give their archive with --data.")
    return LoadedSource(read_cifar(data))
