from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from negotiation.models import Event, EventStream, Job
from negotiation.services.events import SYSTEM, broken_links, record
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def record_some(stream: str = "test:1", count: int = 3) -> None:
    for number in range(count):
        record(stream=stream, kind="noted", actor=SYSTEM, data={"number": number}, now=NOW + timedelta(seconds=number))


def lift_triggers() -> None:
    """What somebody with full rights over the database could do before altering an event."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER negotiation_event_no_update")
            cursor.execute("DROP TRIGGER negotiation_event_no_delete")


class TestAnEvent:
    def test_continues_the_chain_of_its_stream(self):
        record_some()
        first, second, _ = Event.objects.order_by("seq")
        assert second.previous_hash == first.hash

    def test_asks_for_the_job_that_tells_others(self):
        record_some(count=1)
        event = Event.objects.get()
        assert Job.objects.get(kind="event").payload == {"event": event.pk}

    def test_cannot_be_recorded_outside_a_transaction(self, transactional_db):
        with pytest.raises(AssertionError):
            record_some()

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_is_never_changed_or_removed(self, change):
        record_some()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Event.objects.update(kind="other") if change == "update" else Event.objects.all()._raw_delete("default")

    def test_gets_its_own_number_in_every_stream(self):
        record_some("test:1")
        record_some("test:2")
        assert list(Event.objects.filter(stream__name="test:2").values_list("seq", flat=True)) == [1, 2, 3]


class TestVerifyAudit:
    def test_finds_nothing_wrong_with_whole_chains(self):
        record_some()
        out = StringIO()
        call_command("verify_audit", stdout=out)
        assert "1 chains, 0 broken" in out.getvalue()

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            ("UPDATE negotiation_event SET kind = 'other' WHERE seq = 2", ("altered", 2)),
            ("UPDATE negotiation_event SET hash = 'x' WHERE seq = 3", ("altered", 3)),
            ("DELETE FROM negotiation_event WHERE seq = 1", ("missing", 1)),
            ("DELETE FROM negotiation_event WHERE seq = 2", ("missing", 2)),
            ("DELETE FROM negotiation_event WHERE seq = 3", ("missing", 3)),
        ],
    )
    def test_names_the_first_broken_event(self, change, fault):
        record_some()
        lift_triggers()
        with connection.cursor() as cursor:
            cursor.execute(change)
        assert [(link.fault, link.seq) for link in broken_links()] == [fault]

    def test_exits_with_one(self):
        record_some()
        lift_triggers()
        Event.objects.filter(seq=2).update(data={})
        with pytest.raises(SystemExit) as stopped:
            call_command("verify_audit", stdout=StringIO(), stderr=StringIO())
        assert stopped.value.code == 1

    def test_prints_the_heads_that_prove_a_chain_was_not_rebuilt(self):
        record_some()
        out = StringIO()
        call_command("verify_audit", "--heads", stdout=out)
        assert EventStream.objects.get().head in out.getvalue()
