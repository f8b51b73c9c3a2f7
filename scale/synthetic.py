"""The page's synthetic image set, drawn from the same random numbers: src/core/data/synthetic.ts says what it shows and
why.

Every image takes NUMBERS of the stream, so an image's place in it is known, and only the images of the subset are
drawn. cos, sin and sqrt may differ from JavaScript's in the last bit: a pixel in some ten thousand may then differ by
1/255."""

from __future__ import annotations

from typing import Callable, Dict, Sequence, Tuple

import numpy as np

from .dataset import IMAGE_SIZE, Source
from .streams import advance_lanes, initial_state, jumped, lane_starts

SEED = 2024
SIZES = {"train": 20_000, "test": 5_000}
TEXTURE_AMPLITUDE = 7
DRAWS = 16
"""Numbers before an image's pixels: one for the order of the classes, fifteen for hue, place and so on."""
NUMBERS = DRAWS + IMAGE_SIZE * IMAGE_SIZE
WARM_UP = 64
CHUNK = 1024

Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]


def disc(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y) - 0.95


def square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(abs(x), abs(y)) - 0.85


def triangle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(0.866 * abs(x) - 0.5 * y, y) - 0.58


def ring(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return abs(np.sqrt(x * x + y * y) - 0.75) - 0.25


def cross(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    a, b = abs(x), abs(y)
    return np.maximum(np.maximum(a, b) - 1, np.minimum(a, b) - 0.33)


LOOKS: Dict[str, Tuple[int, Shape]] = {
    "red disc": (0, disc),
    "green square": (108, square),
    "orange triangle": (36, triangle),
    "mint ring": (144, ring),
    "lime disc": (72, disc),
    "pink cross": (324, cross),
    "cyan cross": (180, cross),
    "violet triangle": (288, triangle),
    "azure ring": (216, ring),
    "blue square": (252, square),
}
CLASSES = tuple(LOOKS)


def _textures() -> np.ndarray:
    """[10,3,3,3]: one tile per class in 1/255; three patterns in three colour axes, and dots."""
    wave = (1, 1, -1)
    patterns = [
        lambda x, y: wave[x % 3],
        lambda x, y: wave[y % 3],
        lambda x, y: wave[(x + y) % 3],
        lambda x, y: 1 if x % 3 == 0 and y % 3 == 0 else -1,
    ]
    axes = ((1, 1, 1), (1, -1, 1), (1, 1, -1))
    out = np.empty((len(CLASSES), 3, 3, 3))
    for label in range(len(CLASSES)):
        pattern = patterns[label % 3 if label < 9 else 3]
        for y in range(3):
            for x in range(3):
                out[label, y, x] = TEXTURE_AMPLITUDE * pattern(x, y) * np.array(axes[label // 3 if label < 9 else 0])
    return out


TEXTURES = _textures()
NOISE = ((2 * np.arange(256) / 255 - 1) * 2).astype(np.float32)


def _unit(words: np.ndarray) -> np.ndarray:
    """[0,1) with 24 bits."""
    return (words >> 8) / 2**24


def _colour(hue: np.ndarray, lightness: np.ndarray, saturation: np.ndarray) -> np.ndarray:
    """[n,3] in 1/255; three cosines a third of a turn apart."""
    h, third = hue * np.pi / 180, 2 * np.pi / 3
    return np.stack([lightness + saturation * np.cos(h - k) for k in (0, third, -third)], axis=1)


def _draw(words: np.ndarray, label: int) -> np.ndarray:
    """Images [n,32,32,3] uint8 of one class from their numbers [n,NUMBERS]."""
    u = _unit(words[:, 1:DRAWS])
    signed = 2 * u - 1
    class_hue, shape = LOOKS[CLASSES[label]]
    hue = class_hue + 31 * (signed[:, 0] + signed[:, 1] + signed[:, 2])
    lightness = 124 + 3 * signed[:, 3]
    figure = _colour(hue, lightness, 56 * (0.7 + (1.1 - 0.7) * u[:, 4]))
    block = _colour(360 * u[:, 5], lightness, 56 * u[:, 6])
    centre = (IMAGE_SIZE - 1) / 2
    column = lambda v: v[:, None, None]  # noqa: E731
    cx, cy = column(centre + 4 * signed[:, 7]), column(centre + 4 * signed[:, 8])
    radius = 9 + (13 - 9) * u[:, 9]
    angle = 0.6 * signed[:, 10]
    cos, sin = column(np.cos(angle) / radius), column(np.sin(angle) / radius)
    side = 2 + (8 - 2) * u[:, 11]
    left, top = np.floor((IMAGE_SIZE - side) * u[:, 12]), np.floor((IMAGE_SIZE - side) * u[:, 13])
    phase = column((words[:, 15] >> 8) % 3).astype(np.int64)

    y, x = np.mgrid[0:IMAGE_SIZE, 0:IMAGE_SIZE][:, None]
    dx, dy = x - cx, y - cy
    hidden = (x >= column(left)) & (x < column(left + side)) & (y >= column(top)) & (y < column(top + side))
    distance = shape(cos * dx + sin * dy, cos * dy - sin * dx) * column(radius)
    cover = np.where(distance < -0.5, 1.0, np.where(distance > 0.5, 0.0, 0.5 - distance))[..., None]
    texture = TEXTURES[label][(y + phase) % 3, (x + phase) % 3]
    bits = words[:, DRAWS:].reshape(-1, IMAGE_SIZE, IMAGE_SIZE)
    noise = NOISE[np.stack([(bits >> (8 * c)) & 255 for c in range(3)], axis=-1)]
    light = lightness[:, None, None, None]
    base = np.where(hidden[..., None], block[:, None, None, :], light + cover * (figure[:, None, None, :] - light))
    return np.clip(base + noise + texture + 0.5, 0, 255).astype(np.uint8)


def _labels(first: np.ndarray) -> np.ndarray:
    """[n] from the first number of every image: each run of ten labels holds every class once."""
    order = list(range(len(CLASSES)))
    out = np.empty(len(first), dtype=np.uint8)
    for i, u in enumerate(_unit(first).tolist()):
        place = i % len(order)
        other = place + int(u * (len(order) - place))
        order[place], order[other] = order[other], order[place]
        out[i] = order[place]
    return out


class SyntheticSource(Source):
    def __init__(self, seed: int = SEED) -> None:
        start = lane_starts(initial_state(seed), 2, WARM_UP)[:, 1:]
        self._starts = {
            "train": lane_starts(start, SIZES["train"], NUMBERS),
            "test": lane_starts(jumped(start), SIZES["test"], NUMBERS),
        }
        labels = {which: _labels(advance_lanes(s, 1)[:, 0]) for which, s in self._starts.items()}
        self._labels = labels
        self.train_labels, self.test_labels = labels["train"], labels["test"]
        self.class_names = CLASSES
        self.provenance = f"Synthetic shapes with a texture of ±{TEXTURE_AMPLITUDE}/255, generated here (seed {seed})"

    def images(self, which: str, indices: Sequence[int]) -> np.ndarray:
        indices = np.asarray(indices)
        out = np.empty((len(indices), IMAGE_SIZE, IMAGE_SIZE, 3), dtype=np.uint8)
        labels = self._labels[which][indices]
        for at in range(0, len(indices), CHUNK):
            words = advance_lanes(self._starts[which][:, indices[at : at + CHUNK]], NUMBERS)
            part = labels[at : at + CHUNK]
            for label in np.unique(part):
                out[at : at + CHUNK][part == label] = _draw(words[part == label], int(label))
        return out
