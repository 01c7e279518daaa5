"""Messages without an offer: from either side, while there is something to talk about, few enough to be read."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Event, Message, Negotiation
from negotiation.queries.events import events_of
from negotiation.queries.messages import messages_of
from negotiation.services import claims, drafts, proposals, reviews
from negotiation.services.messages import DOUBLE_PRESS, MOST_A_DAY, write_to_bank, write_to_cardholder
from negotiation.services.refusals import (
    ClaimedByAnother,
    MessageTooLong,
    NotAuthorised,
    NothingSaid,
    NothingToTalkAbout,
    OwnAccount,
    TooManyMessages,
)
from tests.factories import NOW, make_account, make_cardholder, make_negotiation, make_quote, make_reviewer

pytestmark = pytest.mark.usefixtures("policy")


def write(negotiation: Negotiation, text: str = "I start a new job in March.", *, now=NOW, cardholder=None) -> Message:
    return write_to_bank(
        cardholder=cardholder or negotiation.cardholder, negotiation_reference=negotiation.reference, text=text, now=now
    )


def answer(negotiation: Negotiation, reviewer=None, text: str = "Thank you.", *, now=NOW) -> Message:
    return write_to_cardholder(negotiation=negotiation, reviewer=reviewer or make_reviewer(), text=text, now=now)


class TestAMessage:
    def test_is_kept_sealed_and_recorded_without_its_words(self) -> None:
        negotiation = make_negotiation()
        message = write(negotiation, "  I start a new job in March. ")
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM negotiation_message")
            assert "job" not in cursor.fetchone()[0]
        assert Message.objects.get().text == "I start a new job in March."
        event = events_of(negotiation).last()
        assert (event.kind, event.data) == (
            "message_written",
            {"negotiation": negotiation.reference, "message": str(message.pk), "words": event.data["words"]},
        )

    def test_goes_both_ways_in_the_order_of_speaking(self) -> None:
        negotiation, bob = make_negotiation(), make_reviewer()
        write(negotiation)
        answer(negotiation, bob, now=NOW + timedelta(minutes=1))
        assert [message.party for message in messages_of(negotiation)] == ["CARDHOLDER", "REVIEWER"]
        assert negotiation.state == NegotiationState.WITH_BANK

    def test_is_possible_until_the_agreement_is_signed(self) -> None:
        negotiation, senior = make_negotiation(), make_reviewer(senior=True)
        quote = negotiation.offers.get().quote
        reviews.accept(negotiation=negotiation, reviewer=senior, quote_reference=quote.reference, now=NOW)
        write(negotiation)
        Negotiation.objects.update(state=NegotiationState.BEING_SIGNED)
        with pytest.raises(NothingToTalkAbout):
            write(negotiation)

    @pytest.mark.parametrize(("text", "refusal"), [(" \n", NothingSaid), ("x" * 1001, MessageTooLong)])
    def test_is_refused_without_a_trace(self, text: str, refusal: type[Exception]) -> None:
        negotiation = make_negotiation()
        before = Event.objects.count()
        with pytest.raises(refusal):
            write(negotiation, text)
        assert (Event.objects.count(), Message.objects.count()) == (before, 0)

    def test_is_refused_in_a_draft_and_after_the_end(self) -> None:
        account = make_account()
        draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
        over = make_negotiation()
        proposals.withdraw(cardholder=over.cardholder, negotiation_reference=over.reference, now=NOW)
        for negotiation in (draft, over):
            with pytest.raises(NothingToTalkAbout):
                write(negotiation)

    def test_of_a_stranger_finds_nothing(self) -> None:
        with pytest.raises(Negotiation.DoesNotExist):
            write(make_negotiation(), cardholder=make_cardholder())

    def test_pressed_twice_is_one(self) -> None:
        negotiation = make_negotiation()
        assert write(negotiation) == write(negotiation, now=NOW + DOUBLE_PRESS - timedelta(seconds=1))
        assert write(negotiation, now=NOW + DOUBLE_PRESS) != Message.objects.earliest("made_at")

    def test_is_limited_in_number_a_day_for_each_side(self) -> None:
        negotiation, bob = make_negotiation(), make_reviewer()
        for number in range(MOST_A_DAY):
            write(negotiation, f"{number}")
        with pytest.raises(TooManyMessages):
            write(negotiation)
        answer(negotiation, bob)
        write(negotiation, now=NOW + timedelta(days=1))

    def test_limit_counts_the_bank_as_one(self) -> None:
        negotiation = make_negotiation()
        for number in range(MOST_A_DAY):
            answer(negotiation, make_reviewer(senior=number % 2 == 0), f"{number}")
        with pytest.raises(TooManyMessages):
            answer(negotiation)

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_is_never_changed_or_removed(self, change: str) -> None:
        write(make_negotiation())
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Message.objects.update(party="SYSTEM") if change == "update" else Message.objects.all()._raw_delete(
                "default"
            )


class TestTheBank:
    def test_writes_only_through_a_reviewer_who_may_decide(self) -> None:
        bob = make_reviewer()
        own = make_negotiation(account=make_account(cardholder=make_cardholder(user=bob, claimed_at=NOW)))
        clerk = make_reviewer()
        clerk.groups.clear()
        for reviewer, refusal in ((bob, OwnAccount), (clerk, NotAuthorised)):
            with pytest.raises(refusal):
                answer(own, reviewer)
        assert not Message.objects.exists()

    def test_leaves_a_case_alone_that_another_has_taken(self) -> None:
        negotiation = make_negotiation()
        claims.claim(negotiation=negotiation, reviewer=make_reviewer(), now=NOW)
        with pytest.raises(ClaimedByAnother):
            answer(negotiation)

    def test_may_write_after_its_offer(self) -> None:
        negotiation, senior = make_negotiation(), make_reviewer(senior=True)
        quote = make_quote(negotiation.account, instalment_count=30)
        reviews.counter(negotiation=negotiation, reviewer=senior, quote=quote, message="", now=NOW)
        assert answer(negotiation, senior).party == "SENIOR_REVIEWER"
