"""The files that the bank has issued: a document as it is handed out now, and whose bytes a stranger's copy has.

A document's file grows when its archive timestamp is renewed; every file that was once issued stays known by its hash.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce

from negotiation.models import ArchiveRenewal, Document


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """The bytes of a sealed document and their SHA-256 (hex). ``archived_until`` is None without an archive timestamp."""

    content: bytes
    sha256: str
    archived_until: datetime | None
    renewal_count: int


def issued_file(document: Document) -> IssuedFile:
    """A sealed document as it is handed out now."""
    content, renewals = bytes(document.content), list(document.renewals.all())
    if not renewals:
        return IssuedFile(content, document.sha256, document.archived_until, 0)
    appended = b"".join(bytes(renewal.appended) for renewal in renewals)
    last = renewals[-1]
    return IssuedFile(content + appended, last.sha256, last.archived_until, len(renewals))


def issued_by_hash(sha256: str) -> tuple[Document, datetime] | None:
    """The document that was once issued with exactly these bytes, and when; whoever asks: it shows no personal data."""
    documents = Document.objects.defer("draft_content", "content").select_related("agreement", "agreement__plan")
    sealed = documents.filter(sha256=sha256).first()
    if sealed is not None:
        assert sealed.sealed_at is not None
        return sealed, sealed.sealed_at
    renewal = ArchiveRenewal.objects.defer("appended").filter(sha256=sha256).first()
    return (documents.get(pk=renewal.document_id), renewal.renewed_at) if renewal else None


def archived_at_most_until(moment: datetime) -> QuerySet[Document]:
    """Documents whose last archive timestamp ends by then, without their bytes, the first to end first."""
    documents = Document.objects.defer("draft_content", "content").filter(archived_until__isnull=False)
    until = Coalesce(Max("renewals__archived_until"), F("archived_until"))
    return documents.annotate(until=until).filter(until__lte=moment).order_by("until", "pk")


RENEW_WITHIN = timedelta(days=180)
"""How long before its end an archive timestamp is renewed."""
