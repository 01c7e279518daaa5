"""Receiving a file without ever writing it to a disk unsealed, and without reading one that is too large."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

FORM_OVERHEAD = 64 * 1024
View = Callable[..., HttpResponse]


class InMemoryUpload(MemoryFileUploadHandler):
    """Keeps what is uploaded in memory, whatever its size; the size was limited before."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


def receives_file(*, most: int, too_large: View) -> Callable[[View], View]:
    """A view with a form of one file of at most ``most`` bytes; ``too_large`` answers a larger request, whose body is not read.

    The token against forged requests is checked here, because reading it reads the body.
    """

    def wrap(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and _announced_length(request) > most + FORM_OVERHEAD:
                return too_large(request, *args, **kwargs)
            request.upload_handlers = [InMemoryUpload(request)]
            return protected(request, *args, **kwargs)

        return received

    return wrap


def _announced_length(request: HttpRequest) -> int:
    """What the request says of its own length; nothing counts as zero, as it does when Django reads the body."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
