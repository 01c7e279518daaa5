"""How a debt came about: the account's postings by statement, each charge with what it was computed from, and their sums.

Works on the rows of the ledger as they are; every sum shown is a sum of lines shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from negotiation.domain.terms import ZERO, Component
from portal.journey.words import COMPONENTS

DAYS_A_YEAR = 365
CHARGES = ("interest", "late_fee", "fee")
PRINCIPAL = (Component.PURCHASE_PRINCIPAL, Component.CASH_PRINCIPAL, Component.INSTALMENT_PRINCIPAL)
INTEREST = (Component.INTEREST, Component.ACCRUED_INTEREST)
_GROUPS = (PRINCIPAL, INTEREST, tuple(component for component in Component if component not in PRINCIPAL + INTEREST))


@dataclass(frozen=True, slots=True)
class Posting:
    """One line: the entries that belong together, their sum, and the cardholder's query about it if the bank has not answered."""

    entries: tuple[Any, ...]
    dispute: Any = None

    @property
    def number(self) -> str:
        return self.entries[0].posting

    @property
    def name(self) -> str:
        """What was posted; interest that is not posted yet is called so."""
        first = self.entries[0]
        if first.component == Component.ACCRUED_INTEREST and first.kind == "interest":
            return str(COMPONENTS[Component.ACCRUED_INTEREST])
        return first.get_kind_display()

    @property
    def posting_date(self) -> date:
        return self.entries[0].posting_date

    @property
    def description(self) -> str:
        return self.entries[0].description

    @property
    def amount(self) -> Decimal:
        return sum((entry.amount for entry in self.entries), ZERO)

    @property
    def segments(self) -> tuple["Segment", ...]:
        """What a charge was computed from; nothing for a purchase or a payment."""
        return tuple(Segment(entry) for entry in self.entries if entry.kind in CHARGES and entry.rule)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a charge: base × rate × days, or what the tariff says."""

    entry: Any

    @property
    def is_daily(self) -> bool:
        return self.entry.rule == "daily_interest"

    @property
    def yearly_rate(self) -> Decimal:
        """The daily rate as a yearly one, simple."""
        return self.entry.rate * DAYS_A_YEAR

    @property
    def last_day(self) -> date | None:
        """The last day that counts: the entry's end is excluded."""
        return self.entry.to_date and self.entry.to_date - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The lines up to one statement, or since the last one (``statement_date`` None), newest first, and the sum so far."""

    statement_date: date | None
    postings: tuple[Posting, ...]
    balance: Decimal

    @property
    def before(self) -> Decimal:
        """What was owed before these lines."""
        return self.balance - sum((posting.amount for posting in self.postings), ZERO)


def periods(
    entries: Iterable[Any], statement_dates: Sequence[date], disputes: Mapping[str, Any] | None = None
) -> list[Period]:
    """The ledger, newest period first; a period without postings is left out.

    ``entries`` come oldest first, as do ``statement_dates``. The newest ``balance`` is the sum of all entries.
    ``disputes`` are the open queries by the number of their posting.
    """
    found: list[Period] = []
    balance = ZERO
    for statement_date, group in groupby(entries, key=lambda entry: _statement_of(entry, statement_dates)):
        postings = tuple(_postings(list(group), disputes or {}))
        balance += sum((posting.amount for posting in postings), ZERO)
        found.append(Period(statement_date, postings[::-1], balance))
    return found[::-1]


def growth(
    entries: Sequence[Any], statement_dates: Sequence[date], as_of: date
) -> list[tuple[date, tuple[Decimal, ...]]]:
    """Principal, interest and fees owed at each statement and at ``as_of``.

    Moments at which one of them is below zero (paid ahead) are left out: they are no debt.
    """
    moments = [day for day in statement_dates if day < as_of] + [as_of]
    points = (
        (day, tuple(_owed(entries, day if day < as_of else date.max, group) for group in _GROUPS)) for day in moments
    )
    return [(day, amounts) for day, amounts in points if min(amounts) >= ZERO]


def _owed(entries: Sequence[Any], until: date, components: tuple[Component, ...]) -> Decimal:
    return sum(
        (entry.amount for entry in entries if entry.component in components and entry.posting_date <= until), ZERO
    )


def _statement_of(entry: Any, statement_dates: Sequence[date]) -> date | None:
    return next((day for day in statement_dates if entry.posting_date <= day), None)


def _postings(entries: list[Any], disputes: Mapping[str, Any]) -> Iterator[Posting]:
    together: dict[str, list[Any]] = {}
    for entry in entries:
        together.setdefault(entry.posting, []).append(entry)
    yield from (Posting(tuple(group), disputes.get(number)) for number, group in together.items())
