"""A whole race by scale/, in one process on a CPU: what `npm run bench -- --only race` puts beside ours.

    python3 race.py EXPERIMENT THREADS        prints {"device": PyTorch, version and threads; "seconds"; "robust"} as JSON

EXPERIMENT is what `npm run experiment -- --print-config` prints. The seconds are from the first module of scale/ to the
result: those that Python and PyTorch take to start are left out.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def race(experiment, threads):
    torch.set_num_threads(threads)
    begun = time.perf_counter()
    from scale.train import main

    with tempfile.TemporaryDirectory() as out:
        status = main([experiment, "--device", "cpu", "--out", out])
        if status != 0:
            raise SystemExit(status)
        seconds = time.perf_counter() - begun
        result = json.loads((Path(out) / "result.json").read_text())
    robust = {run["label"]: run["final"]["robust"] for run in result["runs"]}
    return {"device": result["device"], "seconds": seconds, "robust": robust}


if __name__ == "__main__":
    print(json.dumps(race(sys.argv[1], int(sys.argv[2]))))
