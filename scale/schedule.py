"""Learning rate as a pure function of progress: src/core/training/schedule.ts."""

from __future__ import annotations

import math

from .config import Optimiser

ONE_CYCLE_RISE = 0.2
"""Share of the run over which `one-cycle` rises from 0 to its peak; it then falls linearly to 0."""
STEP_FACTOR = 0.1


def learning_rate_at(optimiser: Optimiser, step: int, total: int) -> float:
    """Rate of step `step` (0-based) of `total`. `step` schedules drop by 0.1 at each milestone (fractions of the
    run)."""
    rate = optimiser.learning_rate
    if optimiser.schedule == "constant":
        return rate
    if optimiser.schedule == "step":
        return rate * STEP_FACTOR ** sum(1 for m in optimiser.milestones if step >= m * total)
    if optimiser.schedule == "cosine":
        return rate / 2 * (1 + math.cos(math.pi * step / total))
    if optimiser.schedule == "one-cycle":
        # step + 1, so that the first step already learns and the last is not exactly 0 before the run ends.
        t = (step + 1) / (total + 1)
        return rate * min(t / ONE_CYCLE_RISE, (1 - t) / (1 - ONE_CYCLE_RISE))
    raise ValueError(f"Unknown schedule '{optimiser.schedule}'.")
