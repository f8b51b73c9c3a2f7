"""ARAT's network in PyTorch: a CIFAR ResNet of BasicBlocks with two BatchNorm sets, and the predictor.

The twin of src/core/nn/resnet.ts and src/core/nn/predictor.ts: same layers, same parameter names, same initialisation.
"""

import torch
import torch.nn.functional as F
from torch import nn


class SplitBatchNorm(nn.Module):
    """Two BatchNorm sets, `clean` and `adv`; a pass goes through one of them."""

    def __init__(self, channels):
        super().__init__()
        self.clean = nn.BatchNorm2d(channels)
        self.adv = nn.BatchNorm2d(channels)

    def forward(self, x, branch, update_statistics):
        """x [N,C,H,W]. In train mode batch statistics are used, and move the running ones only where asked to."""
        bn = getattr(self, branch)
        if update_statistics or not self.training:
            return bn(x)
        return F.batch_norm(x, None, None, bn.weight, bn.bias, training=True, eps=bn.eps)


class BasicBlock(nn.Module):
    """relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x)), He et al. 2016."""

    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, padding=1, bias=False)
        self.bn1 = SplitBatchNorm(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, padding=1, bias=False)
        self.bn2 = SplitBatchNorm(channels)
        self.projects = stride != 1 or in_channels != channels
        if self.projects:
            self.shortcut = nn.Conv2d(in_channels, channels, 1, stride, bias=False)
            self.shortcut_bn = SplitBatchNorm(channels)

    def forward(self, x, *how):
        """The block's output, and the outputs of bn1 after its ReLU and of bn2 before anything is added."""
        first = F.relu(self.bn1(self.conv1(x), *how))
        second = self.bn2(self.conv2(first), *how)
        shortcut = self.shortcut_bn(self.shortcut(x), *how) if self.projects else x
        return F.relu(second + shortcut), {"bn1": first, "bn2": second}


class ResNet(nn.Module):
    """Stages of BasicBlocks, doubling in width; every stage after the first halves the resolution."""

    def __init__(self, width, blocks, stem_stride, input_scale, classes):
        super().__init__()
        self.input_scale = input_scale
        self.conv1 = nn.Conv2d(3, width, 3, stem_stride, padding=1, bias=False)
        self.bn1 = SplitBatchNorm(width)
        self.stages = len(blocks)
        channels = width
        for stage, count in enumerate(blocks):
            layer = []
            for i in range(count):
                stride = 2 if i == 0 and stage > 0 else 1
                layer.append(BasicBlock(channels, width * 2**stage, stride))
                channels = width * 2**stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layer))
        self.linear = nn.Linear(channels, classes)
        self.aligned = {
            f"layer{self.stages}.{i}.{bn}": channels for i in range(blocks[-1]) for bn in ("bn1", "bn2")
        }
        """Layers that the invariance term compares, bn1 and bn2 of the last stage's blocks, and their widths."""

    def forward(self, x, branch, update_statistics=False, features=None):
        """Logits [N,K] of x [N,3,H,W] in [0,1]; into `features`, if given, the average pool of each aligned layer's ReLU, [N,d]."""
        how = (branch, update_statistics)
        if self.input_scale > 0:
            x = (x - 0.5) * self.input_scale
        h = F.relu(self.bn1(self.conv1(x), *how))
        for stage in range(1, self.stages + 1):
            for i, block in enumerate(getattr(self, f"layer{stage}")):
                h, outputs = block(h, *how)
                for bn, output in outputs.items():
                    name = f"layer{stage}.{i}.{bn}"
                    if features is not None and name in self.aligned:
                        features[name] = (output if bn == "bn1" else F.relu(output)).mean((2, 3))
        return self.linear(h.mean((2, 3)))


def predictor(d):
    """h: Linear(d, d/4, no bias), BatchNorm1d, ReLU, Linear(d/4, d)."""
    hidden = max(1, d // 4)
    return nn.Sequential(nn.Linear(d, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, d))
