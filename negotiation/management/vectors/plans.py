"""Cases about plans: schedules, early settlement, payments ahead, late instalments."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from negotiation.domain import payoff as settlement
from negotiation.domain.accrual import daily_rate_of
from negotiation.domain.calendar import PERIODS_A_YEAR, add_months
from negotiation.domain.cost import dated_cost, days_after, periodic_cost
from negotiation.domain.money import from_fen, to_fen
from negotiation.domain.prepayment import PrepaymentChoice, prepay
from negotiation.domain.schedule import build_schedule, level_fen
from negotiation.domain.terms import (
    ZERO,
    BusinessDayConvention,
    Frequency,
    InterestMode,
    PlanMethod,
    PlanTerms,
    Remainder,
    Row,
    Schedule,
    Step,
)
from negotiation.management.vectors.case import Case
from negotiation.management.vectors.compare import percent
from negotiation.management.vectors.days import chinese_business_days

_MODES = {
    "monthly": InterestMode.PERIODIC,
    "periodic": InterestMode.PERIODIC,
    "daily_actual": InterestMode.DAILY_ACTUAL,
}
_LEVEL = (PlanMethod.EQUAL_INSTALMENT, PlanMethod.INTEREST_ONLY_THEN_LEVEL)


def schedule(case: Case) -> dict[str, Any]:
    """Rows, totals and the yearly cost by periods and by dates."""
    built = _build(case)
    payments = [row.payment for row in built.rows]
    periods_a_year = PERIODS_A_YEAR[built.terms.frequency]
    periodic = periodic_cost(built.terms.financed, payments, periods_a_year)
    days = days_after(built.terms.value_date, [row.due_date for row in built.rows])
    dated = dated_cost(built.terms.financed, payments, days, periods_a_year)
    return {
        "level_payment": _level_payment(built.terms),
        "rows": [_row(row) for row in built.rows],
        "total_principal": _sum(row.principal for row in built.rows),
        "total_interest": _sum(row.interest for row in built.rows),
        "total_fee": _sum(row.fee for row in built.rows),
        "total_payment": built.total_payment,
        "irr_period_pct": percent(periodic.irr_period),
        "apr_nominal_irr_x12_pct": percent(periodic.simple),
        "apr_effective_pct": percent(periodic.effective),
        "xirr_act365_effective_pct": percent(dated.effective),
        "xirr_as_nominal_x12_pct": percent(dated.simple),
        "last_due": built.last_date,
        "down_payment": built.terms.down_payment,
        "financed": built.terms.financed,
    }


def payoff(case: Case) -> dict[str, Any]:
    """Early settlement over 365 and 360 days a year."""
    built = _build(case.referenced("schedules", case.text("schedule")))
    paid, settle_on = case.count("paid_instalments"), case.day("payoff_date")
    by_365 = settlement.early_settlement(built, paid, settle_on, 365)
    by_360 = settlement.early_settlement(built, paid, settle_on, 360)
    result: dict[str, Any] = {"remaining_principal": by_365.remaining_principal, "days": by_365.days}
    for suffix, figure in (("", by_365), ("_act365", by_365), ("_act360", by_360)):
        result[f"accrued{suffix}"] = figure.accrued
        result[f"payoff{suffix}"] = figure.amount
        result[f"future_interest_saved{suffix}"] = figure.interest_saved
    for name in ("future_fee", "future_fees"):
        result |= {f"{name}_{word}": by_365.fee_saved for word in ("saved", "not_charged", "waived")}
    return result


def prepayment(case: Case) -> dict[str, Any]:
    """The rows that are left when a part is paid ahead."""
    built = _build(case.referenced("schedules", case.text("schedule")))
    choice = PrepaymentChoice(case.text("choice").upper())
    left = prepay(built, case.count("paid_instalments"), case.number("amount"), choice)
    return {
        "n": len(left.rows),
        "rows": [_row(row) for row in left.rows],
        "first_payment": left.rows[0].payment,
        "total_interest": _sum(row.interest for row in left.rows),
        "total_payment": left.total_payment,
        "last_due": left.last_date,
    }


def late_instalment(case: Case) -> dict[str, Any]:
    """The penalty on one row and what clears it."""
    built = _build(case.referenced("schedules", case.text("schedule")))
    row = built.rows[case.count("instalment") - 1]
    on_whole_payment = "principal" not in case.text("base", "principal")
    late = settlement.late_instalment(
        row,
        case.day("paid_on"),
        case.number("penalty_daily_rate"),
        due_date=case.day_or("due", row.due_date),
        on_whole_payment=on_whole_payment,
    )
    return {"days_late": late.days_late, "penalty_interest": late.penalty, "amount_to_clear": late.amount_to_clear}


def _build(case: Case) -> Schedule:
    terms = _terms(case)
    is_shifted = terms.business_day_convention is not BusinessDayConvention.NONE
    return build_schedule(terms, chinese_business_days() if is_shifted else None)


def _terms(case: Case) -> PlanTerms:
    steps = tuple(_steps(case.inputs.get("steps") or ()))
    first_date, mode = case.day("first_date"), _MODES[case.text("interest_mode", "monthly").lower()]
    down_payment = case.number("down_payment", "0.00")
    method = PlanMethod(case.text("method").upper())
    principal = case.number("financed") + down_payment if case.has("financed") else case.number("principal")
    return PlanTerms(
        method=method,
        principal=principal,
        down_payment=down_payment,
        instalment_count=case.count("n") if case.has("n") else sum(step.count for step in steps),
        first_date=first_date,
        value_date=case.day_or("value_date", add_months(first_date, -1)),
        annual_rate=case.number("rate", "0"),
        fee_rate=case.number("fee_rate_per_period", "0"),
        frequency=Frequency(case.text("frequency", "MONTHLY").upper()),
        remainder=Remainder(case.text("remainder", "last").upper()),
        interest_mode=mode,
        daily_rate=_daily_rate(case) if mode is InterestMode.DAILY_ACTUAL else None,
        anchor_day=case.count("anchor_day") if case.has("anchor_day") else None,
        business_day_convention=BusinessDayConvention(case.text("business_day_convention", "NONE").upper()),
        steps=steps,
        balloon=case.number("balloon") if case.has("balloon") else None,
        interest_only_count=case.count("interest_only", "0"),
    )


def _daily_rate(case: Case) -> Decimal:
    return case.number("daily_rate") if case.has("daily_rate") else daily_rate_of(case.number("rate"))


def _steps(steps: Iterable[Any]) -> Iterable[Step]:
    """Pairs of count and payment, mappings of the two, or a payment alone for one instalment."""
    for step in steps:
        if isinstance(step, dict):
            count, payment = step.get("count") or step.get("n") or 1, step["payment"]
        else:
            count, payment = step if isinstance(step, list) else (1, step)
        yield Step(int(count), Decimal(str(payment)))


def _level_payment(terms: PlanTerms) -> Decimal | None:
    if terms.method not in _LEVEL:
        return None
    count = terms.instalment_count - terms.interest_only_count
    return from_fen(level_fen(to_fen(terms.financed), count, terms.annual_rate, PERIODS_A_YEAR[terms.frequency]))


def _row(row: Row) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in ("seq", "due_date", "principal", "interest", "fee", "payment", "balance_after")
    }


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
