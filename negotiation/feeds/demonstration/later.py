"""What do cardholders with a plan pay until a later day of the demonstration? As agreed, unless the walk says otherwise."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from negotiation.domain.calendar import ONE_DAY
from negotiation.domain.standing import Payment, PlanStanding
from negotiation.models import EntryKind, FeedBatch, LedgerEntry, Plan
from negotiation.queries.agreements import plans_in_force
from negotiation.queries.standings import settlement_of, standings_of


def first_moment() -> datetime | None:
    """Of when the portfolio's first figures are; None where nothing was imported."""
    first = FeedBatch.objects.order_by("sequence").first()
    return first.as_of if first else None


def payments_until(
    day: date, *, since: date, missing: Collection[str], settling: Collection[str]
) -> dict[str, list[Payment]]:
    """By account number everything that was paid from ``since`` on, and what is paid until the day before ``day``.

    Every plan in force is paid as agreed but those of the accounts in ``missing``, which get nothing; the plans of the accounts in
    ``settling`` are paid off on the last day.
    """
    paid = _earlier(since)
    plans = list(plans_in_force())
    found = standings_of(plans)
    for plan in plans:
        source_id = plan.account.source_id
        if source_id in settling:
            paid[source_id].append(Payment(day - ONE_DAY, settlement_of(plan, found[plan.pk], day - ONE_DAY).amount))
        elif source_id not in missing:
            paid[source_id] += _as_agreed(plan, found[plan.pk], day)
    return paid


def _earlier(since: date) -> dict[str, list[Payment]]:
    entries = LedgerEntry.objects.filter(kind=EntryKind.PAYMENT, posting_date__gte=since).order_by("posting_date", "pk")
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for *posting, amount in entries.values_list("account__source_id", "posting_date", "posting", "amount"):
        sums[tuple(posting)] -= amount
    paid: dict[str, list[Payment]] = defaultdict(list)
    for (source_id, day, _posting), amount in sums.items():
        paid[source_id].append(Payment(day, amount))
    return paid


def _as_agreed(plan: Plan, standing: PlanStanding, day: date) -> list[Payment]:
    first = max(standing.as_of + ONE_DAY, localdate(plan.started_at) + ONE_DAY)
    rows = [(first, standing.down_payment.left)]
    rows += [(max(row.due_date, first), row.left) for row in standing.unpaid if row.due_date]
    return [Payment(paid_on, amount) for paid_on, amount in rows if amount and paid_on < day]
