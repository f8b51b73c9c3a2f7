"""Prints, as JSON, what this package draws and makes for a config: twin.test.ts compares it with the TypeScript
engine."""

from __future__ import annotations

import hashlib
import json
import sys

import numpy as np

from ..batches import BatchStream
from ..config import ConfigError, parse_config
from ..dataset import subset
from ..methods import method_of
from ..streams import RandomStream
from ..synthetic import SyntheticSource


def sha(a: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()


def facts(raw: dict) -> dict:
    config = parse_config(raw)
    data = subset(SyntheticSource(), config, config.seed)
    stream = BatchStream(data.train, config, config.seed, slice(None))
    for _ in range(stream.batches_per_epoch):
        stream.next("uniform")
    batch = stream.next("uniform")  # of the second epoch, so that its order counts
    last = lambda x: x.permute(0, 2, 3, 1).numpy()  # noqa: E731
    method = method_of(config.contestants[0], config.attack)
    network = method.build(config.network, len(config.dataset.classes), config.seed)
    random = RandomStream(config.seed, "check")
    return {
        "words": random.words(1000).tolist()[-3:],
        "normal": random.normal_array(5).tolist(),
        "state": random.state(),
        "train": [sha(data.train.images), sha(data.train.labels)],
        "test": [sha(data.test.images), sha(data.test.labels)],
        "batch": [sha(last(batch.x)), batch.y.tolist(), sha(last(batch.noise))],
        "provenance": data.provenance,
        "parameters": {
            name: [
                list(t.shape),
                float(t.double().sum()),
                float((t.double() * np.arange(t.numel()).reshape(t.shape)).sum()),
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
