"""How the work after commits is going: how much of it there is, how long it waits, whether anybody does it."""

from datetime import datetime, timedelta

from django.db.models import Count, Min

from negotiation.jobs import worker
from negotiation.models import Job, JobState


def counts() -> list[tuple[str, str, int]]:
    """How many jobs there are of each kind in each state."""
    rows = Job.objects.values_list("kind", "state").annotate(number=Count("pk")).order_by("kind", "state")
    return list(rows)


def longest_wait(*, now: datetime) -> timedelta:
    """How long the job that has been due longest has waited; zero when none is due."""
    due = Job.objects.filter(state=JobState.PENDING, run_at__lte=now).aggregate(first=Min("run_at"))["first"]
    return now - due if due else timedelta(0)


def worker_silence(*, now: datetime) -> timedelta | None:
    """How long ago a worker last said that it lives; None when none ever did."""
    seen = worker.last_heartbeat()
    return now - seen if seen else None
