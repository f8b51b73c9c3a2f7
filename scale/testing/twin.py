"""Prints, as JSON, what this package draws and makes for a config: twin.test.ts compares it with the TypeScript
engine."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from typing import Type

import numpy as np
import torch

from ..batches import BatchStream, images_for_balance
from ..config import Config, ConfigError, parse_config
from ..dataset import subset
from ..methods import METHODS, method_of
from ..methods.base import Method
from ..passes import own_epochs
from ..schedule import learning_rate_at
from ..streams import RandomStream
from ..synthetic import SyntheticSource


def sha(a: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()


def rates(method: Type[Method], config: Config) -> list:
    """The rates of epochs 1 to 120 under the schedule 'official', and the method's own recipes for both families."""
    optimiser = replace(config.optimiser, schedule="official", epochs=120)
    own = [recipe and list(recipe) for recipe in (method.recipe_for("resnet"), method.recipe_for("wide"))]
    return [[learning_rate_at(optimiser, 5 * e, 600, method.official_rate) for e in range(120)], own]


def facts(raw: dict) -> dict:
    config = parse_config(raw)
    data = subset(SyntheticSource(), config, config.seed)
    stream = BatchStream(data.train, config, config.seed, slice)
    for _ in range(stream.batches_per_epoch):
        stream.next("uniform")
    batch = stream.next("uniform")  # of the second epoch, so that its order counts
    last = lambda x: x.permute(0, 2, 3, 1).numpy()  # noqa: E731
    method = method_of(config.contestants[0], config.attack)
    network = method.build(config.network, len(config.dataset.classes), config.seed)
    random = RandomStream(config.seed, "check")
    shuffled = replace(config, balance_images="batches")
    kept = replace(config, optimiser=replace(config.optimiser, keep_last_batch=True))
    last_batch = BatchStream(data.train, kept, config.seed, slice)
    for _ in range(last_batch.batches_per_epoch - 1):
        last_batch.next("uniform")
    smaller = last_batch.next("uniform")
    return {
        "words": random.words(1000).tolist()[-3:],
        "normal": random.normal_array(5).tolist(),
        "state": random.state(),
        "train": [sha(data.train.images), sha(data.train.labels)],
        "test": [sha(data.test.images), sha(data.test.labels)],
        "batch": [sha(last(batch.x)), batch.y.tolist(), sha(last(batch.noise))],
        "smaller": [sha(last(smaller.x)), smaller.y.tolist(), sha(last(smaller.noise))],
        "balance": [sha(images_for_balance(data.train, shuffled, config.seed, epoch).images) for epoch in (0, 3)],
        "rates": {name: rates(method_class, config) for name, method_class in METHODS.items()},
        "provenance": data.provenance,
        "epochs": [
            own_epochs(changed, c).optimiser.epochs for changed in (config, shuffled, kept) for c in config.contestants
        ],
        "parameters": {
            name: [
                list(t.shape),
                float(t.double().sum()),
                float((t.double() * torch.arange(t.numel()).reshape(t.shape)).sum()),
            ]
            for name, t in network.exported().items()
        },
    }


def verdict(raw: dict) -> str:
    try:
        parse_config(raw)
    except ConfigError as error:
        return str(error)
    return "ok"


if __name__ == "__main__":
    request = json.load(sys.stdin)
    json.dump({"facts": facts(request["config"]), "verdicts": [verdict(raw) for raw in request["configs"]]}, sys.stdout)
