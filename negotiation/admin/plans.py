"""Plans that a reviewer may put on the table: what the solver would accept, and what the form describes.

Asks the same solver and the same judge as the cardholder's pages. Stores nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from negotiation.domain.bad_input import BadInput
from negotiation.domain.calendar import BusinessDays
from negotiation.domain.cost import yearly_cost
from negotiation.domain.judge import AccountFacts, charged_rate, judge
from negotiation.domain.offers import regular_instalment, total_cost, worsenings
from negotiation.domain.policy import LimitPolicy, Limits
from negotiation.domain.reasons import Reason, ReasonCode
from negotiation.domain.schedule import build_schedule
from negotiation.domain.solver import suggest, three_plans
from negotiation.domain.terms import PlanMethod, PlanTerms, Schedule
from negotiation.domain.wish import Wish
from negotiation.queries.holidays import business_days
from negotiation.services.wording import explain

HUNDRED = Decimal(100)
MOST_SUGGESTED = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan worked out to its rows; ``annual_rate`` is its yearly cost as a fraction (simple)."""

    schedule: Schedule
    annual_rate: Decimal

    @property
    def terms(self) -> PlanTerms:
        return self.schedule.terms

    @property
    def instalment(self) -> Decimal:
        return regular_instalment(self.schedule)

    @property
    def total(self) -> Decimal:
        """Down payment and all instalments, in yuan."""
        return total_cost(self.schedule)


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the form describes: the plan if a schedule follows from it, and every reason against it."""

    plan: Plan | None
    reasons: tuple[Reason, ...]

    @property
    def is_acceptable(self) -> bool:
        return self.plan is not None and not self.reasons

    @property
    def told(self) -> list[str]:
        return [explain(reason) for reason in self.reasons]


@dataclass(frozen=True, slots=True)
class Table:
    """What plans for the case are judged by on one day: the negotiation's own policy version and the account as it stands."""

    policy: LimitPolicy
    facts: AccountFacts
    today: date

    @property
    def limits(self) -> Limits | None:
        return self.policy.limits_for(self.facts.product, self.facts.total, self.facts.dpd)

    def drafted(self, wish: Wish, rate: Decimal | None) -> Drafted:
        """The wish at the given rate (a fraction; ``None``: the policy's own), judged by the policy as it is.

        :raises BadInput: if the wish holds what is no amount or number.
        """
        answer = suggest(wish, _charging(self.policy, self.limits, wish.method, rate), self.facts, self.today)
        if answer.asked is None:
            return Drafted(None, answer.reasons)
        verdict = judge(answer.asked, self.policy, self.facts, self.today)
        budget = tuple(reason for reason in answer.reasons if reason.code is ReasonCode.BUDGET)
        return Drafted(worked_out(answer.asked, business_days()), (*verdict.reasons, *budget))

    def start(self, proposal: PlanTerms) -> PlanTerms:
        """The plan the counter-offer's form begins from: the proposal if it is acceptable, else the nearest that is."""
        answer = suggest(_wish_of(proposal), self.policy, self.facts, self.today)
        if answer.is_accepted and answer.asked is not None:
            return answer.asked
        return answer.suggestions[0].terms if answer.suggestions else proposal

    def suggestions(self, proposal: PlanTerms, affordable: Decimal | None, earlier: Schedule | None) -> list[Plan]:
        """Plans the bank would accept, nearest to the proposal first; none worse than the ``earlier`` offer of the bank."""
        nearest = suggest(_wish_of(proposal), self.policy, self.facts, self.today).suggestions
        found = (*nearest, *three_plans(self.policy, self.facts, self.today, affordable))
        calendar = business_days()
        plans = [worked_out(terms, calendar) for terms in dict.fromkeys(plan.terms for plan in found)]
        new = [plan for plan in plans if plan and not _is_same(plan, proposal) and not _is_worse(plan, earlier)]
        return new[:MOST_SUGGESTED]

    def form_values(self, terms: PlanTerms) -> dict[str, Any]:
        """The counter-offer's form, filled in with exactly this plan."""
        waivers = {f"waive_{item.component.value}": _percent(item.share) for item in terms.waivers}
        return {
            "method": terms.method.value,
            "frequency": terms.frequency.value,
            "instalment_count": terms.instalment_count,
            "first_date": terms.first_date.isoformat(),
            "down_payment": terms.down_payment,
            "rate": _percent(charged_rate(terms, self.policy)),
            **waivers,
        }


def worked_out(terms: PlanTerms, calendar: BusinessDays) -> Plan | None:
    """The rows and the yearly cost; None if no schedule follows from the terms."""
    try:
        schedule = build_schedule(terms, calendar)
    except BadInput:
        return None
    return Plan(schedule, yearly_cost(schedule).simple)


def _wish_of(terms: PlanTerms) -> Wish:
    return Wish(
        instalment_count=terms.instalment_count,
        down_payment=terms.down_payment,
        first_date=terms.first_date,
        frequency=terms.frequency,
        method=terms.method,
        waivers=terms.waivers,
    )


def _charging(
    policy: LimitPolicy, limits: Limits | None, method: PlanMethod | None, rate: Decimal | None
) -> LimitPolicy:
    """The policy as if it charged this rate for the method, so that the solver drafts with it; the judge has the real one."""
    if rate is None or limits is None or method is PlanMethod.INTEREST_FREE:
        return policy
    lines: Iterable[Any] = (
        replace(line, rate=rate, lowest=min(line.lowest, rate), highest=max(line.highest, rate))
        if line.method == method
        else line
        for line in limits.method_rates
    )
    changed = replace(limits, method_rates=tuple(lines))
    return replace(policy, bands=tuple(changed if band is limits else band for band in policy.bands))


def _is_same(plan: Plan, proposal: PlanTerms) -> bool:
    """Whether the plan is what was proposed, apart from the day on which it was worked out."""
    return replace(plan.terms, value_date=proposal.value_date) == proposal


def _is_worse(plan: Plan, earlier: Schedule | None) -> bool:
    return earlier is not None and bool(worsenings(earlier, plan.schedule))


def _percent(fraction: Decimal) -> str:
    return f"{(fraction * HUNDRED).normalize():f}"
