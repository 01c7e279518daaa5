"""Supporting documents: attaching, opening and deleting them. Their bytes lie sealed in the file store, one file a row, named by its key.

A file is written before its row and removed after it, so that a row never lacks its file; ``sweep`` removes what a crash left over.
"""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from negotiation.domain.attachments import MOST_ATTACHMENTS, kind_of
from negotiation.domain.workflow import UNDECIDED_STATES, ActorKind
from negotiation.jobs.registry import handles
from negotiation.models import Cardholder, Negotiation, SupportingDocument, User
from negotiation.models.sealed import seal_bytes, unseal_bytes
from negotiation.queries.attachments import attached_to, attachment_for, kept_after_decision
from negotiation.queries.events import negotiation_stream
from negotiation.queries.negotiations import negotiation_for, negotiation_for_update
from negotiation.services.consent_words import proof_consent
from negotiation.services.events import SYSTEM, Actor, record
from negotiation.services.pictures import without_metadata
from negotiation.services.refusals import (
    AlreadyAttached,
    AlreadyDecided,
    ConsentMissing,
    StorageFull,
    TooManyAttachments,
)
from negotiation.services.storage import is_full
from negotiation.services.unread import keep_unopened

SWEPT_AFTER = timedelta(hours=1)
log = structlog.get_logger("attachments")


def attach(
    *,
    cardholder: Cardholder,
    negotiation_reference: str,
    content: bytes,
    shows: str,
    has_consented: bool,
    now: datetime,
) -> SupportingDocument:
    """Keep one file, sealed and bound to its row, with the consent to its use. Of a picture, only what can be seen is kept.

    :raises NotAnAttachment: if the bytes are of no kind that is taken, too many, cut short or none, or no picture can be read.
    :raises ConsentMissing: if the separate consent was not given (personal information law, art. 29).
    :raises AlreadyDecided: if the negotiation is decided or not sent yet.
    :raises StorageFull: if there is no room for it.
    :raises TooManyAttachments, AlreadyAttached:
    """
    kind = kind_of(content)
    if not has_consented:
        raise ConsentMissing(negotiation_reference)
    found = negotiation_for(cardholder=cardholder, reference=negotiation_reference)
    content = without_metadata(content, kind)
    document = SupportingDocument(
        negotiation=found,
        shows=shows,
        file_kind=kind.value,
        byte_count=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        consent_version=proof_consent(language="zh-hans", now=now).version,
        attached_at=now,
    )
    _keep(document, content, Actor(ActorKind.CARDHOLDER, cardholder.user))
    return document


def _keep(document: SupportingDocument, content: bytes, actor: Actor) -> None:
    """File and row, or neither."""
    try:
        default_storage.save(_file_name(document.pk), ContentFile(seal_bytes(content, _place(document))))
        _keep_row(document, actor)
    except Exception as exc:
        _remove_file(document)
        if is_full(exc):
            log.error("no room left", storing="supporting document")
            raise StorageFull from exc
        raise


@transaction.atomic
def _keep_row(document: SupportingDocument, actor: Actor) -> None:
    negotiation = _undecided(document.negotiation)
    if attached_to(negotiation).count() >= MOST_ATTACHMENTS:
        raise TooManyAttachments(negotiation.reference)
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAttached(negotiation.reference) from None
    keep_unopened(negotiation)
    data = {
        "shows": document.shows,
        "file_kind": document.file_kind,
        "byte_count": document.byte_count,
        "sha256": document.sha256,
        "consent_version": document.consent_version,
    }
    _record(document, "document_attached", actor, document.attached_at, data)


def content_of(document: SupportingDocument) -> bytes:
    """The file as it was kept. The row comes from a query that named who asks.

    :raises SealBroken: if the file was altered or exchanged.
    :raises FileNotFoundError: if it is gone.
    """
    with default_storage.open(_file_name(document.pk)) as file:
        return unseal_bytes(file.read(), _place(document))


@transaction.atomic
def open_for_staff(*, document: SupportingDocument, reader: User, role: ActorKind, now: datetime) -> bytes:
    """The file for somebody at the bank; that they opened it is recorded. Not done on GET.

    For those who decide it stays unopened after an auditor has looked.
    """
    if role != ActorKind.AUDITOR:
        SupportingDocument.objects.filter(pk=document.pk, opened_at__isnull=True).update(opened_at=now)
        keep_unopened(document.negotiation)
    _record(document, "document_opened", Actor(role, reader), now, {})
    return content_of(document)


@transaction.atomic
def delete(*, cardholder: Cardholder, reference: str, now: datetime) -> SupportingDocument:
    """Delete a file at its owner's wish, as long as nothing has been decided; with it, consent to its use ends.

    :raises AlreadyDecided: if the bank has decided; the file then goes by itself ``PROOF_KEPT_DAYS`` after that.
    :raises SupportingDocument.DoesNotExist: if it is somebody else's, or deleted.
    """
    document = attachment_for(cardholder=cardholder, reference=reference)
    _undecided(document.negotiation)
    _delete(document, Actor(ActorKind.CARDHOLDER, cardholder.user), now)
    return document


@handles("delete_old_attachments", every=timedelta(days=1), slow=True)
def delete_old_attachments(payload: dict[str, Any], *, now: datetime) -> None:
    """Delete every file whose negotiation closed ``PROOF_KEPT_DAYS`` ago or earlier, then what a crash left over."""
    for document in list(kept_after_decision(closed_until=now - timedelta(days=settings.PROOF_KEPT_DAYS))):
        with transaction.atomic():
            _delete(document, SYSTEM, now)
    sweep(now=now)


def sweep(*, now: datetime) -> int:
    """Remove files that no row needs and that are older than ``SWEPT_AFTER``; how many there were."""
    if not default_storage.exists(_FOLDER):
        return 0
    kept = SupportingDocument.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True)
    needed = {pk.hex for pk in kept}
    stray = [
        name
        for name in default_storage.listdir(_FOLDER)[1]
        if name not in needed and default_storage.get_modified_time(f"{_FOLDER}/{name}") < now - SWEPT_AFTER
    ]
    for name in stray:
        default_storage.delete(f"{_FOLDER}/{name}")
    return len(stray)


_FOLDER = "supporting"


def _file_name(pk: uuid.UUID) -> str:
    return f"{_FOLDER}/{pk.hex}"


def _place(document: SupportingDocument) -> str:
    return f"{document._meta.db_table}.content:{document.pk}"


def _undecided(negotiation: Negotiation) -> Negotiation:
    """The negotiation, locked until the end of the transaction.

    :raises AlreadyDecided: if it has left the states in which the bank still looks at documents.
    """
    locked = negotiation_for_update(negotiation)
    if locked.state not in UNDECIDED_STATES:
        raise AlreadyDecided(locked.reference)
    return locked


def _delete(document: SupportingDocument, actor: Actor, now: datetime) -> None:
    """Mark the row and, once that is certain, remove the file; of two at the same instant one does it."""
    held = SupportingDocument.objects.filter(pk=document.pk, deleted_at__isnull=True)
    if not held.update(deleted_at=now):
        return
    document.deleted_at = now
    keep_unopened(document.negotiation)
    _record(document, "document_deleted", actor, now, {})
    transaction.on_commit(lambda: _remove_file(document))


def _remove_file(document: SupportingDocument) -> None:
    default_storage.delete(_file_name(document.pk))


def _record(document: SupportingDocument, kind: str, actor: Actor, now: datetime, data: dict[str, Any]) -> None:
    record(
        stream=negotiation_stream(document.negotiation),
        kind=kind,
        actor=actor,
        data={"negotiation": document.negotiation.reference, "document": document.reference, **data},
        now=now,
    )
