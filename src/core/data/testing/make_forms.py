"""Writes CIFAR-10 and CIFAR-100 of six made-up images each in the forms that people have them in.

/usr/bin/python3 src/core/data/testing/make_forms.py     into src/core/data/testing/forms; needs numpy

Training: two files of two images; test: two images. Pixel (x, y) of image i is (8 x + i, 8 y, 16 i + x + y) mod 256, so
that the files are small. forms.test.ts reads every form, packed and unpacked, and expects these images.
"""

import gzip
import io
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np

OUT = Path(__file__).parent / "forms"
LABELS = [3, 0, 9, 5, 7, 2]
FINE_LABELS = [99, 0, 42, 5, 7, 63]
COARSE_LABELS = [13, 4, 19, 5, 7, 1]
# data_batch_1, data_batch_2, test_batch
BATCHES = [slice(0, 2), slice(2, 4), slice(4, 6)]
TEN = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
HUNDRED = [f"fine {i}" for i in range(100)]


def images() -> np.ndarray:
    """[6, 3072] uint8, channel by channel."""
    y, x = np.mgrid[0:32, 0:32]
    planes = [np.stack([8 * x + i, 8 * y, 16 * i + x + y]) % 256 for i in range(6)]
    return np.stack(planes).astype(np.uint8).reshape(6, 3072)


def records(rows: slice, hundred: bool) -> bytes:
    """The binary version."""
    labels = zip(COARSE_LABELS[rows], FINE_LABELS[rows]) if hundred else ((label,) for label in LABELS[rows])
    return b"".join(bytes(label) + image.tobytes() for label, image in zip(labels, images()[rows]))


def short_string(text: bytes) -> bytes:
    return b"U" + bytes([len(text)]) + text


def python2_list(values) -> bytes:
    return b"](" + b"".join(b"K" + bytes([v]) if isinstance(v, int) else short_string(v) for v in values) + b"e"


def python2_array(array: np.ndarray) -> bytes:
    content = array.tobytes()
    state = b"(K\x01K" + bytes([len(array)]) + b"M\x00\x0c\x86cnumpy\ndtype\n" + short_string(b"u1") + b"K\x00K\x01\x87R"
    state += b"(K\x03" + short_string(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    state += b"\x89T" + struct.pack("<I", len(content)) + content + b"tb"
    return b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + short_string(b"b") + b"\x87R" + state


def python2_pickle(items: dict) -> bytes:
    """As Python 2 wrote the official files: protocol 2, strings of bytes (opcodes U and T), which Python 3 cannot write."""
    written = b"".join(
        short_string(key) + (python2_array(value) if isinstance(value, np.ndarray) else python2_list(value))
        for key, value in items.items()
    )
    content = b"\x80\x02}(" + written + b"u."
    read = pickle.loads(content, encoding="bytes")
    assert all(np.array_equal(read[key], value) for key, value in items.items())
    return content


def batch(rows: slice, hundred: bool) -> dict:
    labels = (
        {b"fine_labels": FINE_LABELS[rows], b"coarse_labels": COARSE_LABELS[rows]}
        if hundred
        else {b"labels": LABELS[rows]}
    )
    return {b"data": images()[rows], **labels, b"filenames": [b"a.png", b"b.png"]}


def tar(files: dict, form: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        folders = sorted({str(Path(name).parent) for name in files})
        for folder in folders:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def zipped(files: dict) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def main() -> None:
    ten = {
        "cifar-10-batches-bin/batches.meta.txt": "\n".join(TEN).encode() + b"\n\n",
        "cifar-10-batches-bin/data_batch_1.bin": records(BATCHES[0], False),
        "cifar-10-batches-bin/data_batch_2.bin": records(BATCHES[1], False),
        "cifar-10-batches-bin/readme.html": b"<html></html>",
        "cifar-10-batches-bin/test_batch.bin": records(BATCHES[2], False),
    }
    train = slice(0, 4)
    hundred = {
        "cifar-100-binary/fine_label_names.txt": "\n".join(HUNDRED).encode() + b"\n",
        "cifar-100-binary/train.bin": records(train, True),
        "cifar-100-binary/test.bin": records(BATCHES[2], True),
    }

    def python(dump) -> dict:
        return {
            "cifar-10-batches-py/batches.meta": dump({b"label_names": [n.encode() for n in TEN]}),
            "cifar-10-batches-py/data_batch_1": dump(batch(BATCHES[0], False)),
            "cifar-10-batches-py/data_batch_2": dump(batch(BATCHES[1], False)),
            "cifar-10-batches-py/readme.html": b"<html></html>",
            "cifar-10-batches-py/test_batch": dump(batch(BATCHES[2], False)),
        }

    python100 = {
        "cifar-100-python/meta": python2_pickle({b"fine_label_names": [n.encode() for n in HUNDRED]}),
        "cifar-100-python/train": python2_pickle(batch(train, True)),
        "cifar-100-python/test": python2_pickle(batch(BATCHES[2], True)),
    }
    # Above the 100 bytes of a tar header's name, and with no "/" at which the older extension could split it.
    long = "downloads/" + "of-the-official-data-set-" * 6
    long_names = {name.replace("cifar-10-batches-bin", long): content for name, content in ten.items()}
    whole = tar(ten)
    middle = len(whole) // 2
    forms = {
        "cifar-10-binary.tar.gz": packed(whole),
        "cifar-10-binary.zip": zipped(ten),
        "cifar-10-python.tar.gz": packed(tar(python(python2_pickle))),
        "cifar-10-python3-protocol2.tar.gz": packed(tar(python(lambda items: pickle.dumps(items, protocol=2)))),
        "cifar-10-python3-protocol5.tar.gz": packed(tar(python(lambda items: pickle.dumps(items, protocol=5)))),
        "gnu-long-names.tar.gz": packed(tar(long_names, tarfile.GNU_FORMAT)),
        "pax-long-names.tar.gz": packed(tar(long_names, tarfile.PAX_FORMAT)),
        "multi-member.tar.gz": packed(whole[:middle]) + packed(b"") + packed(whole[middle:]) + bytes(512),
        "cifar-100-binary.tar.gz": packed(tar(hundred)),
        "cifar-100-python.tar.gz": packed(tar(python100)),
    }
    OUT.mkdir(exist_ok=True)
    for name, content in forms.items():
        (OUT / name).write_bytes(content)


if __name__ == "__main__":
    main()
