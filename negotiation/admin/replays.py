"""What a replay found, for its page: outcomes, segments and plans, under the version in force and under the one replayed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.bars import Slice, slices
from negotiation.admin.segment_words import DIMENSIONS, dimension_name, segment_name
from negotiation.domain.figures import Dimension
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.replay import Outcome, Replayed, Summary, replay
from negotiation.queries.replay import proposals

AMOUNTS = (500, 2000, 5000)
OUTCOMES: dict[Outcome, Any] = {
    Outcome.AUTOMATIC: gettext_lazy("Accepted automatically"),
    Outcome.WITHIN: gettext_lazy("Within the limits: a person decides"),
    Outcome.REFUSED: gettext_lazy("Outside the limits"),
}
_COLOURS = (1, 4, 7)


@dataclass(frozen=True, slots=True)
class Difference:
    """How many proposals get an outcome before and after."""

    name: Any
    before: int
    after: int

    @property
    def more(self) -> str:
        """``+12``, ``−3`` or ``±0``."""
        difference = self.after - self.before
        return f"{'+' if difference > 0 else '−' if difference < 0 else '±'}{abs(difference):,d}"


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the proposals: all, or one segment."""

    name: str
    replayed: list[Replayed]

    @property
    def judged(self) -> int:
        return len(self.replayed)

    @property
    def before(self) -> Summary:
        return Summary([item.before for item in self.replayed])

    @property
    def after(self) -> Summary:
        return Summary([item.after for item in self.replayed])

    @property
    def outcomes(self) -> list[Difference]:
        before, after = self.before.outcomes, self.after.outcomes
        return [Difference(name, before[outcome], after[outcome]) for outcome, name in OUTCOMES.items()]

    @property
    def bars(self) -> Iterator[tuple[str, list[Slice]]]:
        """The bar of the version in force and that of the version replayed."""
        for name, summary in ((_("in force"), self.before), (_("replayed"), self.after)):
            counted = summary.outcomes
            yield name, slices([(words, counted[outcome]) for outcome, words in OUTCOMES.items()], _COLOURS)


@dataclass(frozen=True, slots=True)
class ShownReplay:
    """All proposals, and the same by segment."""

    before: LimitPolicy
    after: LimitPolicy
    all: Group

    @property
    def key(self) -> Iterator[tuple[int, Any]]:
        """Colour and words of each outcome."""
        return zip(_COLOURS, OUTCOMES.values(), strict=True)

    @property
    def dimensions(self) -> Iterator[tuple[str, list[Group]]]:
        for dimension in DIMENSIONS:
            yield dimension_name(dimension), _groups(dimension, self.all.replayed)

    @property
    def plans(self) -> list[tuple[str, Any, Any, bool]]:
        """What the plans look like that are accepted, before and after; the last member says whether it is an amount."""
        before, after = self.all.before, self.all.after
        nothing = Decimal("0.00")
        return [
            (_("Number of instalments (median)"), _count(before.median_count), _count(after.median_count), False),
            (_("Instalment (median)"), before.median_instalment or nothing, after.median_instalment or nothing, True),
            (_("Debt put into plans"), before.total_principal, after.total_principal, True),
            (_("Interest of all plans"), before.total_interest, after.total_interest, True),
        ]


def shown_replay(before: LimitPolicy, after: LimitPolicy, *, latest: int) -> ShownReplay:
    """Both policies' answers to the newest ``latest`` proposals."""
    return ShownReplay(before, after, Group("", replay(proposals(latest=latest), before, after)))


def _count(median: Decimal | None) -> str | None:
    """``34``, and ``34.5`` if it lies between two."""
    return None if median is None else f"{median.normalize():f}"


def _groups(dimension: Dimension, replayed: Iterable[Replayed]) -> list[Group]:
    groups: dict[Any, list[Replayed]] = {}
    key = attrgetter(f"segment.{dimension.value}")
    for item in replayed:
        groups.setdefault(key(item), []).append(item)
    return [Group(segment_name(dimension, name), groups[name]) for name in sorted(groups)]
