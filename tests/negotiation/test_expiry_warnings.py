"""Silence has a rule, and both sides are warned before it counts: at 48 and at 12 hours, once each."""

from datetime import datetime, timedelta

import pytest

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Event, Negotiation
from negotiation.services import proposals, reviews
from negotiation.services.expiry_warnings import LEADS, warn, warn_of_expiry
from tests.factories import NOW, make_negotiation, make_quote, make_reviewer

pytestmark = pytest.mark.usefixtures("policy")
ENDS = NOW + timedelta(days=7)


def warned(at: datetime) -> list[str]:
    """The states in which people were warned so far."""
    warn_of_expiry({}, now=at)
    return [event.data["state"] for event in Event.objects.filter(kind="running_out").order_by("pk")]


def hours_left(hours: float) -> datetime:
    return Negotiation.objects.get().expires_at - timedelta(hours=hours)


class TestAWarning:
    def test_comes_twice_once_at_each_lead(self) -> None:
        make_negotiation()
        counts = [len(warned(hours_left(hours))) for hours in (48.01, 48, 47, 12.01, 12, 11, 0.1)]
        assert counts == [0, 1, 1, 1, 2, 2, 2]

    def test_that_is_late_for_both_comes_once(self) -> None:
        make_negotiation()
        assert [len(warned(hours_left(hours))) for hours in (10, 9)] == [1, 1]

    def test_names_the_end_and_whose_turn_it_is(self) -> None:
        negotiation = make_negotiation()
        warned(hours_left(48))
        event = Event.objects.get(kind="running_out")
        assert event.actor_kind == "SYSTEM"
        assert event.data == {
            "negotiation": negotiation.reference,
            "state": "WITH_BANK",
            "expires_at": ENDS.isoformat(),
        }

    def test_begins_anew_with_a_new_offer(self) -> None:
        negotiation, senior = make_negotiation(), make_reviewer(senior=True)
        at = hours_left(12)
        assert warned(at) == ["WITH_BANK"]
        quote = make_quote(negotiation.account, now=at, instalment_count=30)
        reviews.counter(negotiation=Negotiation.objects.get(), reviewer=senior, quote=quote, message="", now=at)
        assert warned(at) == ["WITH_BANK"]
        assert warned(hours_left(48)) == ["WITH_BANK", "WITH_CARDHOLDER"]

    def test_comes_before_an_agreement_is_lost_unsigned(self) -> None:
        make_negotiation(instalment_count=36)
        assert warned(hours_left(48)) == [NegotiationState.AGREED]

    def test_does_not_follow_on_words_just_said(self) -> None:
        make_negotiation()
        Negotiation.objects.update(expires_at=NOW + timedelta(hours=24))
        assert warned(NOW) == []
        assert len(warned(NOW + timedelta(hours=12))) == 1

    def test_is_not_given_in_a_draft_nor_after_the_end(self) -> None:
        negotiation = make_negotiation()
        proposals.withdraw(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=NOW)
        assert warned(hours_left(12)) == []
        Negotiation.objects.update(state=NegotiationState.DRAFT)
        assert warned(hours_left(12)) == []

    def test_is_given_once_by_two_workers(self) -> None:
        make_negotiation()
        mine, theirs = Negotiation.objects.get(), Negotiation.objects.get()
        at = hours_left(48)
        assert warn(negotiation=mine, lead=LEADS[1], now=at)
        assert not warn(negotiation=theirs, lead=LEADS[1], now=at)

    def test_is_not_given_when_somebody_acts_at_the_same_moment(self) -> None:
        negotiation = make_negotiation()
        stale = Negotiation.objects.get()
        at = hours_left(48)
        proposals.withdraw(cardholder=negotiation.cardholder, negotiation_reference=negotiation.reference, now=at)
        assert not warn(negotiation=stale, lead=LEADS[1], now=at)
