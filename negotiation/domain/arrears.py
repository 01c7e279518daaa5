"""What falls due on an overdue card account, how late is it, and are its charges within the ceiling?

Knows the rules of one statement and one day; how statements follow each other is ``statement_run``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from negotiation.domain.bad_input import SpanNotPositive
from negotiation.domain.money import positive_yuan, rate, round_half_up, yuan
from negotiation.domain.terms import ZERO


class RiskClass(StrEnum):
    """The five classes of the 2023 risk-classification measures, as the least that days past due demand."""

    NORMAL = "NORMAL"
    SPECIAL_MENTION = "SPECIAL_MENTION"
    SUBSTANDARD = "SUBSTANDARD"
    DOUBTFUL = "DOUBTFUL"
    LOSS = "LOSS"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumPaymentRule:
    """``share`` of the revolving principal is called each month; never less than ``floor`` yuan nor more than is owed."""

    share: Decimal = Decimal("0.10")
    floor: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFeeRule:
    """``share`` of the unpaid minimum, between ``floor`` and ``cap`` yuan; nothing if the shortfall is within ``tolerance``."""

    share: Decimal = Decimal("0.05")
    floor: Decimal = Decimal("10.00")
    cap: Decimal | None = None
    tolerance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CeilingCheck:
    """Charges against a yearly ceiling: ``annualised`` is a simple fraction, the amounts are yuan."""

    annualised: Decimal
    ceiling_amount: Decimal
    excess: Decimal

    @property
    def exceeds(self) -> bool:
        return self.excess > 0


def minimum_payment(
    rule: MinimumPaymentRule,
    *,
    principal: Decimal,
    instalment_due: Decimal = ZERO,
    fees: Decimal = ZERO,
    interest: Decimal = ZERO,
    over_limit: Decimal = ZERO,
    previous_unpaid_minimum: Decimal = ZERO,
    total: Decimal | None = None,
) -> Decimal:
    """The minimum payment of a statement in yuan, the share rounded half up (domain rules §3.2, vectors M01 to M05).

    ``principal`` is purchases and cash not yet called; ``total`` is all that is owed and defaults to the sum of the parts.

    >>> minimum_payment(MinimumPaymentRule(share=Decimal("0.05"), floor=Decimal("200.00")), principal=Decimal("1500.00"))
    Decimal('200.00')
    """
    parts = [yuan(part) for part in (instalment_due, fees, interest, over_limit, previous_unpaid_minimum)]
    called = round_half_up(yuan(principal) * rate(rule.share)) + sum(parts, ZERO)
    owed = yuan(principal) + sum(parts, ZERO) if total is None else yuan(total)
    return min(max(called, rule.floor), owed)


def late_fee(rule: LateFeeRule, *, minimum: Decimal, paid: Decimal) -> Decimal:
    """The late fee (违约金) on a minimum that was not paid by its due date and grace (domain rules §3.2, vectors L01 to L07).

    >>> late_fee(LateFeeRule(), minimum=Decimal("1000.00"), paid=Decimal("300.00"))
    Decimal('35.00')
    """
    return late_fee_on(rule, yuan(minimum) - yuan(paid))


def late_fee_on(rule: LateFeeRule, shortfall: Decimal) -> Decimal:
    """As ``late_fee``, on the shortfall itself in yuan."""
    if shortfall <= max(rule.tolerance, ZERO):
        return ZERO
    fee = max(rule.floor, round_half_up(shortfall * rate(rule.share)))
    return yuan(fee if rule.cap is None else min(rule.cap, fee))


def is_late(due_date: date, paid_on: date, grace_days: int = 0) -> bool:
    """Whether a payment came after its due date and grace; the last day of grace is still on time (vector DPD-GRACE)."""
    return paid_on > due_date + timedelta(days=grace_days)


def days_past_due(oldest_due_date: date | None, as_of: date, grace_days: int = 0) -> int:
    """Days since the due date of the oldest unpaid minimum; 0 inside the grace, after it counted from the due date itself.

    >>> days_past_due(date(2026, 4, 25), date(2026, 4, 29), grace_days=3)
    4
    """
    if oldest_due_date is None or not is_late(oldest_due_date, as_of, grace_days):
        return 0
    return (as_of - oldest_due_date).days


def bucket(dpd: int) -> str:
    """M0 (not overdue), M1 (1 to 30 days) … M6 (151 to 180), M7+ above."""
    return bucket_of_cycles(-(-max(dpd, 0) // 30))


def bucket_of_cycles(missed_cycles: int) -> str:
    """The bucket of a bank that ages by missed statement cycles instead of days."""
    return "M7+" if missed_cycles > 6 else f"M{max(missed_cycles, 0)}"


def risk_class(dpd: int) -> RiskClass:
    """The least class for these days past due (金融资产风险分类办法 2023): above 0, 90, 270 and 360 days."""
    limits = (
        (360, RiskClass.LOSS),
        (270, RiskClass.DOUBTFUL),
        (90, RiskClass.SUBSTANDARD),
        (0, RiskClass.SPECIAL_MENTION),
    )
    return next((least for above, least in limits if dpd > above), RiskClass.NORMAL)


def credit_report_status(dpd: int) -> str:
    """The status code of the 24-month credit record: N, 1 (1 to 30 days) … 6 (151 to 180), 7 above."""
    return "N" if dpd <= 0 else str(min(-(-dpd // 30), 7))


def check_ceiling(
    charges: Decimal, principal: Decimal, days: int, annual_ceiling: Decimal = Decimal("0.24")
) -> CeilingCheck:
    """Charges over ``days`` against a yearly ceiling on the principal (法发〔2017〕22号; vectors K01 to K04).

    The ceiling amount is rounded half up to the fen; charges of exactly that amount pass, one fen more does not.

    >>> check_ceiling(Decimal("1400.00"), Decimal("10000.00"), 180).excess
    Decimal('216.44')

    :raises SpanNotPositive: if ``days`` is not positive.
    :raises AmountNotPositive: if the principal is not positive.
    """
    if days < 1:
        raise SpanNotPositive(days)
    base, charged = positive_yuan(principal), yuan(charges)
    most = round_half_up(base * rate(annual_ceiling) * days / 365)
    return CeilingCheck(charged * 365 / (base * days), most, max(charged - most, ZERO))
