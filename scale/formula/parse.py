"""Splits a formula's text into tokens and parses them, by recursive descent:

    sum     = product { ("+" | "-") product }
    product = factor { ("*" | "/") factor }
    factor  = ("-" | "+") factor | number | name [ "(" sum { "," sum } ")" ] | "(" sum ")"
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Callable, List, Optional, Tuple

from .errors import FormulaError, number_text, quoted, utf16

LONGEST_FORMULA = 400
DEEPEST = 32
_BLANK = re.compile(r" +")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*['’′]?")
_SYMBOLS = {**{c: c for c in "+-*/(),"}, "−": "-", "·": "*", "×": "*"}


@dataclass(frozen=True)
class Token:
    kind: str
    """'number', 'name', 'symbol' or 'end'."""
    text: str
    at: int
    end: int
    value: float = 0.0

    def words(self) -> str:
        return {
            "number": f"the number {number_text(self.value)}",
            "name": quoted(self.text),
            "symbol": f"“{self.text}”",
            "end": "the end of the formula",
        }[self.kind]


@dataclass(frozen=True)
class Tree:
    """A part of a formula. kind: 'number', 'name', 'call', 'negation' (of parts[0]) or 'operation' (name: its sign)."""

    kind: str
    at: int
    end: int
    name: str = ""
    value: float = 0.0
    parts: Tuple["Tree", ...] = ()
    sign_at: int = 0


def tokens_of(text: str) -> List[Token]:
    """The last one is 'end'. Raises FormulaError."""
    if utf16(text) > LONGEST_FORMULA:
        reason = f"a formula has at most {LONGEST_FORMULA} characters, this one has {utf16(text)}"
        raise FormulaError("x" * LONGEST_FORMULA, LONGEST_FORMULA, reason)
    tokens: List[Token] = []
    at = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        tokens.append(_token_at(text, at))
        at = tokens[-1].end
    return [*tokens, Token("end", "", at, at)]


def _token_at(text: str, at: int) -> Token:
    number, name = _NUMBER.match(text, at), _NAME.match(text, at)
    if number:
        value = float(number.group())
        if not math.isfinite(value):
            raise FormulaError(text, at, f"{quoted(number.group())} is too large a number")
        return Token("number", number.group(), at, number.end(), value)
    if name:
        return Token("name", re.sub("[’′]$", "'", name.group()), at, name.end())
    if text[at] in _SYMBOLS:
        return Token("symbol", _SYMBOLS[text[at]], at, at + 1)
    shown = quoted(text[at]) or " "
    raise FormulaError(text, at, f"expected a number, a name, a parenthesis or one of + - * /, not “{shown}”")


def parse(text: str) -> Tree:
    """Raises FormulaError at the first token that does not fit the grammar."""
    parser = _Parser(text)
    tree = parser.sum()
    if parser.token.kind != "end":
        raise parser.unexpected("an operator (+ - * /) or the end")
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.next, self.depth = text, tokens_of(text), 0, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def is_at(self, symbols: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in symbols

    def unexpected(self, expected: str) -> FormulaError:
        return FormulaError(self.text, self.token.at, f"expected {expected}, not {self.token.words()}")

    def sum(self) -> Tree:
        return self.operations("+-", lambda: self.operations("*/", self.factor))

    def operations(self, signs: str, operand: Callable[[], Tree]) -> Tree:
        """A chain of operations of equal precedence, grouped from left to right."""
        left = operand()
        while self.is_at(signs):
            sign = self.token
            self.next += 1
            right = operand()
            left = Tree("operation", left.at, right.end, sign.text, parts=(left, right), sign_at=sign.at)
        return left

    def factor(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(self.text, self.token.at, f"nested deeper than {DEEPEST} levels")
        tree = self.signed()
        self.depth -= 1
        return tree

    def signed(self) -> Tree:
        sign = self.token
        if not self.is_at("+-"):
            return self.primary()
        self.next += 1
        operand = self.factor()
        return operand if sign.text == "+" else Tree("negation", sign.at, operand.end, parts=(operand,))

    def primary(self) -> Tree:
        token = self.token
        if token.kind == "number":
            self.next += 1
            return Tree("number", token.at, token.end, value=token.value)
        if token.kind == "name":
            self.next += 1
            if not self.is_at("("):
                return Tree("name", token.at, token.end, token.text)
            parts = self.arguments()
            return Tree("call", token.at, self.tokens[self.next - 1].end, token.text, parts=parts)
        if not self.is_at("("):
            raise self.unexpected("a number, a name or “(”")
        self.next += 1
        inner = self.sum()
        if not self.is_at(")"):
            raise self.unexpected(f"an operator, or “)” for the “(” at character {self.number(token.at)}")
        self.next += 1
        return replace(inner, at=token.at, end=self.tokens[self.next - 1].end)

    def arguments(self) -> Tuple[Tree, ...]:
        opened: int = self.token.at
        found: List[Tree] = []
        last: Optional[str] = None
        while last != ")":
            self.next += 1
            found.append(self.sum())
            if not self.is_at(",)"):
                raise self.unexpected(f"an operator, “,” or “)” for the “(” at character {self.number(opened)}")
            last = self.token.text
        self.next += 1
        return tuple(found)

    def number(self, at: int) -> int:
        return utf16(self.text[:at]) + 1
