"""What the site forgets by itself: ended sessions, codes that nobody used, links that nobody opened.

Used codes stay: they are evidence of what was signed. The contact log stays too (at least two years, GB/T 45251-2025).
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session

from negotiation.services.jobs import handles
from portal.accounts.models import StepUpCode
from portal.notices.models import EmailLink

KEPT = timedelta(days=30)


@handles("forget", every=timedelta(days=1))
def forget(payload: dict[str, Any], *, now: datetime) -> None:
    """Removes what ended without effect, sessions at once and the rest after thirty days."""
    Session.objects.filter(expire_date__lt=now).delete()
    StepUpCode.objects.filter(used_at__isnull=True, expires_at__lt=now - KEPT).delete()
    EmailLink.objects.filter(used_at__isnull=True, expires_at__lt=now - KEPT).delete()
