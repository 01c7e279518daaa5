"""The figures that the answers name: of the policy in force, of the settings, and of the rules that the engine itself follows.

Nothing is written a second time here but what no other part of the product needs: telephone numbers of authorities, and the
terms of the worked example.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from negotiation.domain.accrual import annual_rate_of, interest_between
from negotiation.domain.arrears import LateFeeRule
from negotiation.domain.complaints import ANSWER_DAYS, Difficulty
from negotiation.domain.contact import CHINA_CAPS, CHINA_WINDOW, REMINDER_DAYS, ContactKind, ContactWindow
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.terms import BusinessDayConvention
from negotiation.domain.waterfall import SWITCH_DAYS
from negotiation.queries.policies import NoPolicyInForce, policy_in_force

COURT_CEILING = Decimal("0.24")
"""What courts look at for all charges together, a year; 法发〔2017〕22号, point 2."""
HOTLINES = {
    "regulator": "12378",  # National Financial Regulatory Administration
    "central": "12363",  # People's Bank of China
    "courts": "12368",
    "fraud": "96110",
    "care": "12356",  # psychological help
    "ambulance": "120",
    "police": "110",
}


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """Interest on one purchase, worked out by the engine; yuan and a fraction a day."""

    base: Decimal = Decimal("10000.00")
    daily_rate: Decimal = Decimal("0.0005")
    days: int = 30

    @property
    def interest(self) -> Decimal:
        start = date(2026, 1, 1)
        return interest_between(self.base, self.daily_rate, start, start + timedelta(days=self.days))

    @property
    def yearly_rate(self) -> Decimal:
        return annual_rate_of(self.daily_rate)


def figures(*, now: datetime) -> dict[str, Any]:
    """Every figure by the name that the answers use; those of the policy are missing while none is in force."""
    caps = {cap.kind: cap.most for cap in CHINA_CAPS}
    return {
        **_of_policy(now),
        "example": WorkedExample(),
        "late_fee_share": LateFeeRule().share,
        "court_ceiling": COURT_CEILING,
        "principal_first_from": SWITCH_DAYS,
        "charges_first_until": SWITCH_DAYS - 1,
        "most_attempts": caps[ContactKind.CALL_ATTEMPT],
        "most_answered": caps[ContactKind.CONNECTED_CALL],
        "lawful_hours": CHINA_WINDOW,
        "own_hours": _own_hours(settings.CONTACT_WINDOW),
        "first_reminder": max(REMINDER_DAYS),
        "answer_simple": ANSWER_DAYS[Difficulty.SIMPLE],
        "answer_complex": ANSWER_DAYS[Difficulty.COMPLEX],
        "answer_extra": ANSWER_DAYS[Difficulty.VERY_COMPLEX] - ANSWER_DAYS[Difficulty.COMPLEX],
        "proof_kept": settings.PROOF_KEPT_DAYS,
        "bank_telephone": settings.BANK_TELEPHONE,
        "site": settings.BASE_URL,
        "hotlines": HOTLINES,
    }


def _of_policy(now: datetime) -> dict[str, Any]:
    try:
        policy = policy_in_force(at=now)
    except NoPolicyInForce:
        return {"policy": None}
    return {
        "policy": policy,
        "most_months": max(band.max_months for band in policy.bands),
        "budget_share": 1 - policy.affordability_margin,
        "change_share": min(band.min_renegotiation_share for band in policy.bands),
        "moves_on_holidays": policy.business_day_convention is not BusinessDayConvention.NONE,
        "can_change": _can_change(policy),
    }


def _can_change(policy: LimitPolicy) -> bool:
    return any(band.max_renegotiations for band in policy.bands)


def _own_hours(window: ContactWindow) -> ContactWindow | None:
    """The bank's own hours for messages, if they lie within the lawful ones: a demonstration writes at any hour."""
    return window if CHINA_WINDOW.start <= window.start and window.end <= CHINA_WINDOW.end else None
