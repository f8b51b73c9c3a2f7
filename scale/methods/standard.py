"""Standard training: min CE(f(x), y). No adversarial examples; the reference for clean accuracy."""

from __future__ import annotations

from typing import Tuple

import torch.nn.functional as F
from torch import Tensor

from .base import TRAIN, Loss, Method, one_term


class Standard(Method):
    start = "none"

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return x, x

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        ce = F.cross_entropy(self.network(x, TRAIN).logits, y)
        return one_term(ce, {"ce": ce})
