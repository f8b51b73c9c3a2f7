"""Gradient conflict between a method's two terms: cosine similarity, and share of weights whose gradients have opposite
sign."""

from __future__ import annotations

import math
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

Gradients = Dict[str, Tensor]


def gradients_of(loss: Tensor, module: nn.Module, retain_graph: bool = False) -> Gradients:
    """By parameter name; a parameter that the loss does not reach is absent."""
    named = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
    found = torch.autograd.grad(loss, [p for _, p in named], retain_graph=retain_graph, allow_unused=True)
    return {name: g for (name, _), g in zip(named, found) if g is not None}


def added(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> Gradients:
    """The gradient of the sum of two terms."""
    out = dict(first)
    for name, g in second.items():
        out[name] = out[name] + g if name in out else g
    return out


def _row(a: Optional[Tensor], b: Optional[Tensor]) -> List[float]:
    """[a.b, a.a, b.b, opposite signs, elements, elements where neither is 0]. A term that does not reach a weight has zero gradient there: never
    opposite."""
    square = lambda g: 0.0 if g is None else float(g.double().square().sum())  # noqa: E731
    size = float((a if a is not None else b).numel()) if a is not None or b is not None else 0.0
    if a is None or b is None:
        return [0.0, square(a), square(b), 0.0, size, 0.0]
    signs = a.sign() * b.sign()
    opposite, both = float((signs < 0).sum()), float((signs != 0).sum())
    return [float((a.double() * b.double()).sum()), square(a), square(b), opposite, size, both]


def _cosine(ab: float, aa: float, bb: float) -> float:
    return ab / math.sqrt(aa * bb) if aa > 0 and bb > 0 else 0.0


def conflict_of(
    first: Mapping[str, Tensor], second: Mapping[str, Tensor], weights: Sequence[str]
) -> Tuple[float, float, float, Dict[str, float]]:
    """Cosine in [-1,1], ratio in [0,1] and the ratio of chance in [0,0.5] over `weights`, and the cosine by weight where
    both terms reach it."""
    rows = [_row(first.get(name), second.get(name)) for name in weights]
    total = [sum(column) for column in zip(*rows)]
    per_layer = {name: _cosine(*row[:3]) for name, row in zip(weights, rows) if row[1] > 0 and row[2] > 0}
    size = max(total[4], 1.0)
    return _cosine(*total[:3]), total[3] / size, total[5] / 2 / size, per_layer
