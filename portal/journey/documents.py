"""Handing out a document's bytes exactly as they are stored, to its owner, wholly or a range of them."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from negotiation.queries.agreements import document_for
from negotiation.queries.issued import issued_file
from portal.journey.access import for_cardholder

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PRIVATE = "private, no-cache"


@require_safe
@for_cardholder
def document(request: HttpRequest, cardholder: Any, reference: str, document_reference: str) -> HttpResponse:
    """The signed file or, before it is signed, the exact bytes that are to be signed."""
    found = document_for(cardholder=cardholder, reference=document_reference)
    if found.agreement.reference != reference:
        raise type(found).DoesNotExist
    content, digest = bytes(found.draft_content), found.draft_sha256
    if found.sha256:
        issued = issued_file(found)
        content, digest = issued.content, issued.sha256
    dated = f"-{found.as_of.isoformat()}" if found.as_of else ""
    name = f"{found.kind.lower()}-{reference}{dated}-{found.language}{'' if found.sha256 else '-unsigned'}.pdf"
    response = served(request, content, f'"{digest}"')
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def served(request: HttpRequest, content: bytes, etag: str) -> HttpResponse:
    """304 if the browser has these bytes, 206 for one range of them, 416 for a range outside, else all of them."""
    if etag in request.headers.get("If-None-Match", ""):
        return _headed(HttpResponse(status=304), etag)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return _headed(HttpResponse(content, content_type="application/pdf"), etag)
    bounds = _bounds(asked[1], asked[2], len(content))
    if bounds is None:
        return _headed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(content)}"}), etag)
    start, end = bounds
    response = HttpResponse(content[start : end + 1], content_type="application/pdf", status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return _headed(response, etag)


def _bounds(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last byte, both included; ``-500`` asks for the last 500. None if no byte is meant."""
    if not first:
        length = min(int(last or 0), size)
        return (size - length, size - 1) if length else None
    start, end = int(first), min(int(last or size - 1), size - 1)
    return (start, end) if start <= end else None


def _headed(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = PRIVATE
    return response
