"""Tests of the outbox: what is asked for is done, once, whatever dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from negotiation.jobs import outbox, registry, worker
from negotiation.models import BankHoliday, Job, JobState
from tests.conftest import NOW

SECOND = timedelta(seconds=1)


def ask(key: str = "a", *, kind: str = "probe", run_at: datetime = NOW, **payload: object) -> None:
    with transaction.atomic():
        outbox.enqueue(kind=kind, key=key, payload=payload, run_at=run_at)


def row(key: str = "a") -> Job:
    return Job.objects.get(key=key)


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, registry.Registration]]:
    """An empty registry, to be filled by the test."""
    registrations: dict[str, registry.Registration] = {}
    monkeypatch.setattr(registry, "_registrations", registrations)
    monkeypatch.setattr(worker, "_ticked", {})
    yield registrations


@pytest.mark.django_db
class TestEnqueue:
    def test_writes_a_job_with_the_change(self) -> None:
        ask(plan=7)
        job = row()
        assert (job.state, job.payload, job.run_at) == (JobState.PENDING, {"plan": 7}, NOW)

    def test_does_nothing_for_a_key_that_was_used(self) -> None:
        ask(first=1)
        ask(first=2)
        assert row().payload == {"first": 1}


@pytest.mark.django_db(transaction=True)
class TestEnqueueInATransaction:
    def test_leaves_nothing_when_the_change_is_rolled_back(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            outbox.enqueue(kind="probe", key="a", payload={}, run_at=NOW)
            raise ZeroDivisionError
        assert not Job.objects.exists()

    def test_refuses_to_be_called_outside_of_one(self) -> None:
        with pytest.raises(AssertionError):
            outbox.enqueue(kind="probe", key="a", payload={}, run_at=NOW)


@pytest.mark.django_db
class TestClaim:
    def test_takes_the_job_that_has_been_due_longest(self) -> None:
        ask("late", run_at=NOW)
        ask("early", run_at=NOW - SECOND)
        job = outbox.claim(now=NOW)
        assert job and (job.key, job.state, job.attempts) == ("early", JobState.RUNNING, 1)

    def test_leaves_a_job_that_is_not_due(self) -> None:
        ask(run_at=NOW + SECOND)
        assert outbox.claim(now=NOW) is None
        assert not outbox.has_due(now=NOW)

    def test_leaves_a_job_whose_lease_runs(self) -> None:
        ask()
        outbox.claim(now=NOW)
        assert outbox.claim(now=NOW + outbox.LEASE) is None

    def test_takes_a_job_whose_lease_ran_out(self) -> None:
        ask()
        first = outbox.claim(now=NOW)
        second = outbox.claim(now=NOW + outbox.LEASE + SECOND)
        assert first and second and (second.pk, second.attempts) == (first.pk, 2)

    def test_gives_up_a_job_that_used_all_its_attempts_without_an_answer(self) -> None:
        ask()
        Job.objects.update(state=JobState.RUNNING, attempts=outbox.MAX_ATTEMPTS, lease_until=NOW - SECOND)
        assert outbox.claim(now=NOW) is None
        assert (row().state, row().last_error) == (JobState.DEAD, "LeaseRanOut")


@pytest.mark.django_db
class TestALostLease:
    def test_lets_its_former_holder_change_nothing(self) -> None:
        ask()
        former = outbox.claim(now=NOW)
        later = NOW + outbox.LEASE + SECOND
        holder = outbox.claim(now=later)
        assert former and holder
        with pytest.raises(outbox.LeaseLost), transaction.atomic():
            outbox.finish(former, now=later)
        outbox.fail(former, error="Slow", now=later)
        assert not outbox.renew(former, now=later)
        assert (row().state, row().token, row().last_error) == (JobState.RUNNING, holder.token, "")

    def test_takes_back_what_its_former_holder_did(self, kinds: dict[str, registry.Registration]) -> None:
        @registry.handles("probe")
        def slow_one(payload: dict[str, object], *, now: datetime) -> None:
            BankHoliday.objects.create(day=now.date())
            Job.objects.update(token="another worker's")

        ask()
        worker.work_once(clock=lambda: NOW)
        assert not BankHoliday.objects.exists()


@pytest.mark.django_db
class TestRenew:
    def test_extends_the_lease(self) -> None:
        ask()
        job = outbox.claim(now=NOW)
        assert job and outbox.renew(job, now=NOW + 50 * SECOND)
        assert row().lease_until == NOW + 50 * SECOND + outbox.LEASE

    def test_stops_for_a_job_that_hangs(self) -> None:
        ask()
        job = outbox.claim(now=NOW)
        assert job
        pulse = worker.Pulse(clock=lambda: NOW + worker.LONGEST_RUN, stop=threading.Event())
        pulse.hold(job, since=NOW)
        pulse.beat()
        assert row().lease_until == NOW + outbox.LEASE


@pytest.mark.django_db
class TestFail:
    @pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 4), (5, 32), (12, 3600), (30, 3600)])
    def test_waits_twice_as_long_each_time(self, attempts: int, seconds: int) -> None:
        assert outbox.delay_after(attempts) == timedelta(seconds=seconds)

    def test_puts_the_job_back_without_a_message(self, kinds: dict[str, registry.Registration]) -> None:
        @registry.handles("probe")
        def failing(payload: dict[str, object], *, now: datetime) -> None:
            raise ValueError("王小明 6222020000001234")

        ask()
        worker.work_once(clock=lambda: NOW)
        job = row()
        assert (job.state, job.run_at, job.last_error) == (JobState.PENDING, NOW + 2 * SECOND, "ValueError")

    def test_keeps_nothing_of_what_the_handler_wrote(self, kinds: dict[str, registry.Registration]) -> None:
        @registry.handles("probe")
        def half_done(payload: dict[str, object], *, now: datetime) -> None:
            BankHoliday.objects.create(day=now.date())
            raise ValueError

        ask()
        worker.work_once(clock=lambda: NOW)
        assert not BankHoliday.objects.exists()

    def test_gives_up_after_the_last_attempt_until_an_operator_retries(
        self, kinds: dict[str, registry.Registration]
    ) -> None:
        @registry.handles("probe")
        def failing(payload: dict[str, object], *, now: datetime) -> None:
            raise ValueError

        ask()
        for attempt in range(outbox.MAX_ATTEMPTS):
            worker.work_once(clock=lambda attempt=attempt: NOW + attempt * outbox.LONGEST_DELAY)
        assert row().state == JobState.DEAD
        call_command("retry_jobs", kind="another")
        assert row().state == JobState.DEAD
        call_command("retry_jobs")
        assert (row().state, row().attempts) == (JobState.PENDING, 0)

    def test_names_a_kind_that_nothing_handles(self, kinds: dict[str, registry.Registration]) -> None:
        ask(kind="unheard_of")
        worker.work_once(clock=lambda: NOW)
        assert row().last_error == "UnknownKind"


@pytest.mark.django_db
class TestAHandler:
    def test_gets_payload_and_clock_and_leaves_the_job_done(self, kinds: dict[str, registry.Registration]) -> None:
        calls = []

        @registry.handles("probe")
        def handler(payload: dict[str, object], *, now: datetime) -> None:
            calls.append((payload, now))

        ask(plan=7)
        assert worker.work_once(clock=lambda: NOW)
        assert calls == [({"plan": 7}, NOW)]
        assert (row().state, row().finished_at) == (JobState.DONE, NOW)
        assert not worker.work_once(clock=lambda: NOW)

    def test_may_be_registered_for_a_kind_only_once(self, kinds: dict[str, registry.Registration]) -> None:
        registry.handles("probe")(print)
        with pytest.raises(ValueError, match="two functions handle probe"):
            registry.handles("probe")(print)


@pytest.mark.django_db(transaction=True)
class TestASlowHandler:
    def test_holds_no_transaction_and_leaves_its_effect_with_the_mark(
        self, kinds: dict[str, registry.Registration]
    ) -> None:
        @registry.handles("probe", slow=True)
        def handler(payload: dict[str, object], *, now: datetime) -> registry.Effect:
            assert not connection.in_atomic_block
            return lambda: BankHoliday.objects.create(day=now.date())

        ask()
        worker.work_once(clock=lambda: NOW)
        assert (row().state, row().last_error) == (JobState.DONE, "")
        assert BankHoliday.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestAnUrgentJob:
    def test_waits_for_no_job_in_hand(self, kinds: dict[str, registry.Registration], settings: Any) -> None:
        """The only worker is busy for as long as the urgent job is not done."""
        settings.JOB_HANDLERS = []
        is_done, stop = threading.Event(), threading.Event()
        waited: list[bool] = []

        @registry.handles("probe", slow=True)
        def probe(payload: dict[str, object], *, now: datetime) -> None:
            ask("b", kind="urgent")
            waited.append(is_done.wait(5))
            stop.set()

        @registry.handles("urgent", urgent=True)
        def urgent(payload: dict[str, object], *, now: datetime) -> None:
            is_done.set()

        ask("a")
        worker.run(clock=lambda: NOW, stop=stop)
        assert waited == [True]
        assert row("b").state == JobState.DONE


@pytest.mark.django_db
class TestTick:
    def test_enqueues_once_an_interval(self, kinds: dict[str, registry.Registration]) -> None:
        registry.handles("hourly", every=timedelta(hours=1))(lambda payload, *, now: None)
        for minutes in (0, 20, 59, 60):
            worker._ticked.clear()  # another worker
            worker.tick(now=NOW + timedelta(minutes=minutes))
        assert Job.objects.count() == 2

    def test_purges_jobs_that_were_done_long_ago(self) -> None:
        ask("old")
        ask("waiting")
        Job.objects.filter(key="old").update(state=JobState.DONE, finished_at=NOW - timedelta(days=31))
        registry.load()
        registry.registration_for("purge_jobs").handler({}, now=NOW)
        assert list(Job.objects.values_list("key", flat=True)) == ["waiting"]


class Killable:
    """Worker processes on the test's own database."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, seconds: float) -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("worker_process.py")
        command = [sys.executable, str(script), str(connection.settings_dict["NAME"]), str(self.file), str(seconds)]
        environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def begun(self) -> int:
        return len(self.file.read_text().splitlines()) if self.file.exists() else 0

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def workers(tmp_path: Path, transactional_db: None) -> Iterator[Killable]:
    killable = Killable(tmp_path / "begun")
    yield killable
    killable.stop()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


class TestAKilledWorker:
    @pytest.mark.parametrize("kind", ["in_transaction", "outside"])
    def test_loses_nothing_and_doubles_nothing(self, workers: Killable, kind: str) -> None:
        ask(kind=kind, day=2)
        first = workers.start(seconds=60)
        wait_until(lambda: workers.begun() == 1)
        first.kill()
        first.wait()
        assert not BankHoliday.objects.exists()
        workers.start(seconds=0)
        wait_until(lambda: row().state == JobState.DONE)
        assert (workers.begun(), row().attempts, BankHoliday.objects.count()) == (2, 2, 1)

    def test_finishes_what_it_began_when_it_is_asked_to_stop(self, workers: Killable) -> None:
        ask(kind="outside", day=2)
        process = workers.start(seconds=1)
        wait_until(lambda: workers.begun() == 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert row().state == JobState.DONE


class TestManyWorkers:
    def test_do_each_job_once(self, workers: Killable) -> None:
        for day in range(1, 29):
            ask(str(day), kind="in_transaction", day=day)
        for _ in range(2):
            workers.start(seconds=0)
        wait_until(lambda: Job.objects.filter(kind="in_transaction", state=JobState.DONE).count() == 28)
        assert workers.begun() == BankHoliday.objects.count() == 28
