"""Adversarial training: min_theta CE(f(x'), y), x' = PGD on CE in train mode.

Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018.
"""

from __future__ import annotations

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor

from .base import TRAIN, Loss, Method, one_term
from .training_attack import training_attack


class At(Method):
    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return training_attack(self, x, y, noise, self.network)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        ce_adv = F.cross_entropy(self.network(x_adv, TRAIN).logits, y)
        return one_term(ce_adv, {"ceAdv": ce_adv})
