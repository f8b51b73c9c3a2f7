"""SWA: beside a method's network the running average of its weights late in training, which is what is evaluated.

Its BatchNorm statistics are measured anew: of the `adv` set on adversarial images made against it, of the `clean` set,
where there is one, on clean images. Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization,
UAI 2018. What the code of AR-AT+SWA does and what is chosen here is in src/core/methods/averaging/averaging.ts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Dict, List

import torch
from torch import Tensor

from ..network import Pass, ResNet
from .base import EpochEnd, Method, StepPosition, add_number, copy_network, second_network
from .training_attack import training_attack

STATISTICS_IMAGES = 1000


def first_averaged(average_from: float, epochs: int) -> int:
    """The first epoch, counted from 1, whose weights are averaged."""
    return max(1, math.ceil(average_from * epochs))


def is_snapshot(step: int, per_epoch: int, first: int, every: int) -> bool:
    """Whether the weights after step `step`, from 0, are a snapshot when one is taken every `every` steps. The official
    code counts steps from an epoch earlier: its first epoch is number 1."""
    return step // per_epoch + 1 >= first and (step + per_epoch) % every == 0


class Averaging(Method):
    """Put it before the method whose weights are averaged: `class AtSwa(Averaging, At)`."""

    reads_attack_switches = True
    """Whether the method reads official_aliasing and attack_updates_statistics."""

    def add_parts(self, network: ResNet, seed: int) -> None:
        super().add_parts(network, seed)
        # The last epoch after which the average's statistics were to be measured, and how many snapshots it has.
        add_number(network, "averaged_until")
        add_number(network, "averaged_epochs")
        self.average = second_network(network, "average", seed, trained=False)

    @torch.no_grad()
    def _include(self) -> None:
        """theta_avg += (theta - theta_avg) / (n + 1)."""
        n = self.network.averaged_epochs.item()
        if n == 0:
            copy_network(self.network, self.average)
        else:
            now = dict(self.network.named_parameters())
            for name, p in self.average.named_parameters():
                p += (now[name] - p) / (n + 1)
        self.network.averaged_epochs.fill_(n + 1)

    def after_step(self, position: StepPosition) -> None:
        super().after_step(position)
        every = self.switches.average_every
        first = first_averaged(self.switches.average_from, position.epochs)
        if every > 0 and is_snapshot(position.step, position.steps_per_epoch, first, every):
            self._include()

    @torch.no_grad()
    def after_epoch(self, end: EpochEnd) -> None:
        super().after_epoch(end)
        network = self.network
        if end.epoch < first_averaged(self.switches.average_from, end.epochs):
            return
        if self.switches.average_every == 0 and network.averaged_until.item() < end.epoch:
            self._include()
        if network.averaged_epochs.item() == 0:
            return
        self._measure_statistics(end)
        network.averaged_until.fill_(end.epoch)

    def _measure_statistics(self, end: EpochEnd) -> None:
        """The average's running statistics become plain means over batches: of x' in the `adv` set, of x in the `clean`
        one. x': PGD on CE with batch statistics, whatever the method trains on."""
        sums: Dict[str, List[Tensor]] = {}
        batches = 0
        branches = ("clean", "adv") if self.average.split_bn else ("adv",)
        own = self.switches
        if not self.reads_attack_switches:
            self.switches = replace(own, official_aliasing=False, attack_updates_statistics=False)
        try:
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
        finally:
            self.switches = own
        for key, (mean, variance) in sums.items():
            branch, layer = key.split(" ")
            bn = self.average.bn(layer, branch)
            bn.running_mean.copy_(mean / batches)
            bn.running_var.copy_(variance / batches)

    @property
    def evaluated(self) -> ResNet:
        return self.average if self.network.averaged_until.item() > 0 else self.network
