"""The page of a negotiation: what was said, what happens now, and the cardholder's moves."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from negotiation.domain.workflow import NegotiationState
from negotiation.models import DeclineReason, Negotiation, Offer, User
from negotiation.services import proposals, reviews
from negotiation.services.decline_words import DECLINES
from negotiation.services.expiry import expire
from portal.journey.status import WORDS
from portal.journey.timeline import SAID
from tests.factories import NOW, make_quote
from tests.portal.cast import Person

pytestmark = pytest.mark.usefixtures("policy")


@pytest.fixture
def offered(proposed: Negotiation, bob: User) -> Negotiation:
    """Bob offers 36 months."""
    quote = make_quote(proposed.account, instalment_count=36)
    reviews.counter(negotiation=proposed, reviewer=bob, quote=quote, message="Could you manage this?", now=NOW)
    return proposed


def address(negotiation: Negotiation, act: str = "") -> str:
    return f"/negotiations/{negotiation.reference}/{act}"


def shown(owner: Person, negotiation: Negotiation) -> str:
    response = owner.client.get(address(negotiation))
    assert response.status_code == 200
    return response.content.decode()


def accept(owner: Person, negotiation: Negotiation) -> Any:
    newest = Offer.objects.filter(quote__isnull=False).latest("seq")
    return owner.client.post(address(negotiation, "accept/"), {"quote": newest.quote.reference})


class TestTheTimeline:
    def test_shows_the_newest_first_with_what_changed(self, owner: Person, offered: Negotiation) -> None:
        text = shown(owner, offered)
        assert text.index("The bank made an offer") < text.index("You proposed a plan")
        assert "Could you manage this?" in text
        assert "4 months shorter" in text
        assert "¥96.45 more a month" in text

    def test_shows_every_term_of_each_offer(self, owner: Person, offered: Negotiation) -> None:
        text = shown(owner, offered)
        for words in ("36 instalments", "40 instalments", "Fri 25 December 2026", "964.52", "868.07", "0.00%"):
            assert words in text

    def test_shows_every_instalment_of_the_newest_terms_alone(self, owner: Person, offered: Negotiation) -> None:
        assert shown(owner, offered).count("<summary>All instalments") == 1

    def test_of_the_bank_stays_in_sight_while_something_else_is_worked_out(
        self, owner: Person, offered: Negotiation
    ) -> None:
        Negotiation.objects.update(hardship_reason="INCOME_DROP")
        address = f"/accounts/{owner.reference}/propose/"
        text = owner.client.get(address).content.decode()
        assert "You can still accept it until Mon 30 November 2026" in text and "same terms as before" in text
        typed = {"by": "count", "instalment_count": "40", "first_date": "2026-12-25", "down_payment": "0"}
        live = owner.client.post(address + "figures/", typed | {"method": "INTEREST_FREE"})
        assert "¥96.45 less a month" in live.content.decode() and "4 months longer" in live.content.decode()

    def test_does_not_name_the_reviewer(self, owner: Person, offered: Negotiation, bob: User) -> None:
        assert bob.name not in shown(owner, offered)

    def test_knows_words_for_everything_that_can_be_said(self, owner: Person, offered: Negotiation, bob: User) -> None:
        assert len(SAID) == 9
        accept(owner, offered)
        assert "You accepted the offer" in shown(owner, offered)

    @pytest.mark.parametrize("reason", DeclineReason.values)
    def test_says_a_decline_kindly_with_a_next_step(
        self, owner: Person, proposed: Negotiation, bob: User, reason: str
    ) -> None:
        reviews.decline(negotiation=proposed, reviewer=bob, reasons=[reason], message="", now=NOW)
        text = shown(owner, proposed)
        for words in DECLINES[reason]:
            assert str(words).replace("'", "&#x27;") in text
        assert "Begin again" in text

    def test_says_every_reason_of_a_decline(self, owner: Person, proposed: Negotiation, bob: User) -> None:
        reasons = ["PROOF_MISSING", "BUDGET_UNCLEAR"]
        reviews.decline(negotiation=proposed, reviewer=bob, reasons=reasons, message="", now=NOW)
        text = shown(owner, proposed)
        assert all(str(words) in text for reason in reasons for words in DECLINES[reason])

    def test_asks_a_bounded_number_of_questions(
        self, owner: Person, offered: Negotiation, django_assert_num_queries: Any
    ) -> None:
        shown(owner, offered)
        with django_assert_num_queries(9):
            shown(owner, offered)


class TestTheStatus:
    def test_has_words_for_every_state(self) -> None:
        assert set(WORDS) == set(NegotiationState)

    def test_says_that_the_bank_answers_and_by_when(self, owner: Person, proposed: Negotiation) -> None:
        text = shown(owner, proposed)
        assert "It is the bank&#x27;s turn." in text
        assert "Wed 25 November 2026" in text
        assert "every 15s" in text

    def test_says_that_it_is_the_cardholders_turn_and_how_many_rounds_are_left(
        self, owner: Person, offered: Negotiation
    ) -> None:
        text = shown(owner, offered)
        assert "It is your turn." in text
        assert "Mon 30 November 2026" in text
        assert "4 more times" in text

    def test_says_which_round_it_is(self, owner: Person, proposed: Negotiation) -> None:
        text = shown(owner, proposed)
        assert "Round 1 of 5." in text
        assert "An answer by" in text

    def test_says_that_the_last_offer_can_only_be_taken_or_left(
        self, owner: Person, offered: Negotiation, bob: User
    ) -> None:
        for count in (37, 38, 39, 40):
            quote = make_quote(owner.account, instalment_count=count + 5)
            proposals.propose(
                cardholder=owner.cardholder,
                negotiation_reference=offered.reference,
                quote_reference=quote.reference,
                now=NOW,
            )
            counter = make_quote(owner.account, instalment_count=count)
            reviews.counter(negotiation=Negotiation.objects.get(), reviewer=bob, quote=counter, message="", now=NOW)
        text = shown(owner, offered)
        assert "You have made all 5 proposals" in text and "Accept the offer" in text
        assert "Propose something else" not in text and "propose something else" not in text

    def test_is_the_same_words_while_nothing_moves(self, owner: Person, proposed: Negotiation) -> None:
        response = owner.client.get(address(proposed, "status/?seen=WITH_BANK.0"), headers={"HX-Request": "true"})
        assert b"A person at the bank is looking" in response.content

    def test_reloads_the_page_when_something_has_moved(self, owner: Person, offered: Negotiation) -> None:
        response = owner.client.get(address(offered, "status/?seen=WITH_BANK.0"), headers={"HX-Request": "true"})
        assert response.headers["HX-Refresh"] == "true"

    def test_leads_to_the_page_without_javascript(self, owner: Person, offered: Negotiation) -> None:
        assert owner.client.get(address(offered, "status/")).headers["Location"] == address(offered)

    def test_does_not_offer_to_accept_what_has_run_out(self, owner: Person, offered: Negotiation) -> None:
        with time_machine.travel(NOW + timedelta(days=8), tick=False):
            owner.client.force_login(owner.cardholder.user)
            text = shown(owner, offered)
        assert "The time for an answer has run out" in text
        assert "Accept the offer" not in text

    def test_of_a_draft_is_its_plan(self, owner: Person) -> None:
        draft = owner.draft()
        assert owner.client.get(address(draft)).headers["Location"] == f"/accounts/{owner.reference}/propose/"


class TestAccepting:
    def test_agrees_on_the_offer_that_was_shown(self, owner: Person, offered: Negotiation) -> None:
        assert accept(owner, offered).headers["Location"] == address(offered)
        text = shown(owner, offered)
        assert "You and the bank agree" in text
        assert "Read and sign" in text

    def test_twice_agrees_once_and_says_so(self, owner: Person, offered: Negotiation) -> None:
        accept(owner, offered)
        again = owner.client.post(address(offered, "accept/"), {"quote": Offer.objects.latest("seq").quote.reference})
        assert again.status_code == 409
        assert "Something has changed in the meantime" in again.content.decode()

    def test_of_another_quote_is_refused_kindly(self, owner: Person, offered: Negotiation) -> None:
        response = owner.client.post(address(offered, "accept/"), {"quote": "x' OR 1=1"})
        assert response.status_code == 409
        assert "This plan has been sent already" in response.content.decode()
        assert Negotiation.objects.get().state == NegotiationState.WITH_CARDHOLDER

    def test_too_late_is_refused_kindly_with_the_way_back(self, owner: Person, offered: Negotiation) -> None:
        with time_machine.travel(NOW + timedelta(days=8), tick=False):
            owner.client.force_login(owner.cardholder.user)
            response = accept(owner, offered)
        assert response.status_code == 409
        assert f'href="{address(offered)}"' in response.content.decode()


class TestWithdrawing:
    def test_asks_once_more(self, owner: Person, proposed: Negotiation) -> None:
        assert "Withdraw from this negotiation?" in owner.client.get(address(proposed, "withdraw/")).content.decode()
        assert Negotiation.objects.get().state == NegotiationState.WITH_BANK

    def test_ends_the_negotiation_and_lets_it_begin_again(self, owner: Person, proposed: Negotiation) -> None:
        text = owner.client.post(address(proposed, "withdraw/"), follow=True).content.decode()
        assert "You have withdrawn. What you owe has not changed." in text
        begun = owner.client.post(f"/accounts/{owner.reference}/begin/")
        assert begun.headers["Location"] == f"/accounts/{owner.reference}/circumstances/"

    def test_is_not_offered_when_it_is_over(self, owner: Person, proposed: Negotiation) -> None:
        expire(negotiation=proposed, now=NOW + timedelta(days=8))
        assert owner.client.get(address(proposed, "withdraw/")).headers["Location"] == address(proposed)

    def test_after_the_end_is_refused_kindly(self, owner: Person, proposed: Negotiation) -> None:
        for status in (302, 409):
            assert owner.client.post(address(proposed, "withdraw/")).status_code == status
