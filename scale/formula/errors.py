"""The error of a wrong formula, and quotations in its messages."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MOST_QUOTED = 40
# Unicode's Default_Ignorable_Code_Point, as far as its characters are not of the categories in _hidden.
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")

# What JavaScript counts as blank; Python's \\s differs in a few control characters.
_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


def blank(text: str) -> bool:
    return re.fullmatch(f"[{_SPACES}]*", text) is not None


def utf16(text: str) -> int:
    """The length of `text` as JavaScript counts it, so that positions in messages are those of the page."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class FormulaError(ValueError):
    """What is wrong with a formula, and where: `character N: reason.`, with N counted from 1."""

    def __init__(self, text: str, at: int, reason: str) -> None:
        super().__init__(f"character {utf16(text[:at]) + 1}: {reason}.")


def _hidden(character: str) -> bool:
    point = ord(character)
    noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    category = unicodedata.category(character)
    return noncharacter or category in ("Cc", "Cf", "Cs", "Zl", "Zp") or bool(_IGNORABLE.match(character))


def quoted(text: str) -> str:
    """A part of a formula for a sentence: on one line, at most 40 characters, with hidden characters made visible."""
    line = re.sub(f"[{_SPACES}]+", " ", text).strip(" ")
    line = "".join("\ufffd" if _hidden(c) else c for c in line)
    return line if utf16(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…"


def number_text(value: float) -> str:
    """As JavaScript writes a number that is not negative."""
    if value == 0:
        return "0"
    if 1e-6 <= value < 1e21:
        text = format(Decimal(repr(value)), "f")
        return text[:-2] if text.endswith(".0") else text
    mantissa, exponent = repr(value).split("e")
    return f"{mantissa}e{int(exponent):+d}"
