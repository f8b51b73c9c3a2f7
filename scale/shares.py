"""A batch computed in shares: one process then computes as several do, share by share, with sums over the shares where
several processes exchange sums. The digits of two shares are those of two processes on a CPU; those of more shares differ
where the exchange adds in another order."""

from __future__ import annotations

import contextlib
from typing import Dict, Iterator, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _Shares:
    """One value for the whole process, set while a training step runs."""

    count = 1
    parameters: Dict[Tuple[int, int], Tensor] = {}
    """By parameter and share, the parameter as that share sees it."""


@contextlib.contextmanager
def in_shares(count: int) -> Iterator[None]:
    before, _Shares.count, _Shares.parameters = _Shares.count, count, {}
    try:
        yield
    finally:
        _Shares.count, _Shares.parameters = before, {}


def on() -> bool:
    return _Shares.count > 1


def shares_of(x: Tensor) -> List[Tensor]:
    """Along the batch, the shares that `Processes.part` gives."""
    n, size = len(x), _Shares.count
    return list(x.split([(i + 1) * n // size - i * n // size for i in range(size)]))


def seen_by(share: int, parameter: Tensor) -> Tensor:
    """The parameter, with the gradients of all passes of this share added up before those of the shares are."""
    if not on() or not torch.is_grad_enabled():
        return parameter
    key = (id(parameter), share)
    if key not in _Shares.parameters:
        _Shares.parameters[key] = parameter.view_as(parameter)
    return _Shares.parameters[key]


class Convolution(nn.Conv2d):
    """PyTorch's, of which the kernel and the order of its sums depend on the number of images."""

    def forward(self, x: Tensor) -> Tensor:
        if not on():
            return super().forward(x)
        return torch.cat(
            [self._conv_forward(part, seen_by(i, self.weight), None) for i, part in enumerate(shares_of(x))]
        )


class Linear(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        if not on():
            return super().forward(x)
        bias = lambda i: None if self.bias is None else seen_by(i, self.bias)  # noqa: E731
        return torch.cat(
            [F.linear(part, seen_by(i, self.weight), bias(i)) for i, part in enumerate(shares_of(x))]
        )
