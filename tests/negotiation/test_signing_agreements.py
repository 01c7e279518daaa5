"""From agreed to signed: the steps in their order, the documents made once, the plan begun once."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from negotiation.documents.signing_keys import SigningKeyMissing
from negotiation.domain.workflow import NegotiationState, PlanState
from negotiation.models import Agreement, Document, Instalment, Job, Negotiation, Plan
from negotiation.queries.agreements import governing_document
from negotiation.services import sealing, signing
from negotiation.services.refusals import (
    DocumentChanged,
    NotReadyToSign,
    OfferExpired,
    ReadingTimeTooShort,
    StaleNegotiation,
)
from negotiation.services.signing import READING_TIME, StepUp
from tests.factories import NOW, make_account, make_cardholder, make_document, make_negotiation

pytestmark = pytest.mark.usefixtures("policy")
READ = NOW + READING_TIME


@pytest.fixture
def agreement() -> Agreement:
    """Agreed at once, with a file to be signed."""
    make_negotiation(instalment_count=36)
    agreement = Agreement.objects.get()
    make_document(agreement)
    return agreement


def render(agreement):
    effect = sealing.render_documents({"agreement": str(agreement.pk)}, now=NOW)
    if effect:
        with transaction.atomic():
            effect()


@pytest.fixture
def rendered() -> Agreement:
    """Agreed at once, with the real documents."""
    make_negotiation(instalment_count=36)
    agreement = Agreement.objects.get()
    render(agreement)
    return agreement


def steps_of(agreement, *, sha256=None, now=READ):
    who = {"cardholder": agreement.negotiation.cardholder, "reference": agreement.reference}
    names = {item.name for item in signing.required_undertakings(agreement, "zh-hans")}
    step_up = StepUp("code-1", sha256 or governing_document(agreement).draft_sha256)
    return [
        lambda: signing.show_cost_sheet(**who, now=NOW),
        lambda: signing.confirm_cost_sheet(**who, now=now),
        lambda: signing.give_undertakings(**who, names=names, language="zh-hans", now=now),
        lambda: signing.sign(**who, step_up=step_up, now=now),
    ]


def sign(agreement, **changes):
    for step in steps_of(agreement, **changes):
        step()


def seal(agreement):
    effect = sealing.seal_documents({"agreement": str(agreement.pk)}, now=READ)
    if effect:
        with transaction.atomic():
            effect()


class TestRendering:
    def test_makes_one_document_a_language_and_hashes_what_will_be_shown(self, rendered):
        documents = list(Document.objects.order_by("language"))
        assert [(item.language, item.is_governing) for item in documents] == [("en", False), ("zh-hans", True)]
        assert all(hashlib.sha256(item.draft_content).hexdigest() == item.draft_sha256 for item in documents)

    def test_never_happens_twice(self, rendered):
        assert sealing.render_documents({"agreement": str(rendered.pk)}, now=READ) is None


class TestSigning:
    def test_puts_everything_on_record(self, agreement):
        sign(agreement)
        signed = Agreement.objects.get()
        assert signed.signed_by == signed.negotiation.cardholder.user
        assert signed.signed_document_sha256 == governing_document(agreement).draft_sha256
        assert {item["name"] for item in signed.undertakings} == {
            "no_new_cards",
            "true_information",
            "costs_read",
            "agree_to_sign",
        }
        assert Negotiation.objects.get().state == NegotiationState.BEING_SIGNED
        assert Job.objects.filter(kind="seal_agreement").count() == 1

    def test_twice_makes_one_agreement(self, agreement):
        sign(agreement)
        steps_of(agreement)[-1]()
        assert Job.objects.filter(kind="seal_agreement").count() == 1

    @pytest.mark.parametrize("skipped", [0, 1, 2])
    def test_is_refused_when_a_step_was_skipped(self, agreement, skipped):
        steps = steps_of(agreement)
        for step in steps[:skipped]:
            step()
        with pytest.raises(NotReadyToSign):
            steps[skipped + 1]()

    def test_is_refused_before_the_cost_sheet_could_be_read(self, agreement):
        with pytest.raises(ReadingTimeTooShort):
            sign(agreement, now=READ - timedelta(seconds=1))

    def test_is_refused_when_an_undertaking_is_missing(self, agreement):
        show, confirm, *_ = steps_of(agreement)
        show(), confirm()
        with pytest.raises(NotReadyToSign):
            signing.give_undertakings(
                cardholder=agreement.negotiation.cardholder,
                reference=agreement.reference,
                names={"costs_read"},
                language="en",
                now=READ,
            )

    def test_is_refused_with_a_code_for_another_document(self, agreement):
        with pytest.raises(DocumentChanged):
            sign(agreement, sha256="0" * 64)
        assert Negotiation.objects.get().state == NegotiationState.AGREED

    def test_is_refused_when_it_is_too_late(self, agreement):
        signing.show_cost_sheet(cardholder=agreement.negotiation.cardholder, reference=agreement.reference, now=NOW)
        with pytest.raises(OfferExpired):
            signing.confirm_cost_sheet(
                cardholder=agreement.negotiation.cardholder, reference=agreement.reference, now=NOW + timedelta(days=8)
            )

    def test_is_refused_after_a_withdrawal(self, agreement):
        Negotiation.objects.update(state=NegotiationState.WITHDRAWN)
        with pytest.raises(StaleNegotiation):
            sign(agreement)

    def test_of_a_stranger_finds_nothing(self, agreement):
        with pytest.raises(Agreement.DoesNotExist):
            signing.show_cost_sheet(cardholder=make_cardholder(), reference=agreement.reference, now=NOW)

    def test_cannot_be_written_without_its_evidence(self, agreement):
        with pytest.raises(IntegrityError, match="agreement_signed_with_evidence"), transaction.atomic():
            Agreement.objects.update(signed_at=READ)


@pytest.mark.usefixtures("bank_key")
class TestSealing:
    def test_signs_both_documents_and_begins_the_plan(self, rendered):
        sign(rendered)
        seal(rendered)
        assert Negotiation.objects.get().state == NegotiationState.SIGNED
        for document in Document.objects.all():
            content = bytes(document.content)
            assert content.startswith(bytes(document.draft_content))
            assert hashlib.sha256(content).hexdigest() == document.sha256
        assert Plan.objects.get().state == PlanState.ACTIVE

    def test_puts_the_agreed_rows_into_force(self, rendered):
        sign(rendered)
        seal(rendered)
        rows = [(row.seq, row.due_date, row.principal, row.payment) for row in Instalment.objects.order_by("seq")]
        assert rows == [(row.seq, row.due_date, row.principal, row.payment) for row in rendered.quote.schedule.rows]

    def test_never_happens_twice(self, rendered):
        sign(rendered)
        seal(rendered)
        before = list(Document.objects.order_by("pk").values_list("sha256", flat=True))
        seal(rendered)
        assert list(Document.objects.order_by("pk").values_list("sha256", flat=True)) == before
        assert Plan.objects.count() == 1

    def test_of_two_workers_counts_once(self, rendered):
        sign(rendered)
        first, second = (sealing.seal_documents({"agreement": str(rendered.pk)}, now=READ) for _ in range(2))
        with transaction.atomic():
            first()
        with pytest.raises(StaleNegotiation), transaction.atomic():
            second()
        assert Plan.objects.count() == 1

    def test_makes_documents_that_never_change(self, rendered):
        sign(rendered)
        seal(rendered)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Document.objects.update(content=b"")

    def test_waits_for_a_down_payment_where_one_was_agreed(self):
        make_negotiation(account=make_account(), instalment_count=36, down_payment=Decimal("1000.00"))
        agreement = Agreement.objects.get()
        render(agreement)
        sign(agreement)
        seal(agreement)
        assert Plan.objects.get().state == PlanState.PENDING_DOWN_PAYMENT


class TestASealThatCannotBeMade:
    def test_leaves_the_agreement_being_signed(self, agreement, settings, tmp_path):
        settings.SIGN_P12_PATH = tmp_path / "missing.p12"
        sign(agreement)
        with pytest.raises(SigningKeyMissing):
            seal(agreement)
        assert Negotiation.objects.get().state == NegotiationState.BEING_SIGNED
        assert not Plan.objects.exists()
