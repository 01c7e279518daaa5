"""Cases about an overdue account: interest, statements, late fees, minimum payments, allocation, ageing, ceilings, waivers."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from negotiation.domain import arrears
from negotiation.domain import waiver as waivers
from negotiation.domain.accrual import Segment, annual_rate_of, compounded, exact_interest, interest
from negotiation.domain.calendar import calendar_day
from negotiation.domain.money import yuan
from negotiation.domain.statement_run import StatementLine, run_statements
from negotiation.domain.terms import ZERO
from negotiation.domain.waterfall import ORDERS, OuterOrder, allocate, allocate_buckets, order_name
from negotiation.management.vectors.account_text import read_account
from negotiation.management.vectors.case import Case, CaseUnreadable
from negotiation.management.vectors.compare import Rounded, percent

_CLASS_NAMES = {"NORMAL": "正常", "SPECIAL_MENTION": "关注", "SUBSTANDARD": "次级", "DOUBTFUL": "可疑", "LOSS": "损失"}
_BUCKET_ORDER = (
    "recovery_cost",
    "penalty",
    "interest",
    "accrued_interest",
    "late_fee",
    "fee",
    "other_fee",
    "principal",
)
_DAILY = Decimal("0.0005")


def accrual(case: Case) -> dict[str, Any]:
    """Interest on segments; a case without segments states rates to convert in the names of its fields."""
    if not case.has("segments"):
        return {name: _converted(name) for name in case.inputs["expected"]}
    segments, rate = [_segment(item) for item in case.inputs["segments"]], case.number("daily_rate")
    days = sum(segment.days for segment in segments)
    return {"unrounded": exact_interest(segments, rate), "interest": interest(segments, rate), "days": days}


def _segment(item: Mapping[str, Any]) -> Segment:
    segment = Segment(Decimal(str(item["base"])), calendar_day(item["from"]), calendar_day(item["to"]))
    if segment.days != int(item.get("days", segment.days)):
        raise CaseUnreadable(f"{item['days']} days stated, {segment.days} between the dates")
    return segment


def _converted(name: str) -> Rounded:
    """A conversion named by its field: ``daily_<rate>_x<basis>_pct``, ``floor_<share>x_daily_pct``, ``monthly_compound_effective_pct`` …"""
    rate, share = _DAILY, Decimal(1)
    if stated := re.search(r"daily_(0?\.\d+)", name):
        rate = Decimal(stated[1])
    if floor := re.search(r"floor_([\d.]+)x", name):
        share = Decimal(floor[1])
    basis = int(found[1]) if (found := re.search(r"(?:_x|annual)(\d+)", name)) else 365
    if "monthly_compound" in name:
        return percent(compounded(annual_rate_of(rate * share, basis) / 12, 12))
    if "daily_compound" in name:
        return percent(compounded(rate * share, basis))
    is_yearly = "_x" in name or "annual" in name
    return percent(annual_rate_of(rate * share, basis) if is_yearly else rate * share)


def statement_run(case: Case) -> dict[str, Any]:
    """An account month by month, with the check against the 24 % line."""
    account = read_account(case)
    run = run_statements(account.rules, account.postings, account.payments, account.as_of)
    first = min(posting.posted_on for posting in account.postings)
    principal = sum((posting.amount for posting in account.postings), ZERO)
    days = (run.as_of - first).days
    ceiling = arrears.check_ceiling(run.charges_total, principal, days)
    return {
        "compounding": account.rules.compounding.value.lower(),
        "late_fee_base": account.rules.late_fee_base.value,
        "as_of": run.as_of,
        "rows": [_statement(statement) for statement in run.statements],
        "accrued_unposted": run.accrued,
        "days_from_posting": days,
        "dpd": run.days_past_due,
        "total_due": run.total_due,
        "charges_total": run.charges_total,
        "annualised_simple_pct": percent(ceiling.annualised),
        "cap_24pct_amount": ceiling.ceiling_amount,
        "excess_over_cap": ceiling.excess,
        "credit": run.credit,
    }


def _statement(statement: StatementLine) -> dict[str, Any]:
    names = (
        "statement_date",
        "due_date",
        "interest",
        "late_fee",
        "interest_balance",
        "fee_balance",
        "principal",
        "total",
    )
    return {**{name: getattr(statement, name) for name in names}, "minimum_payment": statement.minimum_payment}


def late_fee(case: Case) -> Decimal:
    rule = arrears.LateFeeRule(
        share=case.number("rate"),
        floor=case.number("floor", "0"),
        cap=case.number("cap") if case.has("cap") else None,
        tolerance=case.number("tolerance", "0"),
    )
    return arrears.late_fee(rule, minimum=case.number("minimum_payment"), paid=case.number("paid_by_due_or_grace", "0"))


def minimum_payment(case: Case) -> Decimal:
    rule = arrears.MinimumPaymentRule(share=case.number("pct"), floor=yuan(case.number("floor", "0")))
    return arrears.minimum_payment(
        rule,
        principal=case.number("purchase_principal", "0") + case.number("cash_principal", "0"),
        instalment_due=case.number("instalment_due", "0"),
        fees=case.number("fees", "0"),
        interest=case.number("interest", "0"),
        over_limit=case.number("over_limit", "0"),
        previous_unpaid_minimum=case.number("previous_unpaid_minimum", "0"),
        total=case.number("total") if case.has("total") else None,
    )


def waterfall(case: Case) -> dict[str, Any]:
    """One debt by an order, or several statements by one of the outer orders."""
    if case.has("buckets"):
        return _bucket_waterfall(case)
    order = case.inputs.get("order_list") or ORDERS[case.text("order")]
    done = allocate(case.number("payment"), case.mapping("balances"), order)
    return {"allocated": done.allocated, "remaining": done.remaining, "unapplied_credit": done.credit}


def _bucket_waterfall(case: Case) -> dict[str, Any]:
    statements = sorted(case.inputs["buckets"], key=lambda bucket: str(bucket["statement"]))
    buckets = [
        {name: Decimal(str(value)) for name, value in bucket.items() if name != "statement"} for bucket in statements
    ]
    named = list(dict.fromkeys(name for bucket in buckets for name in bucket))
    order = case.inputs.get("order_list") or sorted(named, key=_bucket_rank)
    done = allocate_buckets(case.number("payment"), buckets, order, OuterOrder(case.text("order")))
    dates = [{"statement": bucket["statement"]} for bucket in statements]
    return {
        "allocated": [date | part for date, part in zip(dates, done.allocated, strict=True)],
        "remaining": [date | part for date, part in zip(dates, done.remaining, strict=True)],
        "unapplied_credit": done.credit,
    }


def _bucket_rank(name: str) -> int:
    """Charges before principal, the usual order to 90 days past due."""
    return _BUCKET_ORDER.index(name) if name in _BUCKET_ORDER else len(_BUCKET_ORDER)


def days_past_due(case: Case) -> dict[str, Any]:
    """What follows from days past due; or the days themselves from dates."""
    if case.has("dpd"):
        return _classes(case.count("dpd"))
    due_key = "oldest_unpaid_minimum_due" if case.has("oldest_unpaid_minimum_due") else "due"
    due, grace = case.day(due_key), case.count("grace_days", "0")
    on = case.day("paid_on" if case.has("paid_on") else "as_of")
    days = arrears.days_past_due(due, on, grace)
    return {**_classes(days), "dpd": days, "late": arrears.is_late(due, on, grace), "dpd_at_payment": days}


def _classes(days: int) -> dict[str, Any]:
    least = arrears.risk_class(days).value
    return {
        "bucket": arrears.bucket(days),
        "min_five_class": f"{least} {_CLASS_NAMES[least]}",
        "credit_report_status": arrears.credit_report_status(days),
        "waterfall": order_name(days),
    }


def cap_check(case: Case) -> dict[str, Any]:
    check = arrears.check_ceiling(
        case.number("charges"), case.number("principal"), case.count("days"), case.number("annual_cap", "0.24")
    )
    return {
        "annualised_simple_pct": percent(check.annualised),
        "cap_amount": check.ceiling_amount,
        "exceeds": check.exceeds,
        "excess": check.excess,
    }


def waiver(case: Case) -> dict[str, Any]:
    shares = {name: value / 100 for name, value in case.mapping("waiver_pct").items()}
    debt = waivers.waive(case.mapping("balances"), shares)
    return {
        "lines": {name: {"waived": line.waived, "kept": line.kept} for name, line in debt.lines.items()},
        "waived_total": debt.waived_total,
        "restructured_total": debt.restructured_total,
    }
