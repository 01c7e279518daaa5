"""Claiming an account: link, last four digits and date of birth, code, and only then a user."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from negotiation.models import Cardholder, Event, Job, User
from portal.models import EmailLink, Notice, StepUpCode
from tests.factories import make_account
from tests.portal.people import ANSWERS, english, follow, letter_to, lin
from tests.portal.post import PostBox

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    return english(client)


class TestClaim:
    def test_leads_from_the_letter_to_the_very_account(self, browser: Client, post: PostBox) -> None:
        cardholder, account = lin()
        path, link = letter_to(cardholder, account)

        assert follow(browser, path).url == "/claim/"
        assert browser.post("/claim/", ANSWERS).url == "/claim/code/"
        landed = browser.post("/claim/code/", {"code": post.newest_code})

        assert landed.url == reverse("arrears_detail", args=[account.reference])
        cardholder.refresh_from_db()
        assert int(browser.session["_auth_user_id"]) == cardholder.user_id
        assert cardholder.claimed_at is not None
        link.refresh_from_db()
        assert link.used_at is not None

    def test_creates_a_user_that_holds_nothing_about_the_person(self, browser: Client, post: PostBox) -> None:
        user = claimed(browser, post).user

        assert (user.email, user.name, user.is_staff) == (None, "", False)
        assert not user.has_usable_password()

    def test_records_the_event_and_asks_for_the_notice(self, browser: Client, post: PostBox) -> None:
        cardholder = claimed(browser, post)

        event = Event.objects.get(kind="cardholder_claimed")
        assert (event.actor_kind, event.actor_user) == ("CARDHOLDER", cardholder.user)
        assert event.data == {"cardholder": str(cardholder.pk)}
        assert Job.objects.filter(kind="event", payload={"event": event.pk}).exists()

    def test_revokes_the_other_letters(self, browser: Client, post: PostBox) -> None:
        cardholder, account = lin()
        _, other = letter_to(cardholder, account, seed="another letter")
        claimed(browser, post, cardholder, account)

        other.refresh_from_db()
        assert other.revoked_at is not None

    def test_accepts_any_of_the_persons_cards(self, browser: Client, post: PostBox) -> None:
        cardholder, account = lin()
        make_account(cardholder=cardholder, card_last4="7007")
        follow(browser, letter_to(cardholder, account)[0])

        assert browser.post("/claim/", ANSWERS | {"card_last4": "7007"}).url == "/claim/code/"

    @pytest.mark.parametrize(
        "wrong", [{"card_last4": "4822"}, {"birth_day": "28"}, {"birth_year": "1987"}, {"birth_month": "4"}]
    )
    def test_does_not_say_which_answer_was_wrong(self, browser: Client, post: PostBox, wrong: dict[str, str]) -> None:
        cardholder, account = lin()
        follow(browser, letter_to(cardholder, account)[0])

        page = browser.post("/claim/", ANSWERS | wrong)

        assert page.status_code == 200
        assert "These do not fit together" in page.content.decode()
        assert post.mails == []
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "shapeless",
        [
            {"card_last4": "482"},
            {"card_last4": "４８２１"},
            {"birth_month": "13"},
            {"birth_day": "31", "birth_month": "2"},
            {"birth_year": ""},
        ],
    )
    def test_does_not_count_what_has_not_the_shape(self, browser: Client, shapeless: dict[str, str]) -> None:
        cardholder, account = lin()
        path, link = letter_to(cardholder, account)
        follow(browser, path)

        assert browser.post("/claim/", ANSWERS | shapeless).status_code == 200
        link.refresh_from_db()
        assert link.failures == 0

    def test_rests_for_an_hour_after_five_misses(self, browser: Client, post: PostBox) -> None:
        cardholder, account = lin()
        path, _ = letter_to(cardholder, account)
        follow(browser, path)
        for _ in range(5):
            assert browser.post("/claim/", ANSWERS | {"card_last4": "0000"}).status_code == 200

        assert browser.post("/claim/", ANSWERS).status_code == 429
        assert post.mails == []
        with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=True):
            follow(browser, path)
            assert browser.post("/claim/", ANSWERS).url == "/claim/code/"

    def test_shows_the_contact_masked(self, browser: Client, post: PostBox) -> None:
        cardholder, account = lin()
        follow(browser, letter_to(cardholder, account)[0])
        browser.post("/claim/", ANSWERS)

        page = browser.get("/claim/code/").content.decode()
        assert "l***@mail.example" in page
        assert "lin.wei" not in page

    def test_sends_the_code_by_text_message_where_there_is_no_address(self, browser: Client, settings: Any) -> None:
        cardholder, account = lin(phone="13800004821")
        cardholder.set_contact(email=None, phone="13800004821")
        cardholder.save()
        follow(browser, letter_to(cardholder, account)[0])
        browser.post("/claim/", ANSWERS)

        assert Notice.objects.get().channel == "SMS"
        assert "***4821" in browser.get("/claim/code/").content.decode()

    def test_cannot_be_entered_without_a_letter(self, browser: Client) -> None:
        assert browser.get("/claim/").status_code == 410
        assert browser.post("/claim/", ANSWERS).status_code == 410
        assert browser.get("/claim/code/").status_code == 410

    def test_cannot_skip_the_questions(self, browser: Client) -> None:
        cardholder, account = lin()
        follow(browser, letter_to(cardholder, account)[0])

        assert browser.get("/claim/code/").url == "/claim/"
        assert browser.post("/claim/code/", {"code": "123456"}).url == "/claim/"

    def test_says_kindly_when_the_message_cannot_be_sent(self, browser: Client, post: PostBox) -> None:
        cardholder, account = lin()
        follow(browser, letter_to(cardholder, account)[0])
        post.is_closed = True
        browser.post("/claim/", ANSWERS)

        assert "could not be sent just now" in browser.get("/claim/code/").content.decode()
        assert (Notice.objects.get().state, Notice.objects.get().reason) == ("FAILED", "SMTPDataError")
        post.is_closed = False
        browser.post("/claim/code/", {"action": "resend"})
        assert browser.post("/claim/code/", {"code": post.newest_code}).status_code == 302


class TestClaimCode:
    def test_counts_tries_and_ends(self, browser: Client, post: PostBox) -> None:
        asked(browser, post)
        wrong = f"{(int(post.newest_code) + 1) % 10**6:06}"
        for _ in range(5):
            browser.post("/claim/code/", {"code": wrong})

        page = browser.post("/claim/code/", {"code": post.newest_code})
        assert "can no longer be used" in page.content.decode()
        assert not User.objects.exists()

    def test_ends_after_ten_minutes(self, browser: Client, post: PostBox) -> None:
        asked(browser, post)
        with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
            assert "can no longer be used" in browser.post("/claim/code/", {"code": post.newest_code}).content.decode()

    def test_is_replaced_by_a_newer_one(self, browser: Client, post: PostBox) -> None:
        asked(browser, post)
        older = post.newest_code
        browser.post("/claim/code/", {"action": "resend"})

        if older != post.newest_code:
            assert browser.post("/claim/code/", {"code": older}).status_code == 200
        assert browser.post("/claim/code/", {"code": post.newest_code}).status_code == 302

    def test_is_sent_four_times_at_most(self, browser: Client, post: PostBox) -> None:
        asked(browser, post)
        for _ in range(3):
            assert browser.post("/claim/code/", {"action": "resend"}).status_code == 302
        assert browser.post("/claim/code/", {"action": "resend"}).status_code == 429
        assert len(post.mails) == 4

    def test_is_kept_only_as_a_hash(self, browser: Client, post: PostBox) -> None:
        asked(browser, post)
        row = StepUpCode.objects.get()
        assert post.newest_code not in repr(vars(row))
        assert len(row.code_hash) == 64

    def test_of_a_person_claimed_meanwhile_opens_nothing(self, browser: Client, post: PostBox) -> None:
        cardholder = asked(browser, post)
        Cardholder.objects.filter(pk=cardholder.pk).update(user=User.objects.create_user(), claimed_at=timezone.now())

        assert browser.post("/claim/code/", {"code": post.newest_code}).status_code == 410
        assert User.objects.count() == 1


def asked(browser: Client, post: PostBox) -> Cardholder:
    """Lin has answered both questions."""
    cardholder, account = lin()
    follow(browser, letter_to(cardholder, account)[0])
    assert browser.post("/claim/", ANSWERS).url == "/claim/code/"
    return cardholder


def claimed(browser: Client, post: PostBox, cardholder: Any = None, account: Any = None) -> Cardholder:
    """Lin has claimed her access."""
    if cardholder is None:
        cardholder, account = lin()
    follow(browser, letter_to(cardholder, account)[0])
    browser.post("/claim/", ANSWERS)
    assert browser.post("/claim/code/", {"code": post.newest_code}).status_code == 302
    assert EmailLink.objects.filter(used_at__isnull=False).count() == 1
    cardholder.refresh_from_db()
    return cardholder
