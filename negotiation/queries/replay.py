"""Proposals that cardholders really made, as a replay judges them again: the newest, at most so many."""

from collections.abc import Iterator

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from negotiation.domain.figures import segment_of
from negotiation.domain.judge import AccountFacts
from negotiation.domain.replay import Proposal
from negotiation.domain.workflow import ActorKind
from negotiation.models import Offer, OfferKind, Plan

_CHUNK = 500


def proposals(*, latest: int) -> Iterator[Proposal]:
    """The newest ``latest`` proposals and counter-offers of cardholders, open or closed, newest first; one query, streamed."""
    for offer in _offers()[:latest].iterator(chunk_size=_CHUNK):
        quote, snapshot = offer.quote, offer.quote.snapshot
        account = AccountFacts(
            product=quote.account.product,
            total=snapshot.total,
            components=snapshot.components,
            dpd=snapshot.days_past_due,
            renegotiation_count=offer.plans_before,
            currency=quote.account.currency,
        )
        segment = segment_of(account.product, account.total, account.dpd)
        yield Proposal(segment, quote.plan_terms, account, localdate(quote.created_at))


def _offers() -> QuerySet[Offer]:
    plans = (
        Plan.objects.filter(account=OuterRef("quote__account"), started_at__lt=OuterRef("quote__created_at"))
        .order_by()
        .values("account")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Offer.objects.filter(kind__in=[OfferKind.OFFER, OfferKind.COUNTER], party=ActorKind.CARDHOLDER)
        .select_related("quote__snapshot", "quote__account")
        .defer("quote__rows")
        .annotate(plans_before=Coalesce(Subquery(plans), 0))
        .order_by("-made_at", "-pk")
    )
