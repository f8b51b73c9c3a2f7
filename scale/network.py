"""CIFAR ResNet of BasicBlocks (He et al. 2016; 3x3 stem, no max pool) with one or two BatchNorm sets (ARAT's split BN),
plain or wide (Zagoruyko & Komodakis 2016).

The twin of src/core/nn/resnet.ts: same layers, same parameter names (those of the official code), and for the same seed
the same weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import NetworkSettings
from .normalisation import BatchNorm, PartlyShared, Statistics
from .shares import Convolution, Linear
from .streams import RandomStream


@dataclass(frozen=True)
class Pass:
    """How a forward pass is made. Networks without split BN have one BatchNorm set; both branches then mean that
    one."""

    branch: str
    """'clean' or 'adv'."""
    train: bool
    """Batch statistics; otherwise running ones."""
    update_statistics: bool = False
    """Moves the running statistics once: momentum 0.1, unbiased variance, PyTorch's rule."""
    features: Tuple[str, ...] = ()
    """BN layers whose average-pooled ReLU(BN output) [n,C] is wanted; 'pool': what the linear layer sees."""
    statistics: bool = False
    """Whether the batch statistics of every BN layer are wanted."""


@dataclass
class Outputs:
    """logits [n,classes]; features [n,C] by layer; batch statistics by layer."""

    logits: Tensor = field(default_factory=lambda: torch.empty(0))
    features: Dict[str, Tensor] = field(default_factory=dict)
    statistics: Dict[str, Statistics] = field(default_factory=dict)
    commits: List[Callable[[], None]] = field(default_factory=list)

    def commit_statistics(self) -> None:
        """Moves the running statistics by this pass's batch statistics (once more)."""
        for commit in self.commits:
            commit()


def pytorch_uniform(seed: int, name: str, shape: Tuple[int, ...], fan_in: int) -> Tensor:
    """U(-1/sqrt(fan_in), 1/sqrt(fan_in)), PyTorch's default for conv and linear, from the page's stream of that name.

    `shape` is PyTorch's; the numbers are drawn in the page's layout (HWIO, [in,out]).
    """
    bound = fan_in**-0.5
    order = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[len(shape)]
    back = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[len(shape)]
    size = 1
    for n in shape:
        size *= n
    numbers = RandomStream(seed, f"initialise {name}").uniform_array(size, -bound, bound)
    return torch.from_numpy(numbers).reshape([shape[i] for i in order]).permute(back).contiguous()


def wide_normal(seed: int, name: str, shape: Tuple[int, int, int, int]) -> Tensor:
    """N(0, 2 / (k^2 out)), as the official codes initialise the convolutions [out,in,k,k] of wide networks."""
    out, fan_in, k, _ = shape
    deviation = (2 / (k * k * out)) ** 0.5
    numbers = RandomStream(seed, f"initialise {name}").normal_array(out * fan_in * k * k)
    return (torch.from_numpy(numbers).reshape(k, k, fan_in, out) * deviation).permute(3, 2, 0, 1).contiguous()


def wide_convolution(in_channels: int, channels: int, kernel: int, stride: int, seed: int, name: str) -> nn.Conv2d:
    conv = Convolution(in_channels, channels, kernel, stride, padding=kernel // 2, bias=False)
    conv.weight = nn.Parameter(wide_normal(seed, f"{name}.weight", tuple(conv.weight.shape)))  # type: ignore[arg-type]
    return conv


def convolution(in_channels: int, channels: int, kernel: int, stride: int, seed: int, stream: str) -> nn.Conv2d:
    conv = Convolution(in_channels, channels, kernel, stride, padding=kernel // 2, bias=False)
    conv.weight = nn.Parameter(pytorch_uniform(seed, stream, tuple(conv.weight.shape), in_channels * kernel * kernel))
    return conv


def linear(in_features: int, out_features: int, bias: bool, seed: int, name: str) -> nn.Linear:
    layer = Linear(in_features, out_features, bias)
    layer.weight = nn.Parameter(pytorch_uniform(seed, f"{name}.weight", (out_features, in_features), in_features))
    if bias:
        layer.bias = nn.Parameter(pytorch_uniform(seed, f"{name}.bias", (out_features,), in_features))
    return layer


def bn_sets(channels: int, split: str) -> nn.Module:
    """One BatchNorm (split 'none'), or two under the names `clean` and `adv`. Of a part that is not split, the `adv` set
    holds the one copy."""
    adv = BatchNorm(channels)
    if split == "none":
        return adv
    return nn.ModuleDict({"clean": BatchNorm(channels) if split == "both" else PartlyShared(channels, split, adv), "adv": adv})


class BasicBlock(nn.Module):
    """relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))."""

    def __init__(self, name: str, in_channels: int, channels: int, stride: int, split: str, seed: int) -> None:
        super().__init__()
        self.conv1 = convolution(in_channels, channels, 3, stride, seed, f"{name}.conv1")
        self.bn1 = bn_sets(channels, split)
        self.conv2 = convolution(channels, channels, 3, 1, seed, f"{name}.conv2")
        self.bn2 = bn_sets(channels, split)
        self.projects = stride != 1 or in_channels != channels
        if self.projects:
            shortcut = convolution(in_channels, channels, 1, stride, seed, f"{name}.shortcut")
            if split != "none":
                self.shortcut, self.shortcut_bn = shortcut, bn_sets(channels, split)
            else:
                self.shortcut = nn.Sequential(shortcut, bn_sets(channels, split))

    @property
    def shortcut_conv(self) -> nn.Module:
        return self.shortcut[0] if isinstance(self.shortcut, nn.Sequential) else self.shortcut


WIDE_STEM = 16
"""Channels of a wide network's first convolution, whatever its width."""


class WideBlock(nn.Module):
    """a = relu(bn1(x)); conv2(relu(bn2(conv1(a)))) + shortcut, which is convShortcut(a) where the channels change, else
    x."""

    def __init__(self, name: str, in_channels: int, channels: int, stride: int, split: str, seed: int) -> None:
        super().__init__()
        self.bn1 = bn_sets(in_channels, split)
        self.conv1 = wide_convolution(in_channels, channels, 3, stride, seed, f"{name}.conv1")
        self.bn2 = bn_sets(channels, split)
        self.conv2 = wide_convolution(channels, channels, 3, 1, seed, f"{name}.conv2")
        self.projects = stride != 1 or in_channels != channels
        if self.projects:
            self.convShortcut = wide_convolution(in_channels, channels, 1, stride, seed, f"{name}.convShortcut")


class ResNet(nn.Module):
    """Stages of BasicBlocks that double in width; every stage after the first halves the resolution.

    What a method keeps beside the network (predictors, second networks, numbers) is added to it as further modules and
    buffers, so that SGD, checkpoints and the weights file see it; `not_exported` names the parts that the weights file
    leaves out."""

    def __init__(
        self, settings: NetworkSettings, classes: int, split_bn: bool, seed: int, split_parts: str = "both"
    ) -> None:
        """`split_parts`: what the two sets have of their own, 'both', 'affine' or 'statistics'."""
        super().__init__()
        self.settings, self.classes, self.split_bn = settings, classes, split_bn
        split = split_parts if split_bn else "none"
        self.not_exported: Tuple[str, ...] = ()
        if settings.family == "wide":
            self._build_wide(settings, classes, split, seed)
            return
        self.conv1 = convolution(3, settings.width, 3, settings.stem_stride, seed, "conv1")
        self.bn1 = bn_sets(settings.width, split)
        bn_layers, weights = ["bn1"], ["conv1.weight"]
        self.blocks: List[Tuple[str, BasicBlock]] = []
        channels = settings.width
        for stage, count in enumerate(settings.blocks):
            layer = nn.Sequential()
            for i in range(count):
                name, width = f"layer{stage + 1}.{i}", settings.width * 2**stage
                block = BasicBlock(name, channels, width, 2 if i == 0 and stage > 0 else 1, split, seed)
                layer.add_module(str(i), block)
                self.blocks.append((name, block))
                bn_layers += [f"{name}.bn1", f"{name}.bn2"]
                weights += [f"{name}.conv1.weight", f"{name}.conv2.weight"]
                if block.projects:
                    bn_layers.append(f"{name}.shortcut_bn")
                    weights.append(f"{name}.shortcut.weight" if split_bn else f"{name}.shortcut.0.weight")
                channels = width
            self.add_module(f"layer{stage + 1}", layer)
        self.linear = linear(channels, classes, True, seed, "linear")
        self.bn_layers = tuple(bn_layers)
        """Every BN layer in order of the forward pass, without branch."""
        self.shared_weights = (*weights, "linear.weight")
        """Shared conv and linear weights: those of the gradient conflict."""

    def _build_wide(self, settings: NetworkSettings, classes: int, split: str, seed: int) -> None:
        self.conv1 = wide_convolution(3, WIDE_STEM, 3, settings.stem_stride, seed, "conv1")
        bn_layers: List[str] = []
        weights = ["conv1.weight"]
        self.wide_blocks: List[Tuple[str, WideBlock]] = []
        channels = WIDE_STEM
        for stage, count in enumerate(settings.blocks):
            layers = nn.Sequential()
            for i in range(count):
                name, width = f"block{stage + 1}.layer.{i}", settings.width * 2**stage
                block = WideBlock(name, channels, width, 2 if i == 0 and stage > 0 else 1, split, seed)
                layers.add_module(str(i), block)
                self.wide_blocks.append((name, block))
                bn_layers += [f"{name}.bn1", f"{name}.bn2"]
                weights += [f"{name}.conv1.weight", f"{name}.conv2.weight"]
                if block.projects:
                    weights.append(f"{name}.convShortcut.weight")
                channels = width
            stage_module = nn.Module()
            stage_module.add_module("layer", layers)
            self.add_module(f"block{stage + 1}", stage_module)
        self.bn1 = bn_sets(channels, split)
        self.fc = linear(channels, classes, True, seed, "fc")
        nn.init.zeros_(self.fc.bias)
        self.bn_layers = (*bn_layers, "bn1")
        self.shared_weights = (*weights, "fc.weight")

    @property
    def head(self) -> nn.Linear:
        return self.fc if self.settings.family == "wide" else self.linear

    def bn(self, layer: str, branch: str) -> BatchNorm:
        """A layer's set for a branch."""
        path = layer.split(".")
        if path[-1] == "shortcut_bn" and not self.split_bn:
            path[-1:] = ["shortcut", "1"]
        module: nn.Module = self
        for part in path:
            module = getattr(module, part)
        return module[branch] if self.split_bn else module  # type: ignore[index,return-value]

    def forward(self, x: Tensor, how: Pass) -> Outputs:
        """x [n,3,32,32] in [0,1]. The network sees (x - 0.5) * input_scale where that is not 0."""
        out = Outputs()
        scale = self.settings.input_scale
        h = (x - 0.5) * scale if scale > 0 else x
        pooled = (self._wide(h, how, out) if self.settings.family == "wide" else self._plain(h, how, out)).mean((2, 3))
        if "pool" in how.features:
            out.features["pool"] = pooled
        logits = self.head(pooled)
        # Losses are in float32 also where autocast made the logits bfloat16.
        out.logits = logits.float() if logits.dtype == torch.bfloat16 else logits
        if how.train and how.update_statistics:
            out.commit_statistics()
        return out

    def _wide(self, x: Tensor, how: Pass, out: Outputs) -> Tensor:
        h = self.conv1(x)
        for name, block in self.wide_blocks:
            activated = self._normalise(f"{name}.bn1", h, how, out, relu=True)
            inner = self._normalise(f"{name}.bn2", block.conv1(activated), how, out, relu=True)
            h = block.conv2(inner) + (block.convShortcut(activated) if block.projects else h)
        return self._normalise("bn1", h, how, out, relu=True)

    def _plain(self, x: Tensor, how: Pass, out: Outputs) -> Tensor:
        h = self._normalise("bn1", self.conv1(x), how, out, relu=True)
        for name, block in self.blocks:
            entry = h
            h = self._normalise(f"{name}.bn1", block.conv1(h), how, out, relu=True)
            h = self._normalise(f"{name}.bn2", block.conv2(h), how, out, relu=False)
            if block.projects:
                entry = self._normalise(f"{name}.shortcut_bn", block.shortcut_conv(entry), how, out, relu=False)
            h = F.relu(h + entry)
        return h

    def _normalise(self, layer: str, x: Tensor, how: Pass, out: Outputs, relu: bool) -> Tensor:
        bn = self.bn(layer, how.branch)
        if how.train:
            y, statistics = bn.of_batch(x, how.statistics or how.update_statistics)
            if statistics is not None:
                out.commits.append(lambda: bn.move(statistics))
                if how.statistics:
                    out.statistics[layer] = statistics
        else:
            y = bn.of_running(x)
        activated = F.relu(y) if relu or layer in how.features else y
        # The aligned feature is taken after a ReLU of the BN output, also where the block adds its shortcut first
        # (bn2).
        if layer in how.features:
            out.features[layer] = activated.mean((2, 3))
        return activated if relu else y

    def logits(self, x: Tensor) -> Tensor:
        """Inference: the adv set, running statistics, for clean and adversarial images alike."""
        return self(x, Pass("adv", train=False)).logits

    def exported(self) -> Dict[str, Tensor]:
        """Parameters and running statistics of the weights file."""
        return {name: t for name, t in self.state_dict().items() if name.split(".", 1)[0] not in self.not_exported}
