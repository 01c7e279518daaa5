"""The words that go with offers, and reviewers' notes: sealed in the database, readable on their row and nowhere else."""

import pytest
from django.db import connection

from negotiation.models import Negotiation, Note, Offer
from negotiation.models.sealed import SealBroken, Sealed
from negotiation.services import reviews
from tests.factories import NOW, make_account, make_negotiation, make_reviewer

pytestmark = pytest.mark.usefixtures("policy")
WORDS = "下月初有一笔奖金"


def held(table: str, column: str) -> list[str]:
    """The column as the database holds it, longest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY length({column}) DESC")
        return [value for (value,) in cursor.fetchall()]


def declined() -> Negotiation:
    negotiation = make_negotiation()
    reviews.decline(
        negotiation=negotiation, reviewer=make_reviewer(), reasons=["BUDGET_UNCLEAR"], message=WORDS, now=NOW
    )
    return negotiation


def noted() -> Note:
    return reviews.add_note(negotiation=make_negotiation(), reviewer=make_reviewer(), text=WORDS, now=NOW)


class TestTheWordsOfAnOffer:
    def test_are_sealed_and_open_on_their_row(self) -> None:
        negotiation = declined()
        assert held("negotiation_offer", "message")[0].startswith("v1.test1.")
        assert negotiation.offers.get(kind="DECLINE").message == WORDS

    def test_are_nothing_at_all_if_nothing_was_said(self) -> None:
        make_negotiation()
        assert held("negotiation_offer", "message") == [""]
        assert Offer.objects.get().message == ""

    def test_do_not_open_under_another_number_or_in_another_negotiation(self) -> None:
        negotiation = declined()
        taken = Sealed(held("negotiation_offer", "message")[0])
        elsewhere = make_negotiation()
        for case, seq in ((negotiation, 9), (elsewhere, 2)):
            moved = Offer.objects.create(
                negotiation=case, seq=seq, kind="EXPIRE", party="SYSTEM", message=taken, made_at=NOW
            )
            with pytest.raises(SealBroken):
                _ = Offer.objects.get(pk=moved.pk).message

    def test_are_not_searched(self) -> None:
        with pytest.raises(TypeError, match="sealed"):
            list(Offer.objects.filter(message=WORDS))


class TestANote:
    def test_is_sealed_and_opens_on_its_row(self) -> None:
        note = noted()
        assert held("negotiation_note", "text")[0].startswith("v1.test1.")
        assert Note.objects.get(pk=note.pk).text == WORDS

    def test_does_not_open_under_another_name_or_in_another_negotiation(self) -> None:
        note = noted()
        taken = Sealed(held("negotiation_note", "text")[0])
        for case, author in ((note.negotiation, make_reviewer()), (make_negotiation(), note.author)):
            moved = Note.objects.create(negotiation=case, author=author, text=taken, made_at=NOW)
            with pytest.raises(SealBroken):
                _ = Note.objects.get(pk=moved.pk).text


class TestAMessageThatWaitsForASecondApproval:
    def test_is_sealed_and_goes_out_with_the_decision(self) -> None:
        account = make_account(product="platinum", purchase_principal=60_000)
        negotiation = make_negotiation(account=account, instalment_count=34)
        quote = negotiation.offers.get().quote.reference
        reviews.accept(negotiation=negotiation, reviewer=make_reviewer(), quote_reference=quote, message=WORDS, now=NOW)
        assert held("negotiation_negotiation", "pending_message")[0].startswith("v1.test1.")
        assert negotiation.pending_message == WORDS
        waiting = Negotiation.objects.get()
        assert waiting.pending_message == WORDS
        reviews.confirm(negotiation=waiting, reviewer=make_reviewer(senior=True), now=NOW)
        assert waiting.offers.get(kind="ACCEPT").message == WORDS
        assert held("negotiation_negotiation", "pending_message") == [""]
