"""Reads of disputes, complaints and requests about data, always for a named cardholder or for staff."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from negotiation.domain.concerns import OPEN_CONCERN_STATES, ConcernKind
from negotiation.domain.terms import ZERO, Component
from negotiation.models import CardAccount, Cardholder, Concern, Event, LedgerEntry, Negotiation, User


def concern_stream(concern: Concern) -> str:
    return f"concern:{concern.reference}"


def concern_for(*, cardholder: Cardholder, reference: str) -> Concern:
    """One of the cardholder's own concerns.

    :raises Concern.DoesNotExist: if there is none of that reference, or it is somebody else's.
    """
    return _concerns().get(cardholder=cardholder, reference=reference)


def concern_for_staff(pk: uuid.UUID) -> Concern:
    """Any concern, with its account and people; the caller has asked for the permission.

    :raises Concern.DoesNotExist:
    """
    return _concerns().select_related("answered_by").get(pk=pk)


def concern_of(event: Event) -> Concern:
    """The concern in whose stream an event stands.

    :raises Concern.DoesNotExist: if it stands in another kind of stream.
    """
    return _concerns().get(reference=event.stream.name.removeprefix("concern:"))


def concerns_of(cardholder: Cardholder) -> QuerySet[Concern]:
    """Everything the person has raised, newest first."""
    return _concerns().filter(cardholder=cardholder).order_by("-raised_at", "-pk")


def others_of(concern: Concern) -> QuerySet[Concern]:
    """What else the same person has raised, newest first."""
    return concerns_of(concern.cardholder).exclude(pk=concern.pk)


def open_concerns_of(*, cardholder: Cardholder, kind: ConcernKind) -> QuerySet[Concern]:
    """What the person has raised of a kind and the bank has not answered."""
    return _concerns().filter(cardholder=cardholder, kind=kind, state__in=OPEN_CONCERN_STATES)


def raised_since(*, cardholder: Cardholder, moment: datetime) -> int:
    """How many concerns of every kind the person has raised after a moment."""
    return Concern.objects.filter(cardholder=cardholder, raised_at__gt=moment).count()


def open_disputes_of(account: CardAccount) -> QuerySet[Concern]:
    """The account's disputes that wait for an answer, the most urgent first: while there is one, the account is annotated."""
    return Concern.objects.filter(account=account, kind=ConcernKind.DISPUTE, state__in=OPEN_CONCERN_STATES)


def is_disputed(account_reference: str) -> bool:
    """Whether an amount of the account is in dispute, so that collection waits (Measures on Credit-Card Business 2011, art. 69)."""
    return Concern.objects.filter(
        account__reference=account_reference, kind=ConcernKind.DISPUTE, state__in=OPEN_CONCERN_STATES
    ).exists()


def disputed_entries(concern: Concern) -> list[LedgerEntry]:
    """The entries of the disputed line as the ledger has them today; none if no posting is named, or it is gone."""
    if concern.account is None or not concern.posting:
        return []
    return list(concern.account.ledger.filter(posting=concern.posting).order_by("source_id"))


def entries_of_posting(account: CardAccount, posting: str) -> list[LedgerEntry]:
    """The entries that one line of the account's ledger is made of.

    :raises LedgerEntry.DoesNotExist: if the account has no posting of that number.
    """
    entries = list(account.ledger.filter(posting=posting).order_by("source_id"))
    if not entries:
        raise LedgerEntry.DoesNotExist
    return entries


def amount_of_line(account: CardAccount, *, component: Component | None, posting: str) -> Decimal:
    """What one posting, one component or, with neither, the whole account comes to today.

    :raises LedgerEntry.DoesNotExist: if the account has no posting of that number.
    """
    if posting:
        return sum((entry.amount for entry in entries_of_posting(account, posting)), ZERO)
    return account.components[component] if component else account.total


def has_worked_for(user: User, cardholder: Cardholder) -> bool:
    """Whether the user has a case of this person, or has decided or written in one: then a complaint is not theirs to answer."""
    said = Q(offers__author=user) | Q(messages__author=user) | Q(notes__author=user)
    return Negotiation.objects.filter(Q(assigned_to=user) | said, cardholder=cardholder).exists()


def unanswered(*, today: date) -> tuple[int, int]:
    """How many concerns the bank has not answered, and how many of them are past their last day. For operators; no names."""
    waiting = Concern.objects.filter(state__in=OPEN_CONCERN_STATES)
    return waiting.count(), waiting.filter(answer_by__lt=today).count()


def events_of_concern(concern: Concern) -> QuerySet[Event]:
    """What happened to it, oldest first, with the people who acted."""
    return Event.objects.filter(stream__name=concern_stream(concern)).select_related("actor_user").order_by("seq")


def _concerns() -> QuerySet[Concern]:
    return Concern.objects.select_related("account", "cardholder")
