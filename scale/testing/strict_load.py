"""Loads exported weight files strictly into PyTorch modules with the names of the official code, and prints the logits.

    python -m scale.testing.strict_load <weights.safetensors> [<predictors.safetensors>]

PyTorch's own BatchNorm is used, which asks for its counters, too. Prints JSON: what each load missed or did not expect
(nothing, or it raises), the counters' values, and the logits of a fixed image in eval mode through each BatchNorm set."""

import json
import sys
from pathlib import Path

import torch
from torch import nn

from ..safetensors import read_safetensors

SETS = ("clean", "adv")


def batch_norm(channels: int, split: bool) -> nn.Module:
    return nn.ModuleDict({s: nn.BatchNorm2d(channels) for s in SETS}) if split else nn.BatchNorm2d(channels)


def chosen(bn: nn.Module, branch: str) -> nn.Module:
    return bn[branch] if isinstance(bn, nn.ModuleDict) else bn


class Block(nn.Module):
    def __init__(self, inside: int, channels: int, stride: int, split: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, channels, 3, stride, 1, bias=False)
        self.bn1 = batch_norm(channels, split)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = batch_norm(channels, split)
        self.projects = stride != 1 or inside != channels
        if self.projects:
            conv = nn.Conv2d(inside, channels, 1, stride, bias=False)
            self.shortcut = conv if split else nn.Sequential(conv, batch_norm(channels, split))
            if split:
                self.shortcut_bn = batch_norm(channels, split)

    def forward(self, x: torch.Tensor, branch: str) -> torch.Tensor:
        y = torch.relu(chosen(self.bn1, branch)(self.conv1(x)))
        y = chosen(self.bn2, branch)(self.conv2(y))
        if self.projects:
            x = self.shortcut(x)
            x = chosen(self.shortcut_bn, branch)(x) if hasattr(self, "shortcut_bn") else x
        return torch.relu(x + y)


class Network(nn.Module):
    def __init__(self, width, blocks, classes, split, stem_stride, input_scale) -> None:
        super().__init__()
        self.input_scale = input_scale
        self.conv1 = nn.Conv2d(3, width, 3, stem_stride, 1, bias=False)
        self.bn1 = batch_norm(width, split)
        self.stages, channels = [], width
        for stage, count in enumerate(blocks):
            layer = nn.ModuleList()
            for i in range(count):
                layer.append(Block(channels, width * 2**stage, 2 if i == 0 and stage > 0 else 1, split))
                channels = width * 2**stage
            self.add_module(f"layer{stage + 1}", layer)
            self.stages.append(f"layer{stage + 1}")
        self.linear = nn.Linear(channels, classes)

    def forward(self, x: torch.Tensor, branch: str) -> torch.Tensor:
        x = (x - 0.5) * self.input_scale if self.input_scale > 0 else x
        x = torch.relu(chosen(self.bn1, branch)(self.conv1(x)))
        for stage in self.stages:
            for block in getattr(self, stage):
                x = block(x, branch)
        return self.linear(x.mean((2, 3)))


def loaded(module: nn.Module, tensors) -> list:
    missing, unexpected = module.load_state_dict(tensors, strict=True)
    return [*missing, *unexpected]


def main() -> None:
    tensors, metadata = read_safetensors(Path(sys.argv[1]))
    a = json.loads(metadata["architecture"])
    network = Network(a["width"], a["blocks"], a["classes"], a["splitBn"], a["stemStride"], a["inputScale"])
    faults = loaded(network, tensors)
    counters = sorted({int(t) for name, t in tensors.items() if name.endswith("num_batches_tracked")})
    predictors = []
    for path in sys.argv[2:]:
        parts, _ = read_safetensors(Path(path))
        layers = sorted({name.split(".0.weight")[0] for name in parts if name.endswith(".0.weight")})
        for layer in layers:
            own = {name[len(layer) + 1 :]: t for name, t in parts.items() if name.startswith(f"{layer}.")}
            hidden, d = own["0.weight"].shape
            head = nn.Sequential(nn.Linear(d, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, d))
            faults += loaded(head, own)
            predictors.append(layer)
    network.eval()
    x = torch.linspace(0, 1, 3 * 32 * 32).reshape(1, 3, 32, 32)
    with torch.no_grad():
        logits = {branch: network(x, branch)[0].tolist() for branch in SETS}
    print(json.dumps({"format": metadata["format"], "faults": faults, "counters": counters, "predictors": predictors, "logits": logits}))


main()
