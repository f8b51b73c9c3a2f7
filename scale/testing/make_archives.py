"""Writes CIFAR archives of three made-up images in both official forms, and ones that must be refused.

python -m scale.testing.make_archives FOLDER     prints, as JSON, what scale.archives reads from each
"""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
import tarfile
from pathlib import Path
from typing import Dict

import numpy as np

from ..archives import read_cifar
from ..dataset import DataError

LABELS = [3, 0, 9]


class Harmful:
    def __reduce__(self):
        return os.getcwd, ()


def write(path: Path, files: Dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"cifar-10-batches/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def read(path: Path) -> object:
    try:
        data = read_cifar(str(path))
    except DataError as error:
        return str(error)
    shown = data.train.images[1]
    return [data.train.labels.tolist(), data.test.labels.tolist(), shown[0, :2].tolist(), data.provenance]


def main(folder: Path) -> None:
    # Red counts up, green is 100 and blue 200: channel by channel in the file, channel last in memory.
    red = np.arange(1024) % 256
    images = np.stack([np.concatenate([(red + i) % 256, np.full(1024, 100), np.full(1024, 200)]) for i in range(3)])
    images = images.astype(np.uint8)
    binary = b"".join(bytes([label]) + image.tobytes() for label, image in zip(LABELS, images))
    pickled = pickle.dumps({b"data": images, b"labels": LABELS}, protocol=2)
    write(folder / "binary.tar.gz", {"data_batch_1.bin": binary, "test_batch.bin": binary})
    write(folder / "python.tar.gz", {"data_batch_1": pickled, "test_batch": pickled})
    write(folder / "short.tar.gz", {"data_batch_1.bin": binary[:-1], "test_batch.bin": binary})
    write(folder / "harmful.tar.gz", {"data_batch_1": pickle.dumps(Harmful(), protocol=2), "test_batch": pickled})
    (folder / "nothing.tar.gz").write_bytes(b"not an archive")
    names = ("binary", "python", "short", "harmful", "nothing", "absent")
    json.dump({name: read(folder / f"{name}.tar.gz") for name in names}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
