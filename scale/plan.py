"""Writes the jobs of a sweep, one per contestant and seed, with a Slurm array script and a plain loop that run them.

    python -m scale.plan experiment.json --seeds 5 --data cifar-10-python.tar.gz --out results --processes 4

Below --out: experiment.json (with the seeds), jobs.jsonl (one job a line), array.slurm, loop.sh. A job that is done is
skipped and one that was stopped goes on, so both scripts may simply be started again."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any, Dict, Optional, Sequence

from .config import Config, ConfigError, parse_config, read_config
from .job import jobs_of
from .safetensors import write_whole


def launcher(processes: int) -> str:
    """What starts scale.train: torchrun where a job has several processes. The underscore is what all versions of
    torchrun read."""
    return "python3" if processes == 1 else f"torchrun --standalone --nproc_per_node={processes}"


def _command(out: Path, data: Optional[str], processes: int, job: str) -> str:
    parts = [launcher(processes), "-m scale.train", shlex.quote(str(out / "experiment.json"))]
    if data is not None:
        parts.append(f"--data {shlex.quote(data)}")
    return " ".join([*parts, f"--out {shlex.quote(str(out))}", f"--job {job}"])


def _merge(out: Path) -> str:
    return f"python3 -m scale.merge {shlex.quote(str(out))}/*/ --out {shlex.quote(str(out / 'result.json'))}"


def loop_script(out: Path, data: Optional[str], processes: int, jobs: int) -> str:
    return f"""#!/usr/bin/env bash
# Runs the jobs one after another; what is done is skipped, and a job that was stopped goes on.
# Run it where the folder scale/ lies.
set -euo pipefail
for job in $(seq 0 {jobs - 1}); do
  {_command(out, data, processes, '"$job"')}
done
{_merge(out)}
"""


def slurm_script(out: Path, data: Optional[str], processes: int, jobs: int) -> str:
    return f"""#!/usr/bin/env bash
#SBATCH --job-name=arat
#SBATCH --array=0-{jobs - 1}
#SBATCH --ntasks=1
#SBATCH --gpus-per-task={processes}
#SBATCH --cpus-per-task={4 * processes}
#SBATCH --time=12:00:00
#SBATCH --requeue
# Each task trains one job; a task that is requeued goes on after its last finished epoch.
# Adapt time and partition, and submit it where the folder scale/ lies. When all are done:
#   {_merge(out)}
set -euo pipefail
srun {_command(out, data, processes, '"$SLURM_ARRAY_TASK_ID"')}
"""


def with_seeds(config: Config, seeds: Optional[int]) -> Dict[str, Any]:
    """The config's JSON with so many seeds. Raises ConfigError where that is more than a result can hold."""
    return parse_config({**config.raw, "repeats": seeds}).raw if seeds is not None else config.raw


def write_plan(config: Config, out: Path, data: Optional[str], processes: int) -> int:
    """Writes the four files; the number of jobs."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = jobs_of(config)
    lines = [
        {"job": i, "contestant": job.contestant.label, "seed": job.seed, "folder": job.name}
        for i, job in enumerate(jobs)
    ]
    files = {
        "experiment.json": json.dumps(config.raw, indent=1, ensure_ascii=False) + "\n",
        "jobs.jsonl": "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        "array.slurm": slurm_script(out, data, processes, len(jobs)),
        "loop.sh": loop_script(out, data, processes, len(jobs)),
    }
    for name, text in files.items():
        write_whole(out / name, text.encode("utf-8"))
    return len(jobs)


def main(argv: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scale.plan", description="Write the jobs of a sweep.")
    parser.add_argument("experiment", help="config, or a result of the page whose config is meant")
    parser.add_argument("--seeds", type=int, help="runs of every contestant, from the config's seed on")
    parser.add_argument("--data", help="CIFAR archive or its folder, for the commands")
    parser.add_argument("--out", type=Path, required=True, help="folder of the sweep")
    parser.add_argument("--processes", type=int, default=1, help="processes, and GPUs, of a job")
    options = parser.parse_args(argv)
    try:
        config = parse_config(with_seeds(read_config(options.experiment), options.seeds))
        if options.processes < 1 or config.optimiser.batch_size % options.processes:
            raise ConfigError(
                f"The batch of {config.optimiser.batch_size} images cannot be split over {options.processes}."
            )
        jobs = write_plan(config, options.out, options.data, options.processes)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"{options.out}: {jobs} jobs. Start them with "
        f"`sbatch {options.out}/array.slurm` or `bash {options.out}/loop.sh`."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
