"""IKL-AT: min_theta CE(f(x), y) + alpha/4 sum_jk w_j w_k (D_jk(x) - D_jk(x'))^2 - beta s(x) . log s(x').

s = softmax(f), D_jk = f_j - f_k; s(x) in the last term is not differentiated. x' as in TRADES. Cui et al., Decoupled
Kullback-Leibler Divergence Loss, NeurIPS 2024, https://arxiv.org/abs/2305.13948. The two switches between it and DKL, and
what is left out of the official recipe, are in src/core/methods/ikl/method.ts."""

from __future__ import annotations

from typing import Tuple

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor

from ..network import ResNet
from .base import TRAIN, EpochEnd, Loss, Method, add_buffer, one_term, two_terms
from .training_attack import divergence_attack


def weighted_squares(a: Tensor, b: Tensor, w: Tensor) -> Tensor:
    """1/4 sum_jk w_j w_k (D_jk - E_jk)^2 per example for logits a and b [n,K] and weights w [n,K] whose rows sum to 1:
    half the variance of a - b under w."""
    d = a - b
    centred = d - (w * d).sum(1, keepdim=True)
    return (w * centred.square()).sum(1) / 2


class Ikl(Method):
    start = "gaussian"

    def add_parts(self, network: ResNet, seed: int) -> None:
        # Mean prediction of each class in the last epoch, one row a class; and the sums of this epoch.
        k = network.classes
        add_buffer(network, "class_means", torch.full((k, k), 1 / k))
        add_buffer(network, "class_sums", torch.zeros(k, k))

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return divergence_attack(self, x, noise)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        s = self.switches
        adv = self.network(x_adv, TRAIN).logits
        clean = self.network(x, TRAIN).logits
        ce = F.cross_entropy(clean, y)
        if s.mse_weight == 0 and s.soft_weight == 0:
            return one_term(ce, {"ce": ce})

        fixed = clean.detach()
        if s.class_means:
            self._add_predictions((fixed / s.temperature).softmax(1), y)
        w = self.network.class_means[y] if s.class_means else fixed.softmax(1)
        wmse = weighted_squares(clean, adv if s.two_sided else adv.detach(), w).mean()
        soft_ce = -(fixed.softmax(1) * F.log_softmax(adv, dim=1)).sum(1).mean()
        divergence = s.mse_weight * wmse + s.soft_weight * soft_ce
        return two_terms(ce, divergence, 1, {"ce": ce, "wmse": wmse, "softCe": soft_ce})

    @torch.no_grad()
    def _add_predictions(self, s: Tensor, y: Tensor) -> None:
        """Adds the predictions of all processes, so that each has the same sums."""
        own = F.one_hot(y, self.network.classes).to(s.dtype)
        sums = own.T @ s
        if dist.is_available() and dist.is_initialized():
            dist.all_reduce(sums)
        self.network.class_sums += sums

    @torch.no_grad()
    def after_epoch(self, end: EpochEnd) -> None:
        """Means of this epoch's predictions by class; a class without images keeps its row."""
        means, sums = self.network.class_means, self.network.class_sums
        images = sums.sum(1, keepdim=True)
        means.copy_(torch.where(images > 0, sums / images.clamp(min=1e-12), means))
        sums.zero_()
