"""What is answered when a request failed on this side. A full disk has a page of its own; the operator reads of it in the log."""

import sys

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as failed

from negotiation.services.storage import is_full

log = structlog.get_logger("storage")


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when there was no room for what the request wanted to keep, else 500. Neither page asks the database for anything."""
    exc = sys.exc_info()[1]
    if not is_full(exc):
        return failed(request)
    log.error("no room left", storing=type(exc).__name__)
    return HttpResponse(render_to_string("storage_full.html"), status=503)
