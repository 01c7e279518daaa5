"""What a cardholder asks of the bank's contact with them: kept once, recorded, refused without a trace."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from negotiation.domain.contact_wishes import ContactChannel, ContactHours, ContactWish
from negotiation.models import Cardholder, ContactPreference, Event
from negotiation.queries.cardholders import contact_wish_of
from negotiation.queries.staff import REVIEWER
from negotiation.services.audit import altered_records
from negotiation.services.contact_preferences import choose_contact
from negotiation.services.refusals import NoSuchContact, NoSuchLanguage
from tests.factories import NOW, make_cardholder, make_negotiation
from tests.negotiation.staff import signed_in, staff_of
from tests.negotiation.test_audit import alter

pytestmark = pytest.mark.django_db
QUIET = ContactWish("en", ContactChannel.EMAIL, ContactHours.EVENING, is_written_only=True)


@pytest.fixture
def alice() -> Cardholder:
    return make_cardholder(phone="+8613800004821")


class TestAWish:
    def test_is_the_feeds_language_and_the_whole_legal_day_until_one_is_made(self, alice):
        assert contact_wish_of(alice) == ContactWish("zh-hans", ContactChannel.EMAIL, ContactHours.ANY)

    def test_is_kept_and_recorded(self, alice):
        choose_contact(cardholder=alice, wish=QUIET, now=NOW)
        assert contact_wish_of(Cardholder.objects.get(pk=alice.pk)) == QUIET
        event = Event.objects.get(kind="contact_preference_chosen")
        assert (event.actor_user, event.at) == (alice.user, NOW)
        assert event.data == {
            "cardholder": str(alice.pk),
            "language": "en",
            "channel": "EMAIL",
            "hours": "EVENING",
            "is_written_only": True,
        }
        assert list(altered_records()) == []

    def test_made_twice_is_recorded_once_and_a_new_one_takes_its_place(self, alice):
        for minutes, wish in enumerate((QUIET, QUIET, ContactWish("zh-hans", ContactChannel.BOTH))):
            choose_contact(cardholder=alice, wish=wish, now=NOW + timedelta(minutes=minutes))
        assert Event.objects.filter(kind="contact_preference_chosen").count() == 2
        assert (ContactPreference.objects.get().channel, contact_wish_of(alice).hours) == ("BOTH", ContactHours.ANY)

    def test_is_nobody_elses(self, alice):
        choose_contact(cardholder=alice, wish=QUIET, now=NOW)
        assert contact_wish_of(make_cardholder()).hours == ContactHours.ANY

    @pytest.mark.parametrize(
        ("wish", "refusal"),
        [
            (ContactWish("de"), NoSuchLanguage),
            (ContactWish("en", ContactChannel.SMS), NoSuchContact),
            (ContactWish("en", ContactChannel.BOTH), NoSuchContact),
        ],
    )
    def test_that_cannot_be_kept_is_refused_without_a_trace(self, wish, refusal):
        with pytest.raises(refusal):
            choose_contact(cardholder=make_cardholder(), wish=wish, now=NOW)
        assert not ContactPreference.objects.exists()
        assert not Event.objects.exists()

    @pytest.mark.parametrize("change", [{"language": "de"}, {"channel": "POST"}, {"hours": "NIGHT"}])
    def test_is_one_of_those_there_are_whoever_writes_the_row(self, alice, change):
        choose_contact(cardholder=alice, wish=QUIET, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactPreference.objects.update(**change)

    def test_that_nobody_made_is_found_by_the_audit(self, alice):
        choose_contact(cardholder=alice, wish=QUIET, now=NOW)
        no = "0" if connection.vendor == "sqlite" else "false"
        alter(f"UPDATE negotiation_contactpreference SET is_written_only = {no}")
        assert [found.part for found in altered_records()] == ["wish"]


class TestTheBank:
    def test_sees_on_the_page_of_the_case_who_asks_not_to_be_called(self, policy):
        talk, desk = make_negotiation(), signed_in(staff_of(REVIEWER))
        place = reverse("admin:negotiation_negotiation_change", args=[talk.pk])
        assert "Do not call" not in desk.get(place).content.decode()
        choose_contact(cardholder=talk.cardholder, wish=QUIET, now=NOW)
        assert "Do not call" in desk.get(place).content.decode()
        owner = reverse("admin:negotiation_cardholder_change", args=[talk.cardholder_id])
        assert "In the evening" in desk.get(owner).content.decode()
