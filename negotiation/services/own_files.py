"""The files that a person takes with them: the documents issued to them and what they attached; and the record that they did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from negotiation.domain.attachments import SUFFIXES, FileKind
from negotiation.domain.workflow import ActorKind
from negotiation.models import Cardholder, Document, Event
from negotiation.queries.events import cardholder_stream
from negotiation.queries.issued import issued_file
from negotiation.queries.own_data import attachments_of, own_rows
from negotiation.services.attachments import content_of
from negotiation.services.events import Actor, record


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file by its name in the copy; its bytes are read only when they are asked for."""

    name: str
    read: Callable[[], bytes]


def own_files(*, cardholder: Cardholder) -> Iterator[OwnFile]:
    """Documents as they are handed out now, signed or still to be signed, then what the person attached and is still kept."""
    for document in own_rows(Document, cardholder=cardholder).select_related("agreement"):
        yield OwnFile(_document_name(document), partial(_document_bytes, document))
    for attached in attachments_of(cardholder=cardholder):
        suffix = SUFFIXES[FileKind(attached.file_kind)]
        yield OwnFile(f"attachments/{attached.reference}.{suffix}", partial(content_of, attached))


@transaction.atomic
def record_export(*, cardholder: Cardholder, step_up: str, sha256: str, left_out: int, now: datetime) -> Event:
    """Record that the copy with this hash is handed to its person; ``step_up`` is the one-time code that they typed for it."""
    data = {"cardholder": str(cardholder.pk), "step_up": step_up, "sha256": sha256, "left_out": left_out}
    actor = Actor(ActorKind.CARDHOLDER, cardholder.user)
    return record(stream=cardholder_stream(cardholder), kind="own_data_exported", actor=actor, data=data, now=now)


def _document_name(document: Document) -> str:
    dated = f"-{document.as_of.isoformat()}" if document.as_of else ""
    unsigned = "" if document.sha256 else "-unsigned"
    agreement = document.agreement.reference
    return f"documents/{document.kind.lower()}-{agreement}{dated}-{document.language}{unsigned}.pdf"


def _document_bytes(document: Document) -> bytes:
    whole = Document.objects.get(pk=document.pk)
    return issued_file(whole).content if whole.sha256 else bytes(whole.draft_content)
