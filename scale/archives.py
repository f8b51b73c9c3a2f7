"""CIFAR-10 and CIFAR-100 in the forms that people have: the binary version, and the Python version that torchvision
leaves in ./data; in a tar or zip archive, each file gzipped, in a folder, or loose. What a file is, its content tells.

Formats: https://www.cs.toronto.edu/~kriz/cifar.html. The Python version is a pickle; only the types that it needs are
loaded from it, because a pickle from elsewhere could run any code."""

from __future__ import annotations

import gzip
import io
import pickle
import re
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from .dataset import DataError, Dataset, ImageSet

PIXELS = 3072
CIFAR10_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
COARSE_CLASSES = 20
"""Superclasses of CIFAR-100, which the first label byte of its records numbers."""
EXPECTED = "expected cifar-10-binary.tar.gz or cifar-10-python.tar.gz (or CIFAR-100's), or the folder unpacked from it"
MOST_NESTED = 4
"""Archives within archives: a .bin.gz in a .tar.gz in a .zip is three."""

_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy.core.numeric", "_frombuffer"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class _SafeUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        # NumPy 2 renamed numpy.core, and either version may have written the file.
        if (module.replace("numpy._core", "numpy.core"), name) not in _ALLOWED:
            raise DataError(
                f"The archive's pickle asks for {module}.{name}, which CIFAR's files do not contain: it is not loaded."
            )
        try:
            return super().find_class(module, name)
        except ImportError:
            old, new = "numpy.core", "numpy._core"
            return super().find_class(module.replace(*((new, old) if new in module else (old, new))), name)


class Part(NamedTuple):
    """One file of images. `hundred`: of CIFAR-100."""

    name: str
    hundred: bool
    images: np.ndarray
    labels: np.ndarray


class _Found:
    def __init__(self) -> None:
        self.parts: List[Part] = []
        self.names: Optional[Tuple[str, ...]] = None


def _members(name: str, content: bytes, depth: int = 0) -> Iterator[Tuple[str, bytes]]:
    """Name and content of every file in an archive; of one that is no archive, itself."""
    if depth > MOST_NESTED:
        raise DataError(f"{name} holds archives within archives too deep; {EXPECTED}.")
    file = io.BytesIO(content)
    if content[:2] == b"\x1f\x8b":
        yield from _members(re.sub(r"\.gz$", "", name), gzip.decompress(content), depth + 1)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield from _members(entry.filename, archive.read(entry), depth + 1)
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=file) as tar:
            for member in tar:
                if member.isfile():
                    yield from _members(member.name, tar.extractfile(member).read(), depth + 1)  # type: ignore[union-attr]
    else:
        yield name, content


def _is_pickle(content: bytes) -> bool:
    return content[:1] == b"\x80" and content[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _read(path_text: str, content: bytes, found: _Found) -> None:
    """Adds the images or class names of one file; other files are passed over."""
    name = Path(path_text).name
    if name.startswith("._"):  # macOS writes one beside each file
        return
    if _is_pickle(content):
        _read_pickle(name, content, found)
    elif content[:4] == b"PAR1":
        raise DataError(f"{name} is a parquet file, which this package does not read; {EXPECTED}.")
    elif name in ("batches.meta.txt", "fine_label_names.txt"):
        found.names = tuple(content.decode("utf-8", "replace").split())
    elif name.lower().endswith(".bin"):
        found.parts.append(_binary(name, content))


def _binary(name: str, content: bytes) -> Part:
    """Records of one label byte (CIFAR-100: coarse and fine), then 3,072 pixels, channel by channel."""
    fitting = [label_bytes for label_bytes in (1, 2) if content and len(content) % (label_bytes + PIXELS) == 0]
    if not fitting:
        label_bytes = 2 if re.match(r"(train|test)\.bin$", name) else 1
        raise DataError(
            f"{name} has {len(content)} bytes, which is no multiple of the {label_bytes + PIXELS} bytes of a record: "
            "it is truncated or another format."
        )

    def labels_fit(label_bytes: int) -> bool:
        labels = _records(content, label_bytes)[:, :label_bytes]
        return bool(labels[:, 0].max() < 10 if label_bytes == 1 else (labels.max(0) < (COARSE_CLASSES, 100)).all())

    # A size may be a multiple of both; then the labels tell.
    label_bytes = next((bytes_ for bytes_ in fitting if labels_fit(bytes_)), fitting[0])
    records = _records(content, label_bytes)
    return Part(name, label_bytes == 2, _channels_last(records[:, label_bytes:]), records[:, label_bytes - 1].copy())


def _records(content: bytes, label_bytes: int) -> np.ndarray:
    return np.frombuffer(content, dtype=np.uint8).reshape(-1, label_bytes + PIXELS)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _read_pickle(name: str, content: bytes, found: _Found) -> None:
    try:
        loaded = _SafeUnpickler(io.BytesIO(content), encoding="bytes").load()
    except DataError:
        raise
    except Exception as error:  # a damaged pickle raises nearly anything
        raise DataError(f"{name} is a damaged pickle ({error}); {EXPECTED}.") from error
    batch: Dict[str, Any] = {_text(key): value for key, value in loaded.items()} if isinstance(loaded, dict) else {}
    names = batch.get("fine_label_names", batch.get("label_names"))
    if names is not None:
        found.names = tuple(map(_text, names))
        return
    hundred = "fine_labels" in batch
    labels, data = batch.get("fine_labels" if hundred else "labels"), batch.get("data")
    if labels is None or getattr(data, "shape", None) != (len(labels), PIXELS):
        raise DataError(f"{name} lacks data [n,{PIXELS}] and labels; {EXPECTED}.")
    images = _channels_last(np.asarray(data, dtype=np.uint8))
    found.parts.append(Part(name, hundred, images, np.array(labels, dtype=np.uint8)))


def _channels_last(flat: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(flat.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def _may_be_read(path: Path) -> bool:
    """Whether `_read` looks at more than the first bytes: a folder may hold large files of other kinds."""
    with path.open("rb") as file:
        head = file.read(4)
    return _is_pickle(head) or head == b"PAR1" or path.suffix.lower() in (".bin", ".txt")


def _found_in(path: Path) -> _Found:
    found = _Found()
    if not path.is_dir():
        for name, content in _members(path.name, path.read_bytes()):
            _read(name, content, found)
        return found
    files = sorted(p for p in path.rglob("*") if p.is_file())
    # torchvision leaves the archive beside the folder that it unpacked: archives count only where nothing is unpacked.
    packed = re.compile(r"\.(gz|tgz|tar|zip)$")
    for p in (p for p in files if not packed.search(p.name) and _may_be_read(p)):
        _read(p.name, p.read_bytes(), found)
    for p in (p for p in files if packed.search(p.name) and not found.parts):
        for name, content in _members(p.name, p.read_bytes()):
            _read(name, content, found)
    return found


def read_cifar(path_text: str) -> Dataset:
    """All images of an archive, or of the folder that it unpacks to. Raises DataError."""
    path = Path(path_text)
    if not path.exists():
        raise DataError(f"{path} does not exist; {EXPECTED}.")
    try:
        found = _found_in(path)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise DataError(f"{path} cannot be read as an archive ({error}); {EXPECTED}.") from error
    parts = sorted(found.parts, key=lambda part: part.name)
    if not parts:
        raise DataError(f"{path} holds no images of CIFAR; {EXPECTED}.")
    hundred = parts[0].hundred
    other = next((part for part in parts if part.hundred != hundred), None)
    if other is not None:
        raise DataError(f"{path} holds {parts[0].name} and {other.name}, of CIFAR-10 and CIFAR-100: name one of the two.")
    classes = 100 if hundred else 10
    for part in parts:
        if part.labels.size > 0 and part.labels.max() >= classes:
            raise DataError(
                f"{path}: {part.name} has an image with label {part.labels.max()}; expected 0 to {classes - 1}."
            )
    sets = []
    for which in ("training", "test"):
        chosen = [part for part in parts if part.name.startswith("test") == (which == "test")]
        if not chosen:
            raise DataError(f"{path} holds no {which} images; {EXPECTED}.")
        sets.append(ImageSet(*(np.concatenate(column) for column in ([p.images for p in chosen], [p.labels for p in chosen]))))
    train, test = sets
    usual = tuple(f"class {i}" for i in range(100)) if hundred else CIFAR10_NAMES
    names = found.names if found.names is not None and len(found.names) == classes else usual
    title = "CIFAR-100" if hundred else "CIFAR-10"
    return Dataset(
        train,
        test,
        names,
        f"{title} from {path.name}: {len(train.labels):,} training and {len(test.labels):,} test images",
    )
