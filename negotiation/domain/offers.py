"""How two offers differ, and whether the second is worse for the cardholder. Knows schedules, not rows or people."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from negotiation.domain.terms import ZERO, Schedule


@dataclass(frozen=True, slots=True)
class TermDiff:
    """What changed from one offer to the next; amounts in yuan, positive = more in the later offer."""

    instalment: Decimal
    instalment_count: int
    down_payment: Decimal
    interest: Decimal
    total: Decimal
    days_first: int
    days_last: int

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.instalment, self.instalment_count, self.down_payment, self.interest, self.days_first, self.days_last)
        )


def regular_instalment(schedule: Schedule) -> Decimal:
    """The instalment that a person would name: the largest of the rows but the odd first or last one."""
    payments = [row.payment for row in schedule.rows]
    return max(payments[1:-1] or payments)


def total_cost(schedule: Schedule) -> Decimal:
    """Down payment and all instalments, in yuan."""
    return schedule.terms.down_payment + schedule.total_payment


def compare(old: Schedule, new: Schedule) -> TermDiff:
    """The later offer less the earlier one."""
    return TermDiff(
        instalment=regular_instalment(new) - regular_instalment(old),
        instalment_count=new.terms.instalment_count - old.terms.instalment_count,
        down_payment=new.terms.down_payment - old.terms.down_payment,
        interest=new.total_interest - old.total_interest,
        total=total_cost(new) - total_cost(old),
        days_first=(new.terms.first_date - old.terms.first_date).days,
        days_last=(new.last_date - old.last_date).days,
    )


class Worsening(StrEnum):
    """A way in which a later offer of the bank is worse than its earlier one."""

    RATE = "RATE"
    WAIVER = "WAIVER"
    DOWN_PAYMENT = "DOWN_PAYMENT"
    BURDEN = "BURDEN"


def worsenings(old: Schedule, new: Schedule) -> tuple[Worsening, ...]:
    """Every way in which ``new`` is worse than ``old``; empty if the bank may make it.

    A lower instalment may be bought with a longer term and the other way round; a higher instalment *and*
    a higher total may not, nor a higher rate, a smaller waiver (more debt put into the plan) or a higher down payment.
    """
    found = []
    if (new.terms.annual_rate, new.terms.fee_rate) > (old.terms.annual_rate, old.terms.fee_rate):
        found.append(Worsening.RATE)
    if new.terms.principal > old.terms.principal:
        found.append(Worsening.WAIVER)
    if new.terms.down_payment > old.terms.down_payment:
        found.append(Worsening.DOWN_PAYMENT)
    diff = compare(old, new)
    if diff.instalment >= ZERO and diff.total >= ZERO and (diff.instalment > ZERO or diff.total > ZERO):
        found.append(Worsening.BURDEN)
    return tuple(found)
