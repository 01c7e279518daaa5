"""Computing a plan, judging it, and keeping what was shown, so that it can be accepted by its reference."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from negotiation.domain.chain import sha256_of
from negotiation.domain.cost import YearlyCost, yearly_cost
from negotiation.domain.judge import AccountFacts, Verdict, judge
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.schedule import ENGINE_VERSION, build_schedule
from negotiation.domain.terms import PlanTerms, Schedule
from negotiation.models import ArrearsSnapshot, CardAccount, Negotiation, Quote
from negotiation.models.accounts import ComponentBalances
from negotiation.queries.agreements import renegotiation_count
from negotiation.queries.holidays import business_days
from negotiation.queries.policies import policy_in_force, policy_version

_RATE_PLACES = Decimal("1e-10")


def facts_of(snapshot: ArrearsSnapshot) -> AccountFacts:
    """What the limits look at, taken from a snapshot; the same for ever."""
    return _facts(snapshot.account, snapshot, snapshot.days_past_due, snapshot.renegotiation_count)


def facts_today(*, account: CardAccount, today: date) -> AccountFacts:
    """What the limits look at as the account stands: what the snapshot of a quote made today would say."""
    return _facts(account, account, account.days_past_due(today), renegotiation_count(account))


def _facts(account: CardAccount, owed: ComponentBalances, days_past_due: int, earlier_plans: int) -> AccountFacts:
    return AccountFacts(
        product=account.product,
        total=owed.total,
        components=owed.components,
        dpd=days_past_due,
        renegotiation_count=earlier_plans,
        currency=account.currency,
    )


def snapshot_of(*, account: CardAccount, now: datetime) -> ArrearsSnapshot:
    """What the account owes today, kept for good; the same batch, day and number of earlier plans give the same row."""
    days = account.days_past_due(localdate(now))
    balances = {component.value: amount for component, amount in account.components.items()}
    snapshot, _ = ArrearsSnapshot.objects.get_or_create(
        account=account,
        batch=account.batch,
        days_past_due=days,
        renegotiation_count=renegotiation_count(account),
        defaults={**balances, "total": account.total, "as_of": account.as_of, "taken_at": now},
    )
    return snapshot


def policy_of(*, negotiation: Negotiation, now: datetime) -> LimitPolicy:
    """The version under which the negotiation's first offer was judged; before that, the version in force."""
    first = negotiation.offers.filter(quote__isnull=False).order_by("seq").select_related("quote").first()
    return policy_version(first.quote.policy_version) if first else policy_in_force(at=now)


@transaction.atomic
def quote_plan(*, account: CardAccount, terms: PlanTerms, now: datetime, policy: LimitPolicy | None = None) -> Quote:
    """Build the schedule, judge it by the policy in force (or the given one) and store both under a new reference.

    The account comes from a query that named its person. A plan outside the limits is stored too, with every reason.

    :raises BadInput: if no schedule follows from the terms.
    """
    snapshot = snapshot_of(account=account, now=now)
    policy = policy or policy_in_force(at=now)
    schedule = build_schedule(terms, business_days())
    verdict = judge(terms, policy, facts_of(snapshot), localdate(now))
    return Quote.objects.create(
        account=account,
        snapshot=snapshot,
        created_at=now,
        expires_at=now + timedelta(days=policy.quote_validity_days),
        **_figures(schedule, yearly_cost(schedule)),
        **_judgement(verdict, policy),
        sha256=quote_hash(schedule, snapshot, policy),
    )


def quote_hash(schedule: Schedule, snapshot: ArrearsSnapshot, policy: LimitPolicy) -> str:
    """Hex SHA-256 over the terms, the rows, the debt they were made for, and the versions that made and judged them."""
    rows = [row.to_data() for row in schedule.rows]
    return _hash(schedule.terms.to_data(), rows, snapshot, policy.version, ENGINE_VERSION)


def stored_quote_hash(quote: Quote) -> str:
    """The same over what a stored quote holds today: its ``sha256``, unless somebody altered it."""
    return _hash(quote.terms, quote.rows, quote.snapshot, quote.policy_version, quote.engine_version)


def _hash(terms: Any, rows: Any, snapshot: ArrearsSnapshot, policy_version: int, engine_version: str) -> str:
    return sha256_of(
        {
            "terms": terms,
            "rows": rows,
            "snapshot": {component.value: str(amount) for component, amount in snapshot.components.items()},
            "policy_version": policy_version,
            "engine_version": engine_version,
        }
    )


def _figures(schedule: Schedule, cost: YearlyCost) -> dict[str, Any]:
    return {
        "terms": schedule.terms.to_data(),
        "rows": [row.to_data() for row in schedule.rows],
        "total_interest": schedule.total_interest,
        "total_payment": schedule.total_payment,
        "annualised_rate_simple": cost.simple.quantize(_RATE_PLACES, ROUND_HALF_UP),
        "annualised_rate_effective": cost.effective.quantize(_RATE_PLACES, ROUND_HALF_UP),
        "last_due_date": schedule.last_date,
    }


def _judgement(verdict: Verdict, policy: LimitPolicy) -> dict[str, Any]:
    return {
        "policy_version": policy.version,
        "engine_version": ENGINE_VERSION,
        "is_within_limits": verdict.is_within_limits,
        "is_automatic": verdict.is_automatic,
        "reasons": [reason.to_data() for reason in verdict.reasons],
    }
