"""The bank's first message to somebody who has never been here: a link with which they can claim their access."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.notices.messages import Message
from portal.notices.models import Notice
from portal.notices.sending import ask


@transaction.atomic
def invite(*, cardholder: Any, account: Any, now: datetime) -> Notice | None:
    """Ask for an invitation that leads to one account. None if that person was invited to it today already.

    The contact gate decides when it leaves, and whether.
    """
    message = Message("invitation", cardholder, "arrears_detail", account.reference)
    return ask(message, key=f"invitation:{account.pk}:{now:%Y-%m-%d}", now=now)
