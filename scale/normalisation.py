"""BatchNorm over the channels of [n,C] or [n,C,H,W], with the batch of one process or of all of them."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributed.nn.functional import all_reduce

from .shares import on as in_several_shares
from .shares import seen_by, shares_of

EPSILON = 1e-5
MOMENTUM = 0.1


class Statistics(NamedTuple):
    """mean [C] and unbiased variance [C] over `count` values per channel."""

    mean: Tensor
    variance: Tensor
    count: Union[int, Tensor]


class _Synchronised:
    """Whether batch statistics are those of all processes' images. One value for the whole process, set once by
    train.py."""

    on = False


def synchronise(on: bool) -> None:
    _Synchronised.on = on and dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Batch statistics of this process's own images, whatever was set."""
    before, _Synchronised.on = _Synchronised.on, False
    try:
        yield
    finally:
        _Synchronised.on = before


def _summed(shares: List[Tensor]) -> Tensor:
    """Over the shares here, and over the processes where they are synchronised."""
    total = shares[0]
    for share in shares[1:]:
        total = total + share
    return all_reduce(total) if _Synchronised.on else total


class BatchNorm(nn.Module):
    """weight, bias, running_mean, running_var [C]; PyTorch's defaults (eps 1e-5, momentum 0.1)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def of_running(self, x: Tensor) -> Tensor:
        """Normalised by the running statistics."""
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=EPSILON)

    def of_batch(self, x: Tensor, wanted: bool) -> Tuple[Tensor, Optional[Statistics]]:
        """Normalised by the batch's own statistics, which are returned if `wanted`. Running statistics stay as they
        are."""
        if _Synchronised.on or in_several_shares():
            return self._of_all(x)
        if not wanted:
            return F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=EPSILON), None
        # With momentum 1 the "running" statistics are the batch's: the mean and the unbiased variance.
        mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
        y = F.batch_norm(x, mean, variance, self.weight, self.bias, training=True, momentum=1.0, eps=EPSILON)
        return y, Statistics(mean, variance, x.numel() // x.shape[1])

    def _of_all(self, x: Tensor) -> Tuple[Tensor, Statistics]:
        """Two differentiable sums over the shares of all processes: of the values, then of the squared distances from
        their mean. Everything between the sums is computed share by share."""
        parts = [p.float() if p.dtype in (torch.float16, torch.bfloat16) else p for p in shares_of(x)]
        axes = [d for d in range(x.dim()) if d != 1]
        shape = [1, -1] + [1] * (x.dim() - 2)
        total = _summed([torch.cat([p.sum(axes), p.new_tensor([p.numel() // p.shape[1]])]) for p in parts])
        count = total[-1].detach()
        means = [total[:-1] / count for _ in parts]
        centred = [p - mean.view(shape) for p, mean in zip(parts, means)]
        squares = _summed([c.square().sum(axes) for c in centred])
        variance = squares.detach() / count
        y = torch.cat(
            [
                c * ((squares / count + EPSILON).rsqrt() * seen_by(i, self.weight)).view(shape)
                + seen_by(i, self.bias).view(shape)
                for i, c in enumerate(centred)
            ]
        )
        unbiased = variance * (count / (count - 1).clamp(min=1))
        return y.to(x.dtype), Statistics(means[0].detach(), unbiased, count)

    @torch.no_grad()
    def move(self, batch: Statistics) -> None:
        """running += 0.1 (batch - running)."""
        self.running_mean.mul_(1 - MOMENTUM).add_(batch.mean, alpha=MOMENTUM)
        self.running_var.mul_(1 - MOMENTUM).add_(batch.variance, alpha=MOMENTUM)


PARTS = {"affine": ("weight", "bias"), "statistics": ("running_mean", "running_var")}
"""The parts of a BatchNorm set that two sets may have of their own."""


class PartlyShared(BatchNorm):
    """A set that has one part of its own, and uses the other part of another set."""

    def __init__(self, channels: int, own: str, other: BatchNorm) -> None:
        super().__init__(channels)
        self._borrowed = tuple(name for part, names in PARTS.items() if part != own for name in names)
        # In a tuple, where PyTorch does not look for modules: the other set is registered under its own name alone.
        self._other = (other,)
        for name in self._borrowed:
            delattr(self, name)

    def __getattr__(self, name: str) -> Any:
        # PyTorch keeps parameters and buffers where Python asks this method for them.
        if name in self.__dict__.get("_borrowed", ()):
            return getattr(self._other[0], name)
        return super().__getattr__(name)
