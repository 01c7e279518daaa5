"""How often a code may be asked for, what is said then, and that neither an answer nor its time tells who is known."""

import re
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from negotiation.models import Job, JobState
from portal.accounts import codes, limits
from portal.accounts.models import CodePurpose
from portal.models import Notice
from portal.notices import sending
from tests.factories import NOW
from tests.portal.people import english, follow, letter_to, lin, without_token
from tests.portal.post import PostBox, send_codes

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "lin.wei@mail.example", "nobody@mail.example"


@pytest.fixture
def hanging_post(settings: Any) -> Iterator[None]:
    """A mail server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 30
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(address: str = KNOWN, **headers: str) -> Any:
    return english(Client()).post("/sign-in/", {"email": address}, **headers)


def told(response: Any) -> str:
    """What the page says of too many tries."""
    found = re.search(r"That was too often\. You can go on after [^<]*\.", response.content.decode())
    return found[0] if found else ""


class TestAnAnswer:
    def test_comes_as_fast_for_the_known_though_no_mail_can_be_sent(self, hanging_post: None, settings: Any) -> None:
        lin(claimed=True)
        took = {}
        for address in (KNOWN, UNKNOWN):
            began = time.perf_counter()
            assert ask(address).url == "/sign-in/code/"
            took[address] = time.perf_counter() - began
        assert max(took.values()) < settings.EMAIL_TIMEOUT / 3

    @pytest.mark.parametrize("action", ["ask", "resend"])
    def test_is_preceded_by_the_same_work_for_the_unknown(self, post: PostBox, action: str) -> None:
        lin(claimed=True)
        for address in (KNOWN, UNKNOWN):
            browser = english(Client())
            browser.post("/sign-in/", {"email": address})
            if action == "resend":
                browser.post("/sign-in/code/", {"action": "resend"})
        kinds = list(Job.objects.filter(kind="sign_in_code").values_list("state", flat=True))
        assert kinds == [JobState.PENDING] * (4 if action == "resend" else 2)
        assert len(post.mails) == len(kinds) / 2
        assert Notice.objects.count() == len(kinds) / 2


class TestACode:
    def test_is_tried_again_when_the_post_was_closed(self, post: PostBox, clock: time_machine.Traveller) -> None:
        lin(claimed=True)
        ask()
        post.is_closed = True
        assert post.mails == []
        assert Notice.objects.get().state == "FAILED"
        post.is_closed = False
        clock.shift(timedelta(seconds=5))
        assert len(post.mails) == 1
        assert Notice.objects.get().state == "SENT"

    def test_is_not_sent_twice_though_the_job_is_done_twice(self, post: PostBox) -> None:
        lin(claimed=True)
        ask()
        assert len(post.mails) == 1
        Job.objects.filter(kind="sign_in_code").update(state=JobState.PENDING)
        assert len(post.mails) == 1

    def test_that_came_too_late_is_not_sent(self, post: PostBox, clock: time_machine.Traveller) -> None:
        lin(claimed=True)
        ask()
        clock.shift(sending.CODE_KEPT + timedelta(seconds=1))
        assert post.mails == []
        assert Job.objects.get(kind="sign_in_code").state == JobState.DONE


class TestTheLimitOfAnAddress:
    def test_is_four_in_five_minutes_and_says_until_when(self, clock: time_machine.Traveller) -> None:
        answers = [ask() for _ in range(5)]
        assert [answer.status_code for answer in answers] == [302] * 4 + [200]
        assert told(answers[-1]).endswith("10:05.")
        clock.shift(timedelta(minutes=5))
        assert ask().status_code == 302

    def test_is_twenty_a_day_and_says_until_when(self, post: PostBox, clock: time_machine.Traveller) -> None:
        lin(claimed=True)
        for number in range(20):
            assert ask().status_code == 302
            assert len(post.mails) == number + 1
            clock.shift(timedelta(minutes=2))
        refused = [ask(), ask(UNKNOWN)]
        assert (refused[0].status_code, refused[1].status_code) == (200, 302)
        assert "24 November 2026" in told(refused[0]) and told(refused[0]).endswith("10:00.")
        assert len(post.mails) == 20
        clock.move_to(NOW + timedelta(days=1))
        assert ask().status_code == 302

    def test_is_the_same_for_an_address_that_nobody_has(self, clock: time_machine.Traveller) -> None:
        lin(claimed=True)
        pages = [without_token([ask(address) for _ in range(5)][-1]) for address in (KNOWN, UNKNOWN)]
        assert pages[0].replace(KNOWN, "") == pages[1].replace(UNKNOWN, "")

    def test_counts_a_code_that_is_sent_again(self, clock: time_machine.Traveller) -> None:
        browser = english(Client())
        browser.post("/sign-in/", {"email": KNOWN})
        for _ in range(2):
            browser.post("/sign-in/code/", {"action": "resend"})
        assert [ask().status_code for _ in range(2)] == [302, 200]

    def test_does_not_keep_out_whoever_comes_by_a_link(self, clock: time_machine.Traveller) -> None:
        path, _ = letter_to(*lin(claimed=True), purpose="ACCOUNT")
        for _ in range(5):
            ask()
        assert follow(Client(), path).status_code == 302


class TestTheLimitOfANetwork:
    def test_is_two_hundred_a_day(self, clock: time_machine.Traveller) -> None:
        for number in range(200):
            clock.shift(timedelta(seconds=4))
            assert ask(f"{number}@mail.example").status_code == 302
        refused = ask()
        assert told(refused).endswith("10:01.")
        assert "24 November 2026" in told(refused)
        assert ask(REMOTE_ADDR="192.0.2.7").status_code == 302


class TestALink:
    def test_says_when_it_can_be_tried_again(self, clock: time_machine.Traveller) -> None:
        path, _ = letter_to(*lin(claimed=True), purpose="ACCOUNT")
        pages = [follow(english(Client()), path) for _ in range(5)]
        assert pages[-1].status_code == 429
        assert "10:05. Nothing has been lost." in pages[-1].content.decode()


class TestAStepUp:
    def test_is_sent_twenty_times_a_day_for_all_purposes_together(self) -> None:
        cardholder, _ = lin(claimed=True)
        for number in range(20):
            purpose = (CodePurpose.CLAIM, CodePurpose.SIGN)[number % 2]
            codes.issue(
                cardholder=cardholder, purpose=purpose, subject_hash="a", now=NOW + timedelta(minutes=8 * number)
            )
        with pytest.raises(codes.TooManyCodes) as refused:
            codes.issue(cardholder=cardholder, purpose=CodePurpose.SIGN, subject_hash="a", now=NOW + timedelta(hours=3))
        assert refused.value.retry_at == NOW + timedelta(days=1)


class TestWords:
    def test_are_true_to_the_minute(self) -> None:
        assert limits.whole_minute(NOW) == NOW
        assert limits.whole_minute(NOW + timedelta(microseconds=1)) == NOW + timedelta(minutes=1)

    def test_of_a_code_tried_five_times_send_to_a_new_one(self, post: PostBox) -> None:
        lin(claimed=True)
        browser = english(Client())
        browser.post("/sign-in/", {"email": KNOWN})
        send_codes()
        for _ in range(5):
            answer = browser.post("/sign-in/code/", {"code": "x"}, follow=True)
        assert "Ask for a new one" in answer.content.decode()
        assert "five minutes" not in answer.content.decode()
