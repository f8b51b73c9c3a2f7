"""CIFAR-10 and CIFAR-100 from their official archives: the binary version and the Python version that torchvision
leaves in ./data.

Formats: https://www.cs.toronto.edu/~kriz/cifar.html. The Python version is a pickle; only the types that it needs are
loaded from it, because a pickle from elsewhere could run any code."""

from __future__ import annotations

import io
import pickle
import re
import tarfile
from pathlib import Path
from typing import Any, Dict, List, Tuple

import numpy as np

from .dataset import DataError, Dataset, ImageSet

PIXELS = 3072
CIFAR10_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
EXPECTED = "expected cifar-10-binary.tar.gz or cifar-10-python.tar.gz (or CIFAR-100's), or the folder unpacked from it"
Files = Dict[str, bytes]

_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class _SafeUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        raise DataError(
            f"The archive's pickle asks for {module}.{name}, which CIFAR's files do not contain: it is not loaded."
        )


def _files(path: Path) -> Files:
    """Contents by file name of the archive, the folder or the one file."""
    wanted = re.compile(r"^((data_batch_\d+|data_batch|test_batch|train|test)(\.bin)?|fine_label_names\.txt|meta)$")
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file() and wanted.match(p.name))
        return {p.name: p.read_bytes() for p in found}
    try:
        with tarfile.open(path) as tar:
            members = [m for m in tar.getmembers() if m.isfile() and wanted.match(Path(m.name).name)]
            return {Path(m.name).name: tar.extractfile(m).read() for m in members}  # type: ignore[union-attr]
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DataError(f"{path} cannot be read as an archive ({error}); {EXPECTED}.") from error


def _binary(name: str, content: bytes, hundred: bool) -> Tuple[np.ndarray, np.ndarray]:
    """[n,32,32,3] uint8 and [n]: records of one label byte (CIFAR-100: coarse and fine), then 3,072 pixels, channel by
    channel."""
    label_bytes = 2 if hundred else 1
    if not content or len(content) % (label_bytes + PIXELS):
        raise DataError(
            f"{name} has {len(content)} bytes, which is no multiple of the {label_bytes + PIXELS} bytes of a record: "
            "it is truncated or another format."
        )
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, label_bytes + PIXELS)
    return _channels_last(records[:, label_bytes:]), records[:, label_bytes - 1].copy()


def _pickled(name: str, content: bytes) -> Tuple[np.ndarray, np.ndarray]:
    batch = _SafeUnpickler(io.BytesIO(content), encoding="bytes").load()
    labels = batch.get(b"labels", batch.get(b"fine_labels")) if isinstance(batch, dict) else None
    data = batch.get(b"data") if isinstance(batch, dict) else None
    if labels is None or getattr(data, "shape", None) != (len(labels), PIXELS):
        raise DataError(f"{name} lacks data [n,{PIXELS}] and labels; {EXPECTED}.")
    return _channels_last(np.asarray(data, dtype=np.uint8)), np.array(labels, dtype=np.uint8)


def _channels_last(flat: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(flat.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def _class_names(files: Files, hundred: bool) -> Tuple[str, ...]:
    if not hundred:
        return CIFAR10_NAMES
    if "fine_label_names.txt" in files:
        return tuple(files["fine_label_names.txt"].decode().split())
    if "meta" in files:
        return tuple(
            n.decode() for n in _SafeUnpickler(io.BytesIO(files["meta"]), encoding="bytes").load()[b"fine_label_names"]
        )
    return tuple(f"class {i}" for i in range(100))


def read_cifar(path_text: str) -> Dataset:
    """All images of an archive, or of the folder that it unpacks to. Raises DataError."""
    path = Path(path_text)
    if not path.exists():
        raise DataError(f"{path} does not exist; {EXPECTED}.")
    files = _files(path)
    hundred = any(name in files for name in ("train", "train.bin"))
    parts: Dict[str, List[Tuple[np.ndarray, np.ndarray]]] = {"train": [], "test": []}
    for name in sorted(files):
        if not re.match(r"^(data_batch|test_batch|train|test)", name):
            continue
        read = _binary(name, files[name], hundred) if name.endswith(".bin") else _pickled(name, files[name])
        parts["test" if name.startswith("test") else "train"].append(read)
    for which, found in parts.items():
        if not found:
            raise DataError(f"{path} holds no {which} images; {EXPECTED}.")
    names = _class_names(files, hundred)
    for _, labels in parts["train"] + parts["test"]:
        if labels.max() >= len(names):
            raise DataError(f"{path} has an image with label {labels.max()}; expected 0 to {len(names) - 1}.")
    train, test = (ImageSet(*(np.concatenate(column) for column in zip(*parts[which]))) for which in ("train", "test"))
    title = "CIFAR-100" if hundred else "CIFAR-10"
    return Dataset(
        train,
        test,
        names,
        f"{title} from {path.name}: {len(train.labels):,} training and {len(test.labels):,} test images",
    )
