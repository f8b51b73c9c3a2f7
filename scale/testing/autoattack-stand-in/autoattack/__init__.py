"""Stands in for the official AutoAttack package in tests: the same class, arguments and attributes
(https://github.com/fra31/auto-attack, autoattack/autoattack.py), and one gradient step in place of each attack.

With the environment variable ARAT_TEST_EXCESS its images lie that far outside the ball."""

import os

import torch
import torch.nn.functional as F


class _Targeted:
    n_target_classes = 9


class AutoAttack:
    def __init__(self, model, norm="Linf", eps=0.3, seed=None, verbose=True, attacks_to_run=(), version="standard", device="cuda"):
        if (norm, version) != ("Linf", "standard"):
            raise ValueError("not what scale/ asks for")
        self.model, self.eps = model, eps
        self.apgd_targeted, self.fab = _Targeted(), _Targeted()
        self.attacks_to_run = ["apgd-ce", "apgd-t", "fab-t", "square"]

    def run_standard_evaluation(self, x_orig, y_orig, bs=250, return_labels=False):
        (attack,) = self.attacks_to_run
        if attack == "apgd-ce":
            x = x_orig.clone().requires_grad_(True)
            (direction,) = torch.autograd.grad(F.cross_entropy(self.model(x), y_orig, reduction="sum"), x)
        elif attack in ("apgd-t", "fab-t"):
            # Towards the likeliest wrong class.
            x = x_orig.clone().requires_grad_(True)
            logits = self.model(x)
            others = logits.clone()
            others[range(len(y_orig)), y_orig] = -float("inf")
            (direction,) = torch.autograd.grad((others.max(1).values - logits[range(len(y_orig)), y_orig]).sum(), x)
        else:
            direction = torch.ones_like(x_orig)
        step = self.eps + float(os.environ.get("ARAT_TEST_EXCESS", 0))
        return (x_orig + step * direction.sign()).clamp(0, 1).detach()
