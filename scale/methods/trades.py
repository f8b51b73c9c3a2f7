"""TRADES: min_theta CE(f(x), y) + beta KL(f(x) || f(x')), x' = argmax KL(f(x) || f(x')) found in eval mode.

Zhang et al., Theoretically Principled Trade-off between Robustness and Accuracy, ICML 2019; official trades.py.
"""

from __future__ import annotations

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor

from ..losses import kl_each
from ..schedule import trades_rate
from .base import TRAIN, Loss, Method, OwnRecipe, two_terms
from .training_attack import divergence_attack


class Trades(Method):
    start = "gaussian"
    official_rate = staticmethod(trades_rate)  # type: ignore[assignment]
    own_recipe = OwnRecipe(0.1, 2e-4, 0.031, 0.007)

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return divergence_attack(self, x, noise)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        clean = self.network(x, TRAIN)
        adv = self.network(x_adv, TRAIN)
        # The official code runs x through the network again for the KL term: same logits, statistics moved a second
        # time.
        clean.commit_statistics()
        ce = F.cross_entropy(clean.logits, y)
        kl = kl_each(clean.logits, adv.logits).mean()
        return two_terms(ce, kl, self.switches.beta, {"ce": ce, "kl": kl})
