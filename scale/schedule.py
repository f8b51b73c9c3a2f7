"""Learning rate as a pure function of progress: src/core/training/schedule.ts."""

from __future__ import annotations

import math
from typing import Callable, Sequence

from .config import Optimiser

ONE_CYCLE_RISE = 0.2
"""Share of the run over which `one-cycle` rises from 0 to its peak; it then falls linearly to 0."""
STEP_FACTOR = 0.1


EpochRate = Callable[[int, float], float]
"""The learning rate in an epoch, from 1, of an official code whose largest rate is the second argument."""


def _dropping(epoch: int, rate: float, first: Sequence[int]) -> float:
    return rate * 0.1 ** sum(1 for f in first if epoch >= f)


def arat_rate(epoch: int, rate: float) -> float:
    """train_ARAT.py: see src/core/methods/method-info.ts."""
    return 0.02 if epoch == 1 else _dropping(epoch, rate, (77, 92, 102, 112))


def trades_rate(epoch: int, rate: float) -> float:
    """train_trades_cifar10.py, and MART's train_resnet.py."""
    return _dropping(epoch, rate, (75, 90, 100))


def lbgat_rate(epoch: int, rate: float) -> float:
    """train_lbgat_cifar100.py."""
    return 0.02 if epoch == 1 else _dropping(epoch, rate, (76, 91, 101))


def learning_rate_at(optimiser: Optimiser, step: int, total: int, official_rate: EpochRate) -> float:
    """Rate of step `step` (0-based) of `total`. `step` schedules drop by 0.1 at each milestone (fractions of the run);
    `official` gives each epoch the rate of the method's official code."""
    rate = optimiser.learning_rate
    if optimiser.schedule == "constant":
        return rate
    if optimiser.schedule == "step":
        return rate * STEP_FACTOR ** sum(1 for m in optimiser.milestones if step >= m * total)
    if optimiser.schedule == "official":
        return official_rate(step * optimiser.epochs // total + 1, rate)
    if optimiser.schedule == "cosine":
        return rate / 2 * (1 + math.cos(math.pi * step / total))
    if optimiser.schedule == "one-cycle":
        # step + 1, so that the first step already learns and the last is not exactly 0 before the run ends.
        t = (step + 1) / (total + 1)
        return rate * min(t / ONE_CYCLE_RISE, (1 - t) / (1 - ONE_CYCLE_RISE))
    raise ValueError(f"Unknown schedule '{optimiser.schedule}'.")
