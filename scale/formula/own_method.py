"""A method written as formulas, and the network passes that it needs; src/core/formula/own-method.ts is its twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from .check import Formula, formula_of
from .errors import blank

Key = Tuple[str, str]
"""The image, 'x' or "x'", and the BatchNorm set, 'clean' or 'adv', of a pass."""
# The order of the passes, and so of the updates of the running statistics: as in the official codes.
_ORDER: Sequence[Key] = (("x", "clean"), ("x'", "adv"), ("x", "adv"), ("x'", "clean"))


class NetworkPass(NamedTuple):
    key: Key
    features: bool
    """Whether features of the aligned layers are needed."""


@dataclass(frozen=True)
class OwnMethod:
    objective: Formula
    """What the attack ascends, per example."""
    first: Formula
    second: Optional[Formula]
    """None if the loss is the first term alone."""

    @property
    def terms(self) -> List[Formula]:
        return [self.first] + ([self.second] if self.second else [])

    def needs_attack(self) -> bool:
        return any(mentions(term, "x'") for term in self.terms)

    def uses_balance(self) -> bool:
        return any(mentions(formula, "a") for formula in [self.objective, *self.terms])

    def uses_predictor(self) -> bool:
        return any(mentions(term, "h") for term in self.terms)


def own_method_of(objective: str, first: str, second: str) -> OwnMethod:
    """Raises FormulaError. A blank second term means that there is none."""
    return OwnMethod(
        formula_of(objective, "objective"),
        formula_of(first, "first"),
        None if blank(second) else formula_of(second, "second"),
    )


def pass_of(call: Formula) -> Optional[NetworkPass]:
    """The pass of a call of f or z; None for other functions. Without _clean or _adv, x goes through the clean set and
    x' through the adversarial one."""
    arg = call.parts[0]
    if arg.type != "image":
        return None
    what, _, branch = call.name.partition("_")
    return NetworkPass((arg.name, branch or ("clean" if arg.name == "x" else "adv")), what == "z")


def passes_in(formulas: Sequence[Formula]) -> List[NetworkPass]:
    """Each once, in the order in which they are made."""
    features: Dict[Key, bool] = {}

    def visit(formula: Formula) -> None:
        found = pass_of(formula) if formula.kind == "call" else None
        if found:
            features[found.key] = features.get(found.key, False) or found.features
        else:
            for part in formula.parts:
                visit(part)

    for formula in formulas:
        visit(formula)
    return [NetworkPass(key, features[key]) for key in _ORDER if key in features]


def mentions(formula: Formula, name: str) -> bool:
    named = formula.kind in ("name", "call") and formula.name == name
    return named or any(mentions(part, name) for part in formula.parts)
