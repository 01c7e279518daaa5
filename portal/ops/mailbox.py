"""The demonstration's mailbox: what was really sent, read from the Maildir of a small local catcher."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from mailbox import Maildir, NoSuchMailboxError

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

NEWEST = 200


@dataclass(frozen=True)
class Letter:
    """One message that was sent."""

    key: str
    subject: str
    recipient: str
    at: datetime
    text: str
    html: str


def letters() -> list[Letter]:
    """The newest messages, newest first."""
    try:
        box = Maildir(settings.MAILDIR, factory=None, create=False)
    except NoSuchMailboxError:
        return []
    newest = sorted(box.keys(), key=arrival, reverse=True)[:NEWEST]
    return [_letter(key, box.get_bytes(key)) for key in newest]


def arrival(key: str) -> tuple[float, ...]:
    """When a message arrived, from its file name: seconds, then microseconds (`M…P…Q…`)."""
    seconds, _, rest = key.partition(".")
    microseconds = rest.partition("P")[0].removeprefix("M")
    return float(seconds), float(microseconds or 0)


def letter(key: str) -> Letter:
    """One message.

    :raises Http404: if there is no such message.
    """
    try:
        return _letter(key, Maildir(settings.MAILDIR, factory=None, create=False).get_bytes(key))
    except (KeyError, NoSuchMailboxError):
        raise Http404 from None


def _letter(key: str, raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    at = parsedate_to_datetime(message["Date"])
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # "-0000": universal time, the sender's zone not told
    return Letter(key, message["Subject"], message["To"], at, _part(message, "plain"), _part(message, "html"))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first."""
    return render(request, "ops/mailbox.html", {"letters": letters()})


@require_safe
@never_cache
def mailbox_message(request: HttpRequest, key: str) -> HttpResponse:
    """One message: its text, and its HTML in a frame of its own."""
    return render(request, "ops/mailbox_message.html", {"letter": letter(key)})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-top-navigation-by-user-activation"],
    }
)
def mailbox_page(request: HttpRequest, key: str) -> HttpResponse:
    """A message's HTML, for the frame: its own styles as in a mail program, no script, no form, nothing from elsewhere."""
    return HttpResponse('<base target="_top">' + letter(key).html)
