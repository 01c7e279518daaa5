"""Every limit that a plan is held against, one line each: what is allowed, what the plan has, whether it is kept.

The verdict is the domain's; this module only lists and words it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from negotiation.domain.calendar import add_months
from negotiation.domain.judge import (
    AccountFacts,
    Verdict,
    charged_rate,
    count_limits,
    debt_after_waivers,
    first_date_limits,
    least_down_payment,
)
from negotiation.domain.offers import regular_instalment
from negotiation.domain.policy import LimitPolicy, Limits
from negotiation.domain.reasons import Kind, ReasonCode
from negotiation.domain.terms import PlanMethod, Schedule
from negotiation.services.wording import COMPONENTS, explain, written

_C = ReasonCode


@dataclass(frozen=True, slots=True)
class LimitLine:
    """``is_kept``: inside the limits; ``is_automatic``: inside the corridor in which the bank answers at once."""

    name: str
    allowed: str
    value: str
    is_kept: bool
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan's rows and yearly cost with what judged them, on the day on which they were judged."""

    schedule: Schedule
    yearly_cost: Decimal
    verdict: Verdict
    policy: LimitPolicy
    facts: AccountFacts
    today: date

    @property
    def lines(self) -> list[LimitLine]:
        """All limits of the band; none if no band covers the account."""
        limits = self.verdict.limits
        return [] if limits is None else [self._line(*line) for line in (*self._cost(limits), *self._shape(limits))]

    @property
    def reasons(self) -> list[str]:
        """Every limit that is broken, in a sentence."""
        return [explain(reason) for reason in self.verdict.reasons]

    @property
    def corridor(self) -> list[str]:
        """What keeps an acceptable plan from being accepted at once."""
        return [explain(reason) for reason in self.verdict.corridor]

    def _line(self, name: str, allowed: str, value: str, *codes: ReasonCode) -> LimitLine:
        broken = any(reason.code in codes for reason in self.verdict.reasons)
        outside = any(reason.code in codes for reason in self.verdict.corridor)
        return LimitLine(name, allowed, value, not broken, not (broken or outside))

    def _cost(self, limits: Limits) -> Iterator[tuple[str, str, str, *tuple[ReasonCode, ...]]]:
        terms = self.schedule.terms
        rates, charged = limits.method_rate(terms.method), charged_rate(terms, self.policy)
        yield (_("Way of repaying"), _codes(limits.methods), _codes(terms.method), _C.METHOD)
        allowed = _between(_share(rates.lowest), _share(rates.highest)) if rates else _("none")
        yield (_("Rate"), allowed, _share(charged), _C.RATE_LOW, _C.RATE_HIGH)
        ceiling = _at_most(_share(limits.yearly_cost_ceiling))
        yield (_("Yearly cost"), ceiling, _share(self.yearly_cost), _C.YEARLY_COST)
        owed = debt_after_waivers(self.facts, terms.waivers)
        yield (_("Debt in the plan"), _yuan(owed), _yuan(terms.principal), _C.PRINCIPAL, _C.PRINCIPAL_LARGE)
        yield (_("Waiver"), self._caps(limits), self._waivers(), _C.WAIVER)
        least = least_down_payment(limits, self.facts, terms.principal)
        down = (_at_least(_yuan(least)), _yuan(terms.down_payment))
        yield (_("Down payment"), *down, _C.DOWN_PAYMENT_SMALL, _C.DOWN_PAYMENT_LARGE)

    def _shape(self, limits: Limits) -> Iterator[tuple[str, str, str, *tuple[ReasonCode, ...]]]:
        terms = self.schedule.terms
        yield (_("How often"), _codes(limits.frequencies), _codes(terms.frequency), _C.FREQUENCY)
        counts = _between(*(str(count) for count in count_limits(limits, terms.frequency)))
        yield (_("Number of instalments"), counts, str(terms.instalment_count), _C.TERM_SHORT, _C.TERM_LONG)
        least, most = _yuan(limits.min_instalment), limits.max_instalment
        amounts = _at_least(least) if most is None else _between(least, _yuan(most))
        instalment = _yuan(regular_instalment(self.schedule))
        yield (_("Each instalment"), amounts, instalment, _C.INSTALMENT_SMALL, _C.INSTALMENT_LARGE)
        earliest, latest = first_date_limits(limits, self.today)
        first = _between(_day(earliest), _day(latest))
        yield (_("First instalment"), first, _day(terms.first_date), _C.FIRST_DATE_EARLY, _C.FIRST_DATE_LATE)
        last = add_months(self.today, 12 * self.policy.longest_years)
        until = _("until %(day)s") % {"day": _day(last)}
        yield (_("Last instalment"), until, _day(self.schedule.last_date), _C.LAST_DATE)
        again = self.facts.renegotiation_count
        yield (_("Renegotiations"), _at_most(str(limits.max_renegotiations)), str(again), _C.RENEGOTIATIONS)
        yield (_("Currency"), self.policy.currency, self.facts.currency, _C.CURRENCY)
        yield from self._of_method(limits)

    def _of_method(self, limits: Limits) -> Iterator[tuple[str, str, str, *tuple[ReasonCode, ...]]]:
        terms, payments = self.schedule.terms, [row.payment for row in self.schedule.rows]
        if terms.method is PlanMethod.STEP:
            ratio = (max(payments) / min(payments)).quantize(Decimal("0.01"))
            yield (_("Largest step"), _at_most(f"{limits.max_step_ratio.normalize():f} ×"), f"{ratio} ×", _C.STEP_RATIO)
        if terms.balloon is not None:
            most = _at_most(_share(limits.max_balloon_share))
            yield (_("Last large instalment"), most, _share(terms.balloon / terms.financed), _C.BALLOON)
        if terms.interest_only_count:
            most = _at_most(str(limits.max_interest_only_months))
            yield (_("Instalments of interest alone"), most, str(terms.interest_only_count), _C.INTEREST_ONLY)

    def _caps(self, limits: Limits) -> str:
        caps = [cap for cap in limits.waiver_caps if self.facts.components.get(cap.component)]
        return _(", ").join(f"{COMPONENTS[cap.component]} {_share(cap.share)}" for cap in caps) or _("none")

    def _waivers(self) -> str:
        waivers = self.schedule.terms.waivers
        return _(", ").join(f"{COMPONENTS[item.component]} {_share(item.share)}" for item in waivers) or _("none")


def _yuan(value: Decimal) -> str:
    return written(Kind.AMOUNT, value)


def _share(value: Decimal) -> str:
    return written(Kind.FRACTION, value)


def _day(value: date) -> str:
    return written(Kind.DATE, value)


def _codes(value: object) -> str:
    return written(Kind.CODES, value if isinstance(value, tuple) else (value,))


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def _at_least(value: str) -> str:
    return _("at least %(value)s") % {"value": value}


def _at_most(value: str) -> str:
    return _("at most %(value)s") % {"value": value}
