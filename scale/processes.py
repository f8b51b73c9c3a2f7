"""The processes that torchrun starts: who this one is, its share of the work, and sums over all of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Dict, Optional

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class Processes:
    """One process alone where `size` is 1; then every sum is what it was."""

    rank: int
    size: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files and prints."""
        return self.rank == 0

    def part(self, n: int) -> slice:
        """This process's share of n images, in order; shares differ by at most one."""
        return slice(self.rank * n // self.size, (self.rank + 1) * n // self.size)

    def sum(self, t: Tensor) -> Tensor:
        if self.size > 1:
            dist.all_reduce(t)
        return t

    def mean_gradients(self, gradients: Dict[str, Tensor]) -> Dict[str, Tensor]:
        """Means over the processes, in one transfer."""
        if self.size == 1 or not gradients:
            return gradients
        flat = self.sum(torch.cat([g.reshape(-1) for g in gradients.values()])) / self.size
        parts = flat.split([g.numel() for g in gradients.values()])
        return {name: part.view_as(g) for (name, g), part in zip(gradients.items(), parts)}

    def average_buffers(self, module: torch.nn.Module) -> None:
        """Running statistics become their means over the processes, so that all hold the same network."""
        if self.size > 1:
            for buffer in module.buffers():
                self.sum(buffer)
                buffer /= self.size

    def end(self) -> None:
        if self.size > 1:
            dist.destroy_process_group()


def join(device: Optional[str] = None) -> Processes:
    """Joins the processes that torchrun started (NCCL on GPUs, gloo on CPUs); alone where there is no torchrun.

    `device`: 'cpu' or 'cuda'; by default CUDA where there is one, a GPU per process.
    """
    size, rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
    kind = device or ("cuda" if torch.cuda.is_available() else "cpu")
    place = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if kind == "cuda" else torch.device("cpu")
    if kind == "cuda":
        torch.cuda.set_device(place)
    if size > 1:
        dist.init_process_group("nccl" if kind == "cuda" else "gloo")
    return Processes(rank, size, place)


def describe(processes: Processes) -> str:
    """The machine in words, e.g. `PyTorch 2.3.1 on 8 processes, NVIDIA H100`."""
    many = f"{processes.size} process" + ("es" if processes.size > 1 else "")
    if processes.device.type == "cuda":
        return f"PyTorch {torch.__version__} on {many}, {torch.cuda.get_device_name(processes.device)}"
    threads = torch.get_num_threads()
    return f"PyTorch {torch.__version__} on {many}, CPU, {threads} thread{'s' if threads > 1 else ''} each"
