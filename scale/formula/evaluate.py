"""Evaluates a checked formula; src/core/methods/custom/evaluate.ts is its twin. No part of it is run as code."""

from __future__ import annotations

import math
import operator
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Union

import torch
import torch.nn.functional as F
from torch import Tensor

from ..losses import cross_entropy_each, kl_each
from .check import Formula
from .own_method import Key, pass_of

TINY = 1e-12
ABOVE_ONE = 1.0001
"""MART's constants, which keep logarithms finite."""

Value = Union[float, List[Tensor]]
"""A number, or tensors: one for each aligned layer, or a single one if the value does not depend on layers."""
_OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Scope(NamedTuple):
    """The values of a formula's names in one step."""

    logits: Callable[[Key], Tensor]
    """[n,K]"""
    features: Callable[[Key], List[Tensor]]
    """[n,d] of each aligned layer; the same list for the same pass."""
    predict: Callable[[Sequence[Tensor]], List[Tensor]]
    """h of the features of each aligned layer."""
    y: Tensor
    balance: float
    progress: float


class Evaluator:
    """Evaluates the formulas of one step, which share their values of h."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._predictions: Dict[int, List[Tensor]] = {}

    def scalar(self, formula: Formula) -> Tensor:
        """The value of a term of the loss."""
        value = self.value(formula)
        return self.scope.y.new_tensor(value, dtype=torch.float32) if isinstance(value, float) else value[0]

    def per_example(self, formula: Formula) -> Tensor:
        """[n]: the attack's objective; its mean over layers if it has layers."""
        tensors = self.value(formula)
        return tensors[0] if len(tensors) == 1 else torch.stack(tensors).mean(0)  # type: ignore[arg-type]

    def value(self, formula: Formula) -> Value:
        if formula.kind == "number":
            return formula.value
        if formula.kind == "name":
            return float(self.scope.balance if formula.name == "a" else self.scope.progress)
        if formula.kind == "negation":
            return _mapped(self.value(formula.parts[0]), operator.neg, operator.neg)
        if formula.kind == "operation":
            left, right = (self.value(part) for part in formula.parts)
            return _combined(left, right, _OPERATIONS[formula.name], _number_operation(formula.name))
        return self._call(formula)

    def _call(self, call: Formula) -> Value:
        name, args = call.name, call.parts
        found = pass_of(call)
        if found:
            return self.scope.features(found.key) if found.features else [self.scope.logits(found.key)]
        if name == "mean":
            return self._mean(args[0])
        values: List[Any] = [self.value(arg) for arg in args if arg.type != "labels"]
        first, second = values[0], values[1] if len(values) > 1 else None
        if name == "h":
            if id(first) not in self._predictions:
                self._predictions[id(first)] = self.scope.predict(first)
            return self._predictions[id(first)]
        if name == "sg":
            return _mapped(first, Tensor.detach, float)
        if name in ("exp", "log"):
            number = _exp if name == "exp" else _log
            return _mapped(first, torch.exp if name == "exp" else torch.log, number)
        if name in ("min", "max"):
            if second is None:
                return _reduced(args[0], first, torch.amin if name == "min" else torch.amax)
            return _combined(first, second, _extremum(name), min if name == "min" else max)
        if name == "cos":
            return [1 - F.cosine_similarity(a, b, dim=1, eps=1e-8) for a, b in zip(first, second)]
        if name == "mse":
            return [(a - b).square().mean(1) for a, b in zip(first, second)]
        return [self._of_logits(name, first[0], second and second[0], values)]

    def _of_logits(self, name: str, z: Tensor, other: Any, values: List[Any]) -> Tensor:
        y = self.scope.y
        if name == "softmax":
            return z.softmax(1)
        if name == "ce":
            return cross_entropy_each(z, y)
        if name == "bce":
            return cross_entropy_each(z, y) - self._log_rival_gap(z)
        if name == "prob":
            return z.softmax(1).gather(1, y[:, None])[:, 0]
        if name == "margin":
            own = F.one_hot(y, z.shape[1]).bool()
            return z.masked_fill(own, -math.inf).amax(1) - z.gather(1, y[:, None])[:, 0]
        if name == "entropy":
            return -(z.softmax(1) * F.log_softmax(z, dim=1)).sum(1)
        if name == "kl":
            if len(values) < 3:
                return kl_each(z, other)
            return (z.softmax(1) * (F.log_softmax(z, dim=1) - (other.softmax(1) + values[2]).log())).sum(1)
        raise ValueError(f"Formula: {name} has no value.")

    def _log_rival_gap(self, z: Tensor) -> Tensor:
        """log(1 - largest probability of a wrong class), as MART's code has it."""
        own = F.one_hot(self.scope.y, z.shape[1]).to(z.dtype)
        return (ABOVE_ONE - (z.softmax(1) - 2 * own).amax(1) + TINY).log()

    def _mean(self, arg: Formula) -> Value:
        """The mean of mse is one mean of all squared differences, as in the official codes."""
        if arg.kind == "call" and arg.name == "mse":
            a, b = (self.value(part) for part in arg.parts)
            means = [(p - q).square().mean() for p, q in zip(a, b)]  # type: ignore[arg-type]
            return [torch.stack(means).mean()]
        return _reduced(arg, self.value(arg), torch.mean)


def _number_operation(sign: str) -> Callable[[float, float], float]:
    """On numbers as JavaScript has it: a division by 0 is infinite or not a number."""

    def divided(a: float, b: float) -> float:
        if b == 0:
            return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
        return a / b

    return divided if sign == "/" else _OPERATIONS[sign]


def _exp(x: float) -> float:
    return math.exp(x) if x < 709 else math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan


def _extremum(name: str) -> Callable[[Any, Any], Tensor]:
    of = torch.minimum if name == "min" else torch.maximum

    def apply(a: Any, b: Any) -> Tensor:
        like = a if isinstance(a, Tensor) else b
        return of(torch.as_tensor(a, dtype=like.dtype, device=like.device), torch.as_tensor(b).to(like))

    return apply


def _combined(a: Value, b: Value, tensors: Callable[[Any, Any], Tensor], numbers: Callable[[float, float], float]) -> Value:
    """Layer by layer; a value without layers is combined with each layer of the other."""
    if isinstance(a, float) and isinstance(b, float):
        return float(numbers(a, b))
    layers = max(1 if isinstance(v, float) else len(v) for v in (a, b))
    at = lambda v, i: v if isinstance(v, float) else v[0 if len(v) == 1 else i]  # noqa: E731
    return [tensors(at(a, i), at(b, i)) for i in range(layers)]


def _mapped(value: Value, tensor: Callable[[Tensor], Tensor], number: Callable[[float], float]) -> Value:
    return float(number(value)) if isinstance(value, float) else [tensor(t) for t in value]


def _reduced(arg: Formula, value: Value, reduce: Callable[..., Tensor]) -> Value:
    """A value per example over the batch and then over layers, a table over each of its rows."""
    tensors: List[Tensor] = value  # type: ignore[assignment]
    if arg.type != "per example":
        return [reduce(t, 1) for t in tensors]
    scalars = [reduce(t) for t in tensors]
    return scalars if len(scalars) == 1 else [reduce(torch.stack(scalars))]
