"""Number formats of convolutions and matrix products in training. Evaluation is always in float32."""

from __future__ import annotations

import contextlib
from typing import ContextManager

import torch

PRECISIONS = ("float32", "tf32", "bfloat16")


def configure(precision: str) -> None:
    """TF32 on or off for the whole process: PyTorch's own default for cuDNN is on, which is not float32."""
    on = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = on
    torch.backends.cuda.matmul.allow_tf32 = on


def autocast(precision: str, device: torch.device) -> ContextManager:
    """bfloat16: PyTorch's automatic mixed precision; otherwise nothing."""
    if precision != "bfloat16":
        return contextlib.nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)
