"""Reads of negotiations, always for a named cardholder or for staff."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from negotiation.domain.workflow import OPEN_STATES, ActorKind, NegotiationState
from negotiation.models import CardAccount, Cardholder, Negotiation, Offer, OfferKind, Quote


def negotiation_for(*, cardholder: Cardholder, reference: str) -> Negotiation:
    """One of the cardholder's own negotiations.

    :raises Negotiation.DoesNotExist: if there is none of that reference, or it is somebody else's.
    """
    rows = Negotiation.objects.select_related("account", "renegotiates__agreement")
    return rows.get(cardholder=cardholder, reference=reference)


def negotiation_for_update(negotiation: Negotiation) -> Negotiation:
    """The row as it is now, locked until the end of the transaction; it came from a query that named its person."""
    return Negotiation.objects.select_for_update().get(pk=negotiation.pk)


def open_negotiation_of(*, cardholder: Cardholder, account: CardAccount) -> Negotiation | None:
    """The negotiation of the account that is not closed, a draft included."""
    rows = Negotiation.objects.select_related("account", "renegotiates__agreement")
    return rows.filter(cardholder=cardholder, account=account, state__in=OPEN_STATES).first()


def open_negotiations_of(*, cardholder: Cardholder) -> QuerySet[Negotiation]:
    """The cardholder's negotiations that are not closed, drafts included; at most one an account."""
    return Negotiation.objects.filter(cardholder=cardholder, state__in=OPEN_STATES)


def quote_for(*, cardholder: Cardholder, reference: str) -> Quote:
    """A quote that was shown to this cardholder.

    :raises Quote.DoesNotExist: if there is none of that reference, or it is for somebody else's account.
    """
    return Quote.objects.select_related("account", "snapshot").get(account__cardholder=cardholder, reference=reference)


def offers_of(negotiation: Negotiation) -> QuerySet[Offer]:
    """Every statement of both parties, oldest first."""
    return negotiation.offers.select_related("quote", "author").order_by("seq")


def offer_on_the_table(negotiation: Negotiation) -> Offer | None:
    """The newest proposal or counter-offer."""
    return (
        negotiation.offers.filter(kind__in=[OfferKind.OFFER, OfferKind.COUNTER])
        .select_related("quote")
        .order_by("-seq")
        .first()
    )


def last_offer_of_bank(negotiation: Negotiation) -> Offer | None:
    """The bank's newest counter-offer; it may not make a worse one."""
    made = negotiation.offers.filter(kind=OfferKind.COUNTER).exclude(party=ActorKind.CARDHOLDER)
    return made.select_related("quote").order_by("-seq").first()


def rounds_used(negotiation: Negotiation) -> int:
    """How many proposals the cardholder has made; each opens a round."""
    return negotiation.offers.filter(kind__in=[OfferKind.OFFER, OfferKind.COUNTER], party="CARDHOLDER").count()


def expired(*, now: datetime) -> QuerySet[Negotiation]:
    """Open negotiations whose time has run out (signing in progress excepted)."""
    return Negotiation.objects.filter(
        state__in=[state for state in OPEN_STATES if state != NegotiationState.BEING_SIGNED], expires_at__lte=now
    )


def running_out(*, now: datetime, lead: timedelta, states: Collection[NegotiationState]) -> QuerySet[Negotiation]:
    """Negotiations of these states that end within ``lead``, whose people were not told since it began,
    and in which the newest statement is older than that: who has just spoken knows the date.
    """
    begins = F("expires_at") - lead
    newest = Offer.objects.filter(negotiation=OuterRef("pk")).order_by("-seq").values("made_at")[:1]
    return (
        Negotiation.objects.filter(state__in=states, expires_at__gt=now, expires_at__lte=now + lead)
        .filter(Q(expiry_told_at__isnull=True) | Q(expiry_told_at__lt=begins))
        .annotate(spoken_at=Subquery(newest))
        .filter(spoken_at__lte=begins)
    )


def queue() -> QuerySet[Negotiation]:
    """What waits for the bank, the most urgent first."""
    return (
        Negotiation.objects.filter(state__in=[NegotiationState.WITH_BANK, NegotiationState.AWAITING_SECOND_APPROVAL])
        .select_related("account", "cardholder", "assigned_to")
        .order_by("answer_due_at", "submitted_at")
    )
