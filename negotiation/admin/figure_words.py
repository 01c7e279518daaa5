"""The bank's figures in words for the page, and as rows for a spreadsheet."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from negotiation.admin.segment_words import names
from negotiation.domain.figures import Segment, Tally
from negotiation.queries.figures import ReviewerTally

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def duration(length: timedelta | None) -> str:
    """``35 minutes``, ``7.5 hours`` below two days, else ``3.2 days``; ``–`` for None."""
    if length is None:
        return "–"
    if length < _HOUR:
        number = length // _MINUTE
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    if length < 2 * _DAY:
        return _("%(number)s hours") % {"number": _tenths(length / _HOUR)}
    return _("%(number)s days") % {"number": _tenths(length / _DAY)}


def segment_rows(tallies: Iterable[tuple[Segment, Tally]]) -> Iterator[tuple[Any, ...]]:
    """A head and one row a segment; means over what is named, times in hours, interest in yuan."""
    yield (
        _("Product"),
        _("Total owed"),
        _("Days past due"),
        _("First proposals"),
        _("Answered"),
        _("Hours to the first answer (mean)"),
        _("Agreed"),
        _("Agreed at once, automatically"),
        _("Declined by the bank"),
        _("Withdrawn by the cardholder"),
        _("Run out of time"),
        _("Still open"),
        _("Rounds to the agreement (mean)"),
        _("Months asked (mean)"),
        _("Months agreed (mean)"),
        _("Interest asked (mean, yuan)"),
        _("Interest agreed (mean, yuan)"),
    )
    for segment, tally in tallies:
        yield (*names(segment), *_numbers(tally))


def _numbers(tally: Tally) -> tuple[Any, ...]:
    return (
        tally.proposed,
        tally.answered,
        _hours(tally.mean_answer_time),
        tally.agreed,
        tally.automatic,
        tally.declined,
        tally.withdrawn,
        tally.expired,
        tally.open,
        tally.mean_rounds,
        tally.mean_asked_months,
        tally.mean_agreed_months,
        tally.mean_asked_interest,
        tally.mean_agreed_interest,
    )


def reviewer_rows(reviewers: Iterable[ReviewerTally]) -> Iterator[tuple[Any, ...]]:
    """A head and one row a person."""
    yield (
        _("Reviewer"),
        _("Answers"),
        _("Accepted"),
        _("Counter-offers"),
        _("Declined"),
        _("Hours to the answer (mean)"),
    )
    for row in reviewers:
        yield row.name, row.answers, row.accepted, row.countered, row.declined, _hours(row.mean_wait)


def _hours(length: timedelta | None) -> Decimal | None:
    return None if length is None else _tenths(length / _HOUR)


def _tenths(number: float) -> Decimal:
    """Times are measured, not agreed: rounding a float to a tenth is enough."""
    return Decimal(str(number)).quantize(Decimal("0.1"), ROUND_HALF_UP)
