"""Plans for one account as its page shows them: what would be accepted, what a wish leads to, and its figures.

Asks the solver, so that this page, the reviewer's and the automatic approval cannot disagree. Stores nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from negotiation.domain.bad_input import BadInput
from negotiation.domain.cost import yearly_cost
from negotiation.domain.judge import AccountFacts
from negotiation.domain.policy import LimitPolicy, Limits
from negotiation.domain.schedule import build_schedule
from negotiation.domain.solver import suggest, three_plans
from negotiation.domain.terms import PlanTerms, Schedule
from negotiation.domain.wish import Answer, Suggestion, Wish
from negotiation.queries.holidays import business_days
from negotiation.queries.policies import policy_in_force
from negotiation.services.quotes import facts_today


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan worked out to its rows, with its yearly cost as a fraction (simple)."""

    schedule: Schedule
    annual_rate: Decimal


@dataclass(frozen=True, slots=True)
class Desk:
    """What plans for the account are judged by on one day."""

    policy: LimitPolicy
    account: AccountFacts
    today: date

    @property
    def limits(self) -> Limits | None:
        return self.policy.limits_for(self.account.product, self.account.total, self.account.dpd)

    @property
    def is_closed(self) -> bool:
        """Whether no plan at all can be agreed here: no limits cover the account, or its debt has had every plan it may have."""
        return self.limits is None or self.account.renegotiation_count > self.limits.max_renegotiations

    def answer(self, wish: Wish) -> Answer:
        """What the bank says to a wish; see ``solver.suggest``."""
        return suggest(wish, self.policy, self.account, self.today)

    def accepted_now(self, amount: Decimal | None) -> tuple[Suggestion, ...]:
        """Up to three plans that would be accepted, none above ``amount`` a month if that is possible."""
        return three_plans(self.policy, self.account, self.today, amount)


@dataclass(frozen=True, slots=True)
class Offered:
    """A plan that would be accepted, as a card or a line with one button: its figures and what choosing it sends."""

    suggestion: Suggestion
    figures: Figures | None
    number: int
    of: int

    @property
    def is_automatic(self) -> bool:
        return self.suggestion.verdict.is_automatic

    @property
    def anchor(self) -> str:
        return f"plan-{self.number}"

    @property
    def title(self) -> str:
        if self.of == 1:
            return _("One plan")
        if self.number == 1:
            return _("Paid off soonest")
        return _("Smallest instalments") if self.number == self.of else _("In between")

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The wish that describes exactly this plan, as the plan form's fields."""
        terms = self.suggestion.terms
        return [
            ("by", "count"),
            ("instalment_count", str(terms.instalment_count)),
            ("first_date", terms.first_date.isoformat()),
            ("down_payment", str(terms.down_payment)),
            ("frequency", terms.frequency.value),
            ("method", terms.method.value),
        ]


def offered(suggestions: tuple[Suggestion, ...]) -> list[Offered]:
    """The suggestions in their order, counted from 1."""
    return [
        Offered(plan, figures_of(plan.terms), number, len(suggestions)) for number, plan in enumerate(suggestions, 1)
    ]


def lightest(answer: Answer) -> PlanTerms | None:
    """Of what the bank accepts nearest to a wish, the plan with the smallest instalment and nothing more to pay at once.

    Where there is none, the wished plan itself.
    """
    bearable = [plan for plan in answer.suggestions if all(change.term != "down_payment" for change in plan.changes)]
    nearest = min(bearable, key=lambda plan: plan.instalment, default=None)
    return nearest.terms if nearest else answer.asked


def desk_for(account: Any, now: datetime, *, policy: LimitPolicy | None = None) -> Desk:
    """The account as it stands, and the given policy or the one in force."""
    today = localdate(now)
    return Desk(policy or policy_in_force(at=now), facts_today(account=account, today=today), today)


def figures_of(terms: PlanTerms | None) -> Figures | None:
    """The rows and the yearly cost of a plan; None if no schedule follows from its terms."""
    if terms is None:
        return None
    try:
        schedule = build_schedule(terms, business_days())
    except BadInput:
        return None
    return Figures(schedule, yearly_cost(schedule).simple)
