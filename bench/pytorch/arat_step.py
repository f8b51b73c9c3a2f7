"""One ARAT training step in PyTorch eager, timed: what `npm run bench` puts beside ours.

    python3 arat_step.py                        times everything, prints JSON
    python3 arat_step.py --check FOLDER         compares it with the reference numbers in FOLDER instead (check.py)
    python3 arat_step.py --serve                answers requests, one JSON per line, until its input ends

Defaults are the demo preset's. On CUDA where there is one, else on the CPU. The step draws its random start; images are
neither gathered nor augmented in it, which ours are.
"""

import argparse
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from network import ResNet, predictor

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


def pgd_step(network, x, y, centre, eps, step_size):
    """One L-inf ascent step on CE, through the `adv` set with batch statistics; differentiates with respect to the image only."""
    x = x.detach().requires_grad_()
    loss = F.cross_entropy(network(x, "adv"), y, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, x)
    with torch.no_grad():
        moved = x + step_size * gradient.sign()
        return torch.clamp(centre + torch.clamp(moved - centre, -eps, eps), 0, 1)


class Arat:
    """min w_adv CE(f_adv(x'),y) + w_clean CE(f_clean(x),y) + (lambda/L) sum_l 1 - cos(h_l(z'_l), sg(z_l)), by SGD."""

    def __init__(self, spec, attack, device, invariance_weight=4.0, balance=0.1, lr=0.1, momentum=0.9, weight_decay=5e-4):
        self.network = ResNet(**spec).to(device)
        self.predictors = {layer: predictor(d).to(device) for layer, d in self.network.aligned.items()}
        self.attack_options = attack
        self.invariance_weight = invariance_weight
        self.balance = balance
        self.device = device
        parameters = dict(self.named_parameters()).values()
        self.sgd = torch.optim.SGD(parameters, lr=lr, momentum=momentum, weight_decay=weight_decay)

    def named_parameters(self):
        """As in the official state dict, the predictors' under `predictor.<layer>.`."""
        yield from self.network.named_parameters()
        for layer, h in self.predictors.items():
            yield from h.named_parameters(f"predictor.{layer}")

    def attack(self, x, y, noise):
        """x' after PGD from x + noise, [N,3,H,W] in [0,1]."""
        eps, step_size, steps = (self.attack_options[key] for key in ("eps", "step_size", "steps"))
        x_adv = x + noise
        for _ in range(steps):
            x_adv = pgd_step(self.network, x_adv, y, x, eps, step_size)
        return x_adv

    def terms(self, x, x_adv, y):
        """CE of x', CE of x and the distance of each aligned layer, means over the batch. Moves the running statistics."""
        z, z_adv = {}, {}
        ce_clean = F.cross_entropy(self.network(x, "clean", True, z), y)
        ce_adv = F.cross_entropy(self.network(x_adv, "adv", True, z_adv), y)
        distances = {
            layer: 1 - F.cosine_similarity(h(z_adv[layer]), z[layer].detach()).mean() for layer, h in self.predictors.items()
        }
        return ce_adv, ce_clean, distances

    def loss(self, ce_adv, ce_clean, distances):
        classification = self.balance * ce_adv + (1 - self.balance) * ce_clean
        return classification + self.invariance_weight * sum(distances.values()) / len(distances)

    def update(self, x, x_adv, y):
        """Forward passes, gradients and SGD; returns the terms."""
        self.sgd.zero_grad(set_to_none=True)
        terms = self.terms(x, x_adv, y)
        self.loss(*terms).backward()
        self.sgd.step()
        return terms

    def train_step(self, x, y):
        noise = (2 * torch.rand_like(x) - 1) * self.attack_options["eps"]
        self.update(x, self.attack(x, y, noise), y)

    def forward_backward(self, x, y):
        """CE in train mode through the `adv` set, and its gradients to the parameters. Moves no running statistics."""
        self.sgd.zero_grad(set_to_none=True)
        F.cross_entropy(self.network(x, "adv"), y).backward()


class Timer:
    """The works at one size on random images, and how long each takes."""

    def __init__(self, options, device):
        self.device = device
        spec = {
            "width": options.width,
            "blocks": options.blocks,
            "stem_stride": options.stem_stride,
            "input_scale": options.input_scale,
            "classes": options.classes,
        }
        attack = {"eps": options.eps, "step_size": options.step_size, "steps": options.attack_steps}
        torch.manual_seed(0)
        self.arat = Arat(spec, attack, device, options.invariance_weight)
        x = torch.rand(options.batch, 3, 32, 32, device=device)
        y = torch.randint(options.classes, (options.batch,), device=device)
        eps, step_size = options.eps, options.step_size
        self.works = {
            "aratStep": lambda: self.arat.train_step(x, y),
            "pgdStep": lambda: pgd_step(self.arat.network, x, y, x, eps, step_size),
            "forwardBackward": lambda: self.arat.forward_backward(x, y),
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
        from check import check

        return 0 if check(options.check, device, Arat) else 1
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
