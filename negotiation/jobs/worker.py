"""One worker: claims jobs one after the other, runs their handlers, and says that it is alive."""

import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import DatabaseError, close_old_connections, connection, transaction

from negotiation.jobs import outbox, registry
from negotiation.models import Job

HEARTBEAT_KEY = "worker-heartbeat"
BEAT_SECONDS = 10
IDLE_SECONDS = 0.5
LONGEST_RUN = timedelta(minutes=15)

Clock = Callable[[], datetime]
log = structlog.get_logger("worker")


def run(*, clock: Clock, stop: threading.Event) -> None:
    """Works until `stop` is set; a job that has begun is brought to its end first."""
    registry.load()
    pulse = Pulse(clock=clock, stop=stop)
    beside = threading.Thread(target=_work_urgently, kwargs={"clock": clock, "stop": stop}, name="urgent", daemon=True)
    pulse.start()
    beside.start()
    _keep_working(lambda: work_once(clock=clock, pulse=pulse), stop)
    beside.join()
    pulse.join()


def _work_urgently(*, clock: Clock, stop: threading.Event) -> None:
    """Beside the other work: what somebody waits for at a screen, however long the queue is and whatever is in hand."""
    kinds = registry.urgent()
    _keep_working(lambda: do_due(clock=clock, kinds=kinds), stop)
    connection.close()


def _keep_working(work: Callable[[], bool], stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            worked = work()
        except DatabaseError as exc:
            log.warning("database not available", error=type(exc).__name__)
            connection.close()
            worked = False
        if not worked:
            stop.wait(IDLE_SECONDS)


def work_once(*, clock: Clock, pulse: "Pulse | None" = None) -> bool:
    """Enqueues what has come round, then does one job; False when none was due."""
    tick(now=clock())
    return do_due(clock=clock, pulse=pulse)


def do_due(*, clock: Clock, pulse: "Pulse | None" = None, kinds: Collection[str] | None = None) -> bool:
    """Does one job, of these kinds or of any; False when none was due."""
    now = clock()
    if not outbox.has_due(now=now, kinds=kinds):
        return False
    job = outbox.claim(now=now, kinds=kinds)
    if job is None:
        return False
    if pulse:
        pulse.hold(job, since=now)
    try:
        do(job, clock=clock)
    finally:
        if pulse:
            pulse.release()
    return True


def do(job: Job, *, clock: Clock) -> None:
    """Runs the handler of a claimed job and finishes it, or puts it back."""
    try:
        _run_handler(job, clock=clock)
    except outbox.LeaseLost:
        log.warning("lease lost", job=job.pk, kind=job.kind)
    except Exception as exc:
        log.exception("job failed", job=job.pk, kind=job.kind, attempt=job.attempts)
        outbox.fail(job, error=type(exc).__name__, now=clock())
    else:
        log.info("job done", job=job.pk, kind=job.kind, attempt=job.attempts)


def _run_handler(job: Job, *, clock: Clock) -> None:
    registration = registry.registration_for(job.kind)
    now = clock()
    effect = registration.handler(job.payload, now=now) if registration.slow else None
    with transaction.atomic():
        if not registration.slow:
            registration.handler(job.payload, now=now)
        if effect:
            effect()
        outbox.finish(job, now=clock())


_ticked: dict[str, int] = {}


def tick(*, now: datetime) -> None:
    """Enqueues each periodic kind once an interval. The key names the interval, so any number of workers may tick."""
    for kind, interval in registry.periodic().items():
        slot = int(now.timestamp() // interval.total_seconds())
        if _ticked.get(kind) != slot:
            with transaction.atomic():
                outbox.enqueue(kind=kind, key=f"{kind}:{slot}", payload={}, run_at=now)
            _ticked[kind] = slot


class Pulse(threading.Thread):
    """Beside the work: tells the database that the worker lives, and renews the lease of the job in hand.

    It stops renewing after `LONGEST_RUN`, so that a job that hangs goes to another worker.
    """

    def __init__(self, *, clock: Clock, stop: threading.Event) -> None:
        super().__init__(name="pulse", daemon=True)
        self._clock, self._stop_event = clock, stop
        self._held: tuple[Job, datetime] | None = None

    def hold(self, job: Job, *, since: datetime) -> None:
        """Names the job whose lease to renew."""
        self._held = (job, since)

    def release(self) -> None:
        """No job is in hand."""
        self._held = None

    def run(self) -> None:
        while True:
            try:
                self.beat()
            except DatabaseError as exc:
                log.warning("no heartbeat", error=type(exc).__name__)
                connection.close()
            if self._stop_event.wait(BEAT_SECONDS):
                break
        connection.close()

    def beat(self) -> None:
        """One heartbeat, and one renewal when a job is in hand."""
        now = self._clock()
        cache.set(HEARTBEAT_KEY, now.isoformat(), timeout=None)
        held = self._held
        if held and now - held[1] < LONGEST_RUN:
            outbox.renew(held[0], now=now)


def last_heartbeat() -> datetime | None:
    """When a worker last said that it lives; None when none ever did."""
    value = cache.get(HEARTBEAT_KEY)
    return datetime.fromisoformat(value) if value else None
