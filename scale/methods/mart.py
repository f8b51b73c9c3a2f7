"""MART: min_theta BCE(f(x'), y) + beta mean[(1 - p_y(x)) KL(f(x) || f(x'))], BCE = CE - log(1 - max_{k != y} p_k).

x' = argmax CE found in eval mode. Wang et al., Improving Adversarial Robustness Requires Revisiting Misclassified
Examples, ICLR 2020; constants of the official mart.py."""

from __future__ import annotations

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor

from ..schedule import trades_rate
from .base import TRAIN, Loss, Method, OwnRecipe, two_terms
from .training_attack import gaussian_cross_entropy_attack

# Keep logarithms finite, as in the official code.
TINY = 1e-12
ABOVE_ONE = 1.0001
JUST_ABOVE_ONE = 1.0000001


class Mart(Method):
    start = "gaussian"
    official_rate = staticmethod(trades_rate)  # type: ignore[assignment]
    own_recipe = OwnRecipe(0.01, 3.5e-3, 0.031, 0.007)
    own_recipe_wide = OwnRecipe(0.1, 7e-4, 0.031, 0.007)

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return gaussian_cross_entropy_attack(self, x, y, noise)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        clean = self.network(x, TRAIN).logits
        adv = self.network(x_adv, TRAIN).logits
        own = F.one_hot(y, self.network.classes).to(adv.dtype)
        p, p_adv = clean.softmax(1), adv.softmax(1)
        # Probabilities are at most 1: with 2 taken off its own, the label is never its own rival.
        p_rival = (p_adv - 2 * own).amax(1)
        margin = -(ABOVE_ONE - p_rival + TINY).log().mean()
        bce = F.cross_entropy(adv, y) + margin

        kl = (p * (F.log_softmax(clean, dim=1) - (p_adv + TINY).log())).sum(1)
        unlearnt = JUST_ABOVE_ONE - (p * own).sum(1)
        tie = (kl * unlearnt).mean()
        return two_terms(bce, tie, self.switches.beta, {"bce": bce, "kl": tie})
