"""BatchNorm over the channels of [n,C] or [n,C,H,W], with the batch of one process or of all of them."""

from __future__ import annotations

import contextlib
from typing import Iterator, NamedTuple, Optional, Tuple, Union

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.distributed.nn.functional import all_reduce

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
        if _Synchronised.on:
            return self._of_all_processes(x)
        if not wanted:
            return F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=EPSILON), None
        # With momentum 1 the "running" statistics are the batch's: the mean and the unbiased variance.
        mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
        y = F.batch_norm(x, mean, variance, self.weight, self.bias, training=True, momentum=1.0, eps=EPSILON)
        return y, Statistics(mean, variance, x.numel() // x.shape[1])

    def _of_all_processes(self, x: Tensor) -> Tuple[Tensor, Statistics]:
        """Two differentiable sums over the processes: of the values, then of the squared distances from their mean."""
        wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
        axes = [d for d in range(x.dim()) if d != 1]
        shape = [1, -1] + [1] * (x.dim() - 2)
        sums = all_reduce(torch.cat([wide.sum(axes), wide.new_tensor([wide.numel() // wide.shape[1]])]))
        count = sums[-1].detach()
        mean = sums[:-1] / count
        centred = wide - mean.view(shape)
        variance = all_reduce(centred.square().sum(axes)) / count
        y = centred * ((variance + EPSILON).rsqrt() * self.weight).view(shape) + self.bias.view(shape)
        unbiased = variance.detach() * (count / (count - 1).clamp(min=1))
        return y.to(x.dtype), Statistics(mean.detach(), unbiased, count)

    @torch.no_grad()
    def move(self, batch: Statistics) -> None:
        """running += 0.1 (batch - running)."""
        self.running_mean.mul_(1 - MOMENTUM).add_(batch.mean, alpha=MOMENTUM)
        self.running_var.mul_(1 - MOMENTUM).add_(batch.variance, alpha=MOMENTUM)
