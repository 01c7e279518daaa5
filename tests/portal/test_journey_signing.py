"""From agreed to a signed document: reading, promising, signing by code, and living with the plan."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from negotiation.models import Agreement, Document
from negotiation.services.plans import begin_plan
from portal.accounts import codes
from portal.journey.calendar import calendar_text
from tests.factories import NOW, make_document, make_negotiation
from tests.portal.cast import Person, alice
from tests.portal.post import PostBox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("policy")]
SHOWN = b"%PDF-1.7 shown for signing"
TICKS = dict.fromkeys(("no_new_cards", "true_information", "costs_read", "agree_to_sign"), "on")


@pytest.fixture
def owner(policy: Any) -> Person:
    """Alice, whose plan of 36 months was accepted at once."""
    person = alice()
    make_negotiation(account=person.account, instalment_count=36)
    return person


@pytest.fixture
def document(owner: Person) -> Document:
    return make_document(Agreement.objects.get())


def place(step: str = "") -> str:
    return f"/negotiations/{Agreement.objects.get().negotiation.reference}/{step}"


def go(owner: Person, step: str, **typed: str) -> Any:
    return owner.client.post(place(step), typed)


def read(owner: Person, clock: time_machine.Traveller) -> None:
    go(owner, "sign/begin/")
    clock.shift(timedelta(seconds=10))
    go(owner, "sign/costs/")


def promise(owner: Person, clock: time_machine.Traveller) -> None:
    read(owner, clock)
    go(owner, "sign/undertakings/", **TICKS)


class TestReading:
    def test_begins_when_the_sheet_is_put_on_screen(self, owner: Person) -> None:
        assert owner.client.get(place("sign/costs/")).headers["Location"] == place()
        assert go(owner, "sign/begin/").headers["Location"] == place("sign/costs/")
        assert Agreement.objects.get().cost_sheet_shown_at == NOW

    def test_shows_every_cost_who_charges_it_and_its_yearly_rate(self, owner: Person) -> None:
        go(owner, "sign/begin/")
        text = owner.client.get(place("sign/costs/")).content.decode()
        for words in ("Annualised all-in cost", "0.00%", "Lender (issuing bank)", "Only if a payment is late"):
            assert words in text
        assert "Nothing else is charged for this plan" in text
        assert 'data-seconds="10"' in text

    def test_counts_the_seconds_on_the_server(self, owner: Person, policy: time_machine.Traveller) -> None:
        go(owner, "sign/begin/")
        policy.shift(timedelta(seconds=9))
        response = owner.client.post(place("sign/costs/"), follow=True)
        assert "A few more seconds, please" in response.content.decode()
        assert 'data-seconds="1"' in response.content.decode()
        policy.shift(timedelta(seconds=1))
        assert go(owner, "sign/costs/").headers["Location"] == place("sign/undertakings/")

    def test_is_not_skipped(self, owner: Person, document: Document) -> None:
        go(owner, "sign/begin/")
        for step in ("sign/undertakings/", "sign/"):
            assert owner.client.get(place(step)).headers["Location"] == place("sign/costs/")
            assert go(owner, step, **TICKS).headers["Location"] == place("sign/costs/")


class TestPromising:
    def test_needs_every_tick_and_ticks_none_beforehand(self, owner: Person, policy: time_machine.Traveller) -> None:
        read(owner, policy)
        assert " checked" not in owner.client.get(place("sign/undertakings/")).content.decode()
        response = go(owner, "sign/undertakings/", **TICKS | {"costs_read": ""})
        assert list(response.context["form"].errors) == ["costs_read"]
        assert Agreement.objects.get().undertakings == []

    def test_keeps_what_was_ticked_with_its_version(self, owner: Person, policy: time_machine.Traveller) -> None:
        promise(owner, policy)
        given = Agreement.objects.get().undertakings
        assert [item["name"] for item in given] == list(TICKS)
        assert {item["language"] for item in given} == {"en"}

    def test_comes_before_signing(self, owner: Person, document: Document, policy: time_machine.Traveller) -> None:
        read(owner, policy)
        assert owner.client.get(place("sign/")).headers["Location"] == place("sign/undertakings/")
        assert go(owner, "sign/code/").headers["Location"] == place("sign/undertakings/")


class TestSigning:
    def test_waits_for_the_document(self, owner: Person, policy: time_machine.Traveller) -> None:
        promise(owner, policy)
        assert "The document is being prepared" in owner.client.get(place("sign/")).content.decode()
        assert owner.client.get(place("sign/ready/")).status_code == 204
        assert go(owner, "sign/code/").status_code == 409
        make_document(Agreement.objects.get())
        assert owner.client.get(place("sign/ready/")).headers["HX-Refresh"] == "true"

    def test_with_the_code_from_the_mail_signs_exactly_that_document(
        self, owner: Person, document: Document, policy: time_machine.Traveller, post: PostBox
    ) -> None:
        promise(owner, policy)
        go(owner, "sign/code/", document=document.draft_sha256)
        response = go(owner, "sign/", document=document.draft_sha256, code=post.newest_code)
        assert response.headers["Location"] == place()
        agreement = Agreement.objects.get()
        assert agreement.signed_document_sha256 == hashlib.sha256(SHOWN).hexdigest()
        assert "The bank is signing" in owner.client.get(place()).content.decode()

    def test_twice_signs_once(
        self, owner: Person, document: Document, policy: time_machine.Traveller, post: PostBox
    ) -> None:
        promise(owner, policy)
        go(owner, "sign/code/", document=document.draft_sha256)
        for _ in range(2):
            response = go(owner, "sign/", document=document.draft_sha256, code=post.newest_code)
            assert response.headers["Location"] == place()

    def test_pressed_twice_at_once_is_told_as_signed(
        self,
        owner: Person,
        document: Document,
        policy: time_machine.Traveller,
        post: PostBox,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        promise(owner, policy)
        go(owner, "sign/code/", document=document.draft_sha256)
        redeem, typed = codes.redeem, {"document": document.draft_sha256, "code": post.newest_code}

        def overtaken(**asked: Any) -> str:
            """Between the page and its code the other press signs."""
            monkeypatch.setattr(codes, "redeem", redeem)
            go(owner, "sign/", **typed)
            return redeem(**asked)

        monkeypatch.setattr(codes, "redeem", overtaken)
        assert go(owner, "sign/", **typed).headers["Location"] == place()
        assert Agreement.objects.get().signed_at is not None

    def test_with_a_wrong_code_asks_again(
        self, owner: Person, document: Document, policy: time_machine.Traveller, post: PostBox
    ) -> None:
        promise(owner, policy)
        go(owner, "sign/code/", document=document.draft_sha256)
        wrong = "000000" if post.newest_code != "000000" else "111111"
        response = go(owner, "sign/", document=document.draft_sha256, code=wrong)
        assert "That is not the code we sent" in response.content.decode()
        assert Agreement.objects.get().signed_at is None

    def test_without_a_code_asks_for_a_new_one(
        self, owner: Person, document: Document, policy: time_machine.Traveller
    ) -> None:
        promise(owner, policy)
        response = go(owner, "sign/", document=document.draft_sha256, code="123456")
        assert "Please ask for a new one" in response.content.decode()

    def test_refuses_another_document_kindly(
        self, owner: Person, document: Document, policy: time_machine.Traveller
    ) -> None:
        promise(owner, policy)
        for step in ("sign/", "sign/code/"):
            response = go(owner, step, document="0" * 500, code="123456")
            assert response.status_code == 409
            assert "not the one you were shown" in response.content.decode()

    def test_says_when_too_many_codes_were_asked_for(
        self, owner: Person, document: Document, policy: time_machine.Traveller, post: PostBox
    ) -> None:
        promise(owner, policy)
        for _ in range(5):
            response = owner.client.post(place("sign/code/"), {"document": document.draft_sha256}, follow=True)
        assert "You can ask for another one after Mon 23 November 2026 10:16." in response.content.decode()
        assert len(post.mails) == 4

    def test_says_when_the_code_could_not_be_sent(
        self, owner: Person, document: Document, policy: time_machine.Traveller, post: PostBox
    ) -> None:
        promise(owner, policy)
        post.is_closed = True
        response = owner.client.post(place("sign/code/"), {"document": document.draft_sha256}, follow=True)
        assert "could not be sent just now" in response.content.decode()

    def test_too_late_is_refused_kindly(
        self, owner: Person, document: Document, policy: time_machine.Traveller
    ) -> None:
        promise(owner, policy)
        policy.shift(timedelta(days=8))
        owner.client.force_login(owner.cardholder.user)
        response = go(owner, "sign/begin/")
        assert response.status_code == 409
        assert "These terms are no longer open" in response.content.decode()


class TestTheDocument:
    def test_is_shown_as_the_exact_bytes_to_be_signed(self, owner: Person, document: Document) -> None:
        response = owner.client.get(self.address(document))
        assert response.content == SHOWN
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["ETag"] == f'"{document.draft_sha256}"'
        assert "unsigned.pdf" in response.headers["Content-Disposition"]

    @pytest.mark.parametrize(
        ("asked", "status", "content"),
        [
            ("bytes=0-3", 206, SHOWN[:4]),
            ("bytes=5-", 206, SHOWN[5:]),
            ("bytes=-6", 206, SHOWN[-6:]),
            ("bytes=0-9999", 206, SHOWN),
            ("bytes=9999-", 416, b""),
            ("bytes=-0", 416, b""),
            ("bytes=-", 416, b""),
            ("lines=1-2", 200, SHOWN),
        ],
    )
    def test_is_served_in_ranges(
        self, owner: Person, document: Document, asked: str, status: int, content: bytes
    ) -> None:
        response = owner.client.get(self.address(document), headers={"Range": asked})
        assert (response.status_code, response.content) == (status, content)

    def test_is_not_sent_twice_to_the_same_browser(self, owner: Person, document: Document) -> None:
        etag = owner.client.get(self.address(document)).headers["ETag"]
        response = owner.client.get(self.address(document), headers={"If-None-Match": etag})
        assert (response.status_code, response.content) == (304, b"")

    def test_is_sent_whole_when_the_range_is_of_older_bytes(self, owner: Person, document: Document) -> None:
        headers = {"Range": "bytes=0-3", "If-Range": '"older"'}
        assert owner.client.get(self.address(document), headers=headers).content == SHOWN

    def test_of_another_agreement_is_not_found_under_this_one(self, owner: Person, document: Document) -> None:
        other = self.address(document).replace(document.agreement.reference, "000000000000")
        assert owner.client.get(other).status_code == 404

    def address(self, document: Document) -> str:
        return f"/agreements/{document.agreement.reference}/documents/{document.reference}/"


class TestTheAgreement:
    def test_is_the_negotiation_until_both_have_signed(self, owner: Person) -> None:
        agreement = Agreement.objects.get()
        for page in ("", "calendar.ics"):
            response = owner.client.get(f"/agreements/{agreement.reference}/{page}")
            assert response.headers["Location"] == place()

    def test_shows_what_is_due_next_the_schedule_and_the_papers(self, owner: Person, document: Document) -> None:
        text = self.page(owner).content.decode()
        for words in ("Next instalment", "964.52", "Fri 25 December 2026", "0 of 36 instalments", "How to verify it"):
            assert words in text
        what_is_paid, principal_and_interest = 36, 36
        heads = text.count('<th scope="row" role="rowheader" class="schedule-seq"')
        assert heads == what_is_paid + principal_and_interest

    def test_asks_a_bounded_number_of_questions(
        self, owner: Person, document: Document, django_assert_max_num_queries: Any
    ) -> None:
        self.page(owner)
        with django_assert_max_num_queries(16):
            owner.client.get(f"/agreements/{Agreement.objects.get().reference}/")

    def test_gives_its_dates_as_a_calendar(self, owner: Person, document: Document) -> None:
        self.page(owner)
        response = owner.client.get(f"/agreements/{Agreement.objects.get().reference}/calendar.ics")
        text = response.content.decode()
        assert text.count("BEGIN:VEVENT") == 36
        assert "DTSTART;VALUE=DATE:20261225\r\n" in text
        assert "instalment 1 of 36" in text
        assert "attachment" in response.headers["Content-Disposition"]

    def test_folds_long_lines_of_the_calendar_inside_no_character(self, owner: Person, document: Document) -> None:
        plan = begin_plan(agreement=Agreement.objects.get(), now=NOW)
        text = calendar_text(list(plan.instalments.all()), "REF", "示范银行" * 20, NOW)
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert "示范银行" * 20 in text.replace("\r\n ", "")

    def page(self, owner: Person) -> Any:
        moments = ("cost_sheet_confirmed_at", "undertakings_given_at", "signed_at", "sealed_at")
        evidence = {"signed_document_sha256": "0" * 64, "step_up_reference": "code-1"}
        Agreement.objects.update(**dict.fromkeys(moments, NOW), **evidence)
        agreement = Agreement.objects.get()
        begin_plan(agreement=agreement, now=NOW)
        return owner.client.get(f"/agreements/{agreement.reference}/")
