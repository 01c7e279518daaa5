"""Where the parts of a picture lie: a debt's composition as one bar, its history as stacked columns.

Computes places and sizes for inline SVG; the numbers themselves stand in a table beside each picture. Knows nothing of debts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from django import template

from portal.templatetags import formatting

register = template.Library()

ZERO = Decimal(0)
PLACE = Decimal("0.01")
PLOT_TOP, PLOT_HEIGHT = Decimal(8), Decimal(168)
COLUMN_SHARE = Decimal("0.62")
PLOT_WIDTH = Decimal(84)
LABELS_AT_MOST = 4
COLOURS = 8
SERIES_COLOURS = (1, 4, 6, 8)

Part = tuple[str, Decimal]
Point = tuple[date, Sequence[Decimal]]


class NegativePart(ValueError):
    """A part below zero cannot be drawn as a length."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a bar: left edge and width in per cent of the whole, and its share as a fraction."""

    label: str
    amount: Decimal
    colour: int
    left: Decimal
    width: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Block:
    """One series of a column: top and height in pixels from the top of the picture."""

    colour: int
    top: Decimal
    height: Decimal


@dataclass(frozen=True, slots=True)
class Column:
    """One moment of a history: left edge, middle and width in per cent of the picture's width."""

    day: date
    amounts: tuple[Decimal, ...]
    total: Decimal
    left: Decimal
    middle: Decimal
    width: Decimal
    blocks: tuple[Block, ...]
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Gridline:
    """A horizontal line at a round amount, ``label``; ``top`` in pixels."""

    amount: Decimal
    label: str
    top: Decimal


def segments(parts: Sequence[Part]) -> tuple[Segment, ...]:
    """The parts above zero, side by side; widths sum to 100 exactly.

    :raises NegativePart: if a part is below zero.
    """
    _refuse_negative(value for _, value in parts)
    drawn = [(label, amount, colour) for colour, (label, amount) in enumerate(parts, 1) if amount]
    total = sum((amount for _, amount, _ in drawn), ZERO)
    result: list[Segment] = []
    left = reached = ZERO
    for label, amount, colour in drawn:
        reached += amount
        right = _rounded(100 * reached / total)
        result.append(Segment(label, amount, _colour(colour), left, right - left, amount / total))
        left = right
    return tuple(result)


def columns(points: Sequence[Point]) -> tuple[Column, ...]:
    """The points as stacked columns, first series at the bottom, on the scale of ``ceiling``.

    :raises NegativePart: if an amount is below zero.
    """
    _refuse_negative(value for _, amounts in points for value in amounts)
    if not points:
        return ()
    top = ceiling(max(sum(amounts, ZERO) for _, amounts in points))
    slot = PLOT_WIDTH / len(points)
    labelled = _labelled(len(points))
    return tuple(
        Column(
            day=day,
            amounts=tuple(amounts),
            total=sum(amounts, ZERO),
            left=_rounded(slot * index + slot * (1 - COLUMN_SHARE) / 2),
            middle=_rounded(slot * index + slot / 2),
            width=_rounded(slot * COLUMN_SHARE),
            blocks=_blocks(amounts, top),
            is_labelled=index in labelled,
        )
        for index, (day, amounts) in enumerate(points)
    )


def ceiling(amount: Decimal) -> Decimal:
    """The smallest of 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten that is not below the amount; 1 for nothing at all."""
    if amount <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(amount.adjusted())
    leading = (amount / power).quantize(Decimal(1), ROUND_CEILING)
    return power * next(Decimal(step) for step in (1, 2, 3, 4, 5, 6, 8, 10) if step >= leading)


def gridlines(top: Decimal) -> tuple[Gridline, ...]:
    """Lines at nothing, half and all of ``top``."""
    halves = (ZERO, Decimal("0.5"), Decimal(1))
    return tuple(Gridline(top * half, _short(top * half), PLOT_TOP + PLOT_HEIGHT * (1 - half)) for half in halves)


@register.inclusion_tag("fragments/composition.html")
def composition(parts: Sequence[Part], *, title: str, identity: str = "composition") -> dict[str, Any]:
    """A bar of ``parts`` (label, amount in yuan) with the table of the same numbers as its key."""
    drawn = segments(parts)
    return {
        "segments": drawn,
        "total": sum((part.amount for part in drawn), ZERO),
        "title": title,
        "identity": identity,
    }


@register.inclusion_tag("fragments/history.html")
def history(points: Sequence[Point], series: Sequence[str], *, title: str, identity: str = "history") -> dict[str, Any]:
    """Columns of ``points`` (day, amounts in the order of ``series``) with the table of the same numbers."""
    drawn = columns(points)
    top = ceiling(max((column.total for column in drawn), default=ZERO))
    return {
        "columns": drawn,
        "series": list(zip(series, SERIES_COLOURS, strict=False)),
        "plot_width": PLOT_WIDTH,
        "label_left": PLOT_WIDTH + 1,
        "gridlines": gridlines(top),
        "title": title,
        "identity": identity,
        "bottom": PLOT_TOP + PLOT_HEIGHT,
        "label_top": PLOT_TOP + PLOT_HEIGHT + 22,
        "height": PLOT_TOP + PLOT_HEIGHT + 32,
    }


def _blocks(amounts: Sequence[Decimal], top: Decimal) -> tuple[Block, ...]:
    blocks: list[Block] = []
    bottom = PLOT_TOP + PLOT_HEIGHT
    for colour, amount in zip(SERIES_COLOURS, amounts, strict=False):
        height = _rounded(PLOT_HEIGHT * amount / top)
        bottom -= height
        if height:
            blocks.append(Block(colour, bottom, height))
    return tuple(blocks)


def _labelled(number: int) -> set[int]:
    """Positions that get a label below: the last one, and back from it in equal steps, so that phones have room."""
    step = max(1, -(-number // LABELS_AT_MOST))
    return set(range(number - 1, -1, -step))


def _short(value: Decimal) -> str:
    return formatting.count(int(value)) if value == int(value) else formatting.amount(value)


def _colour(number: int) -> int:
    return (number - 1) % COLOURS + 1


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(PLACE, ROUND_HALF_UP)


def _refuse_negative(amounts: Iterable[Decimal]) -> None:
    for amount in amounts:
        if amount < 0:
            raise NegativePart(f"{amount} is below zero")
