"""How do two versions of the limits differ, field by field?

Works on settings and bands as they stand, so that a draft can be compared before it is fit to be published.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from negotiation.domain.authority import AuthorityLimit, Bound, Role
from negotiation.domain.policy import Limits

Corner = tuple[str, Decimal, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One field with its value before and after."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class BandChange:
    """A band that was changed, added (``old`` is None) or removed (``new`` is None)."""

    old: Limits | None
    new: Limits | None
    changes: tuple[Change, ...] = ()

    @property
    def band(self) -> Limits:
        """The band as it is, or as it was if it is gone."""
        band = self.new or self.old
        assert band is not None
        return band


def changed_settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The settings that differ, in the order of ``new``."""
    return tuple(Change(name, old[name], new[name]) for name in new if old[name] != new[name])


def changed_bands(old: Iterable[Limits], new: Iterable[Limits]) -> Iterator[BandChange]:
    """What became of every band. Bands are the same if product, lowest total and lowest days past due are."""
    before, after = _by_corner(old), _by_corner(new)
    for place in sorted(before | after):
        first, second = before.get(place), after.get(place)
        if first != second:
            yield BandChange(first, second, _differences(first, second))


@dataclass(frozen=True, slots=True)
class AuthorityChange:
    """One bound of one line of the authority matrix, before and after."""

    role: Role
    alone: bool
    bound: Bound
    old: Any
    new: Any


def changed_authority(old: Iterable[AuthorityLimit], new: Iterable[AuthorityLimit]) -> Iterator[AuthorityChange]:
    """The bounds that differ, line by line. Both matrices have every line."""
    before = {(line.role, line.alone): line for line in old}
    for line in new:
        for bound in Bound:
            was, now = (getattr(item, bound.value) for item in (before[line.role, line.alone], line))
            if was != now:
                yield AuthorityChange(line.role, line.alone, bound, was, now)


def corner(band: Limits) -> Corner:
    """Where a band begins: product, lowest total, lowest days past due. One band a corner."""
    return band.product, band.balance_from, band.dpd_from


def _by_corner(bands: Iterable[Limits]) -> dict[Corner, Limits]:
    return {corner(band): band for band in bands}


def _differences(old: Limits | None, new: Limits | None) -> tuple[Change, ...]:
    if old is None or new is None:
        return ()
    pairs = ((field.name, getattr(old, field.name), getattr(new, field.name)) for field in fields(Limits))
    return tuple(Change(name, first, second) for name, first, second in pairs if first != second)
