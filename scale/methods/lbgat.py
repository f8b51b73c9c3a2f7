"""LBGAT: min_{theta, phi} MSE(f(x'), g(x)) + CE(g(x), y) + beta KL(f(x) || f(x')), g a natural model of the same shape
that trains along.

x' as in TRADES. Cui et al., Learnable Boundary Guided Adversarial Training, ICCV 2021; official lbgat.py, whose MSE is
the mean over batch and classes and moves both networks."""

from __future__ import annotations

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor

from ..losses import kl_each
from ..network import ResNet
from ..schedule import lbgat_rate
from .base import TRAIN, Loss, Method, OwnRecipe, one_term, second_network, two_terms
from .training_attack import divergence_attack

NATURAL_SEED_OFFSET = 1
"""The natural model has an initialisation of its own: with equal weights there would be nothing to learn from each
other."""


class Lbgat(Method):
    start = "gaussian"
    official_rate = staticmethod(lbgat_rate)  # type: ignore[assignment]
    own_recipe = OwnRecipe(0.1, 2e-4, 0.031, 0.007)

    def add_parts(self, network: ResNet, seed: int) -> None:
        self.natural = second_network(network, "natural", seed + NATURAL_SEED_OFFSET, trained=True)

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return divergence_attack(self, x, noise)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        adv = self.network(x_adv, TRAIN).logits
        clean = self.network(x, TRAIN).logits
        natural = self.natural(x, TRAIN).logits
        mse = F.mse_loss(adv, natural)
        ce = F.cross_entropy(natural, y)
        if self.switches.beta == 0:
            return one_term(mse + ce, {"mse": mse, "ce": ce})
        kl = kl_each(clean, adv).mean()
        return two_terms(mse + ce, kl, self.switches.beta, {"mse": mse, "ce": ce, "kl": kl})
