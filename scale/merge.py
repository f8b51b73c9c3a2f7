"""Makes one result of the jobs' results; the page opens it under Runs.

    python -m scale.merge results/* --out merged.json

Arguments are result files or the folders that hold a result.json; a folder without one is a job that is not done and is
named. The jobs must be of one experiment: equal settings but for contestants and seeds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .config import ConfigError, parse_config
from .results import RESULTS_VERSION, read_result, write_result

Result = Dict[str, Any]


def _common(config: Dict[str, Any]) -> Dict[str, Any]:
    """What all jobs of an experiment share."""
    return {name: value for name, value in config.items() if name not in ("contestants", "seed", "repeats", "preset")}


def _difference(a: Dict[str, Any], b: Dict[str, Any], path: str = "") -> str:
    """The first setting in which they differ."""
    for name in a:
        if a[name] != b.get(name):
            here = f"{path}{name}"
            return (
                _difference(a[name], b[name], f"{here}.")
                if isinstance(a[name], dict) and isinstance(b.get(name), dict)
                else here
            )
    return path.rstrip(".")


def _texts(results: Sequence[Result], *path: str) -> str:
    """The different texts at that place, in order."""
    found: List[str] = []
    for result in results:
        value: Any = result
        for name in path:
            value = value.get(name, {}) if isinstance(value, dict) else {}
        if isinstance(value, str) and value not in found:
            found.append(value)
    return "; ".join(found)


def _check_alike(results: Sequence[Result]) -> None:
    first = results[0]
    for other in results[1:]:
        if _common(other["config"]) != _common(first["config"]):
            where = _difference(_common(first["config"]), _common(other["config"]))
            raise ConfigError(f"These results are of different experiments: they differ in {where}.")
        for name in ("batchNorm", "precision"):
            if other.get("scale", {}).get(name) != first.get("scale", {}).get(name):
                raise ConfigError(f"These results were computed in different ways: they differ in {name}.")


def merged(results: Sequence[Result]) -> Result:
    """One result of all runs, seed by seed, in each the contestants in the order of first appearance. Raises
    ConfigError."""
    if not results:
        raise ConfigError("There is no result to merge.")
    _check_alike(results)
    runs: Dict[Tuple[int, str], Dict[str, Any]] = {}
    contestants: Dict[str, Dict[str, Any]] = {}
    for result in results:
        for contestant in result["config"]["contestants"]:
            if contestants.setdefault(contestant["label"], contestant) != contestant:
                raise ConfigError(
                    f"Two contestants are called '{contestant['label']}': rename one of them in its experiment."
                )
        for run in result["runs"]:
            key = (run.get("seed", result["config"]["seed"]), run["label"])
            if key in runs:
                raise ConfigError(f"'{run['label']}' with seed {key[0]} is there twice.")
            runs[key] = run
    seeds = sorted({seed for seed, _ in runs})
    if seeds != list(range(seeds[0], seeds[0] + len(seeds))):
        raise ConfigError(
            f"Seeds must follow one another, as in a race repeated over seeds; these are {', '.join(map(str, seeds))}."
        )
    config = {
        **results[0]["config"],
        "contestants": list(contestants.values()),
        "seed": seeds[0],
        "repeats": len(seeds),
    }
    parse_config(config)  # too many contestants or seeds for one result
    keys = [(seed, label) for seed in seeds for label in contestants if (seed, label) in runs]
    out = {
        **results[0],
        "version": RESULTS_VERSION,
        "config": config,
        "device": _texts(results, "device")[:300],
        "status": "complete" if len(keys) == len(seeds) * len(contestants) else "stopped",
        "finishedAt": max(result["finishedAt"] for result in results),
        "runs": [_with_seed(runs[key], key[0], len(seeds) > 1) for key in keys],
    }
    scale = {**results[0]["scale"], "torch": _texts(results, "scale", "torch")[:80]}
    scale["processes"] = max(result["scale"]["processes"] for result in results)
    commits = _texts(results, "scale", "commit")
    out["scale"] = {**scale, "commit": commits[:200]} if commits else scale
    out.pop("commit", None)
    if commits:
        out["commit"] = commits[:80]
    return out


def _with_seed(run: Dict[str, Any], seed: int, repeated: bool) -> Dict[str, Any]:
    """A race repeated over seeds names the seed in each run, another one in its config alone."""
    rest = {name: value for name, value in run.items() if name != "seed"}
    return {**rest, "seed": seed} if repeated else rest


def _read(path: Path) -> Optional[Result]:
    file = path / "result.json" if path.is_dir() else path
    if not path.is_dir() and path.suffix != ".json":
        return None
    result = read_result(file)
    if result is None:
        print(f"{path} holds no result.json: this job is not done.", file=sys.stderr)
    elif "scale" not in result:
        raise ConfigError(f"{file} is not a result of scale.train.")
    return result


def main(argv: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scale.merge", description="Make one result of many.")
    parser.add_argument("results", nargs="+", type=Path, help="result files, or folders that hold a result.json")
    parser.add_argument("--out", type=Path, default=Path("merged.json"))
    options = parser.parse_args(argv)
    try:
        inputs = [path for path in options.results if path.is_dir()] or options.results
        found = [result for result in map(_read, inputs) if result is not None]
        result = merged(found)
    except (ConfigError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    write_result(options.out, result)
    missing = len(result["config"]["contestants"]) * result["config"]["repeats"] - len(result["runs"])
    print(f"{options.out}: {len(result['runs'])} runs" + (f", {missing} missing" if missing else "") + ".")
    return 0


if __name__ == "__main__":
    sys.exit(main())
