"""How is what is left of an interest-free plan spread again when it cannot be kept as agreed?

Re-ageing starts a new row of dates; re-amortising keeps the dates still to come. Both leave nothing overdue behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from negotiation.domain.bad_input import BadInput, TooLittleToSplit
from negotiation.domain.breach import DueAmount
from negotiation.domain.calendar import due_dates
from negotiation.domain.money import FEN, positive_yuan, yuan
from negotiation.domain.terms import ZERO, Frequency


class NothingStillToCome(BadInput):
    says = "no due date lies after this day; re-age the plan instead"


class NotInUnits(BadInput):
    says = "not a whole number of units"


@dataclass(frozen=True, slots=True)
class Respread:
    """The old rows, those that were moved now at zero, and the rows that replace them; yuan."""

    old: tuple[DueAmount, ...]
    new: tuple[DueAmount, ...]


def re_age(
    unpaid: Sequence[DueAmount], first_date: date, count: int, frequency: Frequency = Frequency.MONTHLY
) -> Respread:
    """All that is unpaid, in ``count`` even rows from ``first_date``; the odd fen in the last. The unpaid rows become zero.

    :raises TooLittleToSplit: if a row would be less than one fen.
    """
    parts = _parts(_total(unpaid), count, FEN)
    dates = due_dates(first_date, count, frequency)
    return Respread(
        tuple(DueAmount(row.due_date, ZERO) for row in unpaid),
        tuple(map(DueAmount, dates, parts)),
    )


def re_amortise(unpaid: Sequence[DueAmount], today: date, unit: Decimal = FEN) -> Respread:
    """Rows missed before ``today`` become zero; all that is unpaid is spread over those from today on.

    Parts are whole ``unit``s (a fen, or one yuan); the odd ones go to the last row.

    :raises NothingStillToCome: if every unpaid row is already missed.
    :raises NotInUnits: if what is unpaid is not a whole number of units.
    """
    to_come = [row for row in unpaid if row.due_date >= today]
    if not to_come:
        raise NothingStillToCome(today)
    parts = _parts(_total(unpaid), len(to_come), unit)
    missed = tuple(DueAmount(row.due_date, ZERO) for row in unpaid if row.due_date < today)
    return Respread(missed, tuple(DueAmount(row.due_date, part) for row, part in zip(to_come, parts, strict=True)))


def _total(rows: Sequence[DueAmount]) -> Decimal:
    return positive_yuan(sum((yuan(row.amount) for row in rows), ZERO))


def _parts(total: Decimal, count: int, unit: Decimal) -> list[Decimal]:
    units, rest = divmod(total, unit)
    if rest:
        raise NotInUnits(total)
    each, odd = divmod(int(units), count)
    if each < 1:
        raise TooLittleToSplit(total)
    return [yuan(unit * each)] * (count - 1) + [yuan(unit * (each + odd))]
