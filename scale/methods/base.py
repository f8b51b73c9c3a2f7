"""What a training method is: one attack, one loss, and what it keeps beside the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, Iterator, Mapping, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn

from ..config import Attack, NetworkSettings, Switches
from ..network import Pass, ResNet
from ..schedule import EpochRate, arat_rate

TRAIN = Pass("adv", train=True, update_statistics=True)
"""The usual training forward of a network with one BatchNorm set."""


class Loss(NamedTuple):
    """loss: what SGD minimises. terms: unweighted, for the charts. conflict: the two weighted terms whose gradients may
    conflict, or None."""

    loss: Tensor
    terms: Dict[str, Tensor]
    conflict: Optional[Tuple[Tensor, Tensor]]


def one_term(loss: Tensor, terms: Dict[str, Tensor]) -> Loss:
    return Loss(loss, terms, None)


def two_terms(first: Tensor, second: Tensor, weight: float, terms: Dict[str, Tensor]) -> Loss:
    """first + weight * second. With weight 0 the loss is `first` alone, and there is no conflict to measure."""
    if weight == 0:
        return one_term(first, terms)
    weighted = weight * second
    return Loss(first + weighted, terms, (first, weighted))


class StatisticsBatch(NamedTuple):
    """x [n,3,32,32] in [0,1] without augmentation, y [n], noise uniform in [-1,1): this process's part of a batch."""

    x: Tensor
    y: Tensor
    noise: Tensor


@dataclass(frozen=True)
class EpochEnd:
    """`epoch` finished epochs of `epochs`; `training_batches(count)`: up to `count` training images, batch by batch."""

    epoch: int
    epochs: int
    training_batches: Callable[[int], Iterator[StatisticsBatch]]


class StepPosition(NamedTuple):
    """The step that was just done, from 0, in an experiment of `epochs` epochs."""

    step: int
    steps_per_epoch: int
    epochs: int


class OwnRecipe(NamedTuple):
    """What the official code of a method trains with where that differs from ARAT's. Its beta is a switch."""

    learning_rate: float
    weight_decay: float
    eps: float
    step_size: float


class Method:
    """One contestant's method: made with its switches, then `build` makes the network that it trains."""

    start = "uniform"
    """Distribution of the attack's random start: 'uniform' in [-1,1) (scaled by eps), 'gaussian' (scaled by 0.001),
    'none'."""
    reads_balance = False
    """Whether it reads the auto-balance a."""
    official_rate: EpochRate = staticmethod(arat_rate)  # type: ignore[assignment]
    """The rates of the schedule 'official'."""
    own_recipe: Optional[OwnRecipe] = None
    """For the methods with the switch `recipe`, on ResNet-18."""
    own_recipe_wide: Optional[OwnRecipe] = None
    """On WRN-34-10, where it differs."""
    combines = False
    """Whether SGD follows `combine` and not the gradient of the loss."""
    network: ResNet

    def __init__(self, switches: Switches, attack: Attack) -> None:
        self.switches, self.attack_settings = switches, attack
        self.balance = 0.0
        """a: clean-branch training accuracy from the start of this epoch."""

    @classmethod
    def recipe_for(cls, family: str) -> Optional[OwnRecipe]:
        return cls.own_recipe_wide if family == "wide" and cls.own_recipe_wide else cls.own_recipe

    def measures_balance(self) -> bool:
        """Whether a is measured before an epoch."""
        return self.reads_balance and self.switches.auto_balance

    def split_bn(self) -> bool:
        return False

    def split_parts(self) -> str:
        """What two BatchNorm sets have of their own: 'both', 'affine' or 'statistics'."""
        return "both"

    def build(self, settings: NetworkSettings, classes: int, seed: int) -> ResNet:
        self.network = ResNet(settings, classes, self.split_bn(), seed, self.split_parts())
        self.add_parts(self.network, seed)
        return self.network

    def add_parts(self, network: ResNet, seed: int) -> None:
        """Adds what the method keeps beside the network."""

    def every_parameter_gets_a_gradient(self) -> bool:
        """DistributedDataParallel has to know."""
        return True

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        """x [n,3,32,32] in [0,1], y [n] -> the clean batch as the loss sees it, and x'."""
        raise NotImplementedError

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        """The training forward; running statistics move as in the official code's forward passes."""
        raise NotImplementedError

    def combine(self, first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> Dict[str, Tensor]:
        """The gradient that SGD follows, made from those of the two conflicting terms."""
        raise NotImplementedError

    def after_step(self, position: StepPosition) -> None:
        """After each step."""

    def before_epoch(self, epoch: int, epochs: int) -> None:
        """Before the first step after `epoch` finished epochs, and on resuming there."""

    def after_epoch(self, end: EpochEnd) -> None:
        """After the last step of an epoch, before the evaluation."""

    @property
    def evaluated(self) -> ResNet:
        """The network that is evaluated, attacked and exported."""
        return self.network


def second_network(network: ResNet, name: str, seed: int, trained: bool) -> ResNet:
    """Adds a network of the same shape as part `name`, which the weights file leaves out. Not trained: SGD does not
    move it."""
    second = ResNet(network.settings, network.classes, network.split_bn, seed)
    if not trained:
        second.requires_grad_(False)
    network.add_module(name, second)
    network.not_exported += (name,)
    return second


def add_buffer(network: ResNet, name: str, value: Tensor) -> None:
    """Adds a tensor beside the weights: a checkpoint holds it, SGD does not move it."""
    network.register_buffer(name, value)
    network.not_exported += (name,)


def add_number(network: ResNet, name: str) -> None:
    """Adds a number beside the weights, 0 at first."""
    add_buffer(network, name, torch.zeros(()))


@torch.no_grad()
def copy_network(source: ResNet, to: ResNet) -> None:
    """Copies every weight and statistic of `to` from the same name in `source`."""
    values = source.state_dict()
    for name, t in to.state_dict().items():
        t.copy_(values[name])


def add_at(root: nn.Module, path: str, module: nn.Module) -> None:
    """Adds `module` under a dotted path, with plain modules in between: the official code's names have dots in them."""
    *parents, last = path.split(".")
    for name in parents:
        if not hasattr(root, name):
            root.add_module(name, nn.Module())
        root = getattr(root, name)
    root.add_module(last, module)
