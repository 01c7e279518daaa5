"""Querying an amount, complaining, and reading what the bank answered: the pages, the receipts and what waits meanwhile."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from negotiation.domain.concerns import MOST_OPEN, ConcernKind
from negotiation.models import Concern, DisputeReason, LengtheningReason, User
from negotiation.services.concerns import answer_concern, lengthen_concern, raise_concern
from portal.journey.words import CONCERNS, DISPUTE_REASONS, LENGTHENING_REASONS, OUTCOMES
from portal.notices import gate
from portal.notices.invitations import invite
from portal.notices.models import Notice
from tests.factories import NOW, make_account
from tests.portal.cast import Person, browser, charlie
from tests.portal.post import PostBox, text_of
from tests.portal.test_notices import work

pytestmark = pytest.mark.usefixtures("policy")
QUERY = {"reason": "PAID", "words": "I paid this in May.", "believed_amount": ""}


def text_at(someone: Person, address: str) -> str:
    response = someone.client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def query(someone: Person, line: str = "", **fields: Any) -> Any:
    address = f"/accounts/{someone.reference}/query/" + (f"?line={line}" if line else "")
    return someone.client.post(address, QUERY | fields)


def complain(someone: Person, **fields: Any) -> Any:
    return someone.client.post("/complaints/new/", {"about": "general", "words": "Nobody calls back."} | fields)


def page_of(concern: Concern) -> str:
    return f"/concerns/{concern.reference}/"


@pytest.fixture
def raised(owner: Person) -> Concern:
    """Alice's complaint."""
    return raise_concern(cardholder=owner.cardholder, kind=ConcernKind.COMPLAINT, words="Nobody calls back.", now=NOW)


class TestQueryingALine:
    @pytest.mark.parametrize("posting", ["P1", "P2", "P3", "P4"])
    def test_can_be_done_from_every_line_of_the_account(self, owner: Person, posting: str) -> None:
        address = f"/accounts/{owner.reference}/query/?line={posting}"
        assert address in text_at(owner, f"/accounts/{owner.reference}/")
        assert "Query an amount" in text_at(owner, address)

    def test_keeps_it_and_shows_it_with_the_day_of_the_answer(self, owner: Person) -> None:
        response = query(owner, "P3", believed_amount="400")
        concern = Concern.objects.get()
        assert (response.status_code, response.headers["Location"]) == (302, page_of(concern))
        assert (concern.posting, concern.queried_amount, concern.believed_amount) == (
            "P3",
            Decimal("853.06"),
            Decimal("400.00"),
        )
        text = text_at(owner, page_of(concern))
        for said in (
            "Late fee",
            "853.06",
            "400.00",
            "I have paid this already",
            "I paid this in May.",
            "8 December 2026",
        ):
            assert said in text

    def test_is_told_beside_the_line_and_leads_to_it(self, owner: Person) -> None:
        query(owner, "P3")
        text = text_at(owner, f"/accounts/{owner.reference}/")
        concern = Concern.objects.get()
        assert text.count(page_of(concern)) == 2  # at the line, and above all
        assert "You queried this on Mon 23 November 2026. The bank answers by Tue 8 December 2026." in text
        assert "no message asks you to pay this card" in text
        again = owner.client.get(f"/accounts/{owner.reference}/query/?line=P3")
        assert again.headers["Location"] == page_of(concern)

    def test_may_be_of_a_component_or_of_something_else(self, owner: Person) -> None:
        address = f"/accounts/{owner.reference}/query/"
        assert "Late fees · ¥853.06" in text_at(owner, address)
        query(owner, component="late_fee")
        query(owner, component="else")
        assert set(Concern.objects.values_list("component", "queried_amount")) == {
            ("late_fee", Decimal("853.06")),
            ("", Decimal("34723.06")),
        }
        assert "Something on this account" in text_at(owner, page_of(Concern.objects.get(component="")))

    def test_of_the_same_component_again_leads_to_the_first(self, owner: Person) -> None:
        query(owner, component="interest")
        response = query(owner, component="interest", words="In other words.")
        assert response.headers["Location"] == page_of(Concern.objects.get())

    @pytest.mark.parametrize(
        ("fields", "answer"),
        [
            ({"reason": ""}, "Choose what fits best."),
            ({"words": " "}, "Write a few words"),
            ({"words": "x" * 1001}, "At most 1000 characters, please; these are 1001."),
            ({"believed_amount": "-1"}, "cannot be below 0"),
            ({"believed_amount": "1.005"}, "at most two places"),
        ],
    )
    def test_asks_again_for_what_cannot_be_checked(self, owner: Person, fields: dict[str, str], answer: str) -> None:
        assert answer in query(owner, "P3", **fields).content.decode()
        assert not Concern.objects.exists()

    def test_of_a_line_that_is_not_there_is_not_found(self, owner: Person) -> None:
        assert owner.client.get(f"/accounts/{owner.reference}/query/?line=P9").status_code == 404
        assert query(owner, "P9").status_code == 404


class TestComplaining:
    def test_is_explained_to_everybody(self, owner: Person) -> None:
        for client in (browser(), owner.client):
            text = client.get("/complaints/").content.decode()
            for said in ("12378", "12363", "15 days", "30 days", "60 days", "/complaints/new/"):
                assert said in text

    def test_is_possible_without_an_account_and_about_one(self, owner: Person) -> None:
        complain(owner)
        complain(owner, about=owner.reference, words="About this card.")
        assert set(Concern.objects.values_list("account", flat=True)) == {None, owner.account.pk}

    def test_is_not_possible_about_anothers_account(self, owner: Person) -> None:
        assert complain(owner, about=make_account().reference).status_code == 200
        assert not Concern.objects.exists()

    def test_too_often_is_refused_kindly(self, owner: Person) -> None:
        for number in range(MOST_OPEN[ConcernKind.COMPLAINT]):
            complain(owner, words=f"{number}")
        response = complain(owner, words="once more")
        assert response.status_code == 409
        assert "still busy with what you raised before" in response.content.decode()
        assert 'href="/concerns/"' in response.content.decode()


class TestTheList:
    def test_of_somebody_who_raised_nothing_says_what_can_be_raised(self, owner: Person) -> None:
        assert "You have raised nothing" in text_at(owner, "/concerns/")

    def test_shows_what_was_raised_where_it_stands_and_by_when(self, owner: Person, raised: Concern) -> None:
        text = text_at(owner, "/concerns/")
        for said in (page_of(raised), "Complaint", "With the bank", "Tue 8 December 2026"):
            assert said in text


class TestAConcern:
    def test_shows_the_answer_its_outcome_and_what_else_can_be_done(
        self, owner: Person, raised: Concern, bob: User
    ) -> None:
        answer_concern(concern=raised, staff=bob, outcome="PARTLY", words="You will be called on Monday.", now=NOW)
        text = text_at(owner, page_of(raised))
        for said in (
            "The bank agrees with you in part",
            "You will be called on Monday.",
            "12378",
            "12363",
            "arbitration",
        ):
            assert said in text
        assert bob.name not in text
        assert "Take it back" not in text

    def test_says_why_it_takes_longer(self, owner: Person, raised: Concern, bob: User) -> None:
        lengthen_concern(concern=raised, staff=bob, reason="RECORDS", now=NOW)
        text = text_at(owner, page_of(raised))
        assert "Older records have to be fetched" in text and "Wed 23 December 2026" in text

    def test_says_sorry_when_the_bank_is_late(self, owner: Person, raised: Concern, policy: Any) -> None:
        for days, is_late in ((15, False), (16, True)):
            policy.move_to(NOW + timedelta(days=days), tick=False)
            owner.client.force_login(owner.cardholder.user)
            assert ("The bank is late" in text_at(owner, page_of(raised))) == is_late

    def test_can_be_taken_back_once(self, owner: Person, raised: Concern) -> None:
        assert owner.client.post(f"{page_of(raised)}withdraw/").headers["Location"] == page_of(raised)
        assert "Withdrawn" in text_at(owner, page_of(raised))
        assert owner.client.post(f"{page_of(raised)}withdraw/").status_code == 409

    def test_is_changed_by_no_get(self, owner: Person, raised: Concern) -> None:
        assert owner.client.get(f"{page_of(raised)}withdraw/").headers["Location"] == page_of(raised)
        raised.refresh_from_db()
        assert raised.is_open

    @pytest.mark.parametrize("kind", ConcernKind)
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_has_words_of_every_kind_in_both_languages(self, kind: ConcernKind, language: str) -> None:
        with override(language):
            said = [CONCERNS[kind], *OUTCOMES[kind].values(), *DISPUTE_REASONS.values(), *LENGTHENING_REASONS.values()]
            assert all(str(words).isascii() == (language == "en") for words in said)
        assert set(DISPUTE_REASONS) == set(DisputeReason)
        assert set(LENGTHENING_REASONS) == set(LengtheningReason)


class TestOthers:
    @pytest.mark.parametrize(
        ("method", "page"),
        [("get", "/concerns/{0}/"), ("post", "/concerns/{0}/withdraw/"), ("post", "/accounts/{1}/query/")],
    )
    def test_find_nothing_of_it(self, owner: Person, raised: Concern, method: str, page: str) -> None:
        address = page.format(raised.reference, owner.reference)
        assert getattr(charlie().client, method)(address, QUERY).status_code == 404
        assert browser().get(address).headers["Location"].startswith("/sign-in/")

    @pytest.mark.parametrize("page", ["/concerns/", "/complaints/new/"])
    def test_sign_in_first(self, page: str) -> None:
        assert browser().get(page).headers["Location"].startswith("/sign-in/")


class TestTheReceipts:
    def test_name_reference_and_day_and_nothing_else(
        self, owner: Person, raised: Concern, bob: User, post: PostBox
    ) -> None:
        work(NOW)
        lengthen_concern(concern=raised, staff=bob, reason="RECORDS", now=NOW)
        answer_concern(concern=raised, staff=bob, outcome="UPHELD", words="It was put right.", now=NOW)
        work(NOW)
        texts = [text_of(mail) for mail in post.mails]
        assert len(texts) == 3
        assert all(raised.reference in text for text in texts)
        assert not [mail for mail in post.mails if raised.reference in mail["Subject"]]
        assert not [text for text in texts if "Nobody calls back." in text or "It was put right." in text]


class TestTheGate:
    def test_holds_collection_back_while_an_amount_is_in_dispute_and_says_why(
        self, owner: Person, bob: User, post: PostBox
    ) -> None:
        query(owner, "P3")
        other = make_account(cardholder=owner.cardholder)
        invite(cardholder=owner.cardholder, account=owner.account, now=NOW)
        invite(cardholder=owner.cardholder, account=other, now=NOW, asked_for=True)
        work(NOW)
        held = Notice.objects.get(template="invitation", target_reference=owner.reference)
        assert (held.state, held.reason) == ("HELD", gate.AMOUNT_DISPUTED)
        assert Notice.objects.get(template="invitation", target_reference=other.reference).state == "SENT"
        answer_concern(concern=Concern.objects.get(), staff=bob, outcome="UPHELD", words="Done.", now=NOW)
        tomorrow = NOW + timedelta(days=1)
        invite(cardholder=owner.cardholder, account=owner.account, now=tomorrow, asked_for=True)
        work(tomorrow)
        assert Notice.objects.filter(target_reference=owner.reference, state="SENT").exists()
