"""A key or a timestamp that is missing, expired or slow: the agreement waits, is tried again, and an operator is told."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from negotiation.domain.workflow import NegotiationState
from negotiation.jobs import worker
from negotiation.jobs.outbox import enqueue
from negotiation.models import Agreement, Job, JobState, Negotiation, Plan
from negotiation.queries.sealing import can_sign, certificate_ends_at, waiting_for_seal
from negotiation.services import sealing
from portal.notices.models import Notice
from tests.factories import NOW
from tests.negotiation.documents.agreements import signed_agreement, use_key
from tests.negotiation.documents.authority import Authority

pytestmark = pytest.mark.usefixtures("policy")
SOON = NOW + timedelta(minutes=1)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def waiting(settings: Any, tmp_path: Path, authority: Authority) -> Agreement:
    """Signed by the cardholder; the key is in the settings and works."""
    use_key(settings, tmp_path, authority.issue())
    agreement = signed_agreement()
    Job.objects.exclude(kind="seal_agreement").delete()
    return agreement


def work(now: datetime) -> Job:
    """One turn of a worker at a moment; the sealing job after it."""
    job = Job.objects.get(kind="seal_agreement")
    if job.state == JobState.PENDING and job.run_at <= now:
        Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, token="t", attempts=job.attempts + 1)
        job.refresh_from_db()
        worker.do(job, clock=lambda: now)
    job.refresh_from_db()
    return job


class TestAnOutage:
    @pytest.mark.parametrize(
        ("outage", "error"),
        [("missing", "SigningKeyMissing"), ("expired", "SigningKeyExpired"), ("timestamps", "TimestampUnavailable")],
    )
    def test_is_waited_out_and_nobody_is_told_that_it_is_done(
        self,
        *,
        waiting: Agreement,
        settings: Any,
        tmp_path: Path,
        authority: Authority,
        outage: str,
        error: str,
    ) -> None:
        if outage == "missing":
            settings.SIGN_P12_PATH = tmp_path / "unplugged.p12"
        elif outage == "expired":
            use_key(settings, tmp_path, authority.issue(days=30, since=60))
        else:
            settings.SIGN_TSA_URL = "http://127.0.0.1:8139/"
        job = work(SOON)
        assert (job.state, job.last_error, job.attempts) == (JobState.PENDING, error, 1)
        assert job.run_at > SOON
        assert Negotiation.objects.get().state == NegotiationState.BEING_SIGNED
        assert not Plan.objects.exists()
        assert not Notice.objects.exists()
        assert not Job.objects.filter(kind="event").exists()
        use_key(settings, tmp_path, authority.issue())
        settings.SIGN_TSA_URL = ""
        assert work(job.run_at).state == JobState.DONE
        assert Negotiation.objects.get().state == NegotiationState.SIGNED

    def test_longer_than_all_attempts_is_waited_out_too(self, waiting: Agreement) -> None:
        Job.objects.update(state=JobState.DEAD, attempts=10)
        later = SOON + timedelta(hours=3)
        sealing.watch_seals({}, now=later)
        assert work(later).state == JobState.DONE
        assert Negotiation.objects.get().state == NegotiationState.SIGNED

    def test_lets_whatever_makes_a_document_try_again(self, waiting: Agreement) -> None:
        for kind in (*sealing.DOCUMENT_JOBS, "another"):
            enqueue(kind=kind, key=f"{kind}:dead", payload={}, run_at=SOON)
        Job.objects.update(state=JobState.DEAD)
        sealing.watch_seals({}, now=SOON)
        assert {job.kind for job in Job.objects.filter(state=JobState.DEAD)} == {"another"}
        assert "render_agreement" in sealing.DOCUMENT_JOBS

    def test_is_told_to_the_operator_without_a_name(self, waiting: Agreement, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            sealing.watch_seals({}, now=SOON)
            assert not caplog.records
            sealing.watch_seals({}, now=SOON + timedelta(minutes=20))
        (told,) = caplog.records
        assert "wait for the bank's signature" in told.getMessage()
        assert waiting.reference not in told.getMessage()


class TestWhatOperatorsSee:
    def test_is_how_many_wait_and_how_long(self, waiting: Agreement) -> None:
        assert waiting_for_seal(now=waiting.signed_at + timedelta(minutes=5)) == (1, timedelta(minutes=5))
        Job.objects.update(run_at=SOON)
        work(SOON)
        assert waiting_for_seal(now=SOON) == (0, timedelta(0))

    def test_is_whether_the_key_works_today(
        self, waiting: Agreement, settings: Any, tmp_path: Path, authority: Authority
    ) -> None:
        assert can_sign(now=NOW)
        assert not can_sign(now=NOW + timedelta(days=800))
        assert certificate_ends_at() > NOW + timedelta(days=300)
        settings.SIGN_P12_PATH = tmp_path / "unplugged.p12"
        assert not can_sign(now=NOW)
        assert certificate_ends_at() is None
