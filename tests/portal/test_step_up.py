"""The one-time code right before signing: for one person, one purpose, one document, once."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from negotiation.models import Cardholder
from portal.accounts import codes, step_up
from portal.accounts.housekeeping import forget
from portal.accounts.models import MAX_TRIES, StepUpCode
from portal.models import EmailLink, Notice
from tests.factories import NOW
from tests.portal.parallel import at_once
from tests.portal.people import letter_to, lin
from tests.portal.post import PostBox

DOCUMENT, OTHER = "a" * 64, "b" * 64


def send(cardholder: Cardholder, *, document: str = DOCUMENT, now: datetime = NOW) -> None:
    step_up.send_code(cardholder.user, "SIGN", document, now)


def confirm(cardholder: Cardholder, code: str, *, document: str = DOCUMENT, now: datetime = NOW) -> str:
    return step_up.confirm(cardholder.user, "SIGN", document, code, now)


@pytest.fixture
def cardholder() -> Cardholder:
    return lin(claimed=True)[0]


@pytest.mark.django_db
class TestStepUp:
    def test_returns_the_reference_of_the_event(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        reference = confirm(cardholder, post.newest_code, now=NOW + timedelta(minutes=9))

        row = StepUpCode.objects.get()
        assert reference == str(row.pk)
        assert row.used_at == NOW + timedelta(minutes=9)
        assert len(reference) <= 40

    def test_takes_a_code_as_people_type_it(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        code = post.newest_code
        full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
        assert confirm(cardholder, f" {full_width[:3]} - {full_width[3:]} ")

    def test_says_nothing_of_what_is_signed(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        assert post.newest["Subject"] == "您的签署验证码" or post.newest["Subject"] == "Your code for signing"
        assert "¥" not in post.newest.as_string()
        assert cardholder.name not in post.newest_text

    def test_refuses_a_second_use(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        confirm(cardholder, post.newest_code)
        with pytest.raises(step_up.CodeSpent):
            confirm(cardholder, post.newest_code)

    def test_refuses_whoever_is_overtaken(
        self, cardholder: Cardholder, post: PostBox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(cardholder)
        code = post.newest_code

        def overtake(typed: str) -> str:
            StepUpCode.objects.update(used_at=NOW)
            return typed

        monkeypatch.setattr(codes, "_digits", overtake)
        with pytest.raises(step_up.CodeSpent):
            confirm(cardholder, code)

    def test_refuses_another_document(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        with pytest.raises(step_up.CodeSpent):
            confirm(cardholder, post.newest_code, document=OTHER)
        send(cardholder, document=OTHER)
        with pytest.raises(step_up.CodeWrong):
            confirm(cardholder, str(int(post.newest_code) ^ 1).zfill(6), document=OTHER)

    def test_refuses_another_person(self, cardholder: Cardholder, post: PostBox) -> None:
        charlie = lin(claimed=True, email="charlie@mail.example")[0]
        send(cardholder)
        with pytest.raises(step_up.CodeSpent):
            confirm(charlie, post.newest_code)

    def test_refuses_another_purpose(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        with pytest.raises(step_up.CodeSpent):
            step_up.confirm(cardholder.user, "CLAIM", DOCUMENT, post.newest_code, NOW)

    def test_refuses_a_code_that_is_ten_minutes_old(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        with pytest.raises(step_up.CodeSpent):
            confirm(cardholder, post.newest_code, now=NOW + timedelta(minutes=10))

    def test_counts_down_the_tries(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        wrong = f"{(int(post.newest_code) + 1) % 10**6:06}"
        left = []
        for _ in range(MAX_TRIES):
            with pytest.raises(step_up.CodeWrong) as refused:
                confirm(cardholder, wrong)
            left.append(refused.value.tries_left)

        assert left == [4, 3, 2, 1, 0]
        with pytest.raises(step_up.CodeSpent):
            confirm(cardholder, post.newest_code)

    def test_sends_four_codes_in_a_quarter_of_an_hour(self, cardholder: Cardholder, post: PostBox) -> None:
        for minute in range(4):
            send(cardholder, now=NOW + timedelta(minutes=minute))
        with pytest.raises(step_up.TooManyCodes) as refused:
            send(cardholder, now=NOW + timedelta(minutes=14))

        assert refused.value.retry_at == NOW + timedelta(minutes=15)
        assert len(post.mails) == 4
        send(cardholder, now=refused.value.retry_at)

    def test_says_when_the_message_could_not_be_sent(self, cardholder: Cardholder, post: PostBox) -> None:
        post.is_closed = True
        with pytest.raises(step_up.CodeNotSent):
            send(cardholder)
        assert Notice.objects.get().state == "FAILED"

    def test_cannot_be_marked_used_without_a_try(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        with pytest.raises(IntegrityError), transaction.atomic():
            StepUpCode.objects.update(used_at=NOW)


@pytest.mark.django_db(transaction=True)
class TestStepUpManyAtOnce:
    def test_uses_a_code_once(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        outcomes = at_once(5, lambda: confirm(cardholder, post.newest_code))
        assert sum(isinstance(outcome, str) for outcome in outcomes) == 1

    def test_tries_no_more_than_five_codes(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        wrong = f"{(int(post.newest_code) + 1) % 10**6:06}"
        outcomes = at_once(12, lambda: confirm(cardholder, wrong))
        assert sum(isinstance(outcome, step_up.CodeWrong) for outcome in outcomes) == MAX_TRIES

    def test_sends_no_more_than_four_codes(self, cardholder: Cardholder, post: PostBox) -> None:
        outcomes = at_once(8, lambda: send(cardholder))
        assert sum(isinstance(outcome, step_up.TooManyCodes) for outcome in outcomes) == 4
        assert len(post.mails) == 4


@pytest.mark.django_db
class TestForget:
    def test_keeps_what_was_used(self, cardholder: Cardholder, post: PostBox) -> None:
        send(cardholder)
        confirm(cardholder, post.newest_code)
        send(cardholder, document=OTHER)

        forget({}, now=NOW + timedelta(minutes=10, days=30))
        assert StepUpCode.objects.count() == 2
        forget({}, now=NOW + timedelta(minutes=10, days=30, seconds=1))
        assert [code.subject_hash for code in StepUpCode.objects.all()] == [DOCUMENT]

    def test_ends_sessions_and_unopened_links(self, client: Client) -> None:
        cardholder, account = lin()
        letter_to(cardholder, account, now=NOW)
        client.force_login(lin(claimed=True)[0].user)

        forget({}, now=timezone.now() + timedelta(days=60))
        assert not Session.objects.exists()
        assert not EmailLink.objects.exists()
