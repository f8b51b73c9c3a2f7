"""The gradient conflict between every two single terms of a loss, and of each term with itself on two batches, which
shows how small a cosine mini-batch noise alone gives. src/core/training/conflict-pairs.ts is its twin."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from .batches import plain_images, to_images, uniform_start
from .conflict import Gradients, conflict_of, gradients_of
from .dataset import IMAGE_SIZE, ImageSet
from .methods.base import Method
from .normalisation import alone
from .streams import RandomStream

Batch = Tuple[Tensor, Tensor, Tensor]


def measures_pairs(pair_images: str, epoch: int, epochs: int) -> bool:
    """Whether pairs are measured after `epoch`: on all images after every epoch, on one batch after every quarter."""
    if pair_images == "all":
        return epoch > 0
    return epoch in {math.ceil(quarter * epochs / 4) for quarter in (1, 2, 3, 4)}


def _noise(method: Method, seed: int, name: str, n: int) -> Tensor:
    """[n,3,32,32] as the method's `start` says."""
    if method.start == "uniform":
        return uniform_start(seed, name, n)
    size = n * IMAGE_SIZE * IMAGE_SIZE * 3
    flat = RandomStream(seed, name).normal_array(size) if method.start == "gaussian" else np.zeros(size, np.float32)
    return to_images(flat)


def _batch(method: Method, train: ImageSet, seed: int, epoch: int, place: int, size: int) -> Batch:
    """Training images without crop or flip: x, y and noise of the `size` of them at `place`."""
    x, y = plain_images(train, np.arange(place * size, (place + 1) * size))
    like = method.network.head.weight
    noise = _noise(method, seed, f"conflict pairs of epoch {epoch}, batch {place}", size)
    return x.to(like), y.to(like.device), noise.to(like)


def _gradients(method: Method, batch: Batch) -> Dict[str, Gradients]:
    """By term of the loss, over the shared weights. Puts back the running statistics and all other buffers."""
    network = method.network
    before = [(buffer, buffer.clone()) for buffer in network.buffers()]
    shared = set(network.shared_weights)

    def put_back() -> None:
        with torch.no_grad():
            for buffer, value in before:
                buffer.copy_(value)

    x, y, noise = batch
    x, x_adv = method.attack(x, y, noise)
    put_back()
    terms = {name: term for name, term in method.loss(x, x_adv, y).terms.items() if term.requires_grad}
    found = {}
    for name, term in terms.items():
        gradients = gradients_of(term, network, retain_graph=True)
        found[name] = {weight: g for weight, g in gradients.items() if weight in shared}
    put_back()
    return found


def _summed(parts: Sequence[Dict[str, Gradients]]) -> Dict[str, Gradients]:
    """The sums over `parts` by term and weight."""
    out: Dict[str, Gradients] = {}
    for part in parts:
        for term, gradients in part.items():
            of = out.setdefault(term, {})
            for weight, g in gradients.items():
                of[weight] = of[weight] + g if weight in of else g
    return out


def conflict_pairs(
    method: Method, train: ImageSet, seed: int, epoch: int, batch_size: int, pair_images: str = "batch"
) -> List[Dict[str, Any]]:
    """Each term is compared with itself on the two halves of the images, and with the other terms on the first half,
    or with `pair_images` "all" on both. Empty where the loss has fewer than two terms. Every process computes the same on
    the same images."""
    size = min(batch_size, len(train.labels) // 2)
    if size == 0:
        return []
    whole = pair_images == "all"
    # Whole batches, as many in each half; a smaller last batch is left out.
    in_half = len(train.labels) // size // 2 if whole else 1

    def half(parity: int) -> Dict[str, Gradients]:
        places = [2 * i + parity for i in range(in_half)]
        return _summed([_gradients(method, _batch(method, train, seed, epoch, place, size)) for place in places])

    with alone():
        first = half(0)
        if len(first) < 2:
            return []
        second = half(1)
    names = list(first)
    between = _summed([first, second]) if whole else first
    compared = [(a, b, between[a], between[b]) for i, a in enumerate(names) for b in names[i + 1 :]]
    compared += [(name, name, first[name], second[name]) for name in names]
    pairs = []
    for a, b, of_a, of_b in compared:
        cosine, ratio, chance, _ = conflict_of(of_a, of_b, method.network.shared_weights)
        # Two terms that share no weight have no cosine.
        if chance > 0:
            pairs.append({"first": a, "second": b, "cosine": cosine, "ratio": ratio, "chance": chance})
    return pairs
