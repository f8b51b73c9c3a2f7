"""Trains one contestant with one seed: its network, its method, SGD. src/core/training/trainer.ts is its twin."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any, Dict, Iterator, List, Tuple

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from .batches import BatchStream, constant_batches, images_for_balance, plain_images, uniform_start
from .config import Config, ConfigError, Contestant
from .conflict import added, conflict_of, gradients_of
from .dataset import Dataset
from .evaluation import Diverged, clean_branch_accuracy
from .methods import method_of
from .methods.base import EpochEnd, Method, StatisticsBatch, StepPosition
from .normalisation import synchronise
from .precision import autocast, widened
from .processes import Processes
from .shares import in_shares
from .schedule import learning_rate_at

READ_EVERY = 8
"""Steps whose metrics wait on the device before one transfer brings them."""


@dataclass(frozen=True)
class Options:
    """How it is computed; what is computed stands in the config."""

    synchronised_bn: bool
    precision: str
    shares: int = 1
    """In how many shares each process computes its part of a batch."""


def trained_with(config: Config, method: Method) -> Config:
    """`config` with the learning rate, weight decay, eps and step size of the method's own code for this network, if its
    switch `recipe` says so; for training only."""
    own = method.recipe_for(config.network.family)
    if own is None or method.switches.recipe != "code":
        return config
    return replace(
        config,
        optimiser=replace(config.optimiser, learning_rate=own.learning_rate, weight_decay=own.weight_decay),
        attack=replace(config.attack, eps=own.eps, step_size=own.step_size),
    )


class _Loss(nn.Module):
    """The method's loss as one forward pass, which is what DistributedDataParallel wraps."""

    def __init__(self, method: Method) -> None:
        super().__init__()
        self.network, self._method = method.network, method

    def forward(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Tuple[Tensor, Dict[str, Tensor]]:
        loss, terms, _ = self._method.loss(x, x_adv, y)
        return loss, terms


class Trainer:
    def __init__(
        self, contestant: Contestant, config: Config, seed: int, data: Dataset, processes: Processes, options: Options
    ) -> None:
        batch = config.optimiser.batch_size
        rest = len(data.train.labels) % batch if config.optimiser.keep_last_batch else 0
        over = f"{processes.size} process" + ("es" if processes.size > 1 else "")
        over += f" in {options.shares} shares each" if options.shares > 1 else ""
        for images, which in ((batch, "batch"), (rest, "last batch")):
            if images % (processes.size * options.shares):
                raise ConfigError(f"The {which} of {images} images cannot be split over {over} evenly.")
        self.contestant, self.seed, self.data = contestant, seed, data
        self.processes, self.options = processes, options
        synchronise(options.synchronised_bn)
        self.method = method_of(contestant, config.attack)
        config = self.config = trained_with(config, self.method)
        self.method.attack_settings = config.attack
        self.method.balance = config.initial_balance
        self.network = self.method.build(config.network, len(config.dataset.classes), seed).to(processes.device)
        widened(self.network, options.precision)
        self.batches = BatchStream(data.train, config, seed, processes.part)
        self.sgd = torch.optim.SGD(
            [p for p in self.network.parameters() if p.requires_grad],
            lr=config.optimiser.learning_rate,
            momentum=config.optimiser.momentum,
            weight_decay=config.optimiser.weight_decay,
        )
        self._loss: nn.Module = _Loss(self.method)
        if processes.size > 1:
            # The statistics are averaged once an epoch or synchronised, not sent from the first process at every step.
            self._loss = DistributedDataParallel(
                self._loss,
                device_ids=[processes.device] if processes.device.type == "cuda" else None,
                broadcast_buffers=False,
                find_unused_parameters=not self.method.every_parameter_gets_a_gradient(),
            )
        self.step = 0
        self.seconds = 0.0
        self.sums: Dict[str, float] = {}
        self.summed = 0
        self.conflicts: List[Dict[str, Any]] = []
        self.trace: List[Dict[str, float]] = []
        """Loss and terms of the steps that were read since somebody emptied it."""
        self._pending: List[Tuple[int, Dict[str, Tensor]]] = []

    @property
    def total_steps(self) -> int:
        return self.batches.batches_per_epoch * self.config.optimiser.epochs

    @property
    def learning_rate(self) -> float:
        return learning_rate_at(self.config.optimiser, self.step, self.total_steps, self.method.official_rate)

    def train_epoch(self, epoch: int) -> None:
        """The steps after `epoch` finished epochs. Raises Diverged, in every process at the same step."""
        measured = epoch > 0 or self.config.balance_images == "batches"
        if measured and self.method.measures_balance():
            images = images_for_balance(self.data.train, self.config, self.seed, epoch)
            self.method.balance = clean_branch_accuracy(
                self.network, images, self.batches.batch_size, self.processes, self.contestant.label
            )
        self.method.before_epoch(epoch, self.config.optimiser.epochs)
        started = time.perf_counter()
        for _ in range(self.batches.batches_per_epoch):
            with in_shares(self.options.shares):
                self._train_step()
        self._read_metrics()
        self.seconds += time.perf_counter() - started
        if not self.options.synchronised_bn:
            self.processes.average_buffers(self.network)
        self.method.after_epoch(EpochEnd(epoch + 1, self.config.optimiser.epochs, self._statistics_batches(epoch + 1)))
        if not self.options.synchronised_bn:
            self.processes.average_buffers(self.network)

    def _train_step(self) -> None:
        device = self.processes.device
        batch = self.batches.next(self.method.start)
        x, noise = (t.to(self.network.head.weight, non_blocking=True) for t in (batch.x, batch.noise))
        y = batch.y.to(device, non_blocking=True)
        every = self.config.conflict_every
        self.sgd.zero_grad(set_to_none=True)
        with autocast(self.options.precision, device):
            x, x_adv = self.method.attack(x, y, noise)
            measure = every > 0 and self.step % every == 0
            if measure or self.method.combines:
                metrics = self._conflicting_gradients(x, x_adv, y, measure)
            else:
                loss, terms = self._loss(x, x_adv, y)
                loss.backward()
                metrics = {"loss": loss, **terms}
        for group in self.sgd.param_groups:
            group["lr"] = self.learning_rate
        self.sgd.step()
        self._pending.append((self.step, {name: value.detach() for name, value in metrics.items()}))
        self.method.after_step(
            StepPosition(self.step, self.batches.batches_per_epoch, self.config.optimiser.epochs)
        )
        self.step += 1
        if len(self._pending) >= READ_EVERY:
            self._read_metrics()

    def _conflicting_gradients(self, x: Tensor, x_adv: Tensor, y: Tensor, measure: bool) -> Dict[str, Tensor]:
        """Sets the gradients as the sum of the two terms', or as the method combines them, and notes their conflict if
        it is measured. The means over the processes are taken here."""
        loss, terms, conflict = self.method.loss(x, x_adv, y)
        if conflict is None:
            gradients = self.processes.mean_gradients(gradients_of(loss, self.network))
        else:
            first, second = (
                self.processes.mean_gradients(gradients_of(term, self.network, retain_graph=i == 0))
                for i, term in enumerate(conflict)
            )
            gradients = self.method.combine(first, second) if self.method.combines else added(first, second)
            if measure:
                cosine, ratio, chance, per_layer = conflict_of(first, second, self.network.shared_weights)
                point = {"step": self.step, "cosine": cosine, "ratio": ratio, "chance": chance, "perLayer": per_layer}
                self.conflicts.append(point)
        for name, p in self.network.named_parameters():
            p.grad = gradients.get(name)
        return {"loss": loss, **terms}

    def _read_metrics(self) -> None:
        """Brings the waiting metrics, as means over the processes. Raises Diverged when a loss is not finite."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        values = torch.stack([torch.stack([v.double() for v in metrics.values()]) for _, metrics in pending])
        rows = (self.processes.sum(values) / self.processes.size).tolist()
        for (step, metrics), row in zip(pending, rows):
            point = dict(zip(metrics, row))
            self.trace.append({"step": step, **point})
            if not all(map(math.isfinite, row)):
                raise Diverged(
                    f"{self.contestant.label} diverged: its loss is not a finite number at step {step}. "
                    "Lower the learning rate or the invariance weight and train again."
                )
            for name, value in point.items():
                self.sums[name] = self.sums.get(name, 0.0) + value
            self.summed += 1

    def take_means(self) -> Dict[str, Any]:
        """Means of loss and terms since the last call."""
        if self.summed == 0:
            return {}
        means = {name: total / self.summed for name, total in self.sums.items()}
        self.sums, self.summed = {}, 0
        return {"loss": means.pop("loss"), "terms": means}

    def _statistics_batches(self, epoch: int) -> Any:
        """`training_batches` of EpochEnd: this process's part of every batch."""
        train, like = self.data.train, self.network.head.weight

        def batches(count: int) -> Iterator[StatisticsBatch]:
            n = min(count, len(train.labels))
            for number, (indices, _) in enumerate(constant_batches(n, min(self.batches.batch_size, n))):
                part = self.processes.part(len(indices))
                name = f"statistics start of epoch {epoch}, batch {number}"
                noise = uniform_start(self.seed, name, len(indices))[part]
                x, y = plain_images(train, indices[part])
                yield StatisticsBatch(x.to(like), y.to(like.device), noise.to(like))

        return batches

    def numbers(self) -> Dict[str, Any]:
        """With `tensors`, everything that training goes on from, between two epochs. Plain JSON."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "balance": self.method.balance,
            "cursor": self.batches.state(),
        }

    def tensors(self) -> Dict[str, Dict[str, Tensor]]:
        """Parameters and buffers, and SGD's momentum, by name."""
        momentum = {}
        for name, p in self.network.named_parameters():
            buffer = self.sgd.state.get(p, {}).get("momentum_buffer")
            if buffer is not None:
                momentum[name] = buffer
        return {"network": dict(self.network.state_dict()), "momentum": momentum}

    def restore(self, numbers: Dict[str, Any], tensors: Dict[str, Dict[str, Tensor]]) -> None:
        self.step, self.seconds = numbers["step"], numbers["seconds"]
        self.method.balance = numbers["balance"]
        self.batches.restore(numbers["cursor"])
        self.network.load_state_dict(tensors["network"])
        for name, p in self.network.named_parameters():
            if name in tensors["momentum"]:
                self.sgd.state[p]["momentum_buffer"] = tensors["momentum"][name].clone()
