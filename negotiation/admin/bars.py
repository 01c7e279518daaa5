"""Numbers as bars: what share of a whole each is and how long it is drawn. Knows no words and no rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_PLACE = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bar:
    """A named number; ``share`` is its part of the whole, ``width`` its length in per cent of the longest bar's room."""

    name: Any
    number: int
    share: Decimal | None
    width: Decimal


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a bar that is made of parts; ``left`` and ``width`` in per cent."""

    name: Any
    number: int
    colour: int
    left: Decimal
    width: Decimal


def bars(numbers: Iterable[tuple[Any, int]]) -> list[Bar]:
    """The numbers of one whole, each as long as its share of the largest."""
    counted = list(numbers)
    whole = sum(number for _, number in counted)
    longest = max((number for _, number in counted), default=0)
    return [
        Bar(name, number, Decimal(number) / whole if whole else None, _per_cent(number, longest))
        for name, number in counted
    ]


def slices(numbers: Sequence[tuple[Any, int]], colours: Sequence[int]) -> list[Slice]:
    """The numbers side by side, filling one bar; those of nothing take no room."""
    whole, reached, found = sum(number for _, number in numbers), 0, []
    for (name, number), colour in zip(numbers, colours, strict=True):
        left, reached = _per_cent(reached, whole), reached + number
        found.append(Slice(name, number, colour, left, _per_cent(reached, whole) - left))
    return found


def _per_cent(part: int, whole: int) -> Decimal:
    return (_HUNDRED * part / whole).quantize(_PLACE, ROUND_HALF_UP) if whole else Decimal(0)
