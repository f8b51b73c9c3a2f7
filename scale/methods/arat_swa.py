"""ARAT+SWA: ARAT, and beside it the running average of its weights at the end of each epoch from `average_from` of the
epochs on.

The average is what is evaluated, its BatchNorm statistics measured anew: of the `adv` set on adversarial images made
against it, of the `clean` set, where there is one, on clean images. Izmailov et al., Averaging Weights Leads to Wider
Optima and Better Generalization, UAI 2018; used by Waseda et al. as AR-AT+SWA. What is chosen here for short runs is in
src/core/methods/arat-swa/method.ts."""

from __future__ import annotations

import math
from typing import Dict, List

import torch
from torch import Tensor

from ..network import Pass, ResNet
from .arat import Arat
from .base import EpochEnd, add_number, copy_network, second_network
from .training_attack import training_attack

STATISTICS_IMAGES = 1000


class AratSwa(Arat):
    def add_parts(self, network: ResNet, seed: int) -> None:
        super().add_parts(network, seed)
        # The last epoch that is in the average, and how many epochs are.
        add_number(network, "averaged_until")
        add_number(network, "averaged_epochs")
        self.average = second_network(network, "average", seed, trained=False)

    @torch.no_grad()
    def after_epoch(self, end: EpochEnd) -> None:
        network, average = self.network, self.average
        if end.epoch < max(1, math.ceil(self.switches.average_from * end.epochs)):
            return
        if network.averaged_until.item() < end.epoch:
            n = network.averaged_epochs.item()
            if n == 0:
                copy_network(network, average)
            else:
                now = dict(network.named_parameters())
                for name, p in average.named_parameters():
                    p += (now[name] - p) / (n + 1)
            network.averaged_until.fill_(end.epoch)
            network.averaged_epochs.fill_(n + 1)
        self._measure_statistics(end)

    def _measure_statistics(self, end: EpochEnd) -> None:
        """The average's running statistics become plain means over batches: of x' in the `adv` set, of x in the `clean`
        one."""
        sums: Dict[str, List[Tensor]] = {}
        batches = 0
        branches = ("clean", "adv") if self.average.split_bn else ("adv",)
        for x, y, noise in end.training_batches(STATISTICS_IMAGES):
            batches += 1
            clean, x_adv = training_attack(self, x, y, noise, self.average)
            for branch in branches:
                images = x_adv if branch == "adv" else clean
                found = self.average(images, Pass(branch, train=True, statistics=True)).statistics
                for layer, s in found.items():
                    known = sums.setdefault(
                        f"{branch} {layer}", [torch.zeros_like(s.mean), torch.zeros_like(s.variance)]
                    )
                    known[0] += s.mean
                    known[1] += s.variance
        for key, (mean, variance) in sums.items():
            branch, layer = key.split(" ")
            bn = self.average.bn(layer, branch)
            bn.running_mean.copy_(mean / batches)
            bn.running_var.copy_(variance / batches)

    @property
    def evaluated(self) -> ResNet:
        return self.average if self.network.averaged_until.item() > 0 else self.network
