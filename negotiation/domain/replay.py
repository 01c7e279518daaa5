"""What would another policy have said to proposals that were really made, and what would the plans have cost?

A proposal keeps what the person chose: method, number, first date, down payment and waivers. Rate and conventions are those of
the policy that judges, as if the plan had been drafted under it. Knows no rows.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median

from negotiation.domain.bad_input import BadInput
from negotiation.domain.drafting import desk_for
from negotiation.domain.figures import Segment
from negotiation.domain.judge import AccountFacts, judge, regular_payments
from negotiation.domain.money import FEN, from_fen
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.schedule import payments_fen
from negotiation.domain.terms import ZERO, PlanTerms


class Outcome(StrEnum):
    """What the bank's limits say to a proposal."""

    AUTOMATIC = "AUTOMATIC"
    WITHIN = "WITHIN"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that a cardholder asked for, on the account as it stood that day."""

    segment: Segment
    terms: PlanTerms
    account: AccountFacts
    today: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy says; the figures of the plan in yuan, zero if it is refused."""

    outcome: Outcome
    instalment_count: int = 0
    instalment: Decimal = ZERO
    interest: Decimal = ZERO
    principal: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Replayed:
    """One proposal's segment and the answers of two policies to it."""

    segment: Segment
    before: Answer
    after: Answer


@dataclass(frozen=True, slots=True)
class Summary:
    """The answers of one policy to many proposals. Medians and sums are of the plans it accepts, at once or by a person."""

    answers: Sequence[Answer]

    @property
    def outcomes(self) -> Counter[Outcome]:
        return Counter(answer.outcome for answer in self.answers)

    @property
    def accepted(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.outcome is not Outcome.REFUSED]

    @property
    def median_count(self) -> Decimal | None:
        return _median([Decimal(answer.instalment_count) for answer in self.accepted], Decimal("0.1"))

    @property
    def median_instalment(self) -> Decimal | None:
        return _median([answer.instalment for answer in self.accepted], FEN)

    @property
    def total_interest(self) -> Decimal:
        return sum((answer.interest for answer in self.accepted), ZERO)

    @property
    def total_principal(self) -> Decimal:
        return sum((answer.principal for answer in self.accepted), ZERO)


def replay(proposals: Iterable[Proposal], before: LimitPolicy, after: LimitPolicy) -> list[Replayed]:
    """Both policies' answers to each proposal, in their order."""
    return [Replayed(made.segment, answer(made, before), answer(made, after)) for made in proposals]


def answer(proposal: Proposal, policy: LimitPolicy) -> Answer:
    """What the policy says to the proposal on the day it was made. What no schedule follows from is refused."""
    account, today, terms = proposal.account, proposal.today, proposal.terms
    limits = policy.limits_for(account.product, account.total, account.dpd)
    if limits is None:
        return Answer(Outcome.REFUSED)
    desk = desk_for(policy, limits, account, today, terms.waivers)
    try:
        plan = desk.draft(terms.method, terms.instalment_count, terms.first_date, terms.down_payment, terms.frequency)
        verdict = judge(plan, policy, account, today)
        if not verdict.is_within_limits:
            return Answer(Outcome.REFUSED)
        return _accepted(plan, Outcome.AUTOMATIC if verdict.is_automatic else Outcome.WITHIN)
    except BadInput:
        return Answer(Outcome.REFUSED)


def _accepted(plan: PlanTerms, outcome: Outcome) -> Answer:
    return Answer(
        outcome,
        plan.instalment_count,
        regular_payments(plan)[1],
        from_fen(sum(payments_fen(plan))) - plan.financed,
        plan.principal,
    )


def _median(values: list[Decimal], places: Decimal) -> Decimal | None:
    return median(values).quantize(places, ROUND_HALF_UP) if values else None
