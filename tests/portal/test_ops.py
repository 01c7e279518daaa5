"""Tests of the addresses for operators: health, readiness, metrics."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from negotiation.documents.texts import TEXTS
from negotiation.jobs import outbox, worker
from negotiation.models import Job, JobState
from portal.ops import health
from tests.factories import publish_texts
from tests.negotiation.documents.agreements import use_key
from tests.negotiation.documents.authority import Authority


def beat(at: datetime) -> None:
    cache.set(worker.HEARTBEAT_KEY, at.isoformat(), timeout=None)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def signing_key(settings: Any, tmp_path: Path, authority: Authority) -> Path:
    use_key(settings, tmp_path, authority.issue(days=4000))
    return settings.SIGN_P12_PATH


class TestHealthz:
    def test_answers_without_a_database(self, client: Client) -> None:
        assert client.get("/healthz").content == b"ok\n"

    def test_gives_every_answer_a_request_id(self, client: Client) -> None:
        assert len(client.get("/healthz")["X-Request-ID"]) == 32

    def test_keeps_the_id_that_a_proxy_gave(self, client: Client) -> None:
        assert (
            client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})["X-Request-ID"] == "proxy-0123456789"
        )

    def test_replaces_an_id_that_is_none(self, client: Client) -> None:
        assert len(client.get("/healthz", headers={"X-Request-ID": "a b\tc"})["X-Request-ID"]) == 32


@pytest.mark.django_db
class TestReadyz:
    @pytest.fixture(autouse=True)
    def texts(self, db: None) -> None:
        publish_texts()

    def test_is_200_when_every_part_can_work(self, client: Client, signing_key: Path) -> None:
        beat(timezone.now())
        response = client.get("/readyz")
        assert (response.status_code, set(response.json().values())) == (200, {True})

    def test_names_a_worker_that_fell_silent(self, client: Client, signing_key: Path) -> None:
        beat(timezone.now() - timedelta(seconds=61))
        response = client.get("/readyz")
        assert (response.status_code, response.json()["worker"]) == (503, False)

    def test_names_a_worker_that_never_was(self, client: Client, signing_key: Path) -> None:
        assert client.get("/readyz").json()["worker"] is False

    def test_names_a_missing_key(self, client: Client, signing_key: Path) -> None:
        beat(timezone.now())
        signing_key.unlink()
        assert client.get("/readyz").json() == {
            "database": True,
            "migrations": True,
            "worker": True,
            "signing_key": False,
            "texts": True,
            "storage": True,
        }

    def test_says_that_a_text_is_not_published(
        self, client: Client, signing_key: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        beat(timezone.now())
        monkeypatch.setitem(TEXTS, "breach_two", TEXTS["breach"])
        response = client.get("/readyz")
        assert (response.status_code, response.json()["texts"]) == (503, False)

    def test_names_a_key_whose_certificate_has_ended(
        self, client: Client, settings: Any, tmp_path: Path, authority: Authority
    ) -> None:
        beat(timezone.now())
        use_key(settings, tmp_path, authority.issue(days=30, since=800))
        assert client.get("/readyz").json()["signing_key"] is False

    def test_names_a_disk_that_is_almost_full(
        self, client: Client, signing_key: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "LEAST_ROOM", 2**62)
        response = client.get("/readyz")
        assert (response.status_code, response.json()["storage"]) == (503, False)

    def test_takes_a_database_that_does_not_answer_for_a_no(self) -> None:
        def check() -> bool:
            raise DatabaseError

        assert not health.can_work(check)


@pytest.mark.django_db
class TestMetrics:
    def test_count_requests_by_route_and_never_by_path(self, client: Client) -> None:
        client.get("/l/a-secret-token-of-a-letter/")
        text = client.get("/metrics").content.decode()
        assert 'portal_requests_total{method="GET",route="l/<str:token>/"' in text
        assert "a-secret-token" not in text

    def test_tell_of_jobs_that_were_given_up(self, client: Client) -> None:
        with transaction.atomic():
            outbox.enqueue(kind="probe", key="a", payload={}, run_at=timezone.now() - timedelta(minutes=5))
            outbox.enqueue(kind="probe", key="b", payload={}, run_at=timezone.now())
        Job.objects.filter(key="b").update(state=JobState.DEAD)
        text = client.get("/metrics").content.decode()
        assert 'portal_jobs{kind="probe",state="DEAD"} 1.0' in text
        wait = next(line for line in text.splitlines() if line.startswith("portal_jobs_wait_seconds "))
        assert 300 <= float(wait.split()[1]) < 360

    def test_tell_who_waits_for_the_signature_and_until_when_it_can_be_given(
        self, client: Client, signing_key: Path
    ) -> None:
        lines = dict(line.rsplit(" ", 1) for line in client.get("/metrics").content.decode().splitlines())
        assert (lines["portal_seals_waiting"], lines["portal_seals_wait_seconds"]) == ("0.0", "0.0")
        assert float(lines["portal_signing_certificate_seconds"]) > 0

    def test_are_for_this_machine_alone(self, client: Client) -> None:
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404

    def test_are_not_for_whoever_a_local_proxy_serves(self, client: Client) -> None:
        assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404

    def test_are_for_whoever_bears_the_token(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN = "a token of the monitoring"
        elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
        assert client.get("/metrics").status_code == 404
        bearer = {"Authorization": "Bearer a token of the monitoring"}
        assert client.get("/metrics", headers=bearer, **elsewhere).status_code == 200
        wrong = {"Authorization": "Bearer another"}
        assert client.get("/metrics", headers=wrong, **elsewhere).status_code == 404
        odd = {"Authorization": "Bearer \xe9"}
        assert client.get("/metrics", headers=odd, **elsewhere).status_code == 404


class TestHeaders:
    def test_allow_nothing_inline_and_nothing_from_elsewhere(self, client: Client) -> None:
        response = client.get("/healthz")
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert "camera=()" in response["Permissions-Policy"]

    def test_say_what_a_readiness_check_found_as_data(self, client: Client, db: None) -> None:
        assert set(json.loads(client.get("/readyz").content)) == set(health.CHECKS)


def fill_up(*args: Any) -> None:
    """Makes the database say itself that it has no room."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$")
        cursor.execute("PRAGMA temp.max_page_count = 2")
        cursor.execute("CREATE TEMP TABLE large AS SELECT randomblob(100000)")


@pytest.mark.django_db
class TestAFullDisk:
    def test_is_told_kindly_and_to_the_operator(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr("portal.journey.home.render", fill_up)
        client.raise_request_exception = False
        response = client.get("/", headers={"Accept-Language": "en"})
        assert (response.status_code, "no room at the moment" in response.content.decode()) == (503, True)
        assert any("no room left" in str(record.msg) for record in caplog.records)

    def test_is_not_made_of_another_failure(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("portal.journey.home.render", lambda *args: 1 // 0)
        client.raise_request_exception = False
        response = client.get("/", headers={"Accept-Language": "en"})
        assert (response.status_code, "Something went wrong on our side" in response.content.decode()) == (500, True)
