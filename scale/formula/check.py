"""Checks a parsed formula and gives each of its parts a type; src/core/formula/check.ts is its twin.

The names, functions and their types are in vocabulary.json, which scale/testing/write-config-schema.ts makes from
src/core/formula/vocabulary.ts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .errors import FormulaError, quoted
from .parse import Tree, parse

_VOCABULARY = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
NAMES: Dict[str, str] = _VOCABULARY["names"]
"""The type of each name."""
FUNCTIONS: Dict[str, Dict[str, Any]] = _VOCABULARY["functions"]
"""The example and the signatures of each function."""
WORDS: Dict[str, str] = _VOCABULARY["typeWords"]
_ORDINALS = ("first", "second", "third")


@dataclass(frozen=True)
class Formula:
    """A checked part: kind, name, value and parts as in Tree."""

    kind: str
    name: str
    value: float
    parts: Tuple["Formula", ...]
    at: int
    end: int
    type: str
    trains: bool
    """Whether its gradient reaches weights: it has f, z or h outside sg."""
    follows_attack: bool
    """Whether its gradient reaches x': it has x' outside sg."""


def formula_of(text: str, role: str) -> Formula:
    """role: 'objective' (per example, its gradient reaches x') or a term, 'first' or 'second' (one number, its gradient
    reaches weights). Raises FormulaError."""
    return _Checker(text, role).whole(parse(text))


class _Checker:
    def __init__(self, text: str, role: str) -> None:
        self.text, self.role = text, role

    def error(self, at: int, reason: str) -> FormulaError:
        return FormulaError(self.text, at, reason)

    def words(self, part: Any) -> str:
        return quoted(self.text[part.at : part.end])

    def whole(self, tree: Tree) -> Formula:
        formula = self.typed(tree)
        it = f"{self.words(tree)} is {WORDS[formula.type]}"
        if self.role == "objective":
            if formula.type != "per example":
                raise self.error(tree.at, f"the attack ascends a number per example, and {it}")
            if not formula.follows_attack:
                raise self.error(tree.at, "no gradient of it reaches x': the attack would have nothing to ascend")
            return formula
        if formula.type == "per example":
            raise self.error(tree.at, f"a term of the loss is one number, and {it}: write mean(…) around it")
        if formula.type != "number":
            raise self.error(tree.at, f"a term of the loss is one number, and {it}")
        if not formula.trains:
            raise self.error(tree.at, "no gradient of it reaches the network: the term would train nothing")
        return formula

    def typed(self, tree: Tree) -> Formula:
        if tree.kind == "number":
            return _formula(tree, (), "number", False, False)
        if tree.kind == "name":
            return self.name(tree)
        if tree.kind == "call":
            return self.call(tree)
        if tree.kind == "operation":
            return self.operation(tree)
        operand = self.typed(tree.parts[0])
        if operand.type in ("image", "labels"):
            reason = f"there is no negative of {self.words(operand)}, {WORDS[operand.type]}"
            raise self.error(operand.at, reason)
        return _formula(tree, (operand,), operand.type, operand.trains, operand.follows_attack)

    def name(self, tree: Tree) -> Formula:
        if tree.name in FUNCTIONS:
            example = FUNCTIONS[tree.name]["example"]
            raise self.error(tree.at, f"{tree.name} is a function: write its arguments, as in {example}")
        if tree.name not in NAMES:
            raise self.error(tree.at, self.unknown("name", tree.name, list(NAMES)))
        return _formula(tree, (), NAMES[tree.name], False, tree.name == "x'")

    def unknown(self, kind: str, name: str, known: Sequence[str]) -> str:
        close = nearest(name, [*NAMES, *FUNCTIONS])
        hint = f"there are {', '.join(known)}" if close is None else f"is it {close}"
        return f"there is no {kind} “{quoted(name)}”: {hint}"

    def call(self, tree: Tree) -> Formula:
        name = tree.name
        if name not in FUNCTIONS:
            if name in NAMES:
                raise self.error(tree.at, f"{name} is not a function: for a product write {name} * (…)")
            raise self.error(tree.at, self.unknown("function", name, list(FUNCTIONS)))
        if name == "h" and self.role == "objective":
            reason = "the predictor h belongs to the terms of the loss, the attack has none"
            raise self.error(tree.at, reason)
        args = tuple(self.typed(part) for part in tree.parts)
        gives = self.signature(tree, args)
        own = args[0].type == "image" or name == "h"
        trains = name != "sg" and (own or any(a.trains for a in args))
        return _formula(tree, args, gives, trains, name != "sg" and any(a.follows_attack for a in args))

    def signature(self, tree: Tree, args: Sequence[Formula]) -> str:
        """The type that the call gives."""
        name, example = tree.name, FUNCTIONS[tree.name]["example"]
        possible: List[Dict[str, Any]] = FUNCTIONS[name]["signatures"]
        counts = sorted({len(s["takes"]) for s in possible})
        if len(args) not in counts:
            several = "" if counts == [1] else "s"
            takes = f"{name} takes {' or '.join(map(str, counts))} argument{several}"
            raise self.error(tree.at, f"{takes}, as in {example}, not {len(args)}")
        possible = [s for s in possible if len(s["takes"]) == len(args)]
        for i, arg in enumerate(args):
            expected = list(dict.fromkeys(WORDS[s["takes"][i]] for s in possible))
            possible = [s for s in possible if s["takes"][i] == arg.type]
            if not possible:
                which = f" as its {_ORDINALS[i]} argument" if len(args) > 1 else ""
                listed = " or ".join(filter(None, [", ".join(expected[:-1]), expected[-1]]))
                reason = f"{name} expects {listed}{which}, and {self.words(arg)} is {WORDS[arg.type]}"
                raise self.error(arg.at, reason)
        if name == "kl" and len(args) == 3 and (args[2].kind != "number" or args[2].value <= 0):
            raise self.error(args[2].at, "kl expects a number above 0, such as 1e-12, as its third argument")
        return str(possible[0]["gives"])

    def operation(self, tree: Tree) -> Formula:
        left, right = (self.typed(part) for part in tree.parts)
        for side in (left, right):
            if side.type in ("image", "labels"):
                what, where = ("images", f"f({self.words(side)})") if side.type == "image" else ("labels", "ce(f(x), y)")
                reason = f"{tree.name} takes no {what}: {self.words(side)} goes into a function, as in {where}"
                raise self.error(side.at, reason)
        gives = right.type if left.type == "number" else left.type
        if gives != right.type and right.type != "number":
            sides = f"{self.words(left)} is {WORDS[left.type]}, and {self.words(right)} is {WORDS[right.type]}"
            reason = f"{tree.name} takes two values of one type, or one value and a number: {sides}"
            raise self.error(tree.sign_at, reason)
        if tree.name == "/" and right.kind == "number" and right.value == 0:
            raise self.error(right.at, "a division by 0")
        follows = left.follows_attack or right.follows_attack
        return _formula(tree, (left, right), gives, left.trains or right.trains, follows)


def _formula(tree: Tree, parts: Tuple[Formula, ...], type_: str, trains: bool, follows_attack: bool) -> Formula:
    return Formula(tree.kind, tree.name, tree.value, parts, tree.at, tree.end, type_, trains, follows_attack)


def nearest(name: str, known: Sequence[str]) -> Optional[str]:
    """The entry of `known` that a misspelt name most likely means: one edit away, two from five characters on."""
    if not 2 <= len(name) <= 12:
        return None
    distances = [_edit_distance(name.lower(), other) for other in known]
    least = min(distances)
    return known[distances.index(least)] if least <= (1 if len(name) < 5 else 2) else None


def _edit_distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        below = [i + 1]
        for j, other in enumerate(b):
            below.append(min(row[j + 1] + 1, below[j] + 1, row[j] + (letter != other)))
        row = below
    return row[-1]
