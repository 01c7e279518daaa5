"""The reviewer's buttons: each calls its service, every refusal is told and leaves no trace, a GET does nothing."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from negotiation.domain.workflow import NegotiationState
from negotiation.models import (
    Agreement,
    Cardholder,
    Event,
    Job,
    Message,
    Negotiation,
    Note,
    Offer,
    Quote,
    SupportingDocument,
)
from negotiation.queries.staff import AUDITOR, POLICY_MANAGER, SUPPORT
from negotiation.services import claims, drafts, proposals, reviews
from negotiation.services.attachments import attach
from negotiation.services.messages import write_to_bank
from negotiation.services.refusals import ReasonUnknown
from tests.factories import NOW, make_account, make_cardholder, make_negotiation, make_quote, make_reviewer
from tests.negotiation.staff import signed_in, staff_of

pytestmark = pytest.mark.usefixtures("policy")
ACTIONS = (
    "claim",
    "release",
    "accept",
    "counter",
    "decline",
    "confirm",
    "send_back",
    "note",
    "message",
    "read",
    "figures",
)
PAPER = b"%PDF-1.7\n" + b"pay slip " * 200 + b"\n%%EOF\n"
HELD = NegotiationState.AWAITING_SECOND_APPROVAL


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def address(negotiation: Negotiation, action: str = "change") -> str:
    return reverse(f"admin:negotiation_negotiation_{action}", args=[negotiation.pk])


def lying_on_the_table(negotiation: Negotiation) -> str:
    return negotiation.offers.filter(kind__in=["OFFER", "COUNTER"]).order_by("-seq").first().quote.reference


def press(client: Client, negotiation: Negotiation, action: str, prefix: str = "", **typed: Any) -> Any:
    """Send a form of the page as it stands, and follow to the page it leads to."""
    typed = {"seen": lying_on_the_table(negotiation)} | typed
    fields = {f"{prefix}-{name}" if prefix else name: value for name, value in typed.items()}
    return client.post(address(negotiation, action), fields, follow=True)


def counter(client: Client, negotiation: Negotiation, action: str = "counter", **typed: Any) -> Any:
    """Thirty instalments without interest, unless something else is typed."""
    plan = {
        "method": "INTEREST_FREE",
        "frequency": "MONTHLY",
        "instalment_count": "30",
        "first_date": "2026-12-25",
        "down_payment": "0",
    }
    return press(client, negotiation, action, **plan | typed)


def trace() -> tuple[Any, ...]:
    """Everything that a refusal must leave as it was."""
    rows = (Event, Offer, Job, Quote, Note, Message, Agreement)
    return tuple(model.objects.count() for model in rows) + tuple(
        Negotiation.objects.values_list("state", "assigned_to")
    )


def state_of(negotiation: Negotiation) -> str:
    return Negotiation.objects.get(pk=negotiation.pk).state


def proposed(**account: Any) -> Negotiation:
    """Thirty-four months on a platinum card: a person decides, and a reviewer may alone."""
    return make_negotiation(account=make_account(**{"product": "platinum"} | account), instalment_count=34)


def held() -> tuple[Negotiation, Any]:
    """A debt above a reviewer's authority, accepted by the first reviewer."""
    negotiation = proposed(purchase_principal=Decimal("60000.00"))
    first = make_reviewer()
    press(signed_in(first), negotiation, "accept", "accept")
    return negotiation, first


class TestAccepting:
    def test_agrees_on_the_proposal(self) -> None:
        negotiation = proposed()
        page = press(signed_in(make_reviewer()), negotiation, "accept", "accept", message="Good luck.")
        assert state_of(negotiation) == NegotiationState.AGREED
        assert "Accepted. The cardholder is told" in page.content.decode()
        assert negotiation.offers.get(kind="ACCEPT").message == "Good luck."

    def test_asks_a_second_person_above_the_reviewers_authority(self) -> None:
        negotiation, first = held()
        assert state_of(negotiation) == HELD
        page = signed_in(first).get(address(negotiation)).content.decode()
        assert "Somebody else has to give the second approval." in page
        assert address(negotiation, "confirm") not in page

    def test_says_before_that_it_is_above_the_authority(self) -> None:
        negotiation = proposed(purchase_principal=Decimal("60000.00"))
        page = signed_in(make_reviewer()).get(address(negotiation)).content.decode()
        assert "Above your authority (debt above ¥50,000.00): a senior reviewer confirms." in page
        assert "Accept and ask for the second approval" in page

    def test_is_refused_for_a_page_that_was_overtaken(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        page = press(client, negotiation, "accept", "accept", seen="0" * 12)
        assert "Another offer lies on the table by now" in page.content.decode()
        assert trace() == before

    def test_is_refused_when_somebody_was_faster(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        proposals.withdraw(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=NOW)
        before = trace()
        page = press(client, negotiation, "accept", "accept")
        assert "This case has moved on since you opened the page" in page.content.decode()
        assert trace() == before

    def test_is_refused_when_the_proposal_has_run_out(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        with time_machine.travel(NOW + timedelta(minutes=50, days=7), tick=False):
            client = signed_in(make_reviewer())
            page = press(client, negotiation, "accept", "accept")
        assert "The proposal has run out" in page.content.decode()
        assert trace() == before

    def test_is_refused_for_a_plan_outside_the_limits(self) -> None:
        negotiation = asking_for_help()
        client = signed_in(make_reviewer())
        assert address(negotiation, "accept") not in client.get(address(negotiation)).content.decode()
        before = trace()
        page = press(client, negotiation, "accept", "accept")
        assert "This plan is outside the limits" in page.content.decode()
        assert trace() == before

    def test_is_refused_on_ones_own_account(self) -> None:
        reviewer = make_reviewer()
        negotiation = proposed(cardholder=make_cardholder(user=reviewer, claimed_at=NOW))
        client = signed_in(reviewer)
        reviews.add_note(negotiation=negotiation, reviewer=make_reviewer(), text="He sits next door.", now=NOW)
        page = client.get(address(negotiation)).content.decode()
        assert "This is your own account" in page and "He sits next door." not in page
        for action in ("accept", "decline", "claim"):
            before = trace()
            prefix = "" if action == "claim" else action
            page = press(client, negotiation, action, prefix, reasons=["IN_COURT"])
            assert "A colleague has to decide" in page.content.decode(), action
            assert trace() == before

    def test_is_refused_on_a_case_that_another_has_taken(self) -> None:
        negotiation = proposed()
        claims.claim(negotiation=negotiation, reviewer=make_reviewer(), now=NOW)
        client = signed_in(make_reviewer())
        shown = client.get(address(negotiation)).content.decode()
        assert all(address(negotiation, action) not in shown for action in ("accept", "counter", "decline"))
        before = trace()
        page = press(client, negotiation, "accept", "accept", message="A long letter.").content.decode()
        assert "A colleague has taken this case" in page and "A long letter." in page
        assert trace() == before

    def test_keeps_what_was_typed_when_it_is_too_long(self) -> None:
        negotiation = proposed()
        before_words = "x" * 1001
        page = press(signed_in(make_reviewer()), negotiation, "accept", "accept", message=before_words)
        assert before_words in page.content.decode()
        assert state_of(negotiation) == NegotiationState.WITH_BANK


def asking_for_help() -> Negotiation:
    """A proposal of 400.00 a month, which is below what any plan of the limits needs."""
    account = make_account()
    draft = make_draft(account)
    quote = make_quote(account, instalment_count=59)
    return proposals.propose(
        cardholder=account.cardholder,
        negotiation_reference=draft.reference,
        quote_reference=quote.reference,
        now=NOW,
        asks_for_help=True,
    )


def make_draft(account: Any) -> Negotiation:
    return drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)


class TestACounterOffer:
    def test_is_made_on_the_terms_that_were_typed(self) -> None:
        negotiation = proposed()
        terms = {"rate": "4.5", "waive_late_fee": "50", "method": "EQUAL_INSTALMENT", "down_payment": "1000"}
        counter(signed_in(make_reviewer()), negotiation, **terms, message="Less interest in all.")
        offer = negotiation.offers.get(kind="COUNTER")
        made = offer.quote.plan_terms
        assert state_of(negotiation) == NegotiationState.WITH_CARDHOLDER
        assert (made.instalment_count, str(made.annual_rate), str(made.down_payment)) == (30, "0.045", "1000.00")
        assert [(item.component, str(item.share)) for item in made.waivers] == [("late_fee", "0.5")]
        assert offer.message == "Less interest in all."
        assert offer.quote.is_within_limits

    def test_finds_the_number_for_an_amount(self) -> None:
        negotiation = proposed()
        counter(signed_in(make_reviewer()), negotiation, instalment_count="", amount="1200")
        assert negotiation.offers.get(kind="COUNTER").quote.plan_terms.instalment_count == 29

    def test_is_judged_by_the_version_of_the_first_offer(self) -> None:
        negotiation = proposed()
        counter(signed_in(make_reviewer()), negotiation)
        versions = negotiation.offers.values_list("quote__policy_version", flat=True)
        assert len(set(versions)) == 1

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"instalment_count": "55"}, "The most instalments are 48"),
            ({"first_date": "2027-06-01"}, "may be due until"),
            ({"method": "EQUAL_INSTALMENT", "rate": "13"}, "The highest rate is 12.00%"),
            ({"instalment_count": "", "amount": "300"}, "The budget is ¥300.00 each time"),
        ],
    )
    def test_outside_the_limits_says_every_reason(self, typed: dict[str, str], told: str) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        page = counter(client, negotiation, **typed)
        assert told in page.content.decode()
        assert trace() == before

    @pytest.mark.parametrize(
        "typed",
        [
            {"instalment_count": ""},
            {"instalment_count": "0"},
            {"instalment_count": "many"},
            {"first_date": "2027-02-30"},
            {"down_payment": "1.234"},
            {"amount": "NaN"},
            {"rate": "-1"},
            {"method": "STEP"},
            {"waive_late_fee": "101"},
            {"down_payment": "99999999"},
        ],
    )
    def test_is_not_made_on_what_makes_no_sense(self, typed: dict[str, str]) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        assert counter(client, negotiation, **typed).status_code == 200
        assert trace() == before

    def test_may_not_be_worse_than_the_one_before(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        counter(client, negotiation, instalment_count="34", waive_late_fee="50")
        answer(negotiation, instalment_count=44)
        before = trace()
        page = counter(client, negotiation, instalment_count="34")
        assert "Worse than the offer the bank has made: less is waived" in page.content.decode()
        assert trace() == before

    def test_is_refused_for_a_page_that_was_overtaken(self) -> None:
        negotiation = proposed()
        seen = lying_on_the_table(negotiation)
        counter(signed_in(make_reviewer()), negotiation)
        answer(negotiation, instalment_count=44)
        client = signed_in(make_reviewer())
        before = trace()
        page = counter(client, negotiation, seen=seen)
        assert "This case has moved on" in page.content.decode()
        assert trace() == before

    def test_shows_its_figures_and_changes_nothing(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        whole = counter(client, negotiation, "figures", instalment_count="24").content.decode()
        part = client.post(
            address(negotiation, "figures"),
            {"method": "INTEREST_FREE", "frequency": "MONTHLY", "instalment_count": "24", "first_date": "2026-12-25"},
            headers={"HX-Request": "true"},
        ).content.decode()
        assert "<html" in whole and "<html" not in part
        assert all("1,446.79" in shown for shown in (whole, part))
        assert trace() == before

    @pytest.mark.parametrize(
        "typed",
        [
            {"instalment_count": "３０"},
            {"instalment_count": "", "amount": "¥1,200"},
            {"instalment_count": "", "amount": "１２００ 元"},
            {"down_payment": "1，000.00"},
            {"rate": "0 %"},
        ],
    )
    def test_reads_figures_as_people_type_them(self, typed: dict[str, str]) -> None:
        negotiation = proposed()
        counter(signed_in(make_reviewer()), negotiation, **typed)
        assert state_of(negotiation) == NegotiationState.WITH_CARDHOLDER

    def test_says_in_the_live_part_which_field_makes_no_sense(self) -> None:
        negotiation = proposed()
        typed = {"method": "INTEREST_FREE", "frequency": "MONTHLY", "instalment_count": "many", "first_date": "soon"}
        part = signed_in(make_reviewer()).post(address(negotiation, "figures"), typed, headers={"HX-Request": "true"})
        words = part.content.decode()
        assert "Number of instalments" in words and "Write a whole number, such as 24." in words
        assert "Write the day like 2027-01-25." in words

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"amount": "0"}, "不能小于 0.01。"),
            ({"first_date": "9999-12-31"}, "按所填条件无法得出方案，请检查日期、期数和金额。"),
        ],
    )
    def test_says_what_makes_no_plan_in_the_readers_language(self, typed: dict[str, str], told: str) -> None:
        client = signed_in(make_reviewer())
        client.cookies["django_language"] = "zh-hans"
        assert told in counter(client, proposed(), **typed).content.decode()

    def test_takes_a_suggestion_and_keeps_the_message(self) -> None:
        negotiation = asking_for_help()
        typed = {"instalment_count": "", "amount": "99", "message": "We looked for a way.", "suggestion": "0"}
        page = counter(signed_in(make_reviewer()), negotiation, "figures", **typed).content.decode()
        assert "We looked for a way." in page and "This would be offered" in page

    @pytest.mark.parametrize("number", ["99", "-1", "x", "²"])
    def test_leaves_the_form_alone_for_no_suggestion(self, number: str) -> None:
        page = counter(signed_in(make_reviewer()), proposed(), "figures", suggestion=number)
        assert page.status_code == 200 and 'value="30"' in page.content.decode()

    def test_begins_from_what_the_solver_would_accept(self) -> None:
        page = signed_in(make_reviewer()).get(address(asking_for_help())).content.decode()
        assert "The bank would accept" in page and "Use this as counter-offer" in page
        assert "This would be offered" in page


def answer(negotiation: Negotiation, **terms: Any) -> None:
    """The cardholder proposes something else."""
    quote = make_quote(negotiation.account, **terms)
    proposals.propose(
        cardholder=negotiation.cardholder,
        negotiation_reference=negotiation.reference,
        quote_reference=quote.reference,
        now=NOW,
    )


class TestDeclining:
    def test_ends_the_case_with_every_reason_that_applies(self) -> None:
        negotiation = proposed()
        reasons = ["IN_COURT", "PROOF_MISSING"]
        press(signed_in(make_reviewer()), negotiation, "decline", "decline", reasons=reasons, message="Pay slip?")
        statement = negotiation.offers.get(kind="DECLINE")
        assert state_of(negotiation) == NegotiationState.DECLINED
        assert (statement.reasons, statement.message) == (["PROOF_MISSING", "IN_COURT"], "Pay slip?")

    def test_leaves_nothing_to_release(self) -> None:
        negotiation, reviewer = proposed(), make_reviewer()
        claims.claim(negotiation=negotiation, reviewer=reviewer, now=NOW)
        client = signed_in(reviewer)
        press(client, negotiation, "decline", "decline", reasons=["IN_COURT"])
        page = client.get(address(negotiation)).content.decode()
        assert address(negotiation, "release") not in page and "taken by you" not in page
        assert "A colleague has taken" not in signed_in(make_reviewer()).get(address(negotiation)).content.decode()

    def test_shows_the_words_that_the_cardholder_will_read(self) -> None:
        page = signed_in(make_reviewer()).get(address(proposed())).content.decode()
        assert "The bank could not follow the income and spending you gave." in page

    @pytest.mark.parametrize("reasons", [[], ["BECAUSE"], ["IN_COURT", "BECAUSE"]])
    def test_needs_known_reasons(self, reasons: list[str]) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        page = press(client, negotiation, "decline", "decline", reasons=reasons, message="Pay slip?")
        assert page.status_code == 200 and "Pay slip?" in page.content.decode()
        with pytest.raises(ReasonUnknown):
            reviews.decline(negotiation=negotiation, reviewer=make_reviewer(), reasons=reasons, message="", now=NOW)
        assert trace() == before


class TestTheSecondApproval:
    def test_that_was_refused_is_told_at_the_top_and_the_form_is_as_it_was(self) -> None:
        negotiation = proposed(purchase_principal=Decimal("60000.00"))
        first, second = make_reviewer(), make_reviewer(senior=True)
        client = signed_in(first)
        counter(client, negotiation, instalment_count="41")
        waiting = Negotiation.objects.get()
        reviews.send_back(negotiation=waiting, reviewer=second, note="Ask for the budget first.", now=NOW)
        page = client.get(address(negotiation)).content.decode()
        assert f"{second.name} sent it back:" in page.partition("four")[0]
        assert 'name="instalment_count" value="41"' in page
        counter(client, negotiation, instalment_count="33")
        assert "sent it back" not in client.get(address(negotiation)).content.decode()

    def test_confirms_what_the_first_decided(self) -> None:
        negotiation, _ = held()
        press(signed_in(make_reviewer(senior=True)), negotiation, "confirm")
        assert state_of(negotiation) == NegotiationState.AGREED

    def test_confirms_a_counter_offer(self) -> None:
        negotiation = proposed(purchase_principal=Decimal("60000.00"))
        counter(signed_in(make_reviewer()), negotiation, instalment_count="36")
        assert state_of(negotiation) == HELD
        pending = Negotiation.objects.get(pk=negotiation.pk).pending_quote.reference
        senior = signed_in(make_reviewer(senior=True))
        assert "Counter-offer to be confirmed" in senior.get(address(negotiation)).content.decode()
        press(senior, negotiation, "confirm", seen=pending)
        assert state_of(negotiation) == NegotiationState.WITH_CARDHOLDER

    def test_is_not_given_by_the_first_person(self) -> None:
        negotiation = proposed(purchase_principal=Decimal("400000.00"))
        senior = make_reviewer(senior=True)
        client = signed_in(senior)
        press(client, negotiation, "accept", "accept")
        before = trace()
        page = press(client, negotiation, "confirm")
        assert "somebody else has to give it" in page.content.decode()
        assert trace() == before

    def test_is_not_given_by_a_reviewer(self) -> None:
        negotiation, _ = held()
        client = signed_in(make_reviewer())
        assert address(negotiation, "confirm") not in client.get(address(negotiation)).content.decode()
        before = trace()
        press(client, negotiation, "confirm")
        assert trace() == before

    def test_can_be_sent_back_with_a_note(self) -> None:
        negotiation, first = held()
        press(signed_in(make_reviewer(senior=True)), negotiation, "send_back", "back", note="Ask for the budget.")
        assert state_of(negotiation) == NegotiationState.WITH_BANK
        assert "Ask for the budget." in signed_in(first).get(address(negotiation)).content.decode()


class TestTakingACase:
    def test_keeps_others_away_until_it_is_released(self) -> None:
        negotiation = proposed()
        first, second = signed_in(make_reviewer()), signed_in(make_reviewer())
        press(first, negotiation, "claim")
        before = trace()
        assert "A colleague has taken this case" in press(second, negotiation, "claim").content.decode()
        assert "A colleague has taken this case" in press(second, negotiation, "release").content.decode()
        assert trace() == before
        press(first, negotiation, "release")
        press(second, negotiation, "claim")
        assert "taken by you" in second.get(address(negotiation)).content.decode()

    def test_can_be_undone_by_a_senior_reviewer(self) -> None:
        negotiation = proposed()
        press(signed_in(make_reviewer()), negotiation, "claim")
        press(signed_in(make_reviewer(senior=True)), negotiation, "release")
        assert Negotiation.objects.get(pk=negotiation.pk).assigned_to is None


class TestANote:
    def test_is_read_by_colleagues_and_recorded(self) -> None:
        negotiation = proposed()
        press(signed_in(make_reviewer()), negotiation, "note", "note", text="Called on Monday.")
        assert "Called on Monday." in signed_in(make_reviewer()).get(address(negotiation)).content.decode()
        event = Event.objects.get(kind="noted")
        assert (event.data["negotiation"], event.data["note"]) == (negotiation.reference, Note.objects.get().pk)

    def test_says_something(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        press(client, negotiation, "note", "note", text="  ")
        assert trace() == before


class TestAMessage:
    def test_goes_to_the_cardholder_without_an_offer(self) -> None:
        negotiation = proposed()
        page = press(signed_in(make_reviewer()), negotiation, "message", "message", text="Which months are hard?")
        assert "Which months are hard?" in page.content.decode()
        assert negotiation.messages.get().party == "REVIEWER"
        assert state_of(negotiation) == NegotiationState.WITH_BANK

    @pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
    def test_needs_words_and_not_too_many(self, text: str) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        press(client, negotiation, "message", "message", text=text)
        assert trace() == before

    def test_is_refused_when_the_negotiation_is_over(self) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        proposals.withdraw(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=NOW)
        before = trace()
        page = press(client, negotiation, "message", "message", text="Are you there?")
        assert "This negotiation is over" in page.content.decode()
        assert trace() == before


class TestAMessageOfTheCardholder:
    def asked(self, negotiation: Negotiation, *, minutes: int = 0, text: str = "您好") -> Message:
        return write_to_bank(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            text=text,
            now=NOW + timedelta(minutes=minutes),
        )

    def is_unread(self) -> bool:
        return Negotiation.objects.get().unread_since is not None

    def test_is_shown_as_unread_with_a_button(self) -> None:
        negotiation = proposed()
        message = self.asked(negotiation)
        page = signed_in(make_reviewer()).get(address(negotiation)).content.decode()
        assert ">unread<" in page
        assert address(negotiation, "read") in page
        assert f'name="heard" value="{message.pk}"' in page

    def test_is_marked_as_read_by_the_button(self) -> None:
        negotiation = proposed()
        message = self.asked(negotiation)
        client = signed_in(make_reviewer())
        page = client.post(address(negotiation, "read"), {"heard": message.pk}, follow=True).content.decode()
        assert not self.is_unread()
        assert ">unread<" not in page
        assert address(negotiation, "read") not in page

    def test_is_read_by_whoever_answers_it_or_decides(self) -> None:
        for action, prefix, typed in (("message", "message", {"text": "好的"}), ("accept", "accept", {})):
            Negotiation.objects.update(unread_since=None)
            negotiation = proposed()
            message = self.asked(negotiation)
            fields = {"seen": lying_on_the_table(negotiation)} | typed
            data = {f"{prefix}-{name}": value for name, value in fields.items()} | {"heard": str(message.pk)}
            signed_in(make_reviewer()).post(address(negotiation, action), data)
            assert Negotiation.objects.get(pk=negotiation.pk).unread_since is None, action

    def test_stays_unread_if_it_came_after_the_page_was_opened(self) -> None:
        negotiation = proposed()
        seen = self.asked(negotiation)
        self.asked(negotiation, minutes=5, text="还有一件事")
        press(signed_in(make_reviewer()), negotiation, "read", heard=seen.pk)
        assert Negotiation.objects.get().unread_since == NOW + timedelta(minutes=5)

    def test_stays_unread_when_the_decision_is_refused(self) -> None:
        negotiation = proposed()
        message = self.asked(negotiation)
        client = signed_in(make_reviewer())
        client.post(address(negotiation, "accept"), {"accept-seen": "0" * 12, "heard": message.pk})
        client.post(address(negotiation, "note"), {"note-text": "", "heard": message.pk})
        assert self.is_unread()

    @pytest.mark.parametrize("heard", ["", "nonsense", "0b5d4ba7-3e86-4d1f-9021-6513ed1c02fe"])
    def test_is_not_read_by_a_form_that_names_none(self, heard: str) -> None:
        negotiation = proposed()
        self.asked(negotiation)
        assert signed_in(make_reviewer()).post(address(negotiation, "read"), {"heard": heard}).status_code == 302
        assert self.is_unread()

    def test_offers_no_button_to_a_colleague_of_whoever_has_the_case(self) -> None:
        negotiation = proposed()
        self.asked(negotiation)
        claims.claim(negotiation=negotiation, reviewer=make_reviewer(), now=NOW)
        assert address(negotiation, "read") not in signed_in(make_reviewer()).get(address(negotiation)).content.decode()


class TestASupportingDocument:
    @pytest.fixture
    def paper(self, settings: Any, tmp_path: Any) -> SupportingDocument:
        settings.MEDIA_ROOT = tmp_path
        negotiation = proposed()
        return attach(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            content=PAPER,
            shows="INCOME",
            has_consented=True,
            now=NOW,
        )

    def test_is_opened_by_a_reviewer_and_that_is_recorded(self, paper: SupportingDocument) -> None:
        client = signed_in(make_reviewer())
        assert paper_of(paper) in client.get(address(paper.negotiation)).content.decode()
        answer = client.post(paper_of(paper))
        assert (answer.content, answer["Content-Type"]) == (PAPER, "application/pdf")
        assert answer["Content-Disposition"].startswith("attachment")
        assert Event.objects.filter(kind="document_opened").count() == 1

    def test_is_opened_by_an_auditor_and_that_is_recorded(self, paper: SupportingDocument) -> None:
        auditor = staff_of(AUDITOR)
        client = signed_in(auditor)
        page = client.get(address(paper.negotiation)).content.decode()
        assert paper_of(paper) in page
        assert f"{paper.negotiation_id}/note/" not in page
        assert client.post(paper_of(paper)).content == PAPER
        event = Event.objects.get(kind="document_opened")
        assert (event.actor_kind, event.actor_user) == ("AUDITOR", auditor)

    def test_stays_new_for_reviewers_when_an_auditor_has_opened_it(self, paper: SupportingDocument) -> None:
        signed_in(staff_of(AUDITOR)).post(paper_of(paper))
        paper.refresh_from_db()
        assert (paper.opened_at, paper.negotiation.unopened_since) == (None, NOW)
        signed_in(make_reviewer()).post(paper_of(paper))
        paper.refresh_from_db()
        assert (paper.opened_at, Negotiation.objects.get().unopened_since) == (NOW, None)

    def test_is_not_opened_by_a_get_or_by_others(self, paper: SupportingDocument) -> None:
        before = trace()
        for group in (None, AUDITOR):
            client = signed_in(staff_of(group) if group else make_reviewer())
            assert client.get(paper_of(paper)).status_code == 405
        for group in (POLICY_MANAGER, SUPPORT):
            assert signed_in(staff_of(group)).post(paper_of(paper)).status_code == 403
        assert paper_of(paper) not in signed_in(staff_of(SUPPORT)).get(address(paper.negotiation)).content.decode()
        assert trace() == before

    def test_is_never_one_of_the_readers_own_case(self, paper: SupportingDocument) -> None:
        for reader in (make_reviewer(), staff_of(AUDITOR)):
            Cardholder.objects.filter(pk=paper.negotiation.cardholder_id).update(user=reader)
            before = trace()
            assert signed_in(reader).post(paper_of(paper)).status_code == 404
            assert paper_of(paper) not in signed_in(reader).get(address(paper.negotiation)).content.decode()
            assert trace() == before

    def test_is_not_found_in_another_case(self, paper: SupportingDocument) -> None:
        elsewhere = reverse("admin:negotiation_negotiation_paper", args=[proposed().pk, paper.reference])
        before = trace()
        assert signed_in(make_reviewer()).post(elsewhere).status_code == 404
        assert trace() == before


def paper_of(paper: SupportingDocument) -> str:
    return reverse("admin:negotiation_negotiation_paper", args=[paper.negotiation_id, paper.reference])


class TestAnAction:
    @pytest.mark.parametrize("action", ACTIONS)
    def test_is_no_get(self, action: str) -> None:
        negotiation = proposed()
        client = signed_in(make_reviewer())
        before = trace()
        assert client.get(address(negotiation, action)).status_code == 405
        assert trace() == before

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("group", [AUDITOR, POLICY_MANAGER, SUPPORT])
    def test_is_for_reviewers_alone(self, action: str, group: str) -> None:
        negotiation = proposed()
        client = signed_in(staff_of(group))
        before = trace()
        assert client.post(address(negotiation, action), {}).status_code == 403
        assert trace() == before

    @pytest.mark.parametrize("action", ACTIONS)
    def test_is_nothing_to_a_cardholder(self, action: str) -> None:
        negotiation = proposed()
        client = Client()
        client.force_login(negotiation.cardholder.user)
        before = trace()
        assert client.post(address(negotiation, action), {}).status_code == 404
        assert trace() == before

    @pytest.mark.parametrize("action", ACTIONS)
    def test_finds_nothing_in_a_draft(self, action: str) -> None:
        draft = make_draft(make_account())
        assert signed_in(make_reviewer()).post(address(draft, action), {}).status_code == 404
