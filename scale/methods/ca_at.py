"""CA-AT: SGD follows g = g_a + lambda* g_c where cos(g_a, g_c) < gamma, and g_c elsewhere.

g_c = grad CE(f(x), y), g_a = grad CE(f(x'), y), phi = cos(g_a, g_c) over all parameters, lambda* = |g_a| (gamma
sqrt(1 - phi^2) - phi sqrt(1 - gamma^2)) / (|g_c| sqrt(1 - gamma^2)), for which cos(g, g_c) = gamma. Xue, Wang, Qin,
Pedarsani, Conflict-Aware Adversarial Training, 2024, https://arxiv.org/abs/2410.16579. What follows the official code and
what is left out of it is in src/core/methods/ca-at/method.ts."""

from __future__ import annotations

import math
from typing import Dict, Mapping, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ..attacks import pgd
from .base import TRAIN, Loss, Method, two_terms

TINY = 1e-30
"""Below any square of a norm that matters; keeps the quotients finite where a gradient is 0."""


def _dot(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> Tensor:
    return torch.stack([(g * b[name]).sum() for name, g in a.items() if name in b]).sum()


def weights_of(adversarial: Mapping[str, Tensor], clean: Mapping[str, Tensor], gamma: float) -> Tuple[Tensor, Tensor]:
    """w_a and w_c of g = w_a g_a + w_c g_c."""
    aa, cc = _dot(adversarial, adversarial).clamp(min=TINY), _dot(clean, clean).clamp(min=TINY)
    phi = _dot(adversarial, clean) / (aa.sqrt() * cc.sqrt())
    sin_gamma = math.sqrt(1 - gamma * gamma)
    sin_phi = (1 - phi.square()).clamp(min=0).sqrt()
    factor = aa.sqrt() / (cc.sqrt() * sin_gamma) * (gamma * sin_phi - phi * sin_gamma)
    conflict = phi < gamma
    return conflict.to(phi.dtype), torch.where(conflict, factor, torch.ones_like(factor))


class CaAt(Method):
    combines = True

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        a = self.attack_settings
        return x, pgd(self.network.logits, x, y, noise, a.eps, a.step_size, a.steps)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        """CE(f(x'), y) + CE(f(x), y): what the charts show; SGD follows `combine`."""
        ce_clean = F.cross_entropy(self.network(x, TRAIN).logits, y)
        ce_adv = F.cross_entropy(self.network(x_adv, TRAIN).logits, y)
        return two_terms(ce_adv, ce_clean, 1, {"ceAdv": ce_adv, "ceClean": ce_clean})

    def combine(self, first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> Dict[str, Tensor]:
        w_a, w_c = weights_of(first, second, self.switches.conflict_threshold)
        out = {name: w_a * g for name, g in first.items()}
        for name, g in second.items():
            out[name] = out[name] + w_c * g if name in out else w_c * g
        return out
