"""A case that a reviewer takes is theirs for a working day, and nobody decides on their own debt or twice as two people."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from negotiation.models import Event, Negotiation, User
from negotiation.queries.claims import CLAIM_LASTS, holder_of
from negotiation.queries.conflicts import is_same_person
from negotiation.queries.queue import next_in_queue
from negotiation.services import claims, reviews
from negotiation.services.refusals import ClaimedByAnother, OwnAccount, SamePerson
from tests.factories import NOW, make_account, make_cardholder, make_negotiation, make_quote, make_reviewer
from tests.negotiation.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]
ENDED = NOW + CLAIM_LASTS
INSTANT = timedelta(microseconds=1)


def taken() -> tuple[Negotiation, User]:
    negotiation, first = make_negotiation(), make_reviewer()
    claims.claim(negotiation=negotiation, reviewer=first, now=NOW)
    return Negotiation.objects.get(), first


def page_of(negotiation: Negotiation, user: User) -> str:
    with time_machine.travel(NOW, tick=False):
        return signed_in(user).get(f"/bank/negotiation/negotiation/{negotiation.pk}/change/").content.decode()


class TestAClaim:
    def test_ends_by_itself(self):
        negotiation, first = taken()
        assert holder_of(negotiation, now=ENDED - INSTANT) == first.pk
        assert holder_of(negotiation, now=ENDED) is None

    def test_that_has_ended_is_taken_over_and_recorded(self):
        negotiation, first = taken()
        second = make_reviewer()
        with pytest.raises(ClaimedByAnother):
            claims.claim(negotiation=negotiation, reviewer=second, now=ENDED - INSTANT)
        claims.claim(negotiation=negotiation, reviewer=second, now=ENDED)
        assert holder_of(Negotiation.objects.get(), now=ENDED) == second.pk
        assert Event.objects.latest("pk").data["taken_over_from"] == first.pk
        with pytest.raises(ClaimedByAnother):
            claims.claim(negotiation=Negotiation.objects.get(), reviewer=first, now=ENDED)

    def test_that_has_ended_keeps_nobody_from_deciding(self):
        negotiation, _ = taken()
        decline = {"negotiation": negotiation, "reasons": ["IN_COURT"], "message": ""}
        with pytest.raises(ClaimedByAnother):
            reviews.decline(reviewer=make_reviewer(), now=ENDED - INSTANT, **decline)
        reviews.decline(reviewer=make_reviewer(), now=ENDED, **decline)

    def test_is_longer_if_it_is_made_again(self):
        negotiation, first = taken()
        claims.claim(negotiation=negotiation, reviewer=first, now=NOW + timedelta(hours=5))
        assert holder_of(Negotiation.objects.get(), now=ENDED) == first.pk

    def test_that_has_ended_is_free_in_the_queue(self):
        negotiation, _ = taken()
        here, reviewer = make_negotiation(), make_reviewer()
        assert next_in_queue(after=here, reviewer=reviewer, now=ENDED - INSTANT) is None
        assert next_in_queue(after=here, reviewer=reviewer, now=ENDED) == negotiation

    def test_tells_its_end_and_who_had_it(self):
        negotiation, first = taken()
        assert f"taken by {first.name} until 18:00" in page_of(negotiation, make_reviewer())
        assert "taken by you until 18:00" in page_of(negotiation, first)
        Negotiation.objects.update(assigned_at=NOW - CLAIM_LASTS)
        page = page_of(negotiation, make_reviewer())
        assert f"{first.name} took it and has not answered: anybody may take it" in page and "Take this case" in page


class TestAReviewer:
    def test_with_an_account_of_their_own_as_cardholder_never_decides_on_it(self):
        reviewer = make_reviewer(email="li.min@bank.example")
        own = make_account(cardholder=make_cardholder(email="Li.Min@bank.example"))
        negotiation = make_negotiation(account=own)
        with pytest.raises(OwnAccount):
            reviews.decline(negotiation=negotiation, reviewer=reviewer, reasons=["IN_COURT"], message="", now=NOW)
        with pytest.raises(OwnAccount):
            claims.claim(negotiation=negotiation, reviewer=reviewer, now=NOW)
        reviews.add_note(negotiation=negotiation, reviewer=make_reviewer(), text="She sits next door.", now=NOW)
        page = page_of(negotiation, reviewer)
        assert "This is your own account" in page and "next door" not in page
        assert next_in_queue(after=make_negotiation(), reviewer=reviewer, now=NOW) is None

    def test_confirms_nothing_under_a_second_account(self):
        first = make_reviewer(senior=True, email="zhou.zheng@bank.example")
        same = make_reviewer(senior=True, email="Zhou.Zheng+2@Bank.example")
        large = make_account(purchase_principal=Decimal("310000.00"))
        negotiation = make_negotiation(account=large)
        quote = make_quote(large, instalment_count=42)
        reviews.counter(negotiation=negotiation, reviewer=first, quote=quote, message="", now=NOW)
        waiting = Negotiation.objects.get()
        with pytest.raises(SamePerson):
            reviews.confirm(negotiation=waiting, reviewer=same, now=NOW)
        assert "/confirm/" not in page_of(waiting, same)
        reviews.confirm(negotiation=waiting, reviewer=make_reviewer(senior=True), now=NOW)

    @pytest.mark.parametrize(
        ("one", "other", "are_one"),
        [
            ("a.b@bank.example", "A.B@BANK.EXAMPLE", True),
            ("a.b@bank.example", "a.b+night@bank.example", True),
            ("a.b@bank.example", "ab@bank.example", False),
            ("a@bank.example", "a@other.example", False),
        ],
    )
    def test_is_known_by_where_the_mail_arrives(self, one, other, are_one):
        assert is_same_person(User(pk=1, email=one), User(pk=2, email=other)) is are_one

    def test_without_an_address_is_nobody_else(self):
        assert not is_same_person(User(pk=1), User(pk=2))
