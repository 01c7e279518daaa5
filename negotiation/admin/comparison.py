"""Two versions of the limits side by side: only what differs, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from negotiation.admin.authority_words import BOUNDS, bound_value, line_name
from negotiation.admin.policy_words import (
    band_name,
    limit_name,
    limit_value,
    setting_name,
    setting_value,
    settings_of,
)
from negotiation.domain.policy_changes import BandChange, Change, changed_authority, changed_bands, changed_settings
from negotiation.models import PolicyVersion


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One changed field in words."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class BandLines:
    """One band that differs: what happened to it, and its changed fields."""

    name: str
    what: str
    lines: tuple[ChangeLine, ...]


class Comparison:
    """What is different in ``new``."""

    def __init__(self, old: PolicyVersion, new: PolicyVersion) -> None:
        self.old, self.new = old, new

    @cached_property
    def settings(self) -> list[ChangeLine]:
        changes = changed_settings(settings_of(self.old), settings_of(self.new))
        return [
            ChangeLine(setting_name(item.field), *(setting_value(item.field, value) for value in (item.old, item.new)))
            for item in changes
        ]

    @cached_property
    def bands(self) -> list[BandLines]:
        before, after = ([row.limits for row in version.bands.all()] for version in (self.old, self.new))
        return [_band(change) for change in changed_bands(before, after)]

    @cached_property
    def authority(self) -> list[ChangeLine]:
        """Who decides: each bound that differs."""
        before, after = ([row.line for row in version.authority.all()] for version in (self.old, self.new))
        return [
            ChangeLine(
                f"{line_name(item.role, alone=item.alone)} · {BOUNDS[item.bound]}",
                *(bound_value(item.bound, value) for value in (item.old, item.new)),
            )
            for item in changed_authority(before, after)
        ]

    @property
    def is_empty(self) -> bool:
        return not (self.settings or self.bands or self.authority)


def _band(change: BandChange) -> BandLines:
    what = _("changed") if change.changes else (_("added") if change.old is None else _("removed"))
    return BandLines(band_name(change.band), what, tuple(_lines(change.changes)))


def _lines(changes: Iterable[Change]) -> Iterable[ChangeLine]:
    for item in changes:
        yield ChangeLine(limit_name(item.field), *(limit_value(item.field, value) for value in (item.old, item.new)))
