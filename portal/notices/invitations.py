"""The bank's first message to somebody who has never been here: a link with which they can claim their access."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.notices.messages import Message
from portal.notices.models import Notice
from portal.notices.sending import ask

REST = timedelta(days=14)
"""How long the bank waits before it invites the same person again by itself; as long as the link is valid."""


@transaction.atomic
def invite(*, cardholder: Any, account: Any, now: datetime, asked_for: bool = False) -> Notice | None:
    """Ask for an invitation that leads to one account. None if the person was invited within ``REST``.

    Somebody who asked for a new link gets one, but not two on one day. The contact gate decides when it leaves, and whether.
    """
    earlier = Notice.objects.filter(cardholder=cardholder, template="invitation", created_at__gt=now - REST)
    if earlier.exists() and not asked_for:
        return None
    message = Message("invitation", cardholder, "arrears_detail", account.reference)
    return ask(message, key=f"invitation:{account.pk}:{now:%Y-%m-%d}", now=now)
