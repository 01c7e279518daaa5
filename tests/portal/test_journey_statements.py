"""The agreement page after signing: a statement of account is asked for, appears, and opens; the certificate too."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from negotiation.domain.workflow import PlanAction, PlanState
from negotiation.models import Agreement, Document, Job, JobState, Plan
from negotiation.services import plan_documents
from negotiation.services.plans import change_plan
from tests.factories import NOW, publish_policy
from tests.negotiation.documents.agreements import sealed_agreement, use_key
from tests.negotiation.documents.authority import Authority
from tests.portal.cast import Person, alice, charlie

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def owner(settings: Any, tmp_path: Any, authority: Authority) -> Any:
    """Alice, whose agreement both sides have signed."""
    use_key(settings, tmp_path, authority.issue())
    publish_policy()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        person = alice()
        sealed_agreement(account=person.account)
        yield person


def place(step: str = "") -> str:
    return f"/agreements/{Agreement.objects.get().reference}/{step}"


def page(owner: Person) -> str:
    return owner.client.get(place()).content.decode()


def carry_out(kind: str) -> None:
    job = Job.objects.get(kind=kind)
    effect = getattr(plan_documents, kind)(job.payload, now=NOW + timedelta(hours=1))
    with transaction.atomic():
        effect()
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)


class TestAStatement:
    def test_is_asked_for_appears_and_opens(self, owner: Person) -> None:
        assert "Make a statement of account" in page(owner)
        assert owner.client.post(place("statement/")).headers["Location"] == place()
        waiting = page(owner)
        assert "is being prepared and signed" in waiting
        assert "Make a statement of account" not in waiting
        carry_out("issue_statement")
        ready = page(owner)
        assert "in Chinese (PDF)" in ready
        assert "as soon as the bank has newer figures" in ready
        made = Document.objects.get(kind="STATEMENT_OF_ACCOUNT", language="en")
        response = owner.client.get(place(f"documents/{made.reference}/"))
        assert response.content == bytes(made.content)
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "statement_of_account" in response.headers["Content-Disposition"]
        assert "-2026-11-23-en.pdf" in response.headers["Content-Disposition"]

    def test_is_nobody_elses(self, owner: Person) -> None:
        stranger = charlie()
        assert stranger.client.post(place("statement/")).status_code == 404
        assert not Job.objects.filter(kind="issue_statement").exists()

    def test_is_not_made_by_looking(self, owner: Person) -> None:
        assert owner.client.get(place("statement/")).headers["Location"] == place()
        assert not Job.objects.filter(kind="issue_statement").exists()

    def test_of_an_ended_plan_is_refused_kindly(self, owner: Person) -> None:
        Plan.objects.update(state=PlanState.TERMINATED, ended_at=NOW)
        assert "Make a statement of account" not in page(owner)
        response = owner.client.post(place("statement/"))
        assert (response.status_code, "This plan is not running" in response.content.decode()) == (409, True)


class TestTheSettlementCertificate:
    def test_is_on_the_page_when_all_is_paid(self, owner: Person) -> None:
        change_plan(plan=Plan.objects.get(), action=PlanAction.COMPLETE, now=NOW)
        carry_out("issue_settlement_certificate")
        assert "Settlement certificate" in page(owner)


class TestAnAbsurdRange:
    def test_is_answered_with_the_whole_file(self, owner: Person) -> None:
        made = Document.objects.get(language="en")
        headers = {"Range": f"bytes={'9' * 5000}-"}
        assert owner.client.get(place(f"documents/{made.reference}/"), headers=headers).status_code == 200
