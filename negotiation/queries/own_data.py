"""Which rows are about one person: for the copy of their data that they may take with them (personal information law, art. 45)."""

from datetime import date, timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.timezone import localdate

from negotiation.domain.workflow import NegotiationState
from negotiation.models import (
    Agreement,
    ArrearsSnapshot,
    CardAccount,
    Cardholder,
    Concern,
    ContactPreference,
    Document,
    Event,
    Instalment,
    LedgerEntry,
    Message,
    Negotiation,
    Offer,
    Plan,
    Quote,
    Statement,
    SupportingDocument,
)

Row = TypeVar("Row", bound=Model)

OWNED_BY: dict[type[Model], str] = {
    Cardholder: "pk",
    ContactPreference: "cardholder",
    CardAccount: "cardholder",
    Statement: "account__cardholder",
    LedgerEntry: "account__cardholder",
    ArrearsSnapshot: "account__cardholder",
    Negotiation: "cardholder",
    Quote: "account__cardholder",
    Offer: "negotiation__cardholder",
    Message: "negotiation__cardholder",
    SupportingDocument: "negotiation__cardholder",
    Agreement: "negotiation__cardholder",
    Document: "agreement__negotiation__cardholder",
    Plan: "account__cardholder",
    Instalment: "plan__account__cardholder",
    Concern: "cardholder",
    Event: "actor_user__cardholder",
}
"""By which way each kind of row leads to its person. An event is theirs if they did it."""

IN_ORDER: dict[type[Model], tuple[str, ...]] = {
    CardAccount: ("opened_on", "reference"),
    Statement: ("account__reference", "statement_date"),
    LedgerEntry: ("account__reference", "posting_date", "source_id"),
    ArrearsSnapshot: ("taken_at", "pk"),
    Negotiation: ("opened_at", "reference"),
    Quote: ("created_at", "reference"),
    Offer: ("made_at", "negotiation__reference", "seq"),
    Message: ("made_at", "pk"),
    SupportingDocument: ("attached_at", "reference"),
    Agreement: ("agreed_at", "reference"),
    Document: ("rendered_at", "reference"),
    Plan: ("started_at", "pk"),
    Instalment: ("plan__started_at", "plan", "seq"),
    Concern: ("raised_at", "reference"),
    Event: ("at", "pk"),
}
"""From the oldest to the newest."""


def own_rows(model: type[Row], *, cardholder: Cardholder) -> QuerySet[Row]:
    """The person's own rows of one kind, the oldest first, without the bytes of documents."""
    rows = model._default_manager.filter(**{OWNED_BY[model]: cardholder.pk}).order_by(*IN_ORDER.get(model, ("pk",)))
    if model is Document:
        return rows.defer("draft_content", "content")
    return rows.exclude(reference__in=_kept_inside_the_bank(cardholder)) if model is Quote else rows


def cards_of(*, cardholder: Cardholder) -> QuerySet[CardAccount]:
    """Every account of the person that the bank's feed has brought, paid off or not."""
    return own_rows(CardAccount, cardholder=cardholder)


def negotiations_of(*, cardholder: Cardholder) -> QuerySet[Negotiation]:
    """All of the person's negotiations that left the draft, the newest first."""
    sent = own_rows(Negotiation, cardholder=cardholder).exclude(state=NegotiationState.DRAFT)
    return sent.select_related("account").order_by("-opened_at")


def agreements_of(*, cardholder: Cardholder) -> QuerySet[Agreement]:
    """Every agreement of the person that they have signed, the newest first."""
    signed = own_rows(Agreement, cardholder=cardholder).filter(signed_at__isnull=False)
    return signed.select_related("negotiation__account", "plan").order_by("-signed_at")


def attachments_of(*, cardholder: Cardholder) -> QuerySet[SupportingDocument]:
    """The person's supporting documents that are there, the newest first."""
    there = own_rows(SupportingDocument, cardholder=cardholder).filter(deleted_at__isnull=True)
    return there.select_related("negotiation__account").order_by("-attached_at", "pk")


def deleted_on(document: SupportingDocument) -> date | None:
    """The day on which a supporting document is deleted by itself; None while its negotiation is open."""
    closed_at = document.negotiation.closed_at
    return localdate(closed_at + timedelta(days=settings.PROOF_KEPT_DAYS)) if closed_at else None


def _kept_inside_the_bank(cardholder: Cardholder) -> list[str]:
    """Plans for which somebody at the bank asked a second approval and that were offered to nobody."""
    negotiations = list(Negotiation.objects.filter(cardholder=cardholder).values_list("reference", flat=True))
    asked = Event.objects.filter(kind="second_approval_requested", data__negotiation__in=negotiations)
    named = [data["quote"] for data in asked.values_list("data", flat=True)]
    return list(Quote.objects.filter(reference__in=named, offers__isnull=True).values_list("reference", flat=True))
