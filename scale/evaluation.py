"""What is measured between the steps: accuracy, accuracy under PGD, BatchNorm statistics. All in float32, eval mode."""

from __future__ import annotations

import copy
import math
from typing import Any, Dict, List, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .attacks import Logits, pgd
from .batches import constant_batches, plain_images, uniform_start
from .config import Config
from .dataset import ImageSet
from .network import Pass, ResNet
from .normalisation import BatchNorm, Statistics, alone
from .processes import Processes

EVALUATION_BATCH = 128
BN_IMAGES = 64
"""Test images whose BatchNorm statistics are compared after each epoch."""
SET_SHARES = tuple(i / 8 for i in range(9))
"""Shares of the adv set at which inference between the two BatchNorm sets is measured."""
SHOWN_CHANNELS = 16
MOST_DISTANCE = 1e6


class Diverged(ArithmeticError):
    """Training has left the finite numbers; one sentence says where."""


def _placed(network: ResNet, x: Tensor, y: Tensor) -> Tuple[Tensor, Tensor]:
    """On the network's device; x in its precision."""
    return x.to(network.head.weight), y.to(network.head.weight.device)


@torch.no_grad()
def _count(logits: Logits, x: Tensor, y: Tensor, valid: int) -> Tensor:
    """[2]: right answers among the first `valid` images, and outputs that are not finite."""
    out = logits(x)[:valid]
    return torch.stack([(out.argmax(1) == y[:valid]).sum(), (~torch.isfinite(out)).sum()])


def _refuse_not_finite(count: int, label: str) -> None:
    """After the sum over the processes, so that all of them stop together."""
    if count:
        raise Diverged(
            f"{label} gives an output that is not a finite number: its training has diverged. "
            "Lower the learning rate or the invariance weight and train again."
        )


def accuracy(
    network: ResNet,
    config: Config,
    seed: int,
    images: ImageSet,
    n: int,
    processes: Processes,
    label: str,
    logits: Optional[Logits] = None,
    attacked: Optional[Logits] = None,
) -> Tuple[float, float]:
    """Clean accuracy and accuracy under the evaluation PGD on the first n images; the batches are shared out. By
    `logits`, attacked through `attacked`; both are the network's inference where not given."""
    logits = logits or network.logits
    attacked = attacked or logits
    counts = torch.zeros(2, 2, dtype=torch.int64, device=processes.device)
    for number, (indices, valid) in enumerate(constant_batches(n, min(EVALUATION_BATCH, n))):
        if number % processes.size != processes.rank:
            continue
        x, y = _placed(network, *plain_images(images, indices))
        # Depends on the seed and the batch alone: every contestant is attacked from the same start, after every epoch.
        noise = uniform_start(seed, f"evaluation start {number}", len(indices)).to(x)
        attack = config.evaluation
        x_adv = pgd(attacked, x, y, noise, config.attack.eps, attack.step_size, attack.steps)
        counts[0] += _count(logits, x, y, valid)
        counts[1] += _count(logits, x_adv, y, valid)
    (clean, bad), (robust, bad_adv) = processes.sum(counts).tolist()
    _refuse_not_finite(bad + bad_adv, label)
    return clean / n, robust / n


@torch.no_grad()
def between_sets(network: ResNet, share: float) -> ResNet:
    """A copy whose adv set is (1 - share) times the clean set plus `share` times the adv set."""
    made = copy.deepcopy(network)
    for layer in network.bn_layers:
        clean, adv, out = network.bn(layer, "clean"), network.bn(layer, "adv"), made.bn(layer, "adv")
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(out, name).copy_((1 - share) * getattr(clean, name) + share * getattr(adv, name))
    return made


def inference_sets(
    network: ResNet, config: Config, seed: int, test: ImageSet, n: int, processes: Processes, label: str
) -> Dict[str, Any]:
    """Inference through each BatchNorm set and between them, on the first n test images: InferenceSets of the page's
    results."""
    path = []
    for share in SET_SHARES:
        clean, robust = accuracy(between_sets(network, share), config, seed, test, n, processes, label)
        path.append({"share": share, "clean": clean, "robust": robust})
    through = lambda branch: lambda x: network(x, Pass(branch, train=False)).logits  # noqa: E731
    transferred = lambda attacked, to: accuracy(  # noqa: E731
        network, config, seed, test, n, processes, label, through(to), through(attacked)
    )[1]
    return {
        "n": n,
        "path": path,
        "cleanToAdv": transferred("clean", "adv"),
        "advToClean": transferred("adv", "clean"),
    }


def describe_attack(config: Config, seed: int) -> str:
    """The attack of `accuracy`, in the page's words."""
    in255 = lambda v: f"{round(v * 255, 2):g}"  # noqa: E731
    return (
        f"PGD-{config.evaluation.steps}, L-inf, eps {in255(config.attack.eps)}/255, "
        f"step {in255(config.evaluation.step_size)}/255, CE, 1 uniform start, seed {seed}"
    )


def clean_branch_accuracy(
    network: ResNet, images: ImageSet, batch_size: int, processes: Processes, label: str
) -> float:
    """a of auto-balance: the clean branch's accuracy on these training images, eval mode."""
    n = len(images.labels)
    counts = torch.zeros(2, dtype=torch.int64, device=processes.device)
    clean = lambda x: network(x, Pass("clean", train=False)).logits  # noqa: E731
    for number, (indices, valid) in enumerate(constant_batches(n, min(batch_size, n))):
        if number % processes.size == processes.rank:
            x, y = _placed(network, *plain_images(images, indices))
            counts += _count(clean, x, y, valid)
    correct, bad = processes.sum(counts).tolist()
    _refuse_not_finite(bad, label)
    return correct / n


def _distance(a: Statistics, b: Statistics) -> float:
    """Mean over channels of |mean_a - mean_b| / sqrt((var_a + var_b) / 2); 0 where both variances are 0."""
    spread = ((a.variance + b.variance) / 2).sqrt()
    each = torch.where(spread > 0, (a.mean - b.mean).abs() / spread, torch.zeros_like(spread))
    return min(float(each.mean()), MOST_DISTANCE)


def _shown(s: Statistics) -> Dict[str, List[float]]:
    return {"mean": s.mean[:SHOWN_CHANNELS].tolist(), "std": s.variance[:SHOWN_CHANNELS].sqrt().tolist()}


def _biased(s: Statistics) -> Statistics:
    return Statistics(s.mean, s.variance * ((s.count - 1) / s.count), s.count)


def _affine(bn: BatchNorm) -> Tensor:
    return torch.cat([bn.weight, bn.bias])


def _relative(a: Tensor, b: Tensor) -> float:
    """||a - b|| / sqrt((||a||^2 + ||b||^2) / 2); 0 where both are 0."""
    norms = float((a.square().sum() + b.square().sum()) / 2)
    return min(float((a - b).norm()) / norms**0.5, MOST_DISTANCE) if norms > 0 else 0.0


def _running(bn: BatchNorm) -> Statistics:
    return Statistics(bn.running_mean, bn.running_var, 0)


def _attacked(network: ResNet, config: Config, seed: int, test: ImageSet) -> Tuple[Tensor, Tensor]:
    """The first test images and their adversarial images under the training attack."""
    indices = next(constant_batches(min(BN_IMAGES, len(test.labels)), BN_IMAGES))[0][: len(test.labels)]
    x, y = _placed(network, *plain_images(test, indices))
    noise = uniform_start(seed, "evaluation start 0", len(indices)).to(x)
    attack = config.attack
    return x, pgd(network.logits, x, y, noise, attack.eps, attack.step_size, attack.steps)


@torch.no_grad()
def distances(
    network: ResNet, config: Config, seed: int, test: ImageSet, aligned: Tuple[str, ...]
) -> Tuple[List[Dict[str, Any]], Dict[str, float]]:
    """`bn_layers`, and the point's featureDistance where it is finite: the mean over the aligned layers of
    1 - cos(z, z') in eval mode, z of x through the clean set, z' of x' through the adv set. Runs on one process."""
    x, x_adv = _attacked(network, config, seed, test)
    z = network(x, Pass("clean", train=False, features=aligned)).features
    z_adv = network(x_adv, Pass("adv", train=False, features=aligned)).features
    each = [1 - F.cosine_similarity(z[layer], z_adv[layer], dim=1, eps=1e-8).mean() for layer in aligned]
    mean = float(torch.stack(each).mean())
    point = {"featureDistance": min(max(mean, 0.0), 2.0)} if math.isfinite(mean) else {}
    return bn_layers(network, x, x_adv), point


@torch.no_grad()
def bn_layers(network: ResNet, x: Tensor, x_adv: Tensor) -> List[Dict[str, Any]]:
    """By layer: the distance of x's and x''s batch statistics through each set, and of the two sets' running statistics
    and affine parameters.

    Layers with a statistic that is not finite are left out, as in the page's results. Runs on one process.
    """
    with alone():
        through = lambda images, branch: network(images, Pass(branch, train=True, statistics=True)).statistics  # noqa: E731
        x_clean, adv_clean = through(x, "clean"), through(x_adv, "clean")
        x_own, adv_own = through(x, "adv"), through(x_adv, "adv")
    layers = []
    for name in network.bn_layers:
        a, b = _biased(x_own[name]), _biased(adv_own[name])
        c, d = _biased(x_clean[name]), _biased(adv_clean[name])
        sets = network.bn(name, "clean"), network.bn(name, "adv")
        layer = {
            "name": name,
            "throughClean": _distance(c, d),
            "throughAdv": _distance(a, b),
            "runningDistance": _distance(_running(sets[0]), _running(sets[1])),
            "affineDistance": _relative(_affine(sets[0]), _affine(sets[1])),
            "clean": _shown(a),
            "adv": _shown(b),
        }
        if all(bool(torch.isfinite(t).all()) for s in (a, b, c, d) for t in s[:2]):
            layers.append(layer)
    return layers
