"""Judges trained networks with the official AutoAttack package (Croce & Hein 2020, https://github.com/fra31/auto-attack).

    torchrun ... -m scale.train experiment.json --out results --judge
    python -m scale.judge experiment.json --out results --data cifar-10-python.tar.gz

The package is not installed with scale/: `pip install git+https://github.com/fra31/auto-attack`. Every job's folder
gains report.json, in the form of the page's robustness report: a row for clean accuracy, one for AutoAttack, and one
for each of its attacks with the images that are still classified correctly after it. An existing report is kept."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from .batches import plain_images
from .config import Config, ConfigError, read_config
from .dataset import DataError, Dataset, Source, subset
from .job import Job, chosen_jobs, complete
from .network import ResNet
from .normalisation import PARTS
from .safetensors import WeightsError, read_safetensors, write_whole
from .source import source_of

ATTACKS = {"apgd-ce": "APGD-CE", "apgd-t": "APGD-T", "fab-t": "FAB-T", "square": "Square"}
"""The attacks of version `standard`, in its order. Each attacks the images that no earlier one has fooled."""
FEWEST_CLASSES = 4
"""APGD-T's loss, the targeted difference of logits ratio, compares four logits."""
MOST_TARGETS = 9
TARGETED = ("apgd-t", "fab-t")
STEPS = {"apgd-ce": 100, "apgd-t": 100, "fab-t": 100, "square": 5000}
"""Steps, or queries."""
BATCH = 250
EXCESS = 1e-6
"""How far outside the ball rounding may take an image."""
Z = 1.959963984540054

Row = Dict[str, Any]


def wilson_interval(correct: int, n: int) -> Tuple[float, float]:
    """95 % Wilson score interval of correct / n, in [0,1], as src/core/result/wilson.ts."""
    p, z2 = correct / n, Z * Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = (Z / (1 + z2 / n)) * math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def official(config: Config) -> Any:
    """The package's class AutoAttack. Raises ConfigError where it is not installed, or cannot judge this experiment."""
    classes = len(config.dataset.classes)
    if classes < FEWEST_CLASSES:
        raise ConfigError(
            f"The official AutoAttack needs at least {FEWEST_CLASSES} classes (its APGD-T compares four logits), and "
            f"this experiment has {classes}: judge it in the page, which says what stands in."
        )
    try:
        from autoattack import AutoAttack  # type: ignore[import-not-found]
    except ImportError as error:
        raise ConfigError(
            "--judge needs the official AutoAttack package: pip install git+https://github.com/fra31/auto-attack "
            f"({error})."
        ) from error
    return AutoAttack


def _version() -> str:
    try:
        return metadata.version("autoattack")
    except metadata.PackageNotFoundError:
        return "of unknown version"


def trained_network(job: Job, config: Config, folder: Path, device: torch.device) -> ResNet:
    """The network that was evaluated, in eval mode. Raises WeightsError where weights.safetensors does not fit."""
    path = folder / "weights.safetensors"
    if not path.exists():
        raise WeightsError(f"{path} is missing: delete {folder} and train this job again.")
    tensors, _ = read_safetensors(path)
    own = [part for part, names in PARTS.items() if f"bn1.clean.{names[0]}" in tensors]
    parts = own[0] if len(own) == 1 else "both"
    network = ResNet(config.network, len(config.dataset.classes), "bn1.adv.weight" in tensors, job.seed, parts)
    wanted = network.state_dict()
    # Beside the network, the file may hold the method's own parts, such as predictors.
    wrong = [n for n, t in wanted.items() if n not in tensors or tensors[n].shape != t.shape]
    if wrong:
        raise WeightsError(f"{path} does not fit the network of {job.contestant.label}: see {', '.join(wrong[:4])}.")
    network.load_state_dict({name: tensors[name] for name in wanted})
    return network.to(device).eval()


class Judge:
    """AutoAttack on one network: through the `adv` set in eval mode, as the page's report."""

    def __init__(self, attack: Any, network: ResNet, label: str, eps: float, seed: int) -> None:
        self.network, self.label, self.eps = network, label, eps
        device = network.head.weight.device
        self.adversary = attack(network.logits, norm="Linf", eps=eps, seed=seed, version="standard", device=device)
        self.targets = min(MOST_TARGETS, network.classes - 1)
        self.adversary.apgd_targeted.n_target_classes = self.targets
        self.adversary.fab.n_target_classes = self.targets
        self.excess = 0.0

    @torch.no_grad()
    def right(self, x: Tensor, y: Tensor) -> Tensor:
        """[n] bool."""
        parts = [self.network.logits(a).argmax(1) == b for a, b in zip(x.split(BATCH), y.split(BATCH))]
        return torch.cat(parts)

    def rows(self, x: Tensor, y: Tensor, say: Callable[[str], None]) -> List[Row]:
        """x [n,3,32,32] in [0,1], y [n], on the network's device. `say` is given a line after each attack."""
        n = len(y)
        standing = self.right(x, y)
        clean = self._row("clean", "Clean", int(standing.sum()), n, 0.0)
        parts = []
        for attack, name in ATTACKS.items():
            left, start = standing.nonzero().flatten(), time.perf_counter()
            if len(left):
                standing[left] = self._stands(attack, x[left], y[left])
            correct, seconds = int(standing.sum()), time.perf_counter() - start
            say(f"{self.label}: {correct} of {n} stand after {name}")
            parts.append(self._row(attack, name, correct, n, seconds))
        name = f"AutoAttack (standard), official package {_version()}"
        seconds = sum(part["seconds"] for part in parts)
        return [clean, self._row("autoattack", name, int(standing.sum()), n, seconds), *parts]

    def _stands(self, attack: str, x: Tensor, y: Tensor) -> Tensor:
        """[n] bool: the images that `attack` does not fool, by a forward pass of our own."""
        self.adversary.attacks_to_run = [attack]
        x_adv = self.adversary.run_standard_evaluation(x, y, bs=BATCH)
        outside = torch.maximum(-x_adv, x_adv - 1).max().item()
        self.excess = max(self.excess, (x_adv - x).abs().max().item() - self.eps, outside)
        return self.right(x_adv, y)

    def _row(self, attack: str, name: str, correct: int, n: int, seconds: float) -> Row:
        return {
            "label": self.label,
            "attack": attack,
            "name": name,
            "partOf": "autoattack" if attack in ATTACKS else None,
            "eps": 0 if attack == "clean" else self.eps,
            "stepSize": None,
            "iterations": STEPS.get(attack, 0),
            "restarts": 0 if attack == "clean" else 1,
            "targets": self.targets if attack in (*TARGETED, "autoattack") else 0,
            "correct": correct,
            "tried": n,
            "n": n,
            "interval": wilson_interval(correct, n),
            "seconds": seconds,
        }


def judge(
    job: Job, config: Config, data: Dataset, folder: Path, device: torch.device, attack: Any
) -> Dict[str, Any]:
    """The report of one job, on all its test images; written as report.json. `attack`: the class AutoAttack.
    Raises WeightsError."""
    network = trained_network(job, config, folder, device)
    judged = Judge(attack, network, job.contestant.label, config.attack.eps, job.seed)
    x, y = (t.to(device) for t in plain_images(data.test, np.arange(len(data.test.labels))))
    rows = judged.rows(x, y, lambda line: print(line, file=sys.stderr, flush=True))
    check = {
        "id": "ball",
        "label": job.contestant.label,
        "title": "Inside the budget",
        "why": "An image outside the eps-ball or [0, 1] proves nothing.",
        "message": f"An adversarial image left the eps-ball or [0, 1] by {judged.excess:.1e}."
        if judged.excess > EXCESS
        else None,
    }
    report = {
        "options": {
            "n": len(y),
            "seed": job.seed,
            "norm": "linf",
            "eps": config.attack.eps,
            "depth": "autoattack",
        },
        "branch": "adv",
        "rows": rows,
        "sweep": [],
        "transfer": [],
        "checks": [check],
        "complete": True,
    }
    write_whole(folder / "report.json", (json.dumps(report, indent=1) + "\n").encode("utf-8"))
    return report


def judge_jobs(
    jobs: Sequence[Job], config: Config, source: Callable[[], Source], out: Path, device: torch.device
) -> None:
    """Judges every job that is complete and has no report. Raises ConfigError before any work, WeightsError."""
    attack = official(config)
    for job in jobs:
        folder = out / job.name
        if complete(job, config, folder) is None:
            print(f"{folder}: not trained to its end, and not judged.", file=sys.stderr)
        elif (folder / "report.json").exists():
            print(f"{folder / 'report.json'} is there.", file=sys.stderr)
        else:
            judge(job, config, subset(source(), config, job.seed), folder, device, attack)


def main(argv: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scale.judge", description="Judge networks with AutoAttack.")
    parser.add_argument("experiment", help="the config that scale.train was given")
    parser.add_argument("--out", type=Path, required=True, help="the folder that scale.train was given")
    parser.add_argument("--data", help="CIFAR archive or its folder; not needed for the synthetic set")
    parser.add_argument("--job", type=int, help="only this job, from 0")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one")
    options = parser.parse_args(argv)
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    try:
        config = read_config(options.experiment)
        jobs = chosen_jobs(config, options.job)
        judge_jobs(jobs, config, lambda: source_of(config, options.data), options.out, device)
    except (ConfigError, DataError, WeightsError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
