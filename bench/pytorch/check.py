"""Whether arat_step.py computes what the reference numbers say: a folder with arat.safetensors and index.json."""

import json
import struct
from pathlib import Path

import torch
import torch.nn.functional as F

TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}
ATTACK_STEPS = 10
# As for any float32 backend, except for the state after one step, where leaving weight decay out makes an error of 5e-5.
TOLERANCE = {"loss": 1e-4, "gradient": 1e-3, "after1": 2e-5, "after3": 5e-3, "pixels": 0.02, "attack loss": 0.01}


def read_safetensors(path, device):
    """name -> tensor."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(data[start:end]), dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).to(device)
    return tensors


def under(tensors, prefix):
    return {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}


class Report:
    """The worst error of each quantity, beside its tolerance."""

    def __init__(self):
        self.worst = {}

    def add(self, quantity, error, tolerance, where=""):
        error = error if error == error else float("inf")
        if quantity not in self.worst or error > self.worst[quantity][0]:
            self.worst[quantity] = (error, tolerance, where)

    def add_all(self, quantity, ours, reference, tolerance):
        """Relative norms, by name; a name that only one side has is infinitely wrong."""
        for name in ours.keys() | reference.keys():
            if name in ours and name in reference:
                a, b = ours[name].detach().double(), reference[name].double()
                self.add(quantity, ((a - b).norm() / b.norm()).item(), tolerance, name)
            else:
                self.add(quantity, float("inf"), tolerance, f"{name} on one side only")

    def print(self):
        for quantity, (error, tolerance, where) in self.worst.items():
            verdict = "ok  " if error <= tolerance else "FAIL"
            print(f"{verdict} {quantity:<22} worst {error:.2e}  tolerance {tolerance:.0e}  {where}".rstrip())
        return bool(self.worst) and all(error <= tolerance for error, tolerance, _ in self.worst.values())


def load_state(arat, state):
    """Every parameter and running statistic, from official names."""
    modules = {"": arat.network, **{f"predictor.{layer}.": h for layer, h in arat.predictors.items()}}
    for prefix, module in modules.items():
        part = under(state, prefix)
        if prefix == "":
            part = {name: t for name, t in part.items() if not name.startswith("predictor.")}
        missing, unexpected = module.load_state_dict(part, strict=False)
        missing = [name for name in missing if not name.endswith("num_batches_tracked")]
        if missing or unexpected:
            raise ValueError(f"The reference's state lacks {missing} and has {unexpected} besides.")


def state_of(arat):
    state = dict(arat.network.state_dict())
    for layer, h in arat.predictors.items():
        state.update({f"predictor.{layer}.{name}": t for name, t in h.state_dict().items()})
    return {name: t for name, t in state.items() if not name.endswith("num_batches_tracked")}


def check(folder, device, Arat):
    """Prints the worst errors; whether all are within tolerance."""
    index = json.loads((Path(folder) / "index.json").read_text())
    case = index["cases"]["arat"]
    tensors = read_safetensors(Path(folder) / case["file"], device)
    x, y, x_adv = tensors["x"], tensors["y"], tensors["x_adv"]
    init = under(tensors, "init.")
    spec = {
        "width": index["width"],
        "blocks": index["blocks"],
        "stem_stride": 1,
        "input_scale": 0,
        "classes": init["linear.bias"].numel(),
    }
    attack = {"eps": index["eps"], "step_size": index["alpha"], "steps": ATTACK_STEPS}
    arat = Arat(spec, attack, device, case["invariance_weight"], case["prev_train_acc"], **case["sgd"])
    load_state(arat, init)
    report = Report()

    made = arat.attack(x, y, tensors["noise"])
    report.add("attack: pixels off", ((made - x_adv).abs() > 1 / 2550).float().mean().item(), TOLERANCE["pixels"])
    at = [F.cross_entropy(arat.network(z, "adv"), y).item() for z in (made, x_adv)]
    report.add("attack: loss", abs(at[0] / at[1] - 1), TOLERANCE["attack loss"])

    for i, expected in enumerate(case["steps"]):
        tolerance = TOLERANCE["loss" if i == 0 else "after3"]
        which = "step 1" if i == 0 else "steps 2, 3"
        ce_adv, ce_clean, distances = terms = arat.update(x, x_adv, y)
        got = {"loss": arat.loss(*terms), "ce_adv": ce_adv, "ce_clean": ce_clean, **distances}
        wanted = {**expected, **expected["invariance"]}
        for name, value in got.items():
            report.add(f"{which}: loss and terms", abs(value.item() / wanted[name] - 1), tolerance, f"{name}, step {i + 1}")
        if i == 0:
            gradients = {name: p.grad for name, p in arat.named_parameters()}
            report.add_all("step 1: gradients", gradients, under(tensors, "grad."), TOLERANCE["gradient"])
            report.add_all("after 1 step: state", state_of(arat), under(tensors, "after1."), TOLERANCE["after1"])
    last = len(case["steps"])
    report.add_all(f"after {last} steps: state", state_of(arat), under(tensors, f"after{last}."), TOLERANCE["after3"])
    print(f"PyTorch {torch.__version__} on {device} beside {folder}")
    return report.print()
