"""An experiment's settings: the JSON that the page and the command line write, validated against the page's own schema.

config-schema.json is made from src/core/settings/config.ts; ranges and choices have their one home there.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Dict, List, Tuple, Type, TypeVar

from .formula.check import formula_of
from .formula.errors import FormulaError, blank

SCHEMA = Path(__file__).with_name("config-schema.json")
T = TypeVar("T")


class ConfigError(ValueError):
    """One sentence that names the first wrong field."""


@dataclass(frozen=True)
class Switches:
    """The parts of a method that can be switched; src/core/settings/config.ts says what each means."""

    split_bn: bool
    split_parts: str
    stop_gradient: bool
    predictor: bool
    auto_balance: bool
    invariance_weight: float
    metric: str
    aligned_layers: str
    official_aliasing: bool
    attack_updates_statistics: bool
    beta: float
    noisy_replay: bool
    average_from: float
    average_every: int
    conflict_threshold: float
    mse_weight: float
    soft_weight: float
    two_sided: bool
    class_means: bool
    temperature: float
    classification_weight: float
    recipe: str
    match_arat: bool
    attack_objective: str
    first_term: str
    second_term: str
    attack_start: str
    attack_mode: str


@dataclass(frozen=True)
class Contestant:
    label: str
    method: str
    switches: Switches


@dataclass(frozen=True)
class DatasetSettings:
    source: str
    classes: Tuple[int, ...]
    train_size: int
    test_size: int


@dataclass(frozen=True)
class NetworkSettings:
    family: str
    width: int
    blocks: Tuple[int, ...]
    stem_stride: int
    input_scale: float


@dataclass(frozen=True)
class Attack:
    """Training attack, in pixel units of [0,1]."""

    eps: float
    step_size: float
    steps: int


@dataclass(frozen=True)
class Evaluation:
    steps: int
    step_size: float
    n: int
    training_set: bool
    held_out: int
    sets: bool


@dataclass(frozen=True)
class Optimiser:
    learning_rate: float
    momentum: float
    weight_decay: float
    schedule: str
    milestones: Tuple[float, ...]
    batch_size: int
    epochs: int
    keep_last_batch: bool


@dataclass(frozen=True)
class Augmentation:
    crop: int
    flip: bool


@dataclass(frozen=True)
class Config:
    """`raw` is the validated JSON, defaults filled in; results repeat it."""

    dataset: DatasetSettings
    network: NetworkSettings
    attack: Attack
    evaluation: Evaluation
    optimiser: Optimiser
    augmentation: Augmentation
    precision: str
    initial_balance: float
    balance_images: str
    pair_images: str
    conflict_every: int
    seed: int
    repeats: int
    contestants: Tuple[Contestant, ...]
    raw: Dict[str, Any]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


_TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "number": _is_number,
    "integer": lambda v: _is_number(v) and float(v).is_integer(),
}


def _checked(schema: Dict[str, Any], value: Any, path: str) -> Any:
    """`value` with defaults filled in. Raises ConfigError at the first part that does not fit."""

    def refuse(expected: str) -> None:
        raise ConfigError(
            f"The experiment's settings are not valid: {path or 'the file'}: expected {expected}, "
            f"found {json.dumps(value)[:80]}."
        )

    kind = schema.get("type")
    if kind is not None and not _TYPES[kind](value):
        refuse(
            {"integer": "a whole number", "number": "a finite number"}.get(
                kind, f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
            )
        )
    if "const" in schema and (isinstance(value, bool) or value != schema["const"]):
        refuse(json.dumps(schema["const"]))
    if "enum" in schema and (isinstance(value, bool) or value not in schema["enum"]):
        refuse("one of " + ", ".join(map(str, schema["enum"])))
    if "minimum" in schema and value < schema["minimum"]:
        refuse(f"at least {schema['minimum']}")
    if "maximum" in schema and value > schema["maximum"]:
        refuse(f"at most {schema['maximum']}")
    length = len(value) if kind in ("string", "array") else 0
    for low in ("minLength", "minItems"):
        if low in schema and length < schema[low]:
            refuse(f"at least {schema[low]} of it")
    for high in ("maxLength", "maxItems"):
        if high in schema and length > schema[high]:
            refuse(f"at most {schema[high]} of it")
    if kind == "array":
        return [_checked(schema["items"], item, f"{path}.{i}") for i, item in enumerate(value)]
    if kind == "object":
        return _checked_object(schema, value, path)
    return int(value) if kind == "integer" else value


def _checked_object(schema: Dict[str, Any], value: Dict[str, Any], path: str) -> Dict[str, Any]:
    properties = schema["properties"]
    at = lambda name: f"{path}.{name}" if path else name  # noqa: E731
    for name in value:
        if name not in properties:
            raise ConfigError(f"The experiment's settings are not valid: {at(name)}: there is no such setting.")
    out = {}
    for name, part in properties.items():
        if name in value:
            out[name] = _checked(part, value[name], at(name))
        elif "default" in part:
            out[name] = part["default"]
        else:
            raise ConfigError(f"The experiment's settings are not valid: {at(name)}: it is missing.")
    return out


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def _build(kind: Type[T], values: Dict[str, Any]) -> T:
    """A dataclass from JSON's camelCase; lists become tuples."""
    known = {_snake(name): tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return kind(**{f.name: known[f.name] for f in fields(kind)})  # type: ignore[arg-type]


_STATED = {
    "split_bn": True,
    "stop_gradient": True,
    "predictor": True,
    "auto_balance": True,
    "invariance_weight": 4.0,
    "metric": "cosine",
    "aligned_layers": "last",
    "official_aliasing": False,
    "attack_updates_statistics": False,
    "beta": 6.0,
}
"""Defaults of the switches that every config states, for which the schema has none."""


def default_switches(**changes: Any) -> Switches:
    """ARAT's own parts, with these changes."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    known = schema["properties"]["contestants"]["items"]["properties"]["switches"]["properties"]
    defaults = {_snake(name): part["default"] for name, part in known.items() if "default" in part}
    return Switches(**{**_STATED, **defaults, **changes})


_FORMULAS = {"attackObjective": "objective", "firstTerm": "first", "secondTerm": "second"}
"""The role of each switch that is a formula. The second term may be blank: there is none then."""


def _check_formulas(contestants: List[Dict[str, Any]]) -> None:
    for i, contestant in enumerate(contestants):
        for name, role in _FORMULAS.items():
            text = contestant["switches"][name]
            if role == "second" and blank(text):
                continue
            try:
                formula_of(text, role)
            except FormulaError as error:
                path = f"contestants.{i}.switches.{name}"
                raise ConfigError(f"The experiment's settings are not valid: {path}: {error}") from error


def parse_config(value: Any) -> Config:
    """Validates and reads. Raises ConfigError with one sentence that names the first wrong field."""
    if isinstance(value, dict) and value.get("start") is not None:
        raise ConfigError(
            "The experiment's settings are not valid: start: training starts from the weights of a file there, and "
            "this package trains from random weights only. Train it with npm run experiment -- --start, or remove start."
        )
    raw = _checked(json.loads(SCHEMA.read_text(encoding="utf-8")), value, "")
    for contestant in raw["contestants"]:
        contestant["label"] = contestant["label"].strip()
    labels = [c["label"] for c in raw["contestants"]]
    if len(set(labels)) < len(labels) or "" in labels:
        raise ConfigError(
            "The experiment's settings are not valid: contestants: labels must differ, and none may be empty."
        )
    _check_formulas(raw["contestants"])
    contestants: List[Contestant] = [
        Contestant(c["label"], c["method"], _build(Switches, c["switches"])) for c in raw["contestants"]
    ]
    return Config(
        dataset=_build(DatasetSettings, raw["dataset"]),
        network=_build(NetworkSettings, raw["network"]),
        attack=_build(Attack, raw["attack"]),
        evaluation=_build(Evaluation, raw["evaluation"]),
        optimiser=_build(Optimiser, raw["optimiser"]),
        augmentation=_build(Augmentation, raw["augmentation"]),
        precision=raw["precision"],
        initial_balance=raw["initialBalance"],
        balance_images=raw["balanceImages"],
        conflict_every=raw["conflictEvery"],
        pair_images=raw["pairImages"],
        seed=raw["seed"],
        repeats=raw["repeats"],
        contestants=tuple(contestants),
        raw=raw,
    )


def read_config(path: str) -> Config:
    """Reads a config file; a whole result of the page or the command line is taken for the config in it."""
    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not JSON: {error}.") from error
    if isinstance(value, dict) and isinstance(value.get("config"), dict):
        value = value["config"]
    return parse_config(value)
