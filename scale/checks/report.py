"""Worst error per quantity, beside its tolerance; quantities and tolerances are those of `npm run parity`
(src/parity/)."""

from __future__ import annotations

import math
from typing import Dict, List, Mapping, NamedTuple

import torch
from torch import Tensor

TOLERANCE = {
    "loss": 1e-4,
    "logits": 1e-4,
    "gradient": 1e-3,
    "statistics": 1e-4,
    "after1": 2e-5,
    "after3": 5e-3,
    "conflict": 2e-3,
    "attack pixels": 0.02,
    "attack loss": 1e-2,
}
"""For float32. 'attack pixels': share of pixels that may differ by more than ATTACK_PIXEL."""
ATTACK_PIXEL = 1 / 2550


class Row(NamedTuple):
    quantity: str
    worst: float
    tolerance: float
    where: str


class Report:
    def __init__(self) -> None:
        self._worst: Dict[str, Row] = {}

    def add(self, quantity: str, error: float, tolerance: float, where: str = "") -> None:
        """Records an error (not finite counts as infinite); the worst per quantity stays."""
        value = error if math.isfinite(error) else math.inf
        known = self._worst.get(quantity)
        if known is None or value > known.worst:
            self._worst[quantity] = Row(quantity, value, tolerance, where)

    @property
    def rows(self) -> List[Row]:
        return list(self._worst.values())

    @property
    def ok(self) -> bool:
        return bool(self.rows) and all(row.worst <= row.tolerance for row in self.rows)

    def text(self) -> str:
        width = max((len(row.quantity) for row in self.rows), default=0)
        return "\n".join(
            f"{'ok  ' if r.worst <= r.tolerance else 'FAIL'} {r.quantity:<{width}}"
            f"  worst {r.worst:.2e}  tolerance {r.tolerance:.0e}" + (f"  ({r.where})" if r.where else "")
            for r in self.rows
        )

    def add_gradients(
        self, quantity: str, gradients: Mapping[str, Tensor], tensors: Mapping[str, Tensor], prefix: str
    ) -> None:
        """Relative norm error of every gradient of the reference; one that is missing here, or a reference without any,
        is infinite."""
        wanted = under(tensors, prefix)
        if not wanted:
            self.add(quantity, math.inf, TOLERANCE["gradient"], f"no {prefix}* in the reference")
        for name, expected in wanted.items():
            error = relative_norm(gradients[name], expected) if name in gradients else math.inf
            self.add(quantity, error, TOLERANCE["gradient"], prefix + name)

    def add_state(
        self, quantity: str, state: Mapping[str, Tensor], tensors: Mapping[str, Tensor], prefix: str, tolerance: float
    ) -> None:
        for name, expected in under(tensors, prefix).items():
            error = relative_norm(state[name], expected) if name in state else math.inf
            self.add(quantity, error, tolerance, prefix + name)


def under(tensors: Mapping[str, Tensor], prefix: str) -> Dict[str, Tensor]:
    return {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}


def relative(a: float, b: float) -> float:
    return abs(a - b) / max(abs(b), 1e-30)


def relative_norm(a: Tensor, b: Tensor) -> float:
    """||a - b|| / ||b||."""
    if a.shape != b.shape:
        return math.inf
    a, b = a.detach().double().cpu(), b.double().cpu()
    return float((a - b).norm() / max(float(b.norm()), 1e-15))


def worst_difference(a: Tensor, b: Tensor) -> float:
    return float((a.detach().double().cpu() - b.double().cpu()).abs().max()) if a.shape == b.shape else math.inf


def share_beyond(a: Tensor, b: Tensor, limit: float) -> float:
    """Share of entries further apart than `limit`, or not comparable."""
    return 1 - float(((a.cpu() - b.cpu()).abs() <= limit).double().mean()) if a.shape == b.shape else 1.0


def load_state(module: torch.nn.Module, tensors: Mapping[str, Tensor], prefix: str) -> None:
    """Assigns every parameter and statistic that the module has from `<prefix><name>`. Raises KeyError where the
    reference lacks one."""
    with torch.no_grad():
        for name, t in module.state_dict().items():
            t.copy_(tensors[prefix + name])
