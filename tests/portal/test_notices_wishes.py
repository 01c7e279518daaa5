"""The one gate and what a person wishes: later inside the law, by the ways and in the language chosen, and never lost."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from negotiation.domain.contact import CHINA_WINDOW, ContactWindow
from negotiation.domain.contact_wishes import ContactChannel, ContactHours, ContactWish
from negotiation.domain.workflow import NegotiationState
from negotiation.models import Cardholder, Event
from negotiation.services.contact_preferences import choose_contact
from negotiation.services.events import SYSTEM, record
from portal.notices import gate, sending
from portal.notices.messages import Message
from portal.notices.models import Notice
from tests.factories import make_negotiation, publish_policy
from tests.portal.people import lin
from tests.portal.post import PostBox
from tests.portal.test_notices import work
from tests.portal.test_notices_reminders import make_plan, remind

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime.fromisoformat("2026-11-23T00:00:00+08:00")
MIDDAY = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
OPEN = {
    ContactHours.ANY: range(8, 22),
    ContactHours.MORNING: range(8, 12),
    ContactHours.AFTERNOON: range(12, 18),
    ContactHours.EVENING: range(18, 22),
}


@pytest.fixture(autouse=True)
def ground(settings: Any, tmp_path: Any) -> None:
    settings.CONTACT_WINDOW = CHINA_WINDOW
    settings.SMS_DIR = tmp_path
    publish_policy()


@pytest.fixture
def alice() -> Cardholder:
    return lin(claimed=True, phone="+8613800004821")[0]


def wish(cardholder: Cardholder, hours: ContactHours, *, language: str = "en", channel: str = "EMAIL") -> None:
    choose_contact(
        cardholder=cardholder,
        wish=ContactWish(language, ContactChannel(channel), hours),
        now=MIDDAY - timedelta(days=1),
    )


def leaves(notice: Notice, now: datetime) -> datetime | None:
    return gate.judge(notice, now=now).not_before


class TestHours:
    @pytest.mark.parametrize("hours", list(ContactHours))
    @pytest.mark.parametrize("template", ["invitation", "agreed", "plan_ended", "access_claimed"])
    def test_hold_a_message_until_they_open_and_never_for_good(
        self, alice: Cardholder, template: str, hours: ContactHours
    ) -> None:
        wish(alice, hours)
        for hour in range(24):
            now = MIDNIGHT + timedelta(hours=hour, minutes=59)
            expected = now if hour in OPEN[hours] else first_open(now, OPEN[hours])
            verdict = gate.judge(Notice(template=template, cardholder=alice), now=now)
            assert verdict.not_before == expected, (hour, verdict)
            assert bool(verdict.reason) == (expected > now)

    @pytest.mark.parametrize("template", ["sign_in_code", "claim_code", "signing_code", "export_code"])
    def test_do_not_concern_a_code_that_was_asked_for(self, alice: Cardholder, template: str) -> None:
        wish(alice, ContactHours.MORNING)
        for hour in range(24):
            now = MIDNIGHT + timedelta(hours=hour)
            assert leaves(Notice(template=template, cardholder=alice), now) == now

    def test_are_told_apart_from_the_laws_in_the_log(self, alice: Cardholder) -> None:
        wish(alice, ContactHours.EVENING)
        notice = Notice(template="agreed", cardholder=alice)
        night, noon = (gate.judge(notice, now=MIDNIGHT + timedelta(hours=hour)) for hour in (7, 12))
        assert (night.reason, noon.reason) == (gate.CHOSEN_HOURS, gate.CHOSEN_HOURS)
        wish(alice, ContactHours.ANY)
        assert gate.judge(notice, now=MIDNIGHT).reason == gate.QUIET_HOURS

    def test_never_widen_what_a_bank_allows(self, alice: Cardholder, settings: Any) -> None:
        settings.CONTACT_WINDOW = ContactWindow.parse("[10:00,17:00)")
        wish(alice, ContactHours.MORNING)
        notice = Notice(template="agreed", cardholder=alice)
        assert leaves(notice, MIDNIGHT) == MIDNIGHT + timedelta(hours=10)
        wish(alice, ContactHours.EVENING)
        assert leaves(notice, MIDDAY) == MIDDAY

    def test_let_a_waiting_message_go_when_they_open(self, alice: Cardholder, post: PostBox) -> None:
        wish(alice, ContactHours.EVENING)
        sending.ask(Message("access_claimed", alice), key="a", now=MIDDAY)
        work(MIDDAY)
        waiting = Notice.objects.get(channel="EMAIL")
        assert (waiting.state, waiting.reason) == ("WAITING", gate.CHOSEN_HOURS)
        work(MIDDAY + timedelta(hours=6))
        waiting.refresh_from_db()
        assert (waiting.state, waiting.reason, len(post.mails)) == ("SENT", "", 1)


def first_open(now: datetime, hours: range) -> datetime:
    """Hour by hour, as somebody with a clock would find it."""
    hour = now.replace(minute=0)
    while hour.hour not in hours or hour < now:
        hour += timedelta(hours=1)
    return hour


class TestADeadline:
    @pytest.mark.parametrize(
        ("due", "asked", "sent"),
        [
            (date(2026, 12, 25), "2026-12-25T13:00:00+08:00", "2026-12-25T13:00:00+08:00"),
            (date(2026, 12, 25), "2026-12-24T13:00:00+08:00", "2026-12-25T08:00:00+08:00"),
            (date(2026, 12, 25), "2026-12-24T23:00:00+08:00", "2026-12-25T08:00:00+08:00"),
        ],
    )
    def test_of_an_instalment_is_not_missed_for_the_hours(
        self, post: PostBox, due: date, asked: str, sent: str
    ) -> None:
        plan = make_plan(due)
        wish(plan.account.cardholder, ContactHours.MORNING)
        remind(datetime.fromisoformat(asked))
        work(datetime.fromisoformat(sent))
        assert Notice.objects.get().sent_at == datetime.fromisoformat(sent)

    @pytest.mark.parametrize(
        ("asked", "sent"),
        [
            ("2026-11-24T13:00:00+08:00", "2026-11-24T18:00:00+08:00"),
            ("2026-11-24T22:30:00+08:00", "2026-11-25T08:00:00+08:00"),
            ("2026-11-25T09:00:00+08:00", "2026-11-25T09:00:00+08:00"),
        ],
    )
    def test_of_an_offer_is_not_missed_either(self, asked: str, sent: str) -> None:
        negotiation = make_negotiation()
        wish(negotiation.cardholder, ContactHours.EVENING)
        ends = datetime.fromisoformat("2026-11-25T10:00:00+08:00")
        type(negotiation).objects.update(state=NegotiationState.WITH_CARDHOLDER, expires_at=ends)
        event = happened(negotiation, state="WITH_CARDHOLDER", expires_at=ends.isoformat())
        notice = Notice(template="offer_running_out", cardholder=negotiation.cardholder, event=event)
        assert leaves(notice, datetime.fromisoformat(asked)) == datetime.fromisoformat(sent)


def happened(negotiation: Any, **data: Any) -> Event:
    with transaction.atomic():
        said = {"negotiation": negotiation.reference, **data}
        return record(
            stream=f"negotiation:{negotiation.reference}", kind="running_out", actor=SYSTEM, data=said, now=MIDDAY
        )


class TestWays:
    @pytest.mark.parametrize(
        ("channel", "missing", "ways"),
        [
            ("EMAIL", "", ["EMAIL"]),
            ("SMS", "", ["SMS"]),
            ("BOTH", "", ["EMAIL", "SMS"]),
            ("SMS", "gateway", ["EMAIL"]),
            ("SMS", "phone", ["EMAIL"]),
        ],
    )
    def test_are_those_chosen_of_those_there_are(
        self, alice: Cardholder, settings: Any, channel: str, missing: str, ways: list[str]
    ) -> None:
        wish(alice, ContactHours.ANY, channel=channel)
        if missing == "phone":
            alice.set_contact(email=alice.email, phone=None)
        settings.SMS_GATEWAY = "" if missing == "gateway" else settings.SMS_GATEWAY
        for _ in range(2):
            sending.ask(Message("agreed", alice), key="a", now=MIDDAY)
        assert sorted(Notice.objects.values_list("channel", flat=True)) == ways

    @pytest.mark.parametrize("template", ["access_claimed", "plan_broken", "plan_ended"])
    def test_are_all_for_what_is_weighty(self, alice: Cardholder, template: str) -> None:
        wish(alice, ContactHours.ANY, channel="SMS")
        sending.ask(Message(template, alice), key="a", now=MIDDAY)
        assert sorted(Notice.objects.values_list("channel", flat=True)) == ["EMAIL", "SMS"]

    def test_do_not_move_a_code_from_where_its_page_says_it_goes(self, alice: Cardholder, post: PostBox) -> None:
        wish(alice, ContactHours.ANY, channel="SMS")
        sending.send_now(Message("sign_in_code", alice), code="123456", now=MIDNIGHT)
        assert post.newest_code == "123456"


class TestLanguage:
    def test_is_the_one_chosen_whatever_the_feed_says(self, alice: Cardholder, post: PostBox) -> None:
        wish(alice, ContactHours.ANY, language="zh-hans")
        sending.ask(Message("access_claimed", alice), key="a", now=MIDDAY)
        work(MIDDAY)
        assert any("\u4e00" <= character <= "\u9fff" for character in post.newest["Subject"])
