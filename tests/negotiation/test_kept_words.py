"""Sentences that people write in a negotiation pass one gate, whatever they go with."""

import pytest

from negotiation.models import Message, Negotiation, Note, Offer
from negotiation.services import drafts, messages, proposals, reviews
from negotiation.services.audit import altered_records
from negotiation.services.refusals import MessageTooLong, NothingSaid
from tests.factories import NOW, make_account, make_negotiation, make_quote, make_reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]


def newest_words() -> str:
    return Offer.objects.latest("seq").message


def proposal(text: str) -> str:
    account = make_account()
    draft = drafts.draft_for(cardholder=account.cardholder, account_reference=account.reference, now=NOW)
    proposals.propose(
        cardholder=account.cardholder,
        negotiation_reference=draft.reference,
        quote_reference=make_quote(account, instalment_count=40).reference,
        message=text,
        now=NOW,
    )
    return newest_words()


def acceptance(text: str) -> str:
    case = make_negotiation()
    quote = case.offers.get().quote
    reviews.accept(
        negotiation=case, reviewer=make_reviewer(senior=True), quote_reference=quote.reference, message=text, now=NOW
    )
    return newest_words()


def confirmed_counter(text: str) -> str:
    case = make_negotiation(account=make_account(), instalment_count=48)
    quote = make_quote(case.account, instalment_count=42)
    reviews.counter(negotiation=case, reviewer=make_reviewer(), quote=quote, message=text, now=NOW)
    waiting = Negotiation.objects.get(pk=case.pk)
    reviews.confirm(negotiation=waiting, reviewer=make_reviewer(senior=True), now=NOW)
    return newest_words()


def decline(text: str) -> str:
    reviews.decline(
        negotiation=make_negotiation(), reviewer=make_reviewer(), reasons=["IN_COURT"], message=text, now=NOW
    )
    return newest_words()


def note(text: str) -> str:
    reviews.add_note(negotiation=make_negotiation(), reviewer=make_reviewer(), text=text, now=NOW)
    return Note.objects.get().text


def sent_back(text: str) -> str:
    case = make_negotiation(account=make_account(), instalment_count=48)
    quote = make_quote(case.account, instalment_count=42)
    reviews.counter(negotiation=case, reviewer=make_reviewer(), quote=quote, message="", now=NOW)
    waiting = Negotiation.objects.get(pk=case.pk)
    reviews.send_back(negotiation=waiting, reviewer=make_reviewer(senior=True), note=text, now=NOW)
    return Note.objects.get().text


def message_of_cardholder(text: str) -> str:
    case = make_negotiation()
    messages.write_to_bank(cardholder=case.cardholder, negotiation_reference=case.reference, text=text, now=NOW)
    return Message.objects.get().text


def message_of_bank(text: str) -> str:
    messages.write_to_cardholder(negotiation=make_negotiation(), reviewer=make_reviewer(), text=text, now=NOW)
    return Message.objects.get().text


WITH_AN_OFFER = [proposal, acceptance, confirmed_counter, decline]
BY_THEMSELVES = [note, sent_back, message_of_cardholder, message_of_bank]


class TestWords:
    @pytest.mark.parametrize("write", [*WITH_AN_OFFER, *BY_THEMSELVES])
    def test_are_kept_as_they_can_be_read(self, write):
        assert write(" \u202e好的\x00，\r\n谢谢\u200b ") == "好的，\n谢谢"
        assert list(altered_records()) == []

    @pytest.mark.parametrize("write", [*WITH_AN_OFFER, *BY_THEMSELVES])
    def test_are_refused_where_there_are_too_many(self, write):
        with pytest.raises(MessageTooLong):
            write("字" * 1001)

    @pytest.mark.parametrize("write", BY_THEMSELVES)
    def test_are_refused_where_none_can_be_read(self, write):
        with pytest.raises(NothingSaid):
            write("\u200b\x00")
