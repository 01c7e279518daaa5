"""Which terms does the bank write down when a person has chosen method, number, first date and down payment?

Rates, conventions and the shape of step, balloon and interest-first plans come from the policy. Knows no wish and judges nothing.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Any

from negotiation.domain.bad_input import BadInput
from negotiation.domain.calendar import PERIODS_A_YEAR, add_months
from negotiation.domain.judge import AccountFacts, debt_after_waivers, regular_payments
from negotiation.domain.money import FEN, half_up, to_fen
from negotiation.domain.policy import LimitPolicy, Limits
from negotiation.domain.schedule import level_fen
from negotiation.domain.terms import Frequency, InterestMode, PlanMethod, PlanTerms, Step, Waiver

_DAILY_PLACES = Decimal("1E-12")
_STEP_RATIO = Decimal(2)
NEVER = 10**18


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The policy, the band and the account that plans are drafted for on one day."""

    policy: LimitPolicy
    limits: Limits
    account: AccountFacts
    today: date
    waivers: tuple[Waiver, ...] = ()
    _known: dict[tuple[object, ...], tuple[int, int]] = field(default_factory=dict)

    @property
    def principal(self) -> Decimal:
        return debt_after_waivers(self.account, self.waivers)

    def draft(
        self, method: PlanMethod, count: int, first_date: date, down_payment: Decimal, frequency: Frequency
    ) -> PlanTerms:
        """The plan's terms at the policy's rate for the method, or at none where the policy does not allow the method."""
        rates = self.limits.method_rate(method)
        rate = rates.rate if rates else Decimal(0)
        is_flat = method is PlanMethod.FLAT_FEE
        terms: dict[str, Any] = {
            "method": method,
            "principal": self.principal,
            "instalment_count": count,
            "first_date": first_date,
            "value_date": self.today,
            "annual_rate": Decimal(0) if is_flat else rate,
            "fee_rate": rate if is_flat else Decimal(0),
            "down_payment": down_payment,
            "frequency": frequency,
            "remainder": self.policy.remainder,
            "anchor_day": self.anchor_day(first_date, frequency),
            "business_day_convention": self.policy.business_day_convention,
            "waivers": self.waivers,
        }
        return PlanTerms(
            **terms, **self._interest(method, rate), **self._shape(method, rate, count, down_payment, frequency)
        )

    def instalments(
        self, method: PlanMethod, count: int, first_date: date, down_payment: Decimal, frequency: Frequency
    ) -> tuple[int, int]:
        """The smallest and largest regular instalment in fen; (-1, NEVER), which no limit lets pass, where there is no plan."""
        day = first_date if self.policy.interest_mode is InterestMode.DAILY_ACTUAL else None
        key = (method, count, day, down_payment, frequency)
        if key not in self._known:
            self._known[key] = self._instalments(method, count, first_date, down_payment, frequency)
        return self._known[key]

    def _instalments(
        self, method: PlanMethod, count: int, first_date: date, down_payment: Decimal, frequency: Frequency
    ) -> tuple[int, int]:
        financed = to_fen(self.principal - down_payment)
        if financed < count:
            return -1, NEVER
        rates = self.limits.method_rate(method)
        if method is PlanMethod.INTEREST_FREE:
            return (financed // count,) * 2
        if method is PlanMethod.FLAT_FEE and rates is not None:
            above, below = rates.rate.as_integer_ratio()
            return (financed // count + half_up(financed * above, below),) * 2
        if method is PlanMethod.EQUAL_INSTALMENT and rates is not None and count > 1:
            return (level_fen(financed, count, rates.rate, PERIODS_A_YEAR[frequency]),) * 2
        try:
            smallest, largest = regular_payments(self.draft(method, count, first_date, down_payment, frequency))
        except BadInput:
            return -1, NEVER
        return to_fen(smallest), to_fen(largest)

    @property
    def last_day(self) -> date:
        """The last day on which an instalment may fall due."""
        return add_months(self.today, 12 * self.policy.longest_years)

    def anchor_day(self, first_date: date, frequency: Frequency) -> int | None:
        if frequency is not Frequency.MONTHLY or not self.policy.keeps_month_end:
            return None
        return 31 if first_date.day == monthrange(first_date.year, first_date.month)[1] else None

    def _interest(self, method: PlanMethod, rate: Decimal) -> dict[str, Any]:
        if self.policy.interest_mode is not InterestMode.DAILY_ACTUAL or rate == 0 or method is PlanMethod.FLAT_FEE:
            return {}
        daily = (rate / self.policy.days_in_year).quantize(_DAILY_PLACES)
        return {"interest_mode": InterestMode.DAILY_ACTUAL, "daily_rate": daily}

    def _shape(
        self, method: PlanMethod, rate: Decimal, count: int, down_payment: Decimal, frequency: Frequency
    ) -> dict[str, Any]:
        financed = self.principal - down_payment
        if method is PlanMethod.BALLOON:
            share = self.limits.max_balloon_share if count > 1 else Decimal(1)
            return {"balloon": (financed * share).quantize(FEN, ROUND_DOWN)}
        if method is PlanMethod.INTEREST_ONLY_THEN_LEVEL:
            longest = self.limits.max_interest_only_months * PERIODS_A_YEAR[frequency] // 12
            return {"interest_only_count": min(longest, count - 1)}
        if method is PlanMethod.STEP:
            period_rate = rate / PERIODS_A_YEAR[frequency]
            return {"steps": two_steps(financed, count, period_rate, min(_STEP_RATIO, self.limits.max_step_ratio))}
        return {}


def two_steps(financed: Decimal, count: int, period_rate: Decimal, ratio: Decimal) -> tuple[Step, ...]:
    """A lower instalment in the first half and ``ratio`` times it in the second, worth ``financed`` at the rate.

    The lower one is rounded up to the fen, so that the last instalment, which repays the rest, is never above the others.
    """
    first = count // 2
    discount = 1 / (1 + period_rate)
    worth = sum((discount**k * (1 if k <= first else ratio) for k in range(1, count + 1)), Decimal(0))
    low = max((financed / worth).quantize(FEN, ROUND_CEILING), FEN)
    high = (low * ratio).quantize(FEN, ROUND_DOWN)
    return tuple(Step(steps, payment) for steps, payment in ((first, low), (count - first, high)) if steps)
