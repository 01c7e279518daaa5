"""The public verify page: right answers, no personal data, nothing stored."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from time_machine import travel

from negotiation.documents.agreement import render_agreement
from negotiation.documents.signing import seal
from negotiation.documents.signing_keys import bank_signer
from negotiation.documents.verification import LARGEST_FILE, Reason
from negotiation.domain.workflow import PlanState
from negotiation.models import Agreement, Event, Plan
from negotiation.queries import verification as queries
from negotiation.queries.verification import Standing
from portal.journey.verify import EMPTY, REFUSALS, STANDINGS
from portal.templatetags.formatting import plain_moment
from tests.factories import publish_policy
from tests.negotiation.documents.agreements import sealed_agreement, signed_bytes, use_key
from tests.negotiation.documents.authority import NOW, Authority
from tests.negotiation.documents.contents import agreement_content
from tests.negotiation.documents.tampering import tamperings
from tests.portal.cast import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def agreement(settings: Any, tmp_path: Path, authority: Authority) -> Agreement:
    use_key(settings, tmp_path, authority.issue())
    publish_policy()
    return sealed_agreement(is_standard=True)


def drop(client: Client, content: bytes, address: str = "/verify/") -> Any:
    return client.post(address, {"document": SimpleUploadedFile("agreement.pdf", content, "application/pdf")})


class TestVerifyPage:
    def test_calls_the_issued_file_genuine_and_in_force(self, agreement: Agreement) -> None:
        page = drop(browser(), signed_bytes(agreement)).content.decode()
        assert "The document is genuine" in page
        assert "In force" in page
        assert "Example Bank agreements" in page

    def test_tells_what_became_of_the_agreement(self, agreement: Agreement) -> None:
        pdf = signed_bytes(agreement)
        for state in PlanState:
            Plan.objects.update(state=state.value, broken_on=NOW.date())
            with override("en"):
                words = str(STANDINGS[queries.STANDINGS[state]][0])
            page = drop(browser(), pdf).content.decode()
            assert "The document is genuine" in page
            assert words in page
            assert words in browser().get(f"/verify/{agreement.reference}/").content.decode()

    def test_shows_the_steps_of_signing(self, agreement: Agreement) -> None:
        page = drop(browser(), signed_bytes(agreement)).content.decode()
        with override("en"):
            moments = [plain_moment(at) for at in (agreement.cost_sheet_shown_at, agreement.signed_at)]
        for words in ("How both sides signed", "one-time code", "acceptance.json", *moments):
            assert words in page
        unrecorded = seal(render_agreement(agreement_content(), "en").pdf, bank_signer(), now=NOW).pdf
        assert "How both sides signed" not in drop(browser(), unrecorded).content.decode()

    def test_shows_no_personal_data(self, agreement: Agreement) -> None:
        account, cardholder = agreement.negotiation.account, agreement.negotiation.cardholder
        for response in (drop(browser(), signed_bytes(agreement)), browser().get(f"/verify/{agreement.reference}/")):
            page = response.content.decode()
            assert cardholder.name not in page
            assert f"{account.total:,.2f}" not in page
            assert account.reference not in page
            assert not re.search(rf"(?<![0-9a-f]){account.card_last4}(?![0-9a-f])", page)

    def test_refuses_every_tampering_in_words(self, agreement: Agreement, authority: Authority) -> None:
        pdf, original = signed_bytes(agreement), bytes(agreement.documents.get(language="zh-hans").draft_content)
        for case in tamperings(original, authority):
            response = drop(browser(), case.change(pdf))
            page = response.content.decode()
            words = EMPTY if case.name == "an empty file" else REFUSALS[case.reason]
            assert str(words[0]).replace("'", "&#x27;") in page, case.name
            assert "The document is genuine" not in page

    def test_refuses_a_large_file_without_reading_it(self, agreement: Agreement) -> None:
        response = drop(browser(), bytes(LARGEST_FILE + 70_000))
        assert response.status_code == 413
        assert "The file is too large" in response.content.decode()

    def test_does_not_vouch_for_a_signed_file_that_it_never_issued(
        self, agreement: Agreement, authority: Authority
    ) -> None:
        pdf = seal(render_agreement(agreement_content(), "en").pdf, bank_signer(), now=NOW).pdf
        page = drop(browser(), pdf).content.decode()
        assert "This copy is not in the bank&#x27;s records" in page

    def test_still_vouches_when_the_certificate_has_expired(
        self, settings: Any, tmp_path: Path, authority: Authority
    ) -> None:
        use_key(settings, tmp_path, authority.issue(days=2, since=1))
        publish_policy()
        pdf = signed_bytes(sealed_agreement(now=NOW, is_standard=True))
        with travel(NOW.replace(year=2029), tick=False):
            assert "The document is genuine" in drop(browser(), pdf).content.decode()

    def test_notices_that_the_file_is_not_the_one_of_the_code(self, agreement: Agreement) -> None:
        page = drop(browser(), signed_bytes(agreement), "/verify/0000ABCDEFGH/").content.decode()
        assert "It is not the agreement whose code you followed" in page

    def test_says_the_same_of_unknown_and_unsigned_references(self, agreement: Agreement) -> None:
        Agreement.objects.update(sealed_at=None)
        unknown = browser().get("/verify/0000ABCDEFGH/").content.decode()
        unsigned = browser().get(f"/verify/{agreement.reference}/").content.decode()
        assert "No signed agreement has this reference" in unknown
        assert _bare(unknown, "0000ABCDEFGH") == _bare(unsigned, agreement.reference)

    def test_writes_nothing_to_disk_and_changes_nothing(
        self, agreement: Agreement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def forbidden(*args: Any, **kwargs: Any) -> None:
            raise AssertionError("a file was written")

        monkeypatch.setattr(uploadedfile.TemporaryUploadedFile, "__init__", forbidden)
        events = Event.objects.count()
        drop(browser(), signed_bytes(agreement) + bytes(4_000_000))
        assert Event.objects.count() == events

    def test_asks_again_when_no_file_was_chosen(self) -> None:
        page = browser().post("/verify/").content.decode()
        assert "Choose a PDF file." in page

    def test_answers_for_one_file_at_a_time(self, agreement: Agreement) -> None:
        """Else the answer about the last of them would seem to be about all."""
        files = [SimpleUploadedFile("a.pdf", b"%PDF-1.7"), SimpleUploadedFile("b.pdf", signed_bytes(agreement))]
        page = browser().post("/verify/", {"document": files}).content.decode()
        assert "Choose one file at a time." in page
        assert "genuine" not in page

    def test_refuses_a_forged_form(self, agreement: Agreement) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert drop(strict, b"%PDF-").status_code == 403

    def test_works_in_chinese(self, agreement: Agreement) -> None:
        assert "该文件真实可信" in drop(Client(), signed_bytes(agreement)).content.decode()

    def test_has_words_for_every_answer(self) -> None:
        assert set(REFUSALS) == set(Reason) - {Reason.GENUINE}
        assert set(STANDINGS) == set(Standing)


def _bare(page: str, reference: str) -> str:
    return re.sub(r'value="\w{64}"', "", page.replace(reference, "REFERENCE"))
