"""The attacks of the training step. x, x' [n,3,32,32] in [0,1], y [n]."""

from __future__ import annotations

from typing import Callable, Tuple

import torch
from torch import Tensor

from ..attacks import Logits, ascend
from ..losses import cross_entropy_each, kl_each
from ..network import Pass, ResNet
from .base import Method

GAUSSIAN_SCALE = 0.001
"""Scale of the Gaussian start in the official code of TRADES, MART and LBGAT."""


def training_attack(method: Method, x: Tensor, y: Tensor, noise: Tensor, network: ResNet) -> Tuple[Tensor, Tensor]:
    """PGD on CE with batch statistics through the `adv` set, from x + eps * noise, noise uniform in [-1,1).

    With official_aliasing the start is added to the clean batch in place, as the official code does: the returned x is
    x + eps * noise, and the ball is around it. The start is not clipped to [0,1]: the official attack does not clip it
    either."""
    a = method.attack_settings
    shifted = x + a.eps * noise
    centre = shifted if method.switches.official_aliasing else x
    how = Pass("adv", train=True, update_statistics=method.switches.attack_updates_statistics)
    x_adv = ascend(
        lambda z: cross_entropy_each(network(z, how).logits, y), shifted, centre, a.eps, a.step_size, a.steps
    )
    return centre, x_adv


def _gaussian_start(
    method: Method, x: Tensor, noise: Tensor, objective: Callable[[Logits], Callable[[Tensor], Tensor]]
) -> Tuple[Tensor, Tensor]:
    """Eval mode, from x + 0.001 N(0,1). `objective` gets the network f once; what it returns, of the logits f(z), is
    ascended."""
    a, f = method.attack_settings, method.network.logits
    ascended = objective(f)
    x_adv = ascend(lambda z: ascended(f(z)), x + GAUSSIAN_SCALE * noise, x, a.eps, a.step_size, a.steps)
    return x, x_adv


def divergence_attack(method: Method, x: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
    """x' = argmax KL(f(x) || f(x')), the attack of TRADES and LBGAT."""

    def objective(f: Logits) -> Callable[[Tensor], Tensor]:
        with torch.no_grad():
            clean = f(x)
        return lambda logits: kl_each(clean, logits)

    return _gaussian_start(method, x, noise, objective)


def gaussian_cross_entropy_attack(method: Method, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
    """x' = argmax CE(f(x'), y), the attack of MART."""
    return _gaussian_start(method, x, noise, lambda _f: lambda logits: cross_entropy_each(logits, y))
