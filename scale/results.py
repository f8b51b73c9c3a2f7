"""Results in the page's own form: src/core/result/results.ts says what each field means, its schema checks them
(scale/testing)."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional

import torch

from . import __version__
from .config import Config, Contestant
from .dataset import Dataset
from .processes import Processes, describe
from .safetensors import write_whole

RESULTS_VERSION = 1
MOST_CONFLICT_POINTS = 20_000
"""The schema's limit: of a longer series, every second point is kept, then every fourth, and so on."""

Run = Dict[str, Any]


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(Path(__file__).parent), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit() -> Optional[str]:
    """ARAT_COMMIT; else what commit.txt says, which the page puts into its zip; else the commit of the checkout that this
    package lies in, followed by `+` where files differ from it. None where there is none of them."""
    given = os.environ.get("ARAT_COMMIT", "").strip()
    if given:
        return given
    try:
        written = Path(__file__).with_name("commit.txt").read_text(encoding="utf-8").strip()
        if written:
            return written
    except OSError:
        pass
    try:
        found = _git("rev-parse", "--short=12", "HEAD")
        return f"{found}+" if _git("status", "--porcelain", "--untracked-files=no") else found
    except (OSError, subprocess.CalledProcessError):
        return None


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def job_config(config: Config, contestant: Contestant, seed: int) -> Dict[str, Any]:
    """The experiment with this contestant and this seed alone. float16 is the page's own; here --precision decides."""
    own = next(c for c in config.raw["contestants"] if c["label"] == contestant.label)
    return {**config.raw, "contestants": [own], "seed": seed, "repeats": 1, "precision": "float32"}


def empty_run(contestant: Dict[str, Any]) -> Run:
    """`contestant`: as in the config."""
    return {
        **contestant,
        "curves": [],
        "gradientConflict": [],
        "bn": [],
        "final": None,
        "imagesPerSecond": 0,
        "seconds": 0,
    }


def thinned(points: List[Dict[str, Any]], most: int) -> List[Dict[str, Any]]:
    """`points`, every second left out until there are at most `most`."""
    while len(points) > most:
        points = points[::2]
    return points


def result_of(
    config: Dict[str, Any],
    run: Run,
    data: Dataset,
    processes: Processes,
    batch_norm: str,
    precision: str,
    status: str = "complete",
) -> Dict[str, Any]:
    """A RaceResult of one run."""
    scale = {
        "torch": str(torch.__version__),
        "processes": processes.size,
        "batchNorm": batch_norm,
        "precision": precision,
    }
    sha = commit()
    if sha is not None:
        scale["commit"] = sha
    return {
        **({"commit": sha[:80]} if sha is not None else {}),
        "version": RESULTS_VERSION,
        "config": config,
        "backend": "pytorch",
        "device": describe(processes)[:300],
        "dataset": {"provenance": data.provenance[:1000], "classNames": list(data.class_names)},
        "status": status,
        "finishedAt": now(),
        "appVersion": __version__,
        "scale": scale,
        "runs": [run],
    }


def write_result(path: Path, result: Dict[str, Any]) -> None:
    """Whole or not at all. Raises ValueError where a number is not finite: no result holds one."""
    write_whole(path, (json.dumps(result, allow_nan=False, ensure_ascii=False) + "\n").encode("utf-8"))


def read_result(path: Path) -> Optional[Dict[str, Any]]:
    """None where there is no such file. Raises ValueError where it is no result."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not isinstance(value, dict) or not {"config", "runs", "status"} <= value.keys():
        raise ValueError(f"{path} is not a result of scale.train.")
    return value
