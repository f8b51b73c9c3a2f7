"""The single-BatchNorm cases of a reference folder: those of AT, TRADES, MART and LBGAT that it has, and evaluation."""

from __future__ import annotations

from typing import Any, Dict, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from ..attacks import pgd
from ..config import Attack, NetworkSettings, default_switches
from ..conflict import gradients_of
from ..losses import cross_entropy_each
from ..methods import METHODS
from ..network import ResNet
from .report import ATTACK_PIXEL, TOLERANCE, Report, load_state, relative, relative_norm, share_beyond, worst_difference

Tensors = Mapping[str, Tensor]
EVALUATION_STEPS = 20


def _settings(index: Dict[str, Any]) -> NetworkSettings:
    return NetworkSettings("resnet", index["width"], tuple(index["blocks"]), 1, 0.0)


def _method_case(index: Dict[str, Any], method_id: str, t: Tensors, device: torch.device, report: Report) -> None:
    """One method's attack, loss, gradients and the running statistics after its forward passes."""
    expected = index["cases"]["plain"]["methods"][method_id]
    either = lambda *names: next(expected[n] for n in names if n in expected)  # noqa: E731
    attack = Attack(either("eps", "epsilon"), either("alpha", "step_size"), int(either("steps", "perturb_steps")))
    switches = default_switches(**({"beta": expected["beta"]} if "beta" in expected else {}))
    method = METHODS[method_id](switches, attack)
    network = method.build(_settings(index), len(t["init.linear.bias"]), seed=0)
    natural = getattr(network, "natural", None)
    if natural is not None:
        load_state(natural, t, "teacher_init.")
    state = {
        f"init.{name}": t[f"init.{name}"] if f"init.{name}" in t else value
        for name, value in network.state_dict().items()
    }
    load_state(network, state, "init.")
    network.to(device)
    # The reference's uniform noise is in pixel units, its Gaussian is standard.
    noise = t["randn"] if method.start == "gaussian" else t["noise"] / attack.eps
    x_adv = t[f"{method_id}.x_adv"]
    _, made = method.attack(t["x"], t["y"], noise)
    report.add(f"{method_id} x_adv: pixels off", share_beyond(made, x_adv, ATTACK_PIXEL), TOLERANCE["attack pixels"])
    loss, _, _ = method.loss(t["x"], x_adv, t["y"])
    report.add(f"{method_id} loss", relative(loss.item(), expected["loss"]), TOLERANCE["loss"])
    gradients = gradients_of(loss, network)
    report.add_gradients(f"{method_id} gradients", gradients, t, f"{method_id}.grad.")
    if natural is not None:
        own = {name[len("natural.") :]: g for name, g in gradients.items() if name.startswith("natural.")}
        report.add_gradients(f"{method_id} natural model's gradients", own, t, f"{method_id}.teacher_grad.")
    for name, value in network.named_buffers():
        key = f"{method_id}.after_forward.{name}"
        if key in t:
            report.add(f"{method_id} running statistics", worst_difference(value, t[key]), TOLERANCE["statistics"], key)


def _evaluation_case(index: Dict[str, Any], t: Tensors, device: torch.device, report: Report) -> None:
    expected = index["cases"]["plain"]["methods"]["eval"]
    network = ResNet(_settings(index), len(t["init.linear.bias"]), False, seed=0)
    load_state(network, t, "init.")
    network.to(device)
    x, y = t["x"], t["y"]
    report.add(
        "eval logits",
        worst_difference(network.logits(x), t["eval.logits_clean"]),
        TOLERANCE["logits"],
        "eval.logits_clean",
    )
    z = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(cross_entropy_each(network.logits(z), y).sum(), z)
    report.add("eval input gradient", relative_norm(gradient, t["eval.input_grad"]), TOLERANCE["gradient"])
    made = pgd(network.logits, x, y, t["noise"] / index["eps"], index["eps"], index["alpha"], EVALUATION_STEPS)
    report.add("eval PGD-20: pixels off", share_beyond(made, t["eval.pgd20"], ATTACK_PIXEL), TOLERANCE["attack pixels"])
    loss_at = lambda images: F.cross_entropy(network.logits(images), y).item()  # noqa: E731
    report.add("eval PGD-20: loss", relative(loss_at(made), expected["pgd20_loss"]), TOLERANCE["attack loss"])
    report.add("eval clean: loss", relative(loss_at(x), expected["clean_loss"]), TOLERANCE["loss"])


def run_plain_cases(index: Dict[str, Any], t: Tensors, device: torch.device, report: Report) -> None:
    """Runs every covered case of the folder's plain file."""
    methods = index["cases"]["plain"]["methods"]
    for method_id in methods:
        if method_id in METHODS:
            _method_case(index, method_id, t, device, report)
    if "eval" in methods:
        _evaluation_case(index, t, device, report)
