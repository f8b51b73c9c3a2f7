"""ARAT: min_theta w_adv CE(f_adv(x'), y) + w_clean CE(f_clean(x), y) + (lambda / L) sum_l d(h_l(z'_l), sg(z_l)).

Waseda, Chang, Echizen, Rethinking Invariance Regularization in Adversarial Training to Improve Robustness-Accuracy
Trade-off, ICLR 2025, https://arxiv.org/abs/2402.14648. z: global average pool of the ReLU of a layer's BatchNorm
output. h: Linear(d, d/4, no bias), BatchNorm1d, ReLU, Linear(d/4, d), after SimSiam (Chen & He 2021)."""

from __future__ import annotations

import re
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..network import Pass, ResNet, linear
from ..normalisation import BatchNorm
from .base import Loss, Method, add_at, two_terms
from .training_attack import training_attack


def aligned_layers(network: ResNet, which: str) -> Tuple[str, ...]:
    """Names of the bn1 and bn2 layers of the chosen stages: 'last', 'lastTwo' or 'all'. In a wide network also 'pool'."""
    stages = len(network.settings.blocks)
    first = {"last": stages, "lastTwo": max(1, stages - 1), "all": 1}[which]
    in_stage = re.compile(r"^(?:layer|block)(\d+)\..*\.bn[12]$")
    layers = tuple(name for name in network.bn_layers for m in [in_stage.match(name)] if m and int(m.group(1)) >= first)
    return (*layers, "pool") if network.settings.family == "wide" else layers


def feature_width(network: ResNet, layer: str) -> int:
    """Numbers of an image's feature at an aligned layer."""
    return network.head.in_features if layer == "pool" else network.bn(layer, "adv").weight.numel()


def distance(metric: str, a: Tensor, b: Tensor) -> Tensor:
    """Mean over the batch of 1 - cos(a, b) or of the mean squared difference; a, b [n,d]."""
    return F.mse_loss(a, b) if metric == "mse" else (1 - F.cosine_similarity(a, b, dim=1, eps=1e-8)).mean()


class Predictor(nn.Sequential):
    """h, under the names 0, 1 and 3 as in the official code; trains with batch statistics always."""

    def __init__(self, d: int, seed: int, name: str) -> None:
        hidden = max(1, d // 4)
        super().__init__(
            linear(d, hidden, False, seed, f"{name}.0"),
            BatchNorm(hidden),
            nn.ReLU(),
            linear(hidden, d, True, seed, f"{name}.3"),
        )

    def forward(self, z: Tensor) -> Tensor:
        """z [n,d] -> [n,d]; moves the running statistics."""
        h, statistics = self[1].of_batch(self[0](z), True)
        self[1].move(statistics)
        return self[3](self[2](h))


class Arat(Method):
    reads_balance = True

    def split_bn(self) -> bool:
        return self.switches.split_bn

    def split_parts(self) -> str:
        return self.switches.split_parts

    def add_parts(self, network: ResNet, seed: int) -> None:
        self.aligned = aligned_layers(network, self.switches.aligned_layers)
        self.predictors = {}
        for layer in self.aligned if self.switches.predictor else ():
            h = Predictor(feature_width(network, layer), seed, f"predictor.{layer}")
            add_at(network, f"predictor.{layer}", h)
            self.predictors[layer] = h

    def every_parameter_gets_a_gradient(self) -> bool:
        return self.switches.invariance_weight > 0 or not self.predictors

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        return training_attack(self, x, y, noise, self.network)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        clean = self.network(x, Pass("clean", train=True, update_statistics=True, features=self.aligned))
        adv = self.network(x_adv, Pass("adv", train=True, update_statistics=True, features=self.aligned))

        fixed = self.switches.classification_weight
        w_adv, w_clean = (self.balance, 1 - self.balance) if self.switches.auto_balance else (fixed, fixed)
        ce_adv = F.cross_entropy(adv.logits, y)
        ce_clean = F.cross_entropy(clean.logits, y)
        classification = w_adv * ce_adv + w_clean * ce_clean

        d = []
        for layer in self.aligned:
            z_adv, z = adv.features[layer], clean.features[layer]
            h = self.predictors.get(layer)
            d.append(
                distance(
                    self.switches.metric, h(z_adv) if h else z_adv, z.detach() if self.switches.stop_gradient else z
                )
            )
        invariance = torch.stack(d).mean()
        terms = {"ceAdv": ce_adv, "ceClean": ce_clean, "invariance": invariance}
        return two_terms(classification, invariance, self.switches.invariance_weight, terms)
