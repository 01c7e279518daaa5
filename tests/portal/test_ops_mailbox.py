"""Tests of the pages that only a demonstration has: its mailbox and its people."""

from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from negotiation.queries.staff import REVIEWER
from portal.management.commands.prepare_demonstration import enlist
from portal.ops.people import STAFF
from tests.factories import make_account, make_cardholder

EVIL = '<p style="color:red">Hello</p><script>alert(1)</script>'


@pytest.fixture
def maildir(settings: Any, tmp_path: Path) -> Iterator[Maildir]:
    settings.MAILDIR = tmp_path / "mail"
    yield Maildir(settings.MAILDIR)


def deliver(maildir: Maildir, subject: str, html: str = EVIL) -> str:
    mail = EmailMultiAlternatives(
        subject, "Open http://localhost:8000/l/token/", "bank@bank.example", ["lin@x.example"]
    )
    mail.attach_alternative(html, "text/html")
    return maildir.add(mail.message().as_bytes())


class TestTheMailbox:
    def test_is_empty_before_the_first_message(self, client: Client, settings: Any, tmp_path: Path) -> None:
        settings.MAILDIR = tmp_path / "none"
        assert client.get("/demo/mailbox/").context["letters"] == []

    def test_lists_the_newest_first(self, client: Client, maildir: Maildir) -> None:
        for subject in ("first", "second", "third"):
            deliver(maildir, subject)
        letters = client.get("/demo/mailbox/").context["letters"]
        assert [letter.subject for letter in letters] == ["third", "second", "first"]

    def test_shows_text_with_links_that_can_be_followed(self, client: Client, maildir: Maildir) -> None:
        page = client.get(f"/demo/mailbox/{deliver(maildir, 'A message')}/").content.decode()
        assert '<a href="http://localhost:8000/l/token/"' in page
        assert "<script>alert" not in page

    def test_shows_html_in_a_frame_that_runs_nothing(self, client: Client, maildir: Maildir) -> None:
        response = client.get(f"/demo/mailbox/{deliver(maildir, 'A message')}/page/")
        policy = response["Content-Security-Policy"]
        assert "sandbox allow-top-navigation-by-user-activation" in policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert response["X-Frame-Options"] == "SAMEORIGIN"

    @pytest.mark.parametrize("key", ["1.M1P1Q1.none", "..%2F..%2Fetc"])
    def test_knows_no_other_message(self, client: Client, maildir: Maildir, key: str) -> None:
        assert client.get(f"/demo/mailbox/{key}/").status_code == 404


@pytest.mark.django_db
class TestThePeople:
    def test_are_shown_with_what_the_claim_asks(self, client: Client) -> None:
        cardholder = make_cardholder(source_id="DEMO-M1", claimed=False)
        make_account(cardholder=cardholder, card_last4="4821")
        make_account(cardholder=make_cardholder(name="王样本"))
        page = client.get("/demo/people/").content.decode()
        assert "4821" in page
        assert "1985-06-15" in page
        assert "王样本" not in page

    def test_can_sign_in_with_what_is_shown(self, client: Client) -> None:
        call_command("sync_roles")
        member = next(member for member in STAFF if member.role == REVIEWER)
        enlist(member)
        enlist(member)
        first = client.post("/sign-in/staff/", {"login": member.email, "password": member.password})
        assert first.url == "/sign-in/second-factor/"
        client.post("/sign-in/second-factor/", {"code": member.code(timezone.now())})
        assert client.get("/bank/").status_code == 200

    def test_have_secrets_of_their_own_in_each_installation(self, settings: Any) -> None:
        before = [(member.password, member.totp_secret) for member in STAFF]
        settings.SECRET_KEY = "another secret key, thirty-two or longer"
        after = [(member.password, member.totp_secret) for member in STAFF]
        assert not set(before) & set(after)
