"""Is what was computed what was expected, field by field?

Money and counts must be equal in value; a ``Rounded`` rate is rounded half up to as many places as the expected figure shows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Rounded:
    """A figure that is not exact money: a rate, or a value stated with the places that the vector chose."""

    value: Decimal


def percent(fraction: Decimal) -> Rounded:
    """A fraction as per cent."""
    return Rounded(fraction * 100)


def differences(expected: Any, computed: Any, path: str = "") -> Iterator[str]:
    """One line a field that differs; every expected field must have been computed."""
    if isinstance(expected, Mapping):
        yield from _fields_that_differ(expected, computed, path)
    elif isinstance(expected, list):
        yield from _items_that_differ(expected, computed, path)
    elif not _is_same(expected, computed):
        yield f"{path or 'result'}: expected {_shown(expected)}, got {_shown(computed)}"


def _fields_that_differ(expected: Mapping[str, Any], computed: Any, path: str) -> Iterator[str]:
    for key, value in expected.items():
        name = f"{path}.{key}" if path else key
        if not isinstance(computed, Mapping) or key not in computed:
            yield f"{name}: expected {_shown(value)}, got nothing: not computed"
        else:
            yield from differences(value, computed[key], name)


def _items_that_differ(expected: list[Any], computed: Any, path: str) -> Iterator[str]:
    if not isinstance(computed, (list, tuple)) or len(computed) != len(expected):
        count = len(computed) if isinstance(computed, (list, tuple)) else "no list"
        yield f"{path or 'result'}: expected {len(expected)} items, got {count}"
        return
    for number, (value, item) in enumerate(zip(expected, computed, strict=True)):
        yield from differences(value, item, f"{path}[{number}]")


def _is_same(expected: Any, computed: Any) -> bool:
    if expected is None or computed is None or isinstance(expected, bool) or isinstance(computed, bool):
        return expected is computed
    if isinstance(computed, date):
        return bool(expected == computed.isoformat())
    if not isinstance(computed, (Decimal, int, Rounded)):
        return bool(expected == computed)
    number = _number(expected)
    if number is None:
        return False
    return number == (_to_places_of(number, computed.value) if isinstance(computed, Rounded) else computed)


def _number(expected: Any) -> Decimal | None:
    try:
        return Decimal(str(expected))
    except InvalidOperation:
        return None


def _to_places_of(expected: Decimal, value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(min(int(expected.as_tuple().exponent), 0)), ROUND_HALF_UP)


def _shown(value: Any) -> str:
    if isinstance(value, Rounded):
        return f"{value.value:f}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
