"""Which terms does the bank write down when a person has chosen method, number, first date and down payment?

Rates, conventions and the shape of step, balloon and interest-first plans come from the policy. Knows no wish and judges nothing.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from negotiation.domain import instalments
from negotiation.domain.bad_input import BadInput
from negotiation.domain.calendar import PERIODS_A_YEAR, add_months
from negotiation.domain.ceiling import is_cost_above
from negotiation.domain.instalments import NO_PLAN, Pair
from negotiation.domain.judge import AccountFacts, Verdict, debt_after_waivers, judge, last_due_date, regular_payments
from negotiation.domain.level import last_passing
from negotiation.domain.money import FEN, from_fen, to_fen
from negotiation.domain.policy import LimitPolicy, Limits
from negotiation.domain.schedule import payments_fen
from negotiation.domain.terms import Frequency, InterestMode, PlanMethod, PlanTerms, Step, Waiver
from negotiation.domain.terms_check import MOST_INSTALMENTS

_DAILY_PLACES = Decimal("1E-12")
_STEP_RATIO = Decimal(2)
_BY_DAYS = (PlanMethod.EQUAL_PRINCIPAL, PlanMethod.BALLOON, PlanMethod.INTEREST_ONLY_THEN_LEVEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The policy, the band and the account that plans are drafted for on one day.

    ``principal`` is the debt after waivers, in yuan, and ``owed`` the same in fen; ``last_day`` is the last for an instalment.
    """

    policy: LimitPolicy
    limits: Limits
    account: AccountFacts
    today: date
    principal: Decimal
    last_day: date
    owed: int
    waivers: tuple[Waiver, ...] = ()
    _in_time: dict[tuple[date, Frequency], int] = field(default_factory=dict)
    _known: dict[tuple[object, ...], Pair] = field(default_factory=dict)
    _judged: dict[tuple[object, ...], tuple[PlanTerms, Verdict | None]] = field(default_factory=dict)

    def draft(
        self, method: PlanMethod, count: int, first_date: date, down_payment: Decimal, frequency: Frequency
    ) -> PlanTerms:
        """The plan's terms at the policy's rate for the method, or at none where the policy does not allow the method."""
        rate = self.rate(method)
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
        return PlanTerms(**terms, **self._interest(method), **self._shape(method, count, down_payment, frequency))

    def rate(self, method: PlanMethod) -> Decimal:
        """What the policy charges for the method; nothing where it does not allow it."""
        rates = self.limits.method_rate(method)
        return rates.rate if rates else Decimal(0)

    def instalments(
        self, method: PlanMethod, count: int, first_date: date, down_payment: int, frequency: Frequency
    ) -> Pair:
        """The smallest and the largest regular instalment in fen, for a down payment in fen; ``NO_PLAN`` where there is none."""
        is_by_days = self.policy.interest_mode is InterestMode.DAILY_ACTUAL and method in _BY_DAYS
        key = (method, count, down_payment, frequency, first_date if is_by_days else None)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (
                self._of_rows(method, count, first_date, down_payment, frequency)
                if is_by_days
                else self._of_formula(method, count, down_payment, frequency)
            )
        return known

    def most_in_time(self, first_date: date, frequency: Frequency) -> int:
        """The largest number of instalments from ``first_date`` whose last is due by ``last_day``; 0 if not even one is."""
        key = (first_date, frequency)
        if key not in self._in_time:
            anchor_day, most = self.anchor_day(first_date, frequency), MOST_INSTALMENTS[frequency]
            found = last_passing(
                1, most, lambda count: last_due_date(first_date, count, frequency, anchor_day) <= self.last_day
            )
            self._in_time[key] = found or 0
        return self._in_time[key]

    def judged(
        self, method: PlanMethod, count: int, first_date: date, down_payment: int, frequency: Frequency
    ) -> tuple[PlanTerms, Verdict] | None:
        """The plan with its verdict if it is within the limits, else ``None``; each plan is judged once."""
        key = (method, count, first_date, down_payment, frequency)
        if key not in self._judged:
            terms = self.draft(method, count, first_date, from_fen(down_payment), frequency)
            self._judged[key] = (terms, self._verdict(terms))
        terms, verdict = self._judged[key]
        return None if verdict is None or not verdict.is_within_limits else (terms, verdict)

    @property
    def is_hopeless(self) -> bool:
        """Whether the account or the waivers stand against every plan, whatever its terms."""
        return (
            self.account.currency != self.policy.currency
            or self.account.renegotiation_count > self.limits.max_renegotiations
            or any(item.share > self.limits.waiver_cap(item.component) for item in self.waivers)
        )

    def anchor_day(self, first_date: date, frequency: Frequency) -> int | None:
        """31 for a plan that begins at a month's end and keeps to month ends."""
        if frequency is not Frequency.MONTHLY or not self.policy.keeps_month_end:
            return None
        return 31 if first_date.day == monthrange(first_date.year, first_date.month)[1] else None

    def _verdict(self, terms: PlanTerms) -> Verdict | None:
        """The verdict; ``None`` at once where the cost alone refuses the plan, whose nearest rate nobody asks for here."""
        try:
            if is_cost_above(terms, payments_fen(terms), self.limits.yearly_cost_ceiling):
                return None
        except BadInput:
            return None
        return judge(terms, self.policy, self.account, self.today)

    def _of_rows(
        self, method: PlanMethod, count: int, first_date: date, down_payment: int, frequency: Frequency
    ) -> Pair:
        try:
            smallest, largest = regular_payments(
                self.draft(method, count, first_date, from_fen(down_payment), frequency)
            )
        except BadInput:
            return NO_PLAN
        return to_fen(smallest), to_fen(largest)

    def _of_formula(self, method: PlanMethod, count: int, down_payment: int, frequency: Frequency) -> Pair:
        financed = self.owed - down_payment
        if financed < count:
            return NO_PLAN
        rate, periods, remainder = self.rate(method), PERIODS_A_YEAR[frequency], self.policy.remainder
        match method if method is not PlanMethod.STEP or count > 1 else PlanMethod.EQUAL_INSTALMENT:
            case PlanMethod.EQUAL_INSTALMENT:
                pair = instalments.level(financed, count, rate, periods)
            case PlanMethod.EQUAL_PRINCIPAL:
                pair = instalments.falling(financed, count, rate, periods, remainder=remainder)
            case PlanMethod.BALLOON:
                last = to_fen(self._balloon(from_fen(financed), count)) if count > 1 else 0
                pair = instalments.falling(financed, max(count - 1, 1), rate, periods, remainder=remainder, last=last)
            case PlanMethod.INTEREST_ONLY_THEN_LEVEL:
                pair = instalments.interest_first(financed, count, rate, periods, self._interest_only(count, frequency))
            case PlanMethod.STEP:
                pair = instalments.two_steps(financed, count, rate / periods, self._step_ratio())
            case PlanMethod.INTEREST_FREE | PlanMethod.FLAT_FEE:
                pair = instalments.even(financed, count, rate)
        return pair

    def _interest(self, method: PlanMethod) -> dict[str, Any]:
        rate = self.rate(method)
        if self.policy.interest_mode is not InterestMode.DAILY_ACTUAL or rate == 0 or method is PlanMethod.FLAT_FEE:
            return {}
        daily = (rate / self.policy.days_in_year).quantize(_DAILY_PLACES)
        return {"interest_mode": InterestMode.DAILY_ACTUAL, "daily_rate": daily}

    def _shape(self, method: PlanMethod, count: int, down_payment: Decimal, frequency: Frequency) -> dict[str, Any]:
        financed = self.principal - down_payment
        if method is PlanMethod.BALLOON:
            return {"balloon": self._balloon(financed, count)}
        if method is PlanMethod.INTEREST_ONLY_THEN_LEVEL:
            return {"interest_only_count": self._interest_only(count, frequency)}
        if method is PlanMethod.STEP:
            return {"steps": self._steps(financed, count, frequency)}
        return {}

    def _balloon(self, financed: Decimal, count: int) -> Decimal:
        share = self.limits.max_balloon_share if count > 1 else Decimal(1)
        return max((financed * share).quantize(FEN, ROUND_DOWN), FEN)

    def _interest_only(self, count: int, frequency: Frequency) -> int:
        """As many as allowed, but never more than half: what is left must not fall due almost at once."""
        return min(self.limits.max_interest_only_months * PERIODS_A_YEAR[frequency] // 12, count // 2)

    def _step_ratio(self) -> Decimal:
        return min(_STEP_RATIO, self.limits.max_step_ratio)

    def _steps(self, financed: Decimal, count: int, frequency: Frequency) -> tuple[Step, ...]:
        period_rate = self.rate(PlanMethod.STEP) / PERIODS_A_YEAR[frequency]
        low, high = instalments.two_steps(max(to_fen(financed), 1), count, period_rate, self._step_ratio())
        halves = ((count // 2, low), (count - count // 2, high))
        return tuple(Step(number, from_fen(payment)) for number, payment in halves if number)


def desk_for(
    policy: LimitPolicy, limits: Limits, account: AccountFacts, today: date, waivers: tuple[Waiver, ...] = ()
) -> Desk:
    """A desk with what follows from the account and the day."""
    principal = debt_after_waivers(account, waivers)
    return Desk(
        policy=policy,
        limits=limits,
        account=account,
        today=today,
        principal=principal,
        owed=to_fen(principal),
        last_day=add_months(today, 12 * policy.longest_years),
        waivers=waivers,
    )
