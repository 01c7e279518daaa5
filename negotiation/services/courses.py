"""Keeping the course of a negotiation beside its statements, in their transaction, for the bank's figures."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils.timezone import localdate

from negotiation.domain.figures import segment_of
from negotiation.domain.workflow import ActorKind
from negotiation.models import Course, Offer, OfferKind, Quote

_ANSWERS = (OfferKind.ACCEPT, OfferKind.COUNTER, OfferKind.DECLINE)
_ENDS = (OfferKind.ACCEPT, OfferKind.DECLINE, OfferKind.WITHDRAW, OfferKind.EXPIRE)


def follow(offer: Offer) -> None:
    """Write down what a statement means for the course of its negotiation. A draft that was never sent has none.

    The first ending counts: an agreement that is not signed later on was reached all the same.
    """
    if offer.kind == OfferKind.OFFER:
        _begin(offer)
        return
    course = Course.objects.filter(negotiation=offer.negotiation_id, outcome="")
    if offer.kind == OfferKind.COUNTER and offer.party == ActorKind.CARDHOLDER:
        course.update(rounds=F("rounds") + 1)
    if offer.kind in _ANSWERS and offer.party != ActorKind.CARDHOLDER:
        _answer(course.filter(answer_seconds__isnull=True), offer)
    if offer.kind in _ENDS:
        course.update(outcome=offer.kind, outcome_party=offer.party, **_agreed(offer))


def _begin(offer: Offer) -> None:
    assert offer.quote is not None, "a proposal names its quote"
    snapshot, product = offer.quote.snapshot, offer.quote.account.product
    segment = segment_of(product, snapshot.total, snapshot.days_past_due)
    Course.objects.create(
        negotiation=offer.negotiation,
        product=product,
        balance_band=segment.balance,
        days_range=segment.days_past_due,
        proposed_at=offer.made_at,
        asked_days=_days(offer.quote),
        asked_interest=offer.quote.total_interest,
    )


def _answer(unanswered: QuerySet[Course], offer: Offer) -> None:
    """The first answer alone: whole seconds from the first proposal, rounded down."""
    began = unanswered.values_list("proposed_at", flat=True).first()
    if began is not None:
        unanswered.update(answer_seconds=(offer.made_at - began) // timedelta(seconds=1))


def _agreed(offer: Offer) -> dict[str, Any]:
    if offer.kind != OfferKind.ACCEPT or offer.quote is None:
        return {}
    return {"agreed_days": _days(offer.quote), "agreed_interest": offer.quote.total_interest}


def _days(quote: Quote) -> int:
    """From the day the plan was worked out to its last instalment."""
    return max(0, (quote.last_due_date - localdate(quote.created_at)).days)
