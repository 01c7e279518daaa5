"""What the page of a case is made of: what was stated, what the budget leaves, what a second person sent back."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from negotiation.domain.terms import PlanTerms, Schedule
from negotiation.models import DeclineReason, Note, Offer, OfferKind, Quote

PROPOSING = (OfferKind.OFFER, OfferKind.COUNTER)


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement on the time-line; ``before`` is the schedule that lay on the table when new terms were named."""

    offer: Offer
    before: Schedule | None

    @property
    def schedule(self) -> Schedule | None:
        return self.offer.quote.schedule if self.offer.quote and self.offer.kind in PROPOSING else None

    @property
    def reasons(self) -> list[Any]:
        return [DeclineReason(code).label for code in self.offer.reasons]


@dataclass(frozen=True, slots=True)
class Budget:
    """What a month leaves, what a plan should ask for at most, and what the plan asks for in a month; yuan."""

    left: Decimal
    suggested: Decimal
    monthly: Decimal

    @property
    def above(self) -> Decimal:
        """By how much the plan asks for more than it should; zero or negative if it does not."""
        return self.monthly - self.suggested


@dataclass(frozen=True, slots=True)
class SentBack:
    """A decision that waited for a second approval and did not get it: the note, and the quote that was decided on."""

    note: Note
    quote: Quote

    @property
    def terms(self) -> PlanTerms:
        return self.quote.plan_terms
