"""Writing to the bank and attaching documents: what the pages take, refuse and hand out."""

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core.files import locks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from negotiation.domain.attachments import LARGEST_ATTACHMENT
from negotiation.models import Message, Negotiation, ProofKind, SupportingDocument, User
from negotiation.services import proposals, reviews
from negotiation.services.messages import MOST_A_DAY, write_to_cardholder
from portal.journey.words import PROOFS
from tests.factories import NOW, make_negotiation, make_quote
from tests.negotiation.files import JPEG, PDF
from tests.portal.cast import Person, charlie

TICK = "consent_2026-11"
"""The tick is named after the version of the words that it is given to."""

pytestmark = pytest.mark.usefixtures("policy", "files")


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def address(negotiation: Negotiation, act: str = "") -> str:
    return f"/negotiations/{negotiation.reference}/{act}"


def shown(owner: Person, negotiation: Negotiation) -> str:
    return owner.client.get(address(negotiation)).content.decode()


def write(owner: Person, negotiation: Negotiation, text: str) -> Any:
    return owner.client.post(address(negotiation, "message/"), {"text": text})


def upload(owner: Person, negotiation: Negotiation, content: bytes = PDF, **fields: Any) -> Any:
    file = SimpleUploadedFile("王小明 病历.pdf", content, content_type="text/html")
    data = {"file": file, "shows": "HEALTH", TICK: "on"} | fields
    data = {name: value for name, value in data.items() if value is not None}
    return owner.client.post(address(negotiation, "documents/"), data)


class TestWriting:
    def test_puts_the_words_on_the_time_line_of_both(self, owner: Person, proposed: Negotiation, bob: User) -> None:
        assert "Write to the bank" in shown(owner, proposed)
        assert write(owner, proposed, "I start work\r\nin <March>.").headers["Location"] == address(proposed)
        write_to_cardholder(negotiation=proposed, reviewer=bob, text="Please show us the contract.", now=NOW)
        text = shown(owner, proposed)
        assert "I start work\nin &lt;March&gt;." in text
        assert "The bank wrote to you" in text and "Please show us the contract." in text
        assert bob.name not in text

    @pytest.mark.parametrize(
        ("words", "answer"), [("", "Write a few words."), ("x" * 1001, "at most 1000 characters; this one has 1001")]
    )
    def test_asks_again_for_what_cannot_be_sent(
        self, owner: Person, proposed: Negotiation, words: str, answer: str
    ) -> None:
        page = write(owner, proposed, words).content.decode()
        assert answer in page and words in page
        assert "maxlength" not in page, "a browser would cut what is pasted"
        assert not Message.objects.exists()

    def test_counts_a_lines_end_once(self, owner: Person, proposed: Negotiation) -> None:
        assert write(owner, proposed, "x" * 499 + "\r\n" + "x" * 500).status_code == 302

    def test_too_often_is_refused_kindly(self, owner: Person, proposed: Negotiation) -> None:
        for number in range(MOST_A_DAY):
            assert write(owner, proposed, f"{number}").status_code == 302
        response = write(owner, proposed, "once more")
        assert "once more" in response.content.decode()
        assert (response.status_code, Message.objects.count()) == (409, MOST_A_DAY)
        assert "You can write again tomorrow." in response.content.decode()

    def test_is_not_offered_when_it_is_over(self, owner: Person, proposed: Negotiation) -> None:
        proposals.withdraw(cardholder=owner.cardholder, negotiation_reference=proposed.reference, now=NOW)
        assert "Write to the bank" not in shown(owner, proposed)
        assert owner.client.get(address(proposed, "message/")).headers["Location"] == address(proposed)
        assert write(owner, proposed, "hello?").status_code == 409

    def test_of_the_bank_reloads_the_page(self, owner: Person, proposed: Negotiation, bob: User) -> None:
        live = owner.client.get(address(proposed, "status/?seen=WITH_BANK.0"), headers={"HX-Request": "true"})
        assert "HX-Refresh" not in live.headers
        write_to_cardholder(negotiation=proposed, reviewer=bob, text="A question.", now=NOW)
        live = owner.client.get(address(proposed, "status/?seen=WITH_BANK.0"), headers={"HX-Request": "true"})
        assert live.headers["HX-Refresh"] == "true"

    def test_leaves_the_newest_terms_the_current_ones(self, owner: Person, proposed: Negotiation) -> None:
        write(owner, proposed, "hello")
        assert shown(owner, proposed).count("offer-current") == 1


class TestAttaching:
    def test_keeps_the_file_and_lists_it_without_its_name(self, owner: Person, proposed: Negotiation) -> None:
        assert upload(owner, proposed).headers["Location"] == address(proposed)
        text = shown(owner, proposed)
        assert "Illness or injury (PDF)" in text
        assert "病历" not in text
        assert "You attached a document" in text

    def test_names_the_consent_and_how_it_ends(self, owner: Person, proposed: Negotiation) -> None:
        text = owner.client.get(address(proposed, "documents/")).content.decode()
        assert "sensitive personal information" in text
        assert "90 days after the negotiation ends" in text

    @pytest.mark.parametrize(
        ("fields", "answer"),
        [
            ({"content": b"MZ\x90"}, "This is no PDF, JPEG, PNG or HEIC file."),
            ({"content": b""}, "The file is empty."),
            ({"content": PDF[:20]}, "The file is cut short"),
            ({"content": JPEG[:100] + JPEG[-2:]}, "No picture can be read"),
            ({"content": PDF.ljust(LARGEST_ATTACHMENT + 1)}, "The file is larger than 8 MB."),
            ({"file": None}, "Choose a file."),
            ({"shows": "X"}, "Select a valid choice"),
            ({"shows": None}, "Choose what the document shows."),
            ({TICK: None}, "only if you agree to it"),
        ],
    )
    def test_asks_again_for_what_cannot_be_taken(
        self, owner: Person, proposed: Negotiation, fields: dict[str, Any], answer: str
    ) -> None:
        assert answer in upload(owner, proposed, **fields).content.decode()
        assert not SupportingDocument.objects.exists()

    def test_answers_a_huge_file_before_it_is_read(self, owner: Person, proposed: Negotiation) -> None:
        response = upload(owner, proposed, content=bytes(LARGEST_ATTACHMENT + 100_000))
        assert response.status_code == 413
        assert f'href="{address(proposed)}"' in response.content.decode()

    def test_takes_a_length_that_is_no_number_for_none(self, owner: Person, proposed: Negotiation) -> None:
        response = owner.client.post(address(proposed, "documents/"), CONTENT_LENGTH="abc")
        assert (response.status_code, "Choose a file." in response.content.decode()) == (200, True)

    def test_checks_the_token_against_forged_requests(self, owner: Person, proposed: Negotiation) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(owner.cardholder.user)
        data = {"file": SimpleUploadedFile("a.pdf", PDF), "shows": "HEALTH", TICK: "on"}
        assert strict.post(address(proposed, "documents/"), data).status_code == 403
        assert not SupportingDocument.objects.exists()

    def test_finds_no_room_and_says_so(
        self, owner: Person, proposed: Negotiation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_room(*args: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(locks, "lock", no_room)
        response = upload(owner, proposed)
        assert response.status_code == 503
        assert "Nothing of the file was kept" in response.content.decode()
        assert not SupportingDocument.objects.exists()

    def test_twice_is_refused_kindly(self, owner: Person, proposed: Negotiation) -> None:
        upload(owner, proposed)
        response = upload(owner, proposed)
        assert response.status_code == 409
        assert "This file is attached already" in response.content.decode()

    def test_is_offered_while_the_bank_has_not_decided(self, owner: Person, proposed: Negotiation, bob: User) -> None:
        quote = make_quote(proposed.account, instalment_count=30)
        reviews.counter(negotiation=proposed, reviewer=bob, quote=quote, message="", now=NOW)
        assert "Attach a document" in shown(owner, proposed)
        proposals.accept(
            cardholder=owner.cardholder,
            negotiation_reference=proposed.reference,
            quote_reference=quote.reference,
            now=NOW,
        )
        assert "Attach a document" not in shown(owner, proposed)
        assert owner.client.get(address(proposed, "documents/")).headers["Location"] == address(proposed)
        assert upload(owner, proposed).status_code == 409

    def test_knows_words_for_everything_that_a_document_may_show(self) -> None:
        assert set(PROOFS) == set(ProofKind.values)


class TestADocument:
    @pytest.fixture
    def document(self, owner: Person, proposed: Negotiation) -> SupportingDocument:
        upload(owner, proposed, content=JPEG)
        return SupportingDocument.objects.get()

    def test_is_handed_out_to_keep_and_never_shown_or_cached(
        self, owner: Person, proposed: Negotiation, document: SupportingDocument
    ) -> None:
        response = owner.client.get(address(proposed, f"documents/{document.reference}/"))
        assert response.content == JPEG
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{document.reference}.jpg"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "private, no-store"

    def test_is_not_found_under_another_negotiation(self, owner: Person, document: SupportingDocument) -> None:
        other = charlie()
        theirs = make_negotiation(account=other.account)
        for client in (owner.client, other.client):
            assert client.get(address(theirs, f"documents/{document.reference}/")).status_code == 404

    def test_is_deleted_after_asking_once_more(
        self, owner: Person, proposed: Negotiation, document: SupportingDocument
    ) -> None:
        page = address(proposed, f"documents/{document.reference}/delete/")
        assert "It is removed for good" in owner.client.get(page).content.decode()
        assert owner.client.post(page).headers["Location"] == address(proposed)
        assert "Illness or injury (JPEG)" not in shown(owner, proposed)
        assert owner.client.get(address(proposed, f"documents/{document.reference}/")).status_code == 404

    def test_stays_once_the_bank_has_decided(
        self, owner: Person, proposed: Negotiation, document: SupportingDocument, bob: User
    ) -> None:
        reviews.decline(negotiation=proposed, reviewer=bob, reasons=["IN_COURT"], message="", now=NOW)
        page = address(proposed, f"documents/{document.reference}/delete/")
        assert owner.client.get(page).headers["Location"] == address(proposed)
        assert owner.client.post(page).status_code == 409
        assert "Illness or injury (JPEG)" in shown(owner, proposed)
