"""Cases about what a person can pay: shortest term, largest principal, affordability."""

from typing import Any

from negotiation.domain import affordability, level
from negotiation.domain.terms import ZERO
from negotiation.management.vectors.case import Case, Computation


def _shortest_term(case: Case) -> dict[str, Any]:
    found = level.shortest_term(
        case.number("principal"), _payment(case), case.number("monthly_rate", "0"), case.count("max_n", "60")
    )
    return {"n": found.count, "level_payment": found.level_payment, "feasible": found.feasible, "reason": found.reason}


def _max_principal(case: Case) -> dict[str, Any]:
    found = level.largest_principal(_payment(case), case.number("monthly_rate", "0"), _count(case))
    return {"max_principal": found.amount}


def _affordability(case: Case) -> dict[str, Any]:
    surplus = affordability.surplus(
        case.number("net_income"), case.number("essential_spending"), case.number("other_debt_payments", "0")
    )
    margin = case.number("safety_margin_pct", "10") / 100
    return {"surplus": surplus, "suggested_max_payment": affordability.suggested_maximum(surplus, margin)}


def _payment_for_term(case: Case) -> dict[str, Any]:
    found = level.payment_for_term(case.number("principal"), case.number("monthly_rate", "0"), _count(case))
    return {"payment": found.amount, "level_payment": found.amount}


def _down_payment(case: Case) -> dict[str, Any]:
    found = level.down_payment_needed(
        case.number("principal"), _payment(case), case.number("monthly_rate", "0"), _count(case)
    )
    names = ("down_payment", "down_payment_needed", "required_down_payment", "min_down_payment")
    return {**dict.fromkeys(names, found.amount), "financed": case.number("principal") - (found.amount or ZERO)}


def _payment(case: Case) -> Any:
    return case.number("max_affordable_payment" if case.has("max_affordable_payment") else "payment")


def _count(case: Case) -> int:
    return case.count("n" if case.has("n") else "max_n")


KINDS: dict[str, Computation] = {
    "shortest_term": _shortest_term,
    "max_principal_for_payment": _max_principal,
    "affordability": _affordability,
    "payment_for_term": _payment_for_term,
    "down_payment_needed": _down_payment,
}
