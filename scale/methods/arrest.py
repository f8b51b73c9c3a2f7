"""ARREST: adversarial finetuning of a standardly trained network, with representation-guided distillation and noisy
replay.

min_theta CE(f(x'), y) + lambda D(z(x'), z_0(x)), D the angle between representations over pi, z_0 of the frozen
standard network. Suzuki et al., Adversarial Finetuning with Latent Representation Constraint to Mitigate
Accuracy-Robustness Tradeoff, ICCV 2023, https://arxiv.org/abs/2308.16454. There is no official code; what is chosen
here is in src/core/methods/arrest/method.ts."""

from __future__ import annotations

import math
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ..network import Pass, ResNet
from .base import Loss, Method, add_number, copy_network, one_term, second_network, two_terms
from .training_attack import training_attack

STANDARD_SHARE = 1 / 3
"""Share of the epochs that train the standard network."""
REPLAY_DISTANCE = 0.25
"""An image whose D exceeds this is replaced by a noisy one."""
COSINE_LIMIT = 1 - 1e-6
"""Keeps arccos differentiable where two representations coincide."""


def standard_epochs(epochs: int) -> int:
    return max(1, math.floor(epochs * STANDARD_SHARE + 0.5))


def angular_distance(a: Tensor, b: Tensor) -> Tensor:
    """D(a, b) in [0,1] per example: arccos(cos(a, b)) / pi. a, b [n,d]."""
    norms = (a.square().sum(1) * b.square().sum(1) + 1e-12).sqrt()
    return ((a * b).sum(1) / norms).clamp(-COSINE_LIMIT, COSINE_LIMIT).acos() / math.pi


@torch.no_grad()
def representation(network: ResNet, x: Tensor) -> Tensor:
    """What the linear layer sees, eval mode, [n,d]; not differentiated."""
    return network(x, Pass("adv", train=False, features=("pool",))).features["pool"]


class Arrest(Method):
    finetuning = False

    def add_parts(self, network: ResNet, seed: int) -> None:
        add_number(network, "finetuning")
        self.standard = second_network(network, "standard", seed, trained=False)

    def before_epoch(self, epoch: int, epochs: int) -> None:
        self.finetuning = epoch >= standard_epochs(epochs)
        if self.finetuning and self.network.finetuning.item() == 0:
            copy_network(self.network, self.standard)
            self.network.finetuning.fill_(1)

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        if not self.finetuning:
            return x, x
        clean, x_adv = training_attack(self, x, y, noise, self.network)
        if not self.switches.noisy_replay:
            return clean, x_adv
        far = (
            angular_distance(representation(self.network, x_adv), representation(self.standard, clean))
            > REPLAY_DISTANCE
        )
        noisy = (x + self.attack_settings.eps * noise).clamp(0, 1)
        return clean, torch.where(far[:, None, None, None], noisy, x_adv)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        out = self.network(x_adv, Pass("adv", train=True, update_statistics=True, features=("pool",)))
        ce = F.cross_entropy(out.logits, y)
        if not self.finetuning:
            return one_term(ce, {"ce": ce})
        distillation = angular_distance(out.features["pool"], representation(self.standard, x)).mean()
        return two_terms(ce, distillation, self.switches.invariance_weight, {"ce": ce, "distillation": distillation})
