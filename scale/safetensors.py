"""Weight files in the safetensors format (https://github.com/huggingface/safetensors), as the page writes and opens
them.

Eight bytes of little-endian header length, a JSON header, the data. The package of that name would do the same; these
few lines leave torch and numpy as the only requirements."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Dict, Mapping, Optional, Tuple

import numpy as np
import torch

_TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "U8": np.uint8}
MOST_HEADER_BYTES = 16 * 1024 * 1024


class WeightsError(ValueError):
    """One sentence that says why a file is not a valid safetensors file."""


def write_whole(path: Path, content: bytes) -> None:
    """Writes beside `path`, then renames: a reader, and a run that was killed, sees the old file or the new one, never
    half of one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(beside, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def read_safetensors(path: Path) -> Tuple[Dict[str, torch.Tensor], Dict[str, str]]:
    """Tensors by name, and the file's metadata. Raises WeightsError."""
    content = Path(path).read_bytes()

    def refuse(why: str) -> WeightsError:
        return WeightsError(f"{path} is not a valid safetensors file: {why}.")

    if len(content) < 8:
        raise refuse(f"it has {len(content)} bytes, fewer than its 8-byte header length")
    (length,) = struct.unpack("<Q", content[:8])
    if length > MOST_HEADER_BYTES or 8 + length > len(content):
        raise refuse(f"its header should take {length} bytes, and the file has {len(content)}")
    try:
        header = json.loads(content[8 : 8 + length].decode("utf-8"))
        metadata = header.pop("__metadata__", {})
    except (ValueError, AttributeError) as error:
        raise refuse("its header is not a JSON object") from error
    tensors = {}
    for name, entry in header.items():
        try:
            kind, shape, (begin, end) = _TYPES[entry["dtype"]], entry["shape"], entry["data_offsets"]
            count = int(np.prod(shape, dtype=np.int64))
            if begin < 0 or end - begin != count * np.dtype(kind).itemsize or 8 + length + end > len(content):
                raise ValueError(f"its {end - begin} bytes are not those of shape {shape}")
        except (KeyError, TypeError, ValueError) as error:
            raise refuse(f"tensor '{name}' is not described as expected ({error})") from error
        values = np.frombuffer(content, dtype=kind, count=count, offset=8 + length + begin)
        tensors[name] = torch.from_numpy(values.reshape(shape).copy())
    return tensors, metadata


def write_safetensors(
    path: Path, tensors: Mapping[str, torch.Tensor], metadata: Optional[Mapping[str, str]] = None
) -> None:
    """Writes float32 tensors in PyTorch's layout; `metadata` values are strings, as the format asks."""
    header: Dict[str, object] = {"__metadata__": dict(metadata or {})}
    parts, offset = [], 0
    for name, tensor in tensors.items():
        data = tensor.detach().to("cpu", torch.float32).contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    write_whole(path, struct.pack("<Q", len(text)) + text + b"".join(parts))
