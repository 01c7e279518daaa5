"""What is to be done after a change, kept as rows written with the change: enqueue, claim, renew, finish, fail.

Whoever claims a job holds a lease and a token. A lease that ran out lets another worker claim the job; a token
that is no longer in the row lets its former holder change nothing. So a job runs at least once, and what it does
to the database counts exactly once.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from negotiation.models import Job, JobState

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 10
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(hours=1)


class LeaseLost(Exception):
    """Another worker holds this job now; what was done for it here must not be kept."""


def enqueue(*, kind: str, key: str, payload: dict[str, Any], run_at: datetime, now: datetime | None = None) -> None:
    """Asks for a job in the caller's transaction; does nothing when a job with this key was asked for before.

    `payload` holds row numbers and the like, never anything about a person. `now` is `run_at` unless it is given.
    """
    assert connection.in_atomic_block, "a job belongs into the transaction of the change that asks for it"
    job = Job(kind=kind, key=key, payload=payload, run_at=run_at, created_at=now or run_at)
    Job.objects.bulk_create([job], ignore_conflicts=True)


def claim(*, now: datetime, kinds: Collection[str] | None = None) -> Job | None:
    """Takes the job, of these kinds or of any, that has been due longest, or whose worker let its lease run out; None when there is none.

    A job that has used all its attempts without an answer (it kills its workers) is given up here.
    """
    with transaction.atomic():
        job = _due(now, kinds).select_for_update(skip_locked=True).order_by("run_at", "pk").first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _give_up(job, "LeaseRanOut", now)
            return None
        job.state, job.token = JobState.RUNNING, secrets.token_hex(16)
        job.lease_until = now + LEASE
        job.attempts += 1
        job.save(update_fields=["state", "token", "lease_until", "attempts"])
        return job


def has_due(*, now: datetime, kinds: Collection[str] | None = None) -> bool:
    """Whether `claim` would look at a job; takes no lock."""
    return _due(now, kinds).exists()


def _due(now: datetime, kinds: Collection[str] | None) -> Any:
    due = Job.objects.filter(
        Q(state=JobState.PENDING, run_at__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    return due if kinds is None else due.filter(kind__in=kinds)


def _held(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, token=job.token)


def renew(job: Job, *, now: datetime) -> bool:
    """Extends the lease; False when the job is no longer held."""
    return bool(_held(job).update(lease_until=now + LEASE))


def finish(job: Job, *, now: datetime) -> None:
    """Marks a job done, in the transaction of its effect.

    :raises LeaseLost: if somebody else holds it; the caller's transaction has to be rolled back.
    """
    assert connection.in_atomic_block
    if not _held(job).update(state=JobState.DONE, finished_at=now, lease_until=None, last_error=""):
        raise LeaseLost(job.pk)


def fail(job: Job, *, error: str, now: datetime) -> None:
    """Puts a job back for later, twice as late each time, or gives it up after the last attempt.

    `error` is the name of a class; a message could hold something about a person.
    """
    if job.attempts >= MAX_ATTEMPTS:
        _give_up(job, error, now)
        return
    _held(job).update(
        state=JobState.PENDING, run_at=now + delay_after(job.attempts), lease_until=None, last_error=error
    )


def delay_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, one or more: 2 s, 4 s, 8 s … at most an hour."""
    return min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempts - 1))


def _give_up(job: Job, error: str, now: datetime) -> None:
    _held(job).update(state=JobState.DEAD, finished_at=now, lease_until=None, last_error=error)


def retry_dead(*, now: datetime, kind: str | None = None) -> int:
    """Gives every given-up job, or those of one kind, a fresh set of attempts; how many there were."""
    dead = Job.objects.filter(state=JobState.DEAD)
    if kind is not None:
        dead = dead.filter(kind=kind)
    return dead.update(state=JobState.PENDING, run_at=now, attempts=0, finished_at=None, last_error="")


def purge(*, before: datetime) -> int:
    """Removes jobs that were done before a moment; how many there were."""
    return Job.objects.filter(state=JobState.DONE, finished_at__lt=before).delete()[0]
