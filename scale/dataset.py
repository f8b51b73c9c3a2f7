"""Images and labels, and the balanced, seeded subset that an experiment trains on: the same images as the page chooses
for the same seed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

import numpy as np

from .config import Config
from .streams import RandomStream

IMAGE_SIZE = 32


class DataError(ValueError):
    """One sentence that names the file and says what was expected."""


@dataclass(frozen=True)
class ImageSet:
    """images [n,32,32,3] uint8, channel last as in the page; labels [n] uint8."""

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Dataset:
    train: ImageSet
    test: ImageSet
    class_names: Tuple[str, ...]
    provenance: str
    held_out: Optional[ImageSet] = None
    """Training images that are not trained on, for early stopping."""


def _choose(
    labels: np.ndarray, classes: Sequence[int], size: int, stream: RandomStream, what: str
) -> Tuple[np.ndarray, np.ndarray]:
    """Indices [size] of the chosen images in order, and their new labels [size]. src/core/data/subset.ts."""
    by_class = [stream.shuffled(np.flatnonzero(labels == c).astype(np.uint32)) for c in classes]
    wanted = [size // len(classes) + (1 if k < size % len(classes) else 0) for k in range(len(classes))]
    for found, count, c in zip(by_class, wanted, classes):
        if len(found) < count:
            most = min(map(len, by_class)) * len(classes)
            raise DataError(
                f"The {what} set has {len(found)} images of class {c}, and {count} are asked for: "
                f"choose at most {most} {what} images."
            )
    order = stream.shuffled(np.arange(size, dtype=np.uint32))
    chosen = np.concatenate([found[:count] for found, count in zip(by_class, wanted)])
    new_labels = np.repeat(np.arange(len(classes), dtype=np.uint8), wanted)
    indices, out = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.uint8)
    indices[order], out[order] = chosen, new_labels
    return indices, out


class Source:
    """All images of a data set, of which `subset` takes some. `images` may make only those that are asked for."""

    class_names: Tuple[str, ...]
    provenance: str
    train_labels: np.ndarray
    test_labels: np.ndarray

    def images(self, which: str, indices: np.ndarray) -> np.ndarray:
        """[len(indices),32,32,3] uint8 of 'train' or 'test'."""
        raise NotImplementedError


class LoadedSource(Source):
    def __init__(self, data: Dataset) -> None:
        self.class_names, self.provenance = data.class_names, data.provenance
        self.train_labels, self.test_labels = data.train.labels, data.test.labels
        self._images = {"train": data.train.images, "test": data.test.images}

    def images(self, which: str, indices: np.ndarray) -> np.ndarray:
        return self._images[which][indices]


def subset(source: Source, config: Config, seed: int) -> Dataset:
    """The experiment's images for one seed; the last training images in their order may be held out. Raises DataError
    when there are too few."""
    settings = config.dataset
    for c in settings.classes:
        if c >= len(source.class_names):
            raise DataError(f"Class {c} is asked for, and this dataset has classes 0 to {len(source.class_names) - 1}.")

    def part(which: str, labels: np.ndarray, size: int, stream: str, what: str) -> ImageSet:
        indices, new_labels = _choose(labels, settings.classes, size, RandomStream(seed, stream), what)
        return ImageSet(source.images(which, indices), new_labels)

    training = part("train", source.train_labels, settings.train_size, "train subset", "training")
    trained = settings.train_size - config.evaluation.held_out
    if trained <= 0:
        raise DataError(
            f"{config.evaluation.held_out} of {settings.train_size} training images are held out, and none is left to "
            "train on: hold out fewer."
        )
    held_out = ImageSet(training.images[trained:], training.labels[trained:]) if config.evaluation.held_out else None
    return Dataset(
        train=ImageSet(training.images[:trained], training.labels[:trained]),
        test=part("test", source.test_labels, settings.test_size, "test subset", "test"),
        class_names=tuple(source.class_names[c] for c in settings.classes),
        provenance=source.provenance,
        held_out=held_out,
    )


def digest(data: Dataset) -> str:
    """Of all images and labels: a checkpoint goes on only with the same ones."""
    h = hashlib.sha256()
    for part in (data.train, data.test, *([data.held_out] if data.held_out else [])):
        h.update(part.images.tobytes())
        h.update(part.labels.tobytes())
    return h.hexdigest()
