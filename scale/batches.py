"""Shuffled epochs of constant batch shape, cropped and flipped: batch for batch those of src/core/data/batches.ts on
WASM and CPU."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterator, Tuple

import numpy as np
import torch

from .config import Augmentation, Config
from .dataset import IMAGE_SIZE, DataError, ImageSet
from .passes import images_per_balance
from .streams import RandomStream


def to_images(flat: np.ndarray) -> torch.Tensor:
    """[n,32,32,3] -> [n,3,32,32]: random numbers are drawn in the page's order, channel last."""
    return torch.from_numpy(np.ascontiguousarray(flat.reshape(-1, IMAGE_SIZE, IMAGE_SIZE, 3).transpose(0, 3, 1, 2)))


def plain_images(data: ImageSet, indices: np.ndarray) -> Tuple[torch.Tensor, torch.Tensor]:
    """x [n,3,32,32] float32 in [0,1] without augmentation, and y [n] int64."""
    x = to_images((data.images[indices] / np.float32(255)).astype(np.float32))
    return x, torch.from_numpy(data.labels[indices].astype(np.int64))


def uniform_start(seed: int, name: str, n: int) -> torch.Tensor:
    """[n,3,32,32] in [-1,1) of the named stream."""
    return to_images(RandomStream(seed, name).uniform_array(n * IMAGE_SIZE * IMAGE_SIZE * 3, -1, 1))


def constant_batches(n: int, batch_size: int) -> Iterator[Tuple[np.ndarray, int]]:
    """Indices 0..n-1 in batches of `batch_size`; the last is filled up with its first image. Beside each, how many
    count."""
    for start in range(0, n, batch_size):
        chunk = np.arange(start, min(start + batch_size, n))
        valid = len(chunk)
        yield np.concatenate([chunk, np.full(batch_size - valid, start, dtype=chunk.dtype)]), valid


def augmented(images: np.ndarray, draws: np.ndarray, augmentation: Augmentation) -> np.ndarray:
    """Crop with zero padding, then flip: [b,32,32,3] uint8. draws [b,3] in [0,1): shift in x, in y, mirrored."""
    crop = augmentation.crop
    shifts = np.floor(draws[:, :2] * (2 * crop + 1)).astype(np.int64)
    mirrored = (draws[:, 2] < 0.5) & augmentation.flip
    padded = np.pad(images, ((0, 0), (crop, crop), (crop, crop), (0, 0)))
    span = np.arange(IMAGE_SIZE)
    columns = np.where(mirrored[:, None], span[::-1][None], span[None]) + shifts[:, :1]
    rows = span[None] + shifts[:, 1:]
    return padded[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]


def images_for_balance(train: ImageSet, config: Config, seed: int, epoch: int) -> ImageSet:
    """The images that measure the balance after `epoch` finished epochs: src/core/training/balance.ts."""
    everything = len(train.labels)
    n = images_per_balance(everything, config)
    if config.balance_images == "first":
        return replace(train, images=train.images[:n], labels=train.labels[:n])
    random = RandomStream(seed, f"balance of epoch {epoch}")
    indices = random.shuffled(np.arange(everything, dtype=np.uint32))[:n].astype(np.int64)
    images = augmented(train.images[indices], random.uniform(3 * n).reshape(-1, 3), config.augmentation)
    return replace(train, images=np.ascontiguousarray(images), labels=train.labels[indices])


@dataclass(frozen=True)
class Batch:
    """x [b,3,32,32] in [0,1], y [b] int64, noise [b,3,32,32] as the method's `start` says (zeros for none)."""

    x: torch.Tensor
    y: torch.Tensor
    noise: torch.Tensor


class BatchStream:
    """Every process draws the numbers of the whole batch and keeps its own part, so that the batch does not depend on
    how many there are."""

    def __init__(self, data: ImageSet, config: Config, seed: int, part: Callable[[int], slice]) -> None:
        """`part` gives this process's share of a batch of so many images."""
        self.batch_size = config.optimiser.batch_size
        keeps = config.optimiser.keep_last_batch
        self.batches_per_epoch = (len(data.labels) + (self.batch_size - 1 if keeps else 0)) // self.batch_size
        if len(data.labels) < self.batch_size:
            raise DataError(
                f"The batch size is {self.batch_size}, and there are only {len(data.labels)} training images."
            )
        self._data, self._augmentation, self._seed, self._part = data, config.augmentation, seed, part
        self._streams = {
            "augment": RandomStream(seed, "augmentation"),
            "uniform": RandomStream(seed, "attack start, uniform"),
            "gaussian": RandomStream(seed, "attack start, gaussian"),
        }
        self._epoch = self._batch = 0
        self._order = self._order_of(0)

    def next(self, start: str) -> Batch:
        """The next batch, this process's part of it. `start`: 'uniform' in [-1,1), 'gaussian' or 'none'."""
        at = self._batch * self.batch_size
        indices = self._order[at : at + self.batch_size].astype(np.int64)
        draws = self._streams["augment"].uniform(3 * len(indices)).reshape(-1, 3)
        size = len(indices) * IMAGE_SIZE * IMAGE_SIZE * 3
        if start == "uniform":
            flat = self._streams["uniform"].uniform_array(size, -1, 1)
        elif start == "gaussian":
            flat = self._streams["gaussian"].normal_array(size)
        else:
            flat = np.zeros(size, dtype=np.float32)
        self._advance()
        part = self._part(len(indices))
        noise = to_images(flat)[part].contiguous()
        images = augmented(self._data.images[indices[part]], draws[part], self._augmentation)
        x = to_images((images / np.float32(255)).astype(np.float32))
        return Batch(x, torch.from_numpy(self._data.labels[indices[part]].astype(np.int64)), noise)

    def _advance(self) -> None:
        self._batch += 1
        if self._batch == self.batches_per_epoch:
            self._batch = 0
            self._epoch += 1
            self._order = self._order_of(self._epoch)

    def _order_of(self, epoch: int) -> np.ndarray:
        order = np.arange(len(self._data.labels), dtype=np.uint32)
        return RandomStream(self._seed, f"order of epoch {epoch}").shuffled(order)

    def state(self) -> Dict[str, Any]:
        return {
            "epoch": self._epoch,
            "batch": self._batch,
            "streams": {name: stream.state() for name, stream in self._streams.items()},
        }

    def restore(self, state: Dict[str, Any]) -> None:
        self._epoch, self._batch = state["epoch"], state["batch"]
        for name, stream in self._streams.items():
            stream.restore(state["streams"][name])
        self._order = self._order_of(self._epoch)
