"""How many network passes training makes, and how long each contestant trains: src/core/experiments/passes.ts and
epochs.ts."""

from __future__ import annotations

import math
from dataclasses import replace

from .config import Config, Contestant

BALANCE_IMAGES = 1000
"""At most so many of the first training images measure the balance; or at least so many, in whole batches."""


def images_per_balance(everything: int, config: Config) -> int:
    """How many of `everything` training images measure the balance once."""
    if config.balance_images == "first":
        return min(BALANCE_IMAGES, everything)
    batch = config.optimiser.batch_size
    return min(-(-BALANCE_IMAGES // batch) * batch, everything)


def training_passes(config: Config, passes_of_loss: int, measures_balance: bool, epochs: int) -> int:
    """Two passes for each step of the attack and `passes_of_loss` for each image and step, and one for each image on
    which the balance is measured."""
    everything = max(0, config.dataset.train_size - config.evaluation.held_out)
    batch = config.optimiser.batch_size
    images = everything if config.optimiser.keep_last_batch else everything // batch * batch
    # Before the first epoch only where no first balance is given.
    balances = epochs - (config.balance_images == "first") if measures_balance else 0
    of_steps = images * epochs * (2 * config.attack.steps + passes_of_loss)
    return of_steps + balances * images_per_balance(everything, config)


def own_epochs(config: Config, contestant: Contestant) -> Config:
    """The config with this contestant's number of epochs."""
    switches = contestant.switches
    if contestant.method not in ("at", "at-swa") or not switches.match_arat:
        return config
    of_arat = training_passes(config, 6, switches.auto_balance, config.optimiser.epochs)
    of_at = training_passes(config, 3, False, 1)
    epochs = max(1, math.floor(of_arat / max(1, of_at) + 0.5))
    return replace(config, optimiser=replace(config.optimiser, epochs=epochs))
