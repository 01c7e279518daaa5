"""Where do plans stand by the bank's newest figures? Reads the ledger for many plans at once; the rule is that of each agreement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from negotiation.domain.calendar import ONE_DAY
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.standing import Payment, PlanRule, PlanStanding, Settlement, settlement, standing_of
from negotiation.domain.terms import ZERO
from negotiation.domain.workflow import PlanState
from negotiation.models import EntryKind, LedgerEntry, Plan
from negotiation.queries.policies import policy_version

_PAYMENT, _RETURN = EntryKind.PAYMENT.value, EntryKind.ADJUSTMENT.value


def standing_of_plan(plan: Plan) -> PlanStanding:
    """As ``standings_of``, of one plan."""
    return standings_of([plan])[plan.pk]


def standings_of(plans: Sequence[Plan]) -> dict[Any, PlanStanding]:
    """The standing of each plan by its key, in one query of the ledger; their quotes, snapshots and accounts should be at hand."""
    payments, policies = payments_of(plans), _policies(plans)
    return {
        plan.pk: standing_of(
            plan.agreement.quote.schedule,
            payments[plan.pk],
            _rule(plan, policies[plan.agreement.quote.policy_version]),
            covered_day(plan.account.as_of),
        )
        for plan in plans
    }


def settlement_of(plan: Plan, standing: PlanStanding, on: date) -> Settlement:
    """What pays the whole plan off on a day, if nothing else is paid before it."""
    return settlement(plan.agreement.quote.schedule, standing.payments, standing.rule, on)


def payments_of(plans: Sequence[Plan]) -> dict[Any, list[Payment]]:
    """What the ledger has for each plan after the balance which it was made of, oldest first.

    The lines of a posting are one payment, less the adjustments that carry its number: that is how a returned payment is delivered.
    """
    lines = _lines_of(plans)
    return {plan.pk: _payments(lines[plan.account_id], since=_since(plan)) for plan in plans}


def rule_of(plan: Plan) -> PlanRule:
    """What the plan's agreement says about lateness; nothing once it is paid off, or the figures ask for no more."""
    return _rule(plan, policy_version(plan.agreement.quote.policy_version))


def last_day(moment: datetime) -> date:
    """The newest day of which figures of that moment know something: a midnight is the end of the day before."""
    return localdate(moment - timedelta.resolution)


def covered_day(moment: datetime) -> date:
    """The last day that figures of that moment cover wholly."""
    return localdate(moment) - ONE_DAY


def _since(plan: Plan) -> date:
    return last_day(plan.agreement.quote.snapshot.as_of)


def _rule(plan: Plan, policy: LimitPolicy) -> PlanRule:
    rule = PlanRule.of(policy, plan.late_daily_rate)
    is_paid_off = plan.account.total <= ZERO or plan.state == PlanState.COMPLETED
    return replace(rule, late_daily_rate=ZERO) if is_paid_off else rule


def _policies(plans: Iterable[Plan]) -> dict[int, LimitPolicy]:
    return {version: policy_version(version) for version in {plan.agreement.quote.policy_version for plan in plans}}


def _lines_of(plans: Sequence[Plan]) -> dict[Any, list[tuple[Any, ...]]]:
    accounts = [plan.account_id for plan in plans]
    since = min((_since(plan) for plan in plans), default=date.max)
    kinds = (_PAYMENT, _RETURN)
    entries = LedgerEntry.objects.filter(account__in=accounts, kind__in=kinds, posting_date__gt=since)
    found: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for account, *line in entries.values_list("account_id", "posting", "kind", "posting_date", "amount"):
        found[account].append(tuple(line))
    return found


def _payments(lines: Iterable[tuple[Any, ...]], *, since: date) -> list[Payment]:
    days: dict[str, date] = {}
    amounts: dict[str, Any] = defaultdict(lambda: ZERO)
    for posting, kind, day, amount in lines:
        amounts[posting] -= amount
        if kind == _PAYMENT:
            days[posting] = min(day, days.get(posting, day))
    paid = [Payment(day, amounts[posting]) for posting, day in days.items() if day > since and amounts[posting] > 0]
    return sorted(paid, key=lambda payment: payment.day)
