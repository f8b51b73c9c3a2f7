"""Trains the contestants of an experiment, on one process or under torchrun.

    torchrun --nproc_per_node=8 -m scale.train experiment.json --data cifar-10-python.tar.gz --out results

experiment.json: what the page's "Continue on a cluster" or `npm run experiment -- --print-config` writes. Every
contestant and seed is a job with a folder below --out; the same command goes on after a stop and skips what is done. At
the end, results/result.json opens in the page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import List, Optional, Sequence

import torch

from .config import Config, ConfigError, read_config
from .dataset import DataError, Source, subset
from .job import JobRun, chosen_jobs, complete
from .judge import judge_jobs, official
from .merge import merged
from .precision import PRECISIONS, configure
from .processes import Processes, join
from .results import write_result
from .safetensors import WeightsError
from .source import source_of
from .trainer import Options


def arguments(argv: Optional[Sequence[str]] = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scale.train", description="Train an experiment in PyTorch.")
    parser.add_argument("experiment", help="config, or a result of the page whose config is meant")
    parser.add_argument("--data", help="CIFAR archive or its folder; not needed for the synthetic set")
    parser.add_argument("--out", type=Path, required=True, help="folder for results, checkpoints and weights")
    parser.add_argument("--job", type=int, help="only this job, from 0, in the order of scale.plan's jobs.jsonl")
    parser.add_argument(
        "--batch-norm",
        choices=("synchronised", "per-process"),
        default="synchronised",
        help="statistics of the whole batch (default), or of each process's share",
    )
    parser.add_argument("--precision", choices=PRECISIONS, default="float32", help="of training; evaluation is float32")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one")
    parser.add_argument(
        "--shares",
        type=int,
        default=1,
        help="compute each batch in so many shares, as so many processes would: with 2, to the same digits on a CPU",
    )
    parser.add_argument("--deterministic", action="store_true", help="on CUDA: the same digits every time, slower")
    parser.add_argument("--trace", type=Path, help="append loss and terms of every step to this file, as JSON lines")
    parser.add_argument(
        "--judge", action="store_true", help="then judge every network with the official AutoAttack package"
    )
    return parser.parse_args(argv)


def train(options: argparse.Namespace, processes: Processes) -> int:
    """Raises ConfigError or DataError before anything is trained; WeightsError in judging."""
    if options.shares < 1 or (options.shares > 1 and options.batch_norm != "synchronised"):
        raise ConfigError("--shares must be at least 1, and needs synchronised BatchNorm.")
    configure(options.precision)
    torch.use_deterministic_algorithms(options.deterministic)
    config = read_config(options.experiment)
    jobs = chosen_jobs(config, options.job)
    if options.judge:
        official(config)
    out: Path = options.out
    source: Optional[Source] = None
    results = []
    for job in jobs:
        result = complete(job, config, out / job.name)
        if result is None:
            source = source or source_of(config, options.data)
            data = subset(source, config, job.seed)
            how = Options(options.batch_norm == "synchronised", options.precision, options.shares)
            result = JobRun(job, config, data, out / job.name, processes, how).train(options.trace)
        elif processes.first:
            print(f"{out / job.name} is complete.", file=sys.stderr)
        results.append(result)
    if processes.first and options.job is None:
        write_result(out / "result.json", merged(results))
        print(f"{out / 'result.json'}: open it in the page under Runs.", file=sys.stderr)
    if processes.first and options.judge:
        judge_jobs(jobs, config, lambda: source or source_of(config, options.data), out, processes.device)
    return 1 if all("failure" in run for result in results for run in result["runs"]) else 0


def main(argv: Optional[Sequence[str]] = None) -> int:
    options = arguments(argv)
    processes = join(options.device)
    try:
        return train(options, processes)
    except (ConfigError, DataError, WeightsError) as error:
        if processes.first:
            print(error, file=sys.stderr)
        return 2
    finally:
        processes.end()


if __name__ == "__main__":
    sys.exit(main())
