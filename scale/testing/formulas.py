"""Prints, as JSON, what this package makes of formulas: formulas.test.ts compares it with the TypeScript engine.

Input: {"formulas": [[role, text], ...]} -> {"verdicts": ["ok" or the refusal, ...]}
       {"pairs": [[custom switches, method, switches], ...], "switches": {...}} -> {"differences": [[loss, gradient], ...]}
"""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, List, Tuple

import torch

from ..config import Attack, NetworkSettings, Switches, _build
from ..conflict import gradients_of
from ..formula.check import formula_of
from ..formula.errors import FormulaError
from ..methods import METHODS

NETWORK = NetworkSettings(width=4, blocks=(1, 1, 1), stem_stride=2, input_scale=4.0, family="resnet")


def verdict(role: str, text: str) -> str:
    try:
        formula_of(text, role)
    except FormulaError as error:
        return str(error)
    return "ok"


def on_one_batch(name: str, switches: Dict[str, Any]) -> Tuple[List[float], Dict[str, torch.Tensor]]:
    """[loss, terms' sum] and the gradients and running statistics after one step on a batch of random images."""
    method = METHODS[name](_build(Switches, switches), Attack(8 / 255, 2 / 255, 3))
    network = method.build(NETWORK, 3, seed=5)
    method.balance = 0.7
    random = torch.Generator().manual_seed(1)
    x = torch.rand((12, 3, 32, 32), generator=random)
    noise = torch.rand((12, 3, 32, 32), generator=random) * 2 - 1
    y = torch.arange(12) % 3
    x, x_adv = method.attack(x, y, noise)
    loss, _, conflict = method.loss(x, x_adv, y)
    parts = [loss.item()] + ([t.item() for t in conflict] if conflict else [])
    moved = {k: v.clone() for k, v in network.state_dict().items() if "running" in k}
    return parts, {"x'": x_adv, **moved, **gradients_of(loss, network)}


def difference(custom: Dict[str, Any], name: str, built_in: Dict[str, Any]) -> List[float]:
    """Largest differences of loss and terms, and of x', statistics and gradients, relative to the largest value."""
    (ours, mine), (theirs, other) = on_one_batch("custom", custom), on_one_batch(name, built_in)
    assert mine.keys() == other.keys(), sorted(mine.keys() ^ other.keys())
    far = max(float((mine[k] - other[k]).abs().max() / (1e-6 + other[k].abs().max())) for k in mine)
    return [max(abs(a - b) for a, b in zip(ours, theirs)), far, len(ours) - len(theirs)]


if __name__ == "__main__":
    torch.set_default_dtype(torch.float32)
    request = json.load(sys.stdin)
    verdicts = [verdict(role, text) for role, text in request["formulas"]]
    differences = [difference(*pair) for pair in request["pairs"]]
    json.dump({"verdicts": verdicts, "differences": differences}, sys.stdout)
