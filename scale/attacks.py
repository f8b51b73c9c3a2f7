"""Projected gradient ascent, L-inf (Madry et al. 2018, https://arxiv.org/abs/1706.06083)."""

from __future__ import annotations

from typing import Callable

import torch
from torch import Tensor

from .losses import cross_entropy_each

Logits = Callable[[Tensor], Tensor]


def ascend(
    objective: Callable[[Tensor], Tensor], start: Tensor, centre: Tensor, eps: float, step_size: float, steps: int
) -> Tensor:
    """`steps` signed ascent steps on the sum of `objective` ([n,3,32,32] -> [n]), projected on the eps-ball around
    `centre` and [0,1].

    Differentiates with respect to the image only.
    """
    x = start.detach()
    centre = centre.detach()
    for _ in range(steps):
        with torch.enable_grad():
            x.requires_grad_()
            (gradient,) = torch.autograd.grad(objective(x).sum(), x)
        with torch.no_grad():
            moved = x + step_size * gradient.sign()
            x = torch.clamp(centre + torch.clamp(moved - centre, -eps, eps), 0, 1)
    return x.detach()


def pgd(logits: Logits, x: Tensor, y: Tensor, noise: Tensor, eps: float, step_size: float, steps: int) -> Tensor:
    """The evaluation's attack: PGD on CE from one uniform start, projected before the first step. noise in [-1,1)."""
    start = torch.clamp(x + torch.clamp(noise * eps, -eps, eps), 0, 1)
    return ascend(lambda z: cross_entropy_each(logits(z), y), start, x, eps, step_size, steps)
