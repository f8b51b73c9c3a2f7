"""The ARAT cases of a reference folder: attack, forward, terms, gradients, SGD steps, conflict, ablations."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ..config import Attack, NetworkSettings, default_switches
from ..conflict import conflict_of, gradients_of
from ..methods.arat import Arat
from ..network import Pass
from .report import ATTACK_PIXEL, TOLERANCE, Report, load_state, relative, share_beyond, worst_difference

ATTACK_STEPS = 10
Tensors = Mapping[str, Tensor]



def _start(index: Dict[str, Any], t: Tensors, device: torch.device, **changes: Any) -> Arat:
    """The method at the reference's initial state."""
    case = index["cases"]["arat"]
    switches = default_switches(**{"invariance_weight": case["invariance_weight"], **changes})
    method = Arat(switches, Attack(index["eps"], index["alpha"], ATTACK_STEPS))
    method.build(NetworkSettings("resnet", index["width"], tuple(index["blocks"]), 1, 0.0), len(t["init.linear.bias"]), seed=0)
    load_state(method.network, t, "init.")
    method.network.to(device)
    method.balance = case["prev_train_acc"]
    return method


def _conflict(method: Arat, x: Tensor, x_adv: Tensor, y: Tensor) -> Tuple[float, float, Dict[str, float], float, float]:
    first, second = method.loss(x, x_adv, y).conflict  # type: ignore[misc]
    cosine, ratio, _, per_layer = conflict_of(
        gradients_of(first, method.network, retain_graph=True),
        gradients_of(second, method.network),
        method.network.shared_weights,
    )
    return cosine, ratio, per_layer, first.item(), second.item()


def _attack_and_forward(method: Arat, index: Dict[str, Any], t: Tensors, report: Report) -> None:
    x, y, x_adv = t["x"], t["y"], t["x_adv"]
    _, made = method.attack(x, y, t["noise"] / method.attack_settings.eps)
    report.add("arat x_adv: pixels off", share_beyond(made, x_adv, ATTACK_PIXEL), TOLERANCE["attack pixels"])
    loss_at = lambda z: F.cross_entropy(method.network(z, Pass("adv", train=True)).logits, y).item()  # noqa: E731
    report.add("arat x_adv: loss", relative(loss_at(made), loss_at(x_adv)), TOLERANCE["attack loss"])
    layers = tuple(index["cases"]["arat"]["layers"])
    for branch, images in (("clean", x), ("adv", x_adv)):
        evaluated = method.network(x, Pass(branch, train=False)).logits
        name = f"eval.logits_{branch}_bn"
        report.add("arat eval logits", worst_difference(evaluated, t[name]), TOLERANCE["logits"], name)
        out = method.network(images, Pass(branch, train=True, features=layers))
        name = f"step.logits_{branch}"
        report.add("arat step logits", worst_difference(out.logits, t[name]), TOLERANCE["logits"], name)
        for layer in layers:
            name = f"step.feature_{branch}.{layer}"
            report.add("arat step features", worst_difference(out.features[layer], t[name]), TOLERANCE["logits"], name)


def _steps(method: Arat, case: Dict[str, Any], t: Tensors, report: Report) -> None:
    sgd = torch.optim.SGD(
        method.network.parameters(),
        lr=case["sgd"]["lr"],
        momentum=case["sgd"]["momentum"],
        weight_decay=case["sgd"]["weight_decay"],
    )
    for i, expected in enumerate(case["steps"]):
        sgd.zero_grad(set_to_none=True)
        loss, terms, _ = method.loss(t["x"], t["x_adv"], t["y"])
        loss.backward()
        which, tolerance = ("arat step 1", TOLERANCE["loss"]) if i == 0 else ("arat steps 2, 3", TOLERANCE["after3"])
        per_layer = list(expected["invariance"].values())
        report.add(f"{which}: loss", relative(loss.item(), expected["loss"]), tolerance, f"step {i + 1}")
        for name, wanted in (
            ("ceAdv", expected["ce_adv"]),
            ("ceClean", expected["ce_clean"]),
            ("invariance", sum(per_layer) / len(per_layer)),
        ):
            report.add(f"{which}: terms", relative(terms[name].item(), wanted), tolerance, f"{name}, step {i + 1}")
        if i == 0:
            found = {name: p.grad for name, p in method.network.named_parameters() if p.grad is not None}
            report.add_gradients("arat gradients", found, t, "grad.")
        sgd.step()
        if i == 0:
            report.add_state("arat after 1 step", method.network.state_dict(), t, "after1.", TOLERANCE["after1"])
    last = len(case["steps"])
    report.add_state(f"arat after {last} steps", method.network.state_dict(), t, f"after{last}.", TOLERANCE["after3"])


def _ablation(name: str) -> Dict[str, Any]:
    """`split-cos-sim-stop_grad-no_predictor` -> switches."""
    return {
        "split_bn": name.startswith("split-"),
        "metric": "mse" if "-mse-" in name else "cosine",
        "stop_gradient": "-stop_grad" in name,
        "predictor": not name.endswith("-no_predictor"),
    }


def _share_bn(method: Arat) -> None:
    """Sends both inputs through the adv set."""
    bn = method.network.bn
    method.network.bn = lambda layer, _branch: bn(layer, "adv")  # type: ignore[assignment,method-assign]


def run_arat_cases(index: Dict[str, Any], t: Tensors, device: torch.device, report: Report) -> None:
    """Runs every ARAT case of the folder."""
    cases = index["cases"]
    method = _start(index, t, device)
    _attack_and_forward(method, index, t, report)
    _steps(method, cases["arat"], t, report)
    if "arat_conflict" in cases:
        expected = cases["arat_conflict"]
        cosine, ratio, per_layer, _, _ = _conflict(_start(index, t, device), t["x"], t["x_adv"], t["y"])
        report.add("conflict: cosine", abs(cosine - expected["cosine"]), TOLERANCE["conflict"])
        report.add("conflict: ratio", abs(ratio - expected["conflict_ratio"]), TOLERANCE["conflict"])
        for name, value in expected["per_layer_cosine"].items():
            error = abs(per_layer.get(name, float("nan")) - value)
            report.add("conflict: cosine by layer", error, TOLERANCE["conflict"], name)
    for name, expected in cases.get("arat_ablations", {}).get("values", {}).items():
        switches = _ablation(name)
        # "Shared" in the reference: both inputs through the adv set of the split network, whose names the initial state
        # has.
        method = _start(index, t, device, **{**switches, "split_bn": True})
        if not switches["split_bn"]:
            _share_bn(method)
        cosine, ratio, _, first, second = _conflict(method, t["x"], t["x_adv"], t["y"])
        report.add("ablations: classification", relative(first, expected["classification"]), TOLERANCE["loss"], name)
        report.add("ablations: invariance", relative(second, expected["invariance_weighted"]), TOLERANCE["loss"], name)
        report.add("ablations: cosine", abs(cosine - expected["cosine"]), TOLERANCE["conflict"], name)
        report.add("ablations: conflict ratio", abs(ratio - expected["conflict_ratio"]), TOLERANCE["conflict"], name)
