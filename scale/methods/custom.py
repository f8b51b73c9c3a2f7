"""A method that the user writes as formulas (scale/formula): min_theta first + second, with x' = argmax of the objective
in the L-inf ball around x."""

from __future__ import annotations

from typing import Callable, Dict, List, Sequence, Tuple

from torch import Tensor

from ..attacks import ascend
from ..config import Attack, Switches
from ..formula.evaluate import Evaluator, Scope
from ..formula.own_method import Key, NetworkPass, own_method_of, passes_in
from ..network import Outputs, Pass, ResNet
from .arat import Predictor, aligned_layers, feature_width
from .base import EpochEnd, Loss, Method, add_at, one_term
from .training_attack import GAUSSIAN_SCALE

Passes = Dict[Key, Outputs]


class Custom(Method):
    def __init__(self, switches: Switches, attack: Attack) -> None:
        super().__init__(switches, attack)
        self.own = own_method_of(switches.attack_objective, switches.first_term, switches.second_term)
        self.start = switches.attack_start
        self.reads_balance = self.own.uses_balance()
        self.progress = 0.0
        """t: share of the epochs done."""

    def measures_balance(self) -> bool:
        return self.reads_balance

    def split_bn(self) -> bool:
        return self.switches.split_bn

    def add_parts(self, network: ResNet, seed: int) -> None:
        self.aligned = aligned_layers(network, self.switches.aligned_layers)
        self.predictors = []
        for layer in self.aligned if self.own.uses_predictor() else ():
            h = Predictor(feature_width(network, layer), seed, f"predictor.{layer}")
            add_at(network, f"predictor.{layer}", h)
            self.predictors.append(h)

    def every_parameter_gets_a_gradient(self) -> bool:
        # A formula may leave out a BatchNorm set, or reach a predictor through sg alone.
        return False

    def before_epoch(self, epoch: int, epochs: int) -> None:
        self.progress = epoch / epochs

    def after_epoch(self, end: EpochEnd) -> None:
        self.progress = end.epoch / end.epochs

    def _forward(
        self, passes: Sequence[NetworkPass], images: Callable[[str], Tensor], train: bool, update_statistics: bool
    ) -> Passes:
        """Without split BN each image goes through the network once; a second pass of it has the same result, and only
        updates the running statistics once more, as in the official code of TRADES."""
        made: Passes = {}
        for key, _ in passes:
            same = [p for p in passes if p.key == key or (not self.network.split_bn and p.key[0] == key[0])]
            before = next((made[p.key] for p in same if p.key in made), None)
            if before is not None:
                if update_statistics:
                    before.commit_statistics()
                made[key] = before
                continue
            features = self.aligned if any(p.features for p in same) else ()
            made[key] = self.network(images(key[0]), Pass(key[1], train, update_statistics, features))
        return made

    def _evaluator(self, passes: Passes, y: Tensor) -> Evaluator:
        known: Dict[int, List[Tensor]] = {}

        def features(key: Key) -> List[Tensor]:
            made = passes[key]
            return known.setdefault(id(made), [made.features[layer] for layer in self.aligned])

        return Evaluator(
            Scope(
                logits=lambda key: passes[key].logits,
                features=features,
                predict=lambda z: [h(layer) for h, layer in zip(self.predictors, z)],
                y=y,
                balance=self.balance,
                progress=self.progress,
            )
        )

    def attack(self, x: Tensor, y: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        if not self.own.needs_attack():
            return x, x
        a = self.attack_settings
        train = self.switches.attack_mode == "train"
        start = x + (a.eps if self.start == "uniform" else GAUSSIAN_SCALE) * noise
        passes = passes_in([self.own.objective])

        def through(image: str, images: Tensor) -> Passes:
            return self._forward([p for p in passes if p.key[0] == image], lambda _: images, train, False)

        # The passes of x are the same in every step of the attack, and no gradient is taken of them.
        of_clean = {key: _detached(outputs) for key, outputs in through("x", x).items()}
        objective = self.own.objective
        evaluated = lambda z: self._evaluator({**of_clean, **through("x'", z)}, y).per_example(objective)  # noqa: E731
        return x, ascend(evaluated, start, x, a.eps, a.step_size, a.steps)

    def loss(self, x: Tensor, x_adv: Tensor, y: Tensor) -> Loss:
        passes = self._forward(passes_in(self.own.terms), lambda image: x if image == "x" else x_adv, True, True)
        evaluator = self._evaluator(passes, y)
        first = evaluator.scalar(self.own.first)
        if self.own.second is None:
            return one_term(first, {"first": first})
        second = evaluator.scalar(self.own.second)
        return Loss(first + second, {"first": first, "second": second}, (first, second))


def _detached(outputs: Outputs) -> Outputs:
    return Outputs(outputs.logits.detach(), {layer: z.detach() for layer, z in outputs.features.items()})
