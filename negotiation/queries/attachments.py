"""Reads of supporting documents, always for their owner or for entitled staff. Deleted ones are not found."""

from datetime import datetime

from django.db.models import QuerySet

from negotiation.models import Cardholder, Negotiation, SupportingDocument, User
from negotiation.queries.conflicts import is_debt_of


def attached_to(negotiation: Negotiation) -> QuerySet[SupportingDocument]:
    """The documents that are there, oldest first."""
    return negotiation.supporting_documents.filter(deleted_at__isnull=True).order_by("attached_at", "pk")


def attachment_for(*, cardholder: Cardholder, reference: str) -> SupportingDocument:
    """One of the cardholder's own documents.

    :raises SupportingDocument.DoesNotExist: if there is none of that reference, it is deleted, or it is somebody else's.
    """
    return _there().get(negotiation__cardholder=cardholder, reference=reference)


def attachment_for_staff(*, reader: User, reference: str) -> SupportingDocument:
    """A document for somebody at the bank who may see supporting documents; never one of their own case.

    :raises SupportingDocument.DoesNotExist: if there is none for them.
    """
    if not (reader.is_staff and reader.has_perm("negotiation.view_supportingdocument")):
        raise SupportingDocument.DoesNotExist
    found = _there().select_related("negotiation__cardholder").get(reference=reference)
    if is_debt_of(found.negotiation.cardholder, reader):
        raise SupportingDocument.DoesNotExist
    return found


def kept_after_decision(*, closed_until: datetime) -> QuerySet[SupportingDocument]:
    """Documents of negotiations that closed at or before a moment."""
    return _there().filter(negotiation__closed_at__lte=closed_until)


def _there() -> QuerySet[SupportingDocument]:
    return SupportingDocument.objects.filter(deleted_at__isnull=True).select_related("negotiation__account")
