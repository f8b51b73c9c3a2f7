"""Number formats of convolutions and matrix products in training. Evaluation is always in float32."""

from __future__ import annotations

import contextlib
from typing import ContextManager

import torch

PRECISIONS = ("float32", "tf32", "bfloat16", "float64")
"""float64 tells a difference in what is computed from one in rounding; evaluation is then in float64, too."""


def configure(precision: str) -> None:
    """TF32 on or off for the whole process: PyTorch's own default for cuDNN is on, which is not float32."""
    on = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = on
    torch.backends.cuda.matmul.allow_tf32 = on


def autocast(precision: str, device: torch.device) -> ContextManager:
    """bfloat16: PyTorch's automatic mixed precision; otherwise nothing."""
    if precision != "bfloat16":
        return contextlib.nullcontext()
    # Without the cache of cast weights: one filled without gradients, as an attack does, would cut the loss off from
    # the weights.
    return torch.autocast(device.type, dtype=torch.bfloat16, cache_enabled=False)


def widened(module: torch.nn.Module, precision: str) -> torch.nn.Module:
    """Parameters and statistics in float64 where that is asked for."""
    return module.double() if precision == "float64" else module
