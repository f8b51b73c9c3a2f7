"""A job: one contestant and one seed, trained from start to end in a folder of its own.

The folder holds checkpoint.pt after every epoch, and at the end result.json and weights.safetensors; each file is
written beside its name and renamed. A job that is complete is not trained again; one that was killed goes on after its
last finished epoch, on a CPU to the same digits."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional

import torch

from .config import Config, ConfigError, Contestant
from .dataset import Dataset, digest
from .evaluation import Diverged, accuracy, describe_attack, distances, inference_sets
from .methods.arat import aligned_layers
from .pairs import conflict_pairs, measures_pairs
from .passes import own_epochs
from .processes import Processes
from .results import MOST_CONFLICT_POINTS, Run, empty_run, job_config, read_result, result_of, thinned, write_result
from .safetensors import write_safetensors, write_whole
from .trainer import Options, Trainer

CHECKPOINT_VERSION = 1


@dataclass(frozen=True)
class Job:
    contestant: Contestant
    seed: int
    number: int
    """Of the contestant in the experiment, from 0: folders are then in its order."""

    @property
    def name(self) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", self.contestant.label.lower()).strip("-") or self.contestant.method
        return f"{self.number + 1:02d}-{slug[:60]}-seed{self.seed}"


def jobs_of(config: Config) -> List[Job]:
    """Seed by seed, in each the contestants."""
    seeds = range(config.seed, config.seed + config.repeats)
    return [Job(c, seed, i) for seed in seeds for i, c in enumerate(config.contestants)]


def chosen_jobs(config: Config, number: Optional[int]) -> List[Job]:
    jobs = jobs_of(config)
    if number is None:
        return jobs
    if not 0 <= number < len(jobs):
        raise ConfigError(f"--job must be from 0 to {len(jobs) - 1} in this experiment, not {number}.")
    return [jobs[number]]


@dataclass(frozen=True)
class Kept:
    """What early stopping keeps: the weights of the epoch with the highest robust accuracy on the held-out images."""

    epoch: int
    robust: float
    network: Dict[str, torch.Tensor]


class JobRun:
    """Trains `job` in `folder`. Every process makes one; the first one writes and prints."""

    def __init__(
        self, job: Job, config: Config, data: Dataset, folder: Path, processes: Processes, options: Options
    ) -> None:
        self.own_config = job_config(config, job.contestant, job.seed)
        config = own_epochs(config, job.contestant)
        self.job, self.config, self.data, self.folder = job, config, data, folder
        self.processes, self.options = processes, options
        self.trainer = Trainer(job.contestant, config, job.seed, data, processes, options)
        self.run: Run = empty_run(self.own_config["contestants"][0])
        self._evaluated = -1
        self._kept: Optional[Kept] = None
        if processes.first:
            folder.mkdir(parents=True, exist_ok=True)

    def train(self, trace: Optional[Path] = None) -> Dict[str, Any]:
        """From the checkpoint, or the start, to the end; the result. `trace`: a file for the loss of every step."""
        epochs = self.config.optimiser.epochs
        self._restore()
        try:
            if self._evaluated < 0:
                self._evaluate(0)
                self._tell()
            for epoch in range(self._evaluated, epochs):
                self.trainer.train_epoch(epoch)
                self._evaluate(epoch + 1)
                self._save()
                self._tell()
                self._write_trace(trace)
            if self._kept is not None:
                self.trainer.network.load_state_dict(self._kept.network)
            self.trainer.method.before_epoch(self._kept.epoch if self._kept else epochs, epochs)
            self._finish()
        except Diverged as error:
            self.run["failure"] = str(error)
            self._time()
            self._say(str(error))
        result = result_of(
            self.own_config,
            self.run,
            self.data,
            self.processes,
            "synchronised" if self.options.synchronised_bn else "per process",
            self.options.precision,
        )
        if self.processes.first:
            self._write_weights()
            write_result(self.folder / "result.json", result)
            (self.folder / "checkpoint.pt").unlink(missing_ok=True)
        return result

    def _evaluate(self, epoch: int) -> None:
        trainer, config = self.trainer, self.config
        test = self.data.test
        n = min(config.evaluation.n, len(test.labels))
        label = self.job.contestant.label
        clean, robust = accuracy(trainer.method.evaluated, config, self.job.seed, test, n, self.processes, label)
        point = {"epoch": epoch, "step": trainer.step, "clean": clean, "robust": robust, **trainer.take_means()}
        if config.evaluation.training_set:
            train = self.data.train
            m = min(config.evaluation.n, len(train.labels))
            on_training = accuracy(trainer.method.evaluated, config, self.job.seed, train, m, self.processes, label)
            point["trainClean"], point["trainRobust"] = on_training
        if self.data.held_out is not None:
            point["heldOutRobust"] = self._held_out_accuracy(epoch)
        if trainer.method.reads_balance:
            point["balance"] = trainer.method.balance
        if trainer.step > 0:
            point["learningRate"] = trainer.learning_rate
        self._evaluated = epoch
        self.run["curves"].append(point)
        conflicts = self.run["gradientConflict"] + trainer.conflicts
        trainer.conflicts = []
        self.run["gradientConflict"] = thinned(conflicts, MOST_CONFLICT_POINTS)
        self._measure_pairs(epoch)
        if self.processes.first:
            evaluated = trainer.method.evaluated
            aligned = aligned_layers(evaluated, self.job.contestant.switches.aligned_layers)
            layers, feature_distance = distances(evaluated, config, self.job.seed, test, aligned)
            point.update(feature_distance)
            if layers:
                self.run["bn"].append({"epoch": epoch, "layers": layers})
        self._time()

    def _measure_pairs(self, epoch: int) -> None:
        """The conflict of the loss's single terms, after some epochs, where the conflict is measured at all."""
        config = self.trainer.config
        images = config.pair_images
        if config.conflict_every == 0 or not measures_pairs(images, epoch, config.optimiser.epochs):
            return
        batch = config.optimiser.batch_size
        pairs = conflict_pairs(self.trainer.method, self.data.train, self.job.seed, epoch, batch, images)
        if pairs:
            self.run.setdefault("conflictPairs", []).append({"epoch": epoch, "pairs": pairs})

    def _held_out_accuracy(self, epoch: int) -> float:
        """Keeps the weights of a trained epoch if they are the best so far."""
        network, held_out, label = self.trainer.method.evaluated, self.data.held_out, self.job.contestant.label
        n = len(held_out.labels)
        _, robust = accuracy(network, self.config, self.job.seed, held_out, n, self.processes, label)
        if epoch > 0 and (self._kept is None or robust > self._kept.robust):
            weights = {name: t.detach().clone() for name, t in self.trainer.network.state_dict().items()}
            self._kept = Kept(epoch, robust, weights)
        return robust

    def _tell(self) -> None:
        """The last point, in the command line's words."""
        point = self.run["curves"][-1]
        loss = f", loss {point['loss']:.4f}" if "loss" in point else ""
        self._say(
            f"seed {self.job.seed}  epoch {point['epoch']}/{self.config.optimiser.epochs}  "
            f"{self.job.contestant.label}: clean {100 * point['clean']:.1f} %, "
            f"robust {100 * point['robust']:.1f} %{loss}"
        )

    def _finish(self) -> None:
        test = self.data.test
        n = len(test.labels)
        network, label = self.trainer.method.evaluated, self.job.contestant.label
        clean, robust = accuracy(network, self.config, self.job.seed, test, n, self.processes, label)
        attack = describe_attack(self.config, self.job.seed)
        self.run["final"] = {"clean": clean, "robust": robust, "n": n, "attack": attack}
        if self._kept is not None:
            self.run["final"]["epoch"] = self._kept.epoch
        if self.config.evaluation.sets and network.split_bn:
            some = min(self.config.evaluation.n, n)
            sets = inference_sets(network, self.config, self.job.seed, test, some, self.processes, label)
            self.run["final"]["sets"] = sets
        self._time()

    def _time(self) -> None:
        seconds = self.trainer.seconds
        images = self.trainer.step * self.config.optimiser.batch_size
        self.run["seconds"] = seconds
        self.run["imagesPerSecond"] = images / seconds if seconds > 0 else 0

    def _say(self, line: str) -> None:
        if self.processes.first:
            print(line, file=sys.stderr, flush=True)

    @property
    def _identity(self) -> Dict[str, Any]:
        """What a checkpoint must agree with. The number of processes may change: it decides rounding alone."""
        return {
            "version": CHECKPOINT_VERSION,
            "config": self.own_config,
            "data": digest(self.data),
            "synchronised_bn": self.options.synchronised_bn,
            "precision": self.options.precision,
        }

    def _save(self) -> None:
        if not self.processes.first:
            return
        # Numbers as JSON: the safe reader of PyTorch 1.13 knows tensors and texts, but no floats.
        kept = self._kept and {"epoch": self._kept.epoch, "robust": self._kept.robust}
        facts = json.dumps({**self._identity, "run": self.run, "trainer": self.trainer.numbers(), "kept": kept})
        tensors = {**self.trainer.tensors(), **({"kept": self._kept.network} if self._kept else {})}
        buffer = io.BytesIO()
        torch.save({"facts": facts, **tensors}, buffer)
        write_whole(self.folder / "checkpoint.pt", buffer.getvalue())

    def _restore(self) -> None:
        """Goes to the checkpoint, if there is one. Raises ConfigError where it belongs to something else."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        kept = torch.load(path, map_location=self.processes.device, weights_only=True)
        facts = json.loads(kept["facts"])
        for name, value in self._identity.items():
            if facts.get(name) != value:
                raise ConfigError(
                    f"{path} was made with another {name.replace('_', ' ')}: give the same settings, or another --out, "
                    "or delete the file to start again."
                )
        self.trainer.restore(facts["trainer"], kept)
        self.run = facts["run"]
        if facts.get("kept"):
            self._kept = Kept(facts["kept"]["epoch"], facts["kept"]["robust"], kept["kept"])
        self._evaluated = self.run["curves"][-1]["epoch"]
        self._say(f"seed {self.job.seed}  {self.job.contestant.label}: goes on after epoch {self._evaluated}")

    def _write_weights(self) -> None:
        metadata = {
            "label": self.job.contestant.label,
            "method": self.job.contestant.method,
            "steps": str(self.trainer.step),
        }
        write_safetensors(self.folder / "weights.safetensors", self.trainer.method.evaluated.exported(), metadata)

    def _write_trace(self, path: Optional[Path]) -> None:
        if path is None or not self.processes.first:
            return
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(json.dumps({"job": self.job.name, **point}) + "\n" for point in self.trainer.trace)
        self.trainer.trace = []


def complete(job: Job, config: Config, folder: Path) -> Optional[Dict[str, Any]]:
    """The result of a job that has been done, or None. Raises ConfigError where the folder holds that of other
    settings."""
    result = read_result(folder / "result.json")
    if result is None:
        return None
    if result["config"] != job_config(config, job.contestant, job.seed):
        raise ConfigError(f"{folder / 'result.json'} is the result of other settings: give another --out.")
    return result if result["status"] == "complete" else None
