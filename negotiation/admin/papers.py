"""Handing out what a cardholder attached, to reviewers and auditors. That somebody opened it is recorded."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from negotiation.domain.attachments import CONTENT_TYPES, SUFFIXES, FileKind
from negotiation.models import SupportingDocument
from negotiation.queries.attachments import attachment_for_staff
from negotiation.queries.staff import reading_role
from negotiation.services.attachments import open_for_staff


@require_POST
def open_paper(request: HttpRequest, pk: uuid.UUID, paper: str) -> HttpResponse:
    """A supporting document to keep, never shown inside the site; never one of the reader's own case."""
    role = reading_role(request.user)
    if role is None:
        raise PermissionDenied
    try:
        found = attachment_for_staff(reader=request.user, reference=paper)
    except SupportingDocument.DoesNotExist:
        raise Http404 from None
    if found.negotiation_id != pk:
        raise Http404
    kind = FileKind(found.file_kind)
    content = open_for_staff(document=found, reader=request.user, role=role, now=timezone.now())
    name = f"{found.reference}.{SUFFIXES[kind]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=CONTENT_TYPES[kind], headers=headers)
