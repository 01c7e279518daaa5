"""The outbox's own periodic job: done jobs are not kept for ever."""

from datetime import datetime, timedelta
from typing import Any

from negotiation.jobs import outbox
from negotiation.jobs.registry import handles

KEPT = timedelta(days=30)


@handles("purge_jobs", every=timedelta(days=1))
def purge_jobs(payload: dict[str, Any], *, now: datetime) -> None:
    """Removes jobs done more than thirty days ago."""
    outbox.purge(before=now - KEPT)
