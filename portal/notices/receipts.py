"""What a receipt says: what was paid on the days that it is about, and where that leaves the plan.

Worked out when the letter is written, so that a payment which was returned meanwhile is not confirmed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from negotiation.domain.standing import PlanStanding
from negotiation.queries.agreements import plan_by_reference
from negotiation.queries.standings import standing_of_plan


@dataclass(frozen=True, slots=True)
class Receipt:
    """``amount`` yuan were paid; the standing is the plan's own, by the bank's newest figures."""

    amount: Decimal
    standing: PlanStanding


def receipt_of(event: Any) -> Receipt | None:
    """The receipt that an event asks for; None for any other event."""
    if event.kind != "payment_recorded":
        return None
    standing = standing_of_plan(plan_by_reference(event.data["agreement"]))
    after, until = event.data["paid_after"], date.fromisoformat(event.data["paid_until"])
    return Receipt(standing.received_within(date.fromisoformat(after) if after else None, until), standing)
