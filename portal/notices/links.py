"""Links in messages: making them, finding the row behind a token, and using them up. Knows rows and time, no requests.

A link names one cardholder and one page. It proves only that somebody reads the message; it never signs anybody in.
"""

import base64
import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from portal.notices.models import MAX_MISSES, EmailLink, LinkPurpose

VALID_FOR = timedelta(days=14)
LOCKED_FOR = timedelta(hours=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class LinkLocked(Exception):
    """Too many wrong answers were given; the link can be used again after ``until`` (None while others are being checked)."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__("locked")
        self.until = until


def token_for(seed: str) -> str:
    """43 characters that only the holder of the secret key can compute from ``seed``, a message's random id.

    A message that is sent again after a crash so carries the link that it carried before.
    """
    raw = salted_hmac("portal.notices.links", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def digest_of(purpose: str, token: str) -> str:
    """What is stored of a token: SHA-256 of purpose and token, in hex."""
    return hashlib.sha256(f"{purpose}:{token}".encode()).hexdigest()


def make_link(*, seed: str, purpose: LinkPurpose, cardholder: Any, name: str, reference: str, now: datetime) -> str:
    """The absolute address to put into a message; making it again for the same seed changes nothing."""
    token = token_for(seed)
    EmailLink.objects.get_or_create(
        digest=digest_of(purpose, token),
        defaults={
            "purpose": purpose,
            "cardholder": cardholder,
            "target_name": name,
            "target_reference": reference,
            "created_at": now,
            "expires_at": now + VALID_FOR,
        },
    )
    return settings.BASE_URL + reverse("email_link", args=[token])


def usable(now: datetime) -> Q:
    """Links that were neither used nor revoked and have not expired; a lock does not end a link."""
    return Q(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)


def link_of(token: str, *, now: datetime) -> EmailLink | None:
    """The usable link behind a token. None says no more than that: unknown, used, expired and revoked are the same."""
    if not TOKEN.fullmatch(token):
        return None
    digests = [digest_of(purpose, token) for purpose in LinkPurpose.values]
    return EmailLink.objects.select_related("cardholder__user").filter(usable(now), digest__in=digests).first()


def link_by_id(pk: str | None, *, now: datetime) -> EmailLink | None:
    """The usable link that a session holds."""
    return EmailLink.objects.select_related("cardholder__user").filter(usable(now), pk=pk).first() if pk else None


def begin_attempt(link: EmailLink, *, now: datetime) -> None:
    """Count one answer before it is looked at, so that parallel answers cannot exceed the limit.

    :raises LinkLocked: if ``MAX_MISSES`` were wrong within the last hour, or so many are being checked right now.
    """
    unlocked = Q(locked_until__isnull=True) | Q(locked_until__lte=now)
    open_links = EmailLink.objects.filter(usable(now), unlocked, pk=link.pk, failures__lt=MAX_MISSES)
    if not open_links.update(failures=F("failures") + 1):
        raise LinkLocked(EmailLink.objects.values_list("locked_until", flat=True).get(pk=link.pk))


def record_hit(link: EmailLink) -> None:
    """The answer was right: it does not count."""
    EmailLink.objects.filter(pk=link.pk, failures__gt=0).update(failures=F("failures") - 1)


def record_miss(link: EmailLink, *, now: datetime) -> None:
    """The answer was wrong; the last one allowed locks the link for ``LOCKED_FOR``."""
    full = EmailLink.objects.filter(pk=link.pk, failures__gte=MAX_MISSES)
    full.update(failures=0, locked_until=now + LOCKED_FOR)


def use(link: EmailLink, *, now: datetime) -> bool:
    """Use the link up; of two at the same instant one gets False."""
    return bool(EmailLink.objects.filter(usable(now), pk=link.pk).update(used_at=now))


def revoke_other_claims(link: EmailLink, *, now: datetime) -> None:
    """The person has claimed their access: their other claim links have nothing left to begin."""
    others = EmailLink.objects.filter(usable(now), cardholder=link.cardholder_id, purpose=LinkPurpose.CLAIM)
    others.exclude(pk=link.pk).update(revoked_at=now)


def target_of(link: EmailLink) -> str:
    """The path of the page that the message was about."""
    return reverse(link.target_name, args=[link.target_reference] if link.target_reference else [])
