"""Which schedule is left when a part of a plan is paid ahead?

The old schedule stays as it was; the new one never costs more than the rows it replaces, whatever the rounding.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from negotiation.domain.bad_input import BadInput
from negotiation.domain.calendar import BusinessDays
from negotiation.domain.money import positive_yuan, round_half_up, to_fen
from negotiation.domain.payoff import interest_start, unpaid_rows
from negotiation.domain.schedule import build_schedule, unadjusted_due_dates
from negotiation.domain.terms import ZERO, PlanMethod, PlanTerms, Remainder, Row, Schedule, Step

_SPLIT = (PlanMethod.EQUAL_PRINCIPAL, PlanMethod.FLAT_FEE, PlanMethod.INTEREST_FREE)


class PrepaymentTooLarge(BadInput):
    says = "prepayment repays the whole balance; that is an early settlement"


class PrepaymentChoice(StrEnum):
    """REDUCE_TERM keeps the payments and ends sooner; REDUCE_PAYMENT keeps the dates and lowers the payments."""

    REDUCE_TERM = "REDUCE_TERM"
    REDUCE_PAYMENT = "REDUCE_PAYMENT"


def prepay(
    schedule: Schedule,
    paid_instalments: int,
    amount: Decimal,
    choice: PrepaymentChoice,
    business_days: BusinessDays | None = None,
) -> Schedule:
    """The schedule that is left when ``amount`` is paid ahead on the due date of the last paid row (domain rules §3.7).

    Due dates stay those of the old rows. Where keeping the payments needs payments that no method names, the new
    schedule is a STEP plan. Where rounding leaves no payment to lower, the payments are kept.

    :raises PaidInstalmentsOutOfRange: if the plan has fewer rows, or all are paid.
    :raises PrepaymentTooLarge: if nothing would be left to repay.
    """
    remaining = unpaid_rows(schedule, paid_instalments)
    owed = sum((row.principal for row in remaining), ZERO)
    balance = owed - positive_yuan(amount)
    if balance <= 0:
        raise PrepaymentTooLarge(amount)
    left = _left(schedule, paid_instalments, balance)
    if left.method in _SPLIT:
        return build_schedule(_split_again(left, remaining, choice), business_days)
    lowered = (
        _lowered(left, remaining, balance / owed, business_days) if choice is PrepaymentChoice.REDUCE_PAYMENT else None
    )
    return lowered or _kept(left, [row.payment for row in remaining], business_days)


def _left(schedule: Schedule, paid_instalments: int, balance: Decimal) -> PlanTerms:
    terms = schedule.terms
    return replace(
        terms,
        principal=balance,
        down_payment=ZERO,
        waivers=(),
        instalment_count=terms.instalment_count - paid_instalments,
        interest_only_count=max(terms.interest_only_count - paid_instalments, 0),
        first_date=unadjusted_due_dates(terms)[paid_instalments],
        value_date=interest_start(schedule, paid_instalments),
        anchor_day=terms.anchor_day or terms.first_date.day,
    )


def _split_again(left: PlanTerms, remaining: Sequence[Row], choice: PrepaymentChoice) -> PlanTerms:
    """Even parts, the odd fen first: no balance is then above the old one on the same day, so no row bears more interest."""
    count = min(len(remaining), to_fen(left.principal))
    if choice is PrepaymentChoice.REDUCE_TERM:
        part = min(to_fen(row.principal) for row in remaining)
        count = min(count, -(-to_fen(left.principal) // part))
    return replace(left, instalment_count=count, remainder=Remainder.FIRST)


def _lowered(
    left: PlanTerms, remaining: Sequence[Row], share: Decimal, business_days: BusinessDays | None
) -> Schedule | None:
    """The same method over the same dates, payments smaller by the share that is left; nothing if rounding would make it dearer."""
    steps: tuple[Step, ...] = ()
    if left.method is PlanMethod.STEP:
        steps = _steps([round_half_up(row.payment * share) for row in remaining])
    balloon = None if left.balloon is None else round_half_up(left.balloon * share)
    try:
        schedule = build_schedule(replace(left, steps=steps, balloon=balloon), business_days)
    except BadInput:
        return None
    return schedule if schedule.total_interest <= sum(row.interest for row in remaining) else None


def _kept(left: PlanTerms, payments: Sequence[Decimal], business_days: BusinessDays | None) -> Schedule:
    """The old payments in turn, interest first, until nothing is owed."""
    terms = replace(left, method=PlanMethod.STEP, balloon=None, interest_only_count=0)
    for count in range(1, len(payments) + 1):
        given = payments[:count]
        schedule = build_schedule(replace(terms, instalment_count=count, steps=_steps(given)), business_days)
        if schedule.rows[-1].payment <= given[-1]:
            break
    return schedule


def _steps(payments: Sequence[Decimal]) -> tuple[Step, ...]:
    return tuple(Step(len(list(same)), payment) for payment, same in groupby(payments))
