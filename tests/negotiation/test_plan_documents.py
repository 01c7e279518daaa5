"""Statements of account and the settlement certificate: what they say, when they are made, and that each is made once."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from negotiation.documents.evidence import check_bundle
from negotiation.documents.signing_keys import SigningKeyMissing, bank_trust
from negotiation.documents.statement import RowStanding
from negotiation.domain.workflow import PlanAction, PlanState
from negotiation.jobs import registry
from negotiation.models import Agreement, CardAccount, Document, EntryKind, Event, Job, LedgerEntry, Plan
from negotiation.models.agreements import DocumentKind
from negotiation.queries.agreements import governing_document
from negotiation.queries.verification import Standing, check_document
from negotiation.services import plan_documents
from negotiation.services.evidence_bundle import export_evidence
from negotiation.services.plan_content import settlement_content, statement_content
from negotiation.services.plans import change_plan
from negotiation.services.refusals import PlanNotInForce
from tests.factories import NOW, make_cardholder
from tests.negotiation.documents.agreements import sealed_agreement
from tests.negotiation.documents.tools import page_text

pytestmark = pytest.mark.usefixtures("policy", "bank_key")
YUAN = Decimal
LATER = NOW + timedelta(days=100)


@pytest.fixture
def plan() -> Plan:
    """Thirty-six instalments of 964.52 from 25 December 2026; nothing paid yet."""
    return sealed_agreement(is_standard=True).plan


def pay(plan: Plan, day: date, amount: str) -> None:
    """What the next feed would bring: a payment, and figures of a later day."""
    number = LedgerEntry.objects.count() + 1
    LedgerEntry.objects.create(
        account=plan.account,
        source_id=f"L{number}",
        posting=f"P{number}",
        kind=EntryKind.PAYMENT,
        component="purchase_principal",
        posting_date=day,
        amount=-YUAN(amount),
    )
    CardAccount.objects.update(as_of=LATER)
    plan.account.refresh_from_db()


def request(plan: Plan) -> None:
    agreement = plan.agreement
    plan_documents.request_statement(
        cardholder=agreement.negotiation.cardholder, reference=agreement.reference, now=LATER
    )


def carry_out(kind: str) -> None:
    """What a worker does for the newest job of that kind."""
    job = Job.objects.filter(kind=kind).latest("pk")
    effect = registry.registration_for(kind).handler(job.payload, now=LATER)
    if effect:
        with transaction.atomic():
            effect()


def complete(plan: Plan) -> None:
    change_plan(plan=plan, action=PlanAction.COMPLETE, now=LATER)
    plan.refresh_from_db()


class TestStatementContent:
    def test_says_what_was_paid_what_is_late_and_what_is_due_later(self, plan: Plan) -> None:
        pay(plan, date(2026, 12, 20), "1000.00")
        content = statement_content(plan)
        first, second, third, fourth = content.rows[:4]
        assert (first.paid, first.paid_date, first.standing) == (YUAN("964.52"), date(2026, 12, 20), RowStanding.PAID)
        assert (second.paid, second.standing) == (YUAN("35.48"), RowStanding.OVERDUE)
        assert (third.paid, third.standing) == (0, RowStanding.OVERDUE)
        assert fourth.standing == RowStanding.DUE_LATER
        assert (content.as_of, content.paid) == (date(2027, 3, 3), YUAN("1000.00"))

    def test_leaves_out_what_the_agreed_balance_had_seen(self, plan: Plan) -> None:
        pay(plan, date(2026, 11, 20), "500.00")
        assert statement_content(plan).paid == 0

    def test_does_not_call_late_what_is_due_on_the_day_that_is_not_over(self, plan: Plan) -> None:
        plan.account.as_of = datetime(2026, 12, 25, 10, tzinfo=UTC)
        assert statement_content(plan).rows[0].standing == RowStanding.DUE_LATER
        plan.account.as_of = datetime(2026, 12, 25, 16, tzinfo=UTC)
        in_grace = statement_content(plan)
        assert (in_grace.rows[0].standing, in_grace.overdue) == (RowStanding.IN_GRACE, 0)
        plan.account.as_of = datetime(2026, 12, 28, 16, tzinfo=UTC)
        late = statement_content(plan)
        assert (late.rows[0].standing, late.overdue, late.late_interest) == (
            RowStanding.OVERDUE,
            YUAN("964.52"),
            YUAN("1.93"),
        )

    def test_begins_no_earlier_than_the_plan(self, plan: Plan) -> None:
        CardAccount.objects.update(as_of=NOW - timedelta(days=3))
        plan.account.refresh_from_db()
        assert statement_content(plan).as_of == date(2026, 11, 23)

    def test_counts_a_midnight_as_the_day_before(self, plan: Plan) -> None:
        plan.account.as_of = NOW.replace(day=30, hour=16)
        assert statement_content(plan).as_of == date(2026, 11, 30)


class TestAStatement:
    def test_is_made_signed_and_recorded_in_both_languages(self, plan: Plan) -> None:
        pay(plan, date(2026, 12, 20), "1000.00")
        request(plan)
        carry_out("issue_statement")
        made = Document.objects.filter(kind=DocumentKind.STATEMENT_OF_ACCOUNT)
        assert {document.language for document in made} == {"zh-hans", "en"}
        for document in made:
            checked = check_document(bytes(document.content), now=LATER)
            assert (checked.is_genuine, checked.kind, checked.standing) == (True, document.kind, Standing.CURRENT)
            assert bytes(document.content).startswith(bytes(document.draft_content))
        kinds = Event.objects.filter(stream__name=f"plan:{plan.agreement.reference}").order_by("seq")
        assert list(kinds.values_list("kind", flat=True)) == ["statement_requested", "document_issued"]

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_says_the_same_on_the_page_in_its_data_and_in_the_ledger(
        self, plan: Plan, language: str, tmp_path: Path
    ) -> None:
        pay(plan, date(2026, 12, 20), "1000.00")
        request(plan)
        carry_out("issue_statement")
        path = tmp_path / "statement.pdf"
        path.write_bytes(Document.objects.get(kind=DocumentKind.STATEMENT_OF_ACCOUNT, language=language).content)
        with pikepdf.open(path) as pdf:
            data = json.loads(pdf.attachments["statement.json"].get_file().read_bytes())
        lines = [line.split() for line in page_text(path).replace(",", "").splitlines()]
        for row, said in zip(plan.instalments.all(), data["rows"], strict=True):
            assert (said["due_date"], said["payment"]) == (row.due_date.isoformat(), str(row.payment))
            start = [str(row.seq), said["due_date"], said["payment"], said["paid"]]
            assert any(line[:4] == start for line in lines), start
        assert (data["totals"]["paid"], data["totals"]["remaining"]) == ("1000.00", "33723.06")

    def test_asked_for_twice_is_made_once(self, plan: Plan) -> None:
        for _ in range(2):
            request(plan)
        carry_out("issue_statement")
        carry_out("issue_statement")
        request(plan)
        assert Document.objects.filter(kind=DocumentKind.STATEMENT_OF_ACCOUNT).count() == 2
        assert Job.objects.filter(kind="issue_statement").count() == 1
        assert Event.objects.filter(kind="statement_requested").count() == 1

    def test_is_made_anew_when_the_bank_has_newer_figures(self, plan: Plan) -> None:
        request(plan)
        carry_out("issue_statement")
        pay(plan, date(2026, 12, 20), "1000.00")
        request(plan)
        carry_out("issue_statement")
        days = (
            Document.objects.filter(language="en", as_of__isnull=False)
            .order_by("as_of")
            .values_list("as_of", flat=True)
        )
        assert list(days) == [date(2026, 11, 23), date(2027, 3, 3)]

    def test_waits_while_the_bank_cannot_sign(self, plan: Plan, settings: Any, tmp_path: Path) -> None:
        request(plan)
        settings.SIGN_P12_PATH = tmp_path / "missing.p12"
        with pytest.raises(SigningKeyMissing):
            carry_out("issue_statement")
        assert not Document.objects.filter(kind=DocumentKind.STATEMENT_OF_ACCOUNT).exists()

    def test_is_not_made_of_an_ended_plan(self, plan: Plan) -> None:
        complete(plan)
        with pytest.raises(PlanNotInForce):
            request(plan)

    def test_is_not_made_for_a_stranger(self, plan: Plan) -> None:
        with pytest.raises(Agreement.DoesNotExist):
            plan_documents.request_statement(
                cardholder=make_cardholder(), reference=plan.agreement.reference, now=LATER
            )

    def test_needs_a_day(self, plan: Plan) -> None:
        with pytest.raises(IntegrityError, match="document_as_of_if_statement"), transaction.atomic():
            _copy(plan, DocumentKind.STATEMENT_OF_ACCOUNT)


class TestASettlementCertificate:
    def test_follows_when_everything_is_paid(self, plan: Plan) -> None:
        pay(plan, date(2026, 12, 20), "34723.06")
        complete(plan)
        carry_out("issue_settlement_certificate")
        made = Document.objects.filter(kind=DocumentKind.SETTLEMENT_CERTIFICATE)
        assert made.count() == 2
        for document in made:
            checked = check_document(bytes(document.content), now=LATER)
            assert (checked.is_genuine, checked.standing) == (True, Standing.COMPLETED)
        assert settlement_content(plan).total_paid == YUAN("34723.06")
        assert settlement_content(plan).settled_date == date(2026, 12, 20), "the day of the payment, not of the job"

    def test_of_a_plan_paid_off_with_too_much_leaves_the_rest_out(self, plan: Plan) -> None:
        pay(plan, date(2026, 12, 20), "35000.00")
        complete(plan)
        assert settlement_content(plan).total_paid == YUAN("34723.06")

    def test_is_made_once(self, plan: Plan) -> None:
        complete(plan)
        carry_out("issue_settlement_certificate")
        carry_out("issue_settlement_certificate")
        assert Document.objects.filter(kind=DocumentKind.SETTLEMENT_CERTIFICATE).count() == 2

    def test_of_two_workers_counts_once(self, plan: Plan) -> None:
        complete(plan)
        first, second = (
            plan_documents.issue_settlement_certificate({"agreement": str(plan.agreement_id)}, now=LATER)
            for _ in range(2)
        )
        with transaction.atomic():
            first()
        with pytest.raises(IntegrityError), transaction.atomic():
            second()

    def test_is_never_made_of_a_plan_that_is_not_paid_off(self, plan: Plan) -> None:
        payload = {"agreement": str(plan.agreement_id)}
        for state in set(PlanState) - {PlanState.COMPLETED}:
            Plan.objects.update(state=state, broken_on=date(2026, 12, 25))
            assert plan_documents.issue_settlement_certificate(payload, now=LATER) is None

    def test_does_not_take_the_place_of_the_agreement(self, plan: Plan) -> None:
        complete(plan)
        carry_out("issue_settlement_certificate")
        assert governing_document(plan.agreement).kind == DocumentKind.AGREEMENT

    def test_goes_into_the_evidence(self, plan: Plan) -> None:
        request(plan)
        carry_out("issue_statement")
        complete(plan)
        carry_out("issue_settlement_certificate")
        bundle = export_evidence(reference=plan.agreement.reference, now=LATER)
        files = check_bundle(bundle, trust=bank_trust(), now=LATER).files
        names = {name for name in files if name.startswith("documents/")}
        assert {
            "documents/settlement_certificate-en.pdf",
            "documents/statement_of_account-2026-11-23-zh-hans.pdf",
        } < names
        assert sum(name.endswith("as-shown.pdf") for name in names) == 2
        assert "plan_completed" in {event["kind"] for event in json.loads(files["events.json"])}


def _copy(plan: Plan, kind: DocumentKind) -> None:
    source = plan.agreement.documents.first()
    Document.objects.create(
        agreement=plan.agreement,
        kind=kind,
        language="en",
        is_governing=False,
        draft_content=bytes(source.draft_content),
        draft_sha256=source.draft_sha256,
        rendered_at=NOW,
    )
