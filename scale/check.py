"""Compares this package with numbers of the official PyTorch code, quantity by quantity.

    python -m scale.check ../shared/fixtures/reference-a [--device cuda] [--precision tf32]

Exit code 1 where a quantity is beyond its tolerance, as `npm run parity` does. The tolerances are for float32; with
another precision the table shows how far it is from them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Dict, Optional, Sequence

import torch
from torch import Tensor

from .checks.arat_cases import run_arat_cases
from .checks.plain_cases import run_plain_cases
from .checks.report import Report
from .precision import autocast, configure
from .safetensors import read_safetensors


def _tensors(folder: Path, case: Dict[str, str], device: torch.device) -> Dict[str, Tensor]:
    found, _ = read_safetensors(folder / case["file"])
    return {name: t.to(device) for name, t in found.items()}


def check(folder: Path, device: torch.device, precision: str = "float32") -> Report:
    """Runs every case of a reference folder. Raises OSError, KeyError or WeightsError where the folder is not of that
    form."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    report = Report()
    configure(precision)
    with autocast(precision, device):
        if "arat" in index["cases"]:
            run_arat_cases(index, _tensors(folder, index["cases"]["arat"], device), device, report)
        if "plain" in index["cases"]:
            run_plain_cases(index, _tensors(folder, index["cases"]["plain"], device), device, report)
    return report


def main(argv: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scale.check", description="Compare with numbers of the official PyTorch code."
    )
    parser.add_argument("folder", type=Path, help="a folder with index.json and its safetensors files")
    parser.add_argument("--device", default="cpu", help="cpu (default), cuda, cuda:1, ...")
    parser.add_argument("--precision", choices=("float32", "tf32", "bfloat16"), default="float32")
    options = parser.parse_args(argv)
    # The sign steps of an attack turn a difference in the last digit into other pixels, and oneDNN's AVX-512 kernels
    # round differently: with them, half of AT's pixels differ. The variable is read when oneDNN is first used.
    os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")
    try:
        report = check(options.folder, torch.device(options.device), options.precision)
    except (OSError, KeyError, ValueError) as error:
        print(f"{options.folder} is not a reference folder: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    print(f"PyTorch {torch.__version__} on {options.device} in {options.precision}, beside {options.folder}")
    print(report.text())
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
