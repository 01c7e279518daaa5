"""Whoever can lift the triggers can alter a record; the audit then says which one."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from negotiation.domain.workflow import PlanAction, PlanState
from negotiation.models import Message, Negotiation
from negotiation.services.audit import altered_records
from negotiation.services.messages import write_to_bank
from negotiation.services.plans import change_plan
from tests.factories import NOW, make_account
from tests.negotiation.signed_plans import agree, propose, sign

pytestmark = pytest.mark.usefixtures("policy")

ALTERATIONS = {
    "UPDATE negotiation_quote SET rows = '[]'": {"quote terms or rows", "plan instalments"},
    "UPDATE negotiation_quote SET terms = '{}'": {"quote terms or rows", "plan contents, beyond reading"},
    "UPDATE negotiation_quote SET total_interest = total_interest + 1": {"quote totals"},
    "UPDATE negotiation_quote SET policy_version = 7": {"quote terms or rows"},
    "UPDATE negotiation_arrearssnapshot SET late_fee = late_fee + 1, total = total + 1": {"quote terms or rows"},
    "UPDATE negotiation_negotiation SET state = 'WITH_BANK'": {"negotiation state"},
    "UPDATE negotiation_negotiation SET expires_at = '2031-01-01 00:00:00+00:00'": {"negotiation end"},
    "UPDATE negotiation_offer SET expires_at = NULL WHERE seq = 1": {"negotiation end of an offer"},
    "UPDATE negotiation_offer SET expires_at = made_at WHERE seq = 2": {"negotiation end of an offer"},
    "UPDATE negotiation_offer SET party = 'REVIEWER' WHERE seq = 1": {"negotiation offers"},
    "DELETE FROM negotiation_offer WHERE seq = 2": {"negotiation offers"},
    "UPDATE negotiation_agreement SET step_up_reference = 'x'": {"agreement signature of the cardholder"},
    "UPDATE negotiation_agreement SET signed_by_id = NULL": {"agreement signature of the cardholder"},
    "UPDATE negotiation_agreement SET undertakings_given_at = cost_sheet_shown_at": {"agreement undertakings_given_at"},
    "UPDATE negotiation_document SET content = draft_content": {"document signed bytes"},
    "UPDATE negotiation_document SET draft_content = content": {"document bytes shown for signing"},
    "UPDATE negotiation_plan SET state = 'COMPLETED'": {"plan state"},
    "UPDATE negotiation_instalment SET due_date = '2031-01-01' WHERE seq = 3": {"plan instalments"},
    "DELETE FROM negotiation_instalment WHERE seq = 3": {"plan instalments"},
    "UPDATE negotiation_policyversion SET max_rounds = 99": {"policyversion limits"},
    "UPDATE negotiation_policyband SET max_months = 61": {"policyversion limits"},
    "UPDATE negotiation_policyauthority SET max_months = 12": {"policyversion limits"},
    "UPDATE negotiation_policyversion SET sha256 = 'x'": {"policyversion publication"},
}

RECORDS = [
    "negotiation_event",
    "negotiation_offer",
    "negotiation_quote",
    "negotiation_arrearssnapshot",
    "negotiation_message",
    "negotiation_policyversion",
    "negotiation_policyband",
]


def lift_triggers() -> None:
    """What somebody with full rights over the database could do; undone with the test's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def alter(statement: str) -> None:
    lift_triggers()
    with connection.cursor() as cursor:
        cursor.execute(statement)


def said() -> set[str]:
    """What is altered, each record without its name."""
    return {f"{found.record.partition(' ')[0]} {found.part}" for found in altered_records()}


class TestAltered:
    def test_is_nothing_that_the_services_wrote(self):
        account = make_account()
        plan = sign(agree(account, now=NOW, instalment_count=36), now=NOW)
        propose(make_account(), now=NOW, instalment_count=48)
        change_plan(plan=plan, action=PlanAction.SUPERSEDE, now=NOW)
        assert plan.state == PlanState.SUPERSEDED
        assert said() == set()

    @pytest.mark.parametrize("statement", ALTERATIONS)
    def test_is_named(self, statement):
        sign(agree(make_account(), now=NOW, instalment_count=36), now=NOW)
        alter(statement)
        assert said() == ALTERATIONS[statement]

    def test_is_a_negotiation_whose_whole_chain_is_gone(self):
        propose(make_account(), now=NOW)
        lift_triggers()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM negotiation_event WHERE kind <> 'policy_published'")
            cursor.execute("DELETE FROM negotiation_eventstream WHERE name LIKE 'negotiation:%'")
        assert "negotiation state" in said()

    def test_is_a_negotiation_that_lost_a_message(self):
        negotiation = propose(make_account(), now=NOW, instalment_count=48)
        write_to_bank(
            cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, text="Hello", now=NOW
        )
        assert said() == set()
        alter("DELETE FROM negotiation_message")
        assert not Message.objects.exists()
        assert said() == {"negotiation messages"}


class TestARecord:
    @pytest.mark.parametrize("table", RECORDS)
    def test_is_not_replaced(self, table):
        """SQLite's REPLACE asks no trigger that refuses a removal."""
        negotiation = propose(make_account(), now=NOW, instalment_count=48)
        write_to_bank(
            cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, text="Hello", now=NOW
        )
        replaces = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{replaces} {table} SELECT * FROM {table}")


class TestVerifyAudit:
    def test_ends_with_one_and_names_the_record(self):
        propose(make_account(), now=NOW)
        alter("UPDATE negotiation_negotiation SET state = 'DECLINED'")
        out, err = StringIO(), StringIO()
        with pytest.raises(SystemExit) as stopped:
            call_command("verify_audit", stdout=out, stderr=err)
        assert stopped.value.code == 1
        assert f"negotiation {Negotiation.objects.get().reference}: state altered" in err.getvalue()
        assert "0 broken; 1 records altered" in out.getvalue()
