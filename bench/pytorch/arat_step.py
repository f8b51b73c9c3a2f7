"""One ARAT training step of scale/ in PyTorch eager, timed: what `npm run bench` puts beside ours.

    python3 arat_step.py                        times everything, prints JSON
    python3 arat_step.py --check FOLDER         compares scale/ with the reference numbers in FOLDER instead (scale.check)
    python3 arat_step.py --serve                answers requests, one JSON per line, until its input ends

Defaults are the demo preset's. On CUDA where there is one, else on the CPU. The step draws its random start; images are
neither gathered nor augmented in it, which ours are.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scale.attacks import ascend  # noqa: E402
from scale.check import main as check  # noqa: E402
from scale.config import Attack, NetworkSettings, default_switches  # noqa: E402
from scale.losses import cross_entropy_each  # noqa: E402
from scale.methods.arat import Arat  # noqa: E402
from scale.network import Pass  # noqa: E402

SETTINGS = {
    "": {},
    "cudnn.benchmark": {"benchmark": True},
    "TF32": {"tf32": True},
    "TF32, cudnn.benchmark": {"benchmark": True, "tf32": True},
}
"""Ways to run on CUDA: plain float32 first; what each switches on. A CPU has only the first."""


def configure(benchmark=False, tf32=False):
    torch.backends.cudnn.benchmark = benchmark
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cuda.matmul.allow_tf32 = tf32


class Work:
    """ARAT's step as scale/ trains it: the method with its predictors, and SGD."""

    def __init__(self, settings, attack, classes, device, invariance_weight):
        switches = default_switches(invariance_weight=invariance_weight)
        self.method = Arat(switches, attack)
        self.network = self.method.build(settings, classes, seed=0).to(device)
        self.method.balance = 0.1
        parameters = self.network.parameters()
        self.sgd = torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=5e-4)

    def train_step(self, x, y):
        noise = 2 * torch.rand_like(x) - 1
        x, x_adv = self.method.attack(x, y, noise)
        self.sgd.zero_grad(set_to_none=True)
        self.method.loss(x, x_adv, y).loss.backward()
        self.sgd.step()

    def pgd_step(self, x, y):
        """One step of the attack, through the `adv` set with batch statistics, from x itself."""
        a, how = self.method.attack_settings, Pass("adv", train=True)
        ascend(lambda z: cross_entropy_each(self.network(z, how).logits, y), x, x, a.eps, a.step_size, 1)

    def forward_backward(self, x, y):
        """CE in train mode through the `adv` set, and its gradients to the parameters. Moves no running statistics."""
        self.sgd.zero_grad(set_to_none=True)
        F.cross_entropy(self.network(x, Pass("adv", train=True)).logits, y).backward()


class Timer:
    """The works at one size on random images, and how long each takes."""

    def __init__(self, options, device):
        self.device = device
        settings = NetworkSettings(
            "resnet", options.width, tuple(options.blocks), options.stem_stride, options.input_scale
        )
        attack = Attack(options.eps, options.step_size, options.attack_steps)
        torch.manual_seed(0)
        work = Work(settings, attack, options.classes, device, options.invariance_weight)
        x = torch.rand(options.batch, 3, 32, 32, device=device)
        y = torch.randint(options.classes, (options.batch,), device=device)
        self.works = {
            "aratStep": lambda: work.train_step(x, y),
            "pgdStep": lambda: work.pgd_step(x, y),
            "forwardBackward": lambda: work.forward_backward(x, y),
        }

    def finish(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def measure(self, work, repeats, steps=1, setting=""):
        """Milliseconds of a step, `repeats` times: `steps` in a row are asked for, then waited for."""
        configure(**SETTINGS[setting])
        samples = []
        for _ in range(repeats):
            self.finish()
            begun = time.perf_counter()
            for _ in range(steps):
                self.works[work]()
            self.finish()
            samples.append((time.perf_counter() - begun) * 1000 / steps)
        return samples


def describe(device, threads):
    if device.type == "cuda":
        return {"device": torch.cuda.get_device_name(device), "settings": list(SETTINGS)}
    return {"device": f"CPU, {threads} thread{'' if threads == 1 else 's'}", "settings": [""]}


def time_everything(timer, repeats, settings):
    figures = []
    for setting in settings:
        for work in timer.works:
            timer.measure(work, 3, 1, setting)
            ms = statistics.median(timer.measure(work, repeats, 1, setting))
            figures.append({"work": work, "setting": setting, "ms": ms})
    return figures


def serve(timer):
    """A request is the arguments of `measure`; an answer {"ms": [...]} or {"error": ...}."""
    for line in sys.stdin:
        try:
            answer = {"ms": timer.measure(**json.loads(line))}
        except Exception as error:  # reported to the benchmark, which decides
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def parse():
    parser = argparse.ArgumentParser(description="Times an ARAT training step in PyTorch eager; prints JSON.")
    parser.add_argument("--check", metavar="FOLDER", help="compare with the reference numbers in this folder instead")
    parser.add_argument("--serve", action="store_true", help="answer requests from standard input instead")
    parser.add_argument("--device", choices=["cuda", "cpu"], help="default: cuda where there is one")
    parser.add_argument("--threads", type=int, default=1, help="on the CPU (default 1)")
    parser.add_argument("--repeats", type=int, default=15, help="of which the median is printed (default 15)")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--blocks", type=lambda s: [int(n) for n in s.split(",")], default=[1, 1, 1], help="per stage")
    parser.add_argument("--stem-stride", type=int, default=2)
    parser.add_argument("--input-scale", type=float, default=4.0)
    parser.add_argument("--classes", type=int, default=4)
    parser.add_argument("--attack-steps", type=int, default=5)
    parser.add_argument("--eps", type=float, default=8 / 255)
    parser.add_argument("--step-size", type=float, default=2 / 255)
    parser.add_argument("--invariance-weight", type=float, default=4.0)
    return parser.parse_args()


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if device.type == "cuda" and not torch.cuda.is_available():
        sys.exit(f"PyTorch {torch.__version__} finds no CUDA device.")
    configure()
    if options.check:
        return check([options.check, "--device", str(device)])
    timer = Timer(options, device)
    about = {"torch": torch.__version__, **describe(device, options.threads)}
    if options.serve:
        print(json.dumps(about), flush=True)
        serve(timer)
    else:
        print(json.dumps({**about, "figures": time_everything(timer, options.repeats, about["settings"])}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
