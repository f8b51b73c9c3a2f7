"""Writes CIFAR archives of three made-up images in both official forms, and ones that must be refused.

python -m scale.testing.make_archives FOLDER     prints, as JSON, what scale.archives reads from each
"""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import sys
import tarfile
import zipfile
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


def hundred(images: np.ndarray) -> Dict[str, bytes]:
    """The same images as CIFAR-100: the files that torchvision unpacks, with the names of the classes."""
    batch = {b"data": images, b"fine_labels": [99, 0, 9], b"coarse_labels": [1, 2, 3]}
    names = {b"fine_label_names": [f"kind {i}".replace(" ", "_").encode() for i in range(100)]}
    return {"train": pickle.dumps(batch, 2), "test": pickle.dumps(batch, 2), "meta": pickle.dumps(names, 2)}


def unpack(folder: Path, files: Dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def forms(folder: Path, binary: bytes, images: np.ndarray) -> Dict[str, object]:
    """What is read of other forms, by name."""
    modern = pickle.dumps({"data": images, "labels": LABELS}, protocol=5)
    ten = {"data_batch_1": modern, "test_batch": modern}
    # As torchvision leaves it: the archive beside the folder unpacked from it.
    unpack(folder / "data" / "cifar-10-batches-py", {**ten, "readme.html": b"<p>"})
    write(folder / "data" / "cifar-10-python.tar.gz", ten)
    unpack(folder / "both" / "cifar-10-batches-py", ten)
    unpack(folder / "both" / "cifar-100-python", hundred(images))
    # CIFAR-100 under names of CIFAR-10, and the other way round: the content tells.
    write(folder / "renamed.tar.gz", {f"data_batch_{name}" if name == "train" else name: c for name, c in hundred(images).items()})
    unpack(folder / "hundred", hundred(images))
    two = b"".join(bytes([1, label]) + image.tobytes() for label, image in zip([99, 0, 9], images))
    write(folder / "binary-hundred.tar.gz", {"train.bin": two, "test.bin": two})
    write(folder / "ten-as-train.tar.gz", {"train.bin": binary, "test.bin": binary})
    with zipfile.ZipFile(folder / "zipped.zip", "w") as archive:
        for name, content in {"data_batch_1.bin.gz": binary, "test_batch.bin.gz": binary}.items():
            archive.writestr(f"cifar/{name}", gzip.compress(content))
    write(folder / "cut.tar.gz", {"data_batch_1": modern[:500], "test_batch": modern})
    names = ("data", "both", "renamed.tar.gz", "hundred", "binary-hundred.tar.gz", "ten-as-train.tar.gz", "zipped.zip", "cut.tar.gz")
    return {name: read(folder / name) for name in names}


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
    found = {name: read(folder / f"{name}.tar.gz") for name in names}
    json.dump({**found, "forms": forms(folder, binary, images)}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
