"""Links in letters: looking changes nothing, one answer for every dead link, and they never sign anybody in."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from negotiation.models import User
from portal.notices import links
from portal.notices.models import MAX_MISSES, EmailLink, LinkPurpose
from tests.portal.parallel import at_once
from tests.portal.people import ANSWERS, english, follow, letter_to, lin, without_token
from tests.portal.post import PostBox, send_codes


def everything() -> dict[str, list[Any]]:
    """Every row of every table, the cache of limits excepted, which is none of the models."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in apps.get_models()}


@pytest.mark.django_db
class TestLink:
    def test_leaves_the_address_bar_at_once(self, client: Client) -> None:
        path, _ = letter_to(*lin())
        response = client.get(path)

        assert (response.status_code, response.url) == (302, "/l/")
        assert response["Referrer-Policy"] == "no-referrer"
        cookie = response.cookies["link"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == ("/l/", True, "Lax", 900)

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_is_left_alone_by_looking_at_it(self, method: str) -> None:
        path, _ = letter_to(*lin())
        before = everything()
        for _ in range(20):
            getattr(Client(), method)(path, follow=True)

        assert everything() == before

    def test_tells_nothing_about_the_person(self, client: Client) -> None:
        cardholder, account = lin()
        page = english(client).get(letter_to(cardholder, account)[0], follow=True).content.decode()

        assert "A message from your bank" in page
        for personal in (cardholder.name, cardholder.email, account.reference, account.card_last4, str(account.total)):
            assert personal not in page

    def test_has_one_answer_for_every_dead_one(self) -> None:
        cardholder, account = lin()
        now = timezone.now()
        paths = {"unknown": "/l/" + "x" * 43 + "/", "shapeless": "/l/hello/"}
        for fault, change in {
            "used": {"used_at": now},
            "revoked": {"revoked_at": now},
            "expired": {"expires_at": now},
        }.items():
            paths[fault], link = letter_to(cardholder, account, seed=fault)
            EmailLink.objects.filter(pk=link.pk).update(**change)

        looked, pressed = set(), set()
        for path in paths.values():
            browser = english(Client())
            for answers, response in ((looked, browser.get(path, follow=True)), (pressed, browser.post("/l/"))):
                answers.add((response.status_code, without_token(response)))
        assert len(looked) == len(pressed) == 1
        assert looked.pop()[0] == 410

    def test_is_forgotten_when_a_misshapen_one_is_opened(self, client: Client) -> None:
        client.get(letter_to(*lin())[0])
        assert client.get("/l/hello/", follow=True).status_code == 410

    def test_is_not_found_under_another_purpose(self) -> None:
        path, link = letter_to(*lin())
        token = path.split("/")[2]
        assert links.digest_of(LinkPurpose.AGREEMENT, token) != link.digest
        assert token not in repr(vars(link))

    def test_is_the_same_when_made_again(self) -> None:
        cardholder, account = lin()
        assert letter_to(cardholder, account) == letter_to(cardholder, account)
        assert EmailLink.objects.count() == 1

    def test_needs_the_press_of_a_button_with_its_token(self) -> None:
        path, _ = letter_to(*lin())
        strict = Client(enforce_csrf_checks=True)
        strict.get(path, follow=True)
        assert strict.post("/l/").status_code == 403

    def test_lets_the_browser_say_where_the_press_came_from(self, client: Client) -> None:
        """Under ``no-referrer`` a browser posts with ``Origin: null``, which is refused as forged."""
        page = client.get(letter_to(*lin())[0], follow=True)
        assert page["Referrer-Policy"] == "same-origin"

    def test_cannot_be_both_used_and_revoked(self) -> None:
        _, link = letter_to(*lin())
        row = EmailLink.objects.filter(pk=link.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(used_at=timezone.now(), revoked_at=timezone.now())

    def test_cannot_be_missed_more_often_than_the_limit(self) -> None:
        _, link = letter_to(*lin())
        with pytest.raises(IntegrityError), transaction.atomic():
            EmailLink.objects.filter(pk=link.pk).update(failures=MAX_MISSES + 1)


@pytest.mark.django_db
class TestNotifyLink:
    def test_sends_a_code_and_lands_on_the_item(self, client: Client, post: PostBox) -> None:
        cardholder, account = lin(claimed=True)
        path, link = letter_to(cardholder, account, purpose=LinkPurpose.ACCOUNT)
        english(client)

        assert follow(client, path).url == "/sign-in/code/"
        assert "_auth_user_id" not in client.session
        assert "l***@mail.example" in client.get("/sign-in/code/").content.decode()
        landed = client.post("/sign-in/code/", {"code": post.newest_code})

        assert landed.url == reverse("arrears_detail", args=[account.reference])
        link.refresh_from_db()
        assert link.used_at is not None

    def test_sends_the_code_by_text_message_where_there_is_no_address(
        self, client: Client, settings: Any, tmp_path: Path
    ) -> None:
        settings.SMS_DIR = tmp_path
        cardholder, account = lin(claimed=True)
        cardholder.set_contact(email=None, phone="13800004821")
        cardholder.save()
        code_page = follow(client, letter_to(cardholder, account, purpose=LinkPurpose.ACCOUNT)[0]).url
        send_codes()
        sent = json.loads(next(tmp_path.glob("*.json")).read_text())

        assert sent["number"] == "13800004821"
        assert "***4821" in client.get(code_page).content.decode()
        code = re.search(r"\d{6}", sent["text"])
        assert code
        landed = client.post(code_page, {"code": code[0]})
        assert landed.url == reverse("arrears_detail", args=[account.reference])

    def test_opens_nothing_where_there_is_no_contact_any_more(self, client: Client) -> None:
        cardholder, account = lin(claimed=True)
        cardholder.set_contact(email=None, phone=None)
        cardholder.save()
        assert follow(client, letter_to(cardholder, account, purpose=LinkPurpose.ACCOUNT)[0]).status_code == 410

    def test_of_an_invitation_signs_in_whoever_has_claimed_meanwhile(self, client: Client, post: PostBox) -> None:
        path, _ = letter_to(*lin(claimed=True), purpose=LinkPurpose.CLAIM)
        assert follow(client, path).url == "/sign-in/code/"

    def test_is_not_used_up_by_pressing_alone(self, client: Client, post: PostBox) -> None:
        path, link = letter_to(*lin(claimed=True), purpose=LinkPurpose.ACCOUNT)
        follow(client, path)

        link.refresh_from_db()
        assert link.used_at is None

    def test_needs_no_code_from_somebody_who_is_in(self, client: Client, post: PostBox) -> None:
        cardholder, account = lin(claimed=True)
        client.force_login(cardholder.user)

        landed = follow(client, letter_to(cardholder, account, purpose=LinkPurpose.ACCOUNT)[0])
        assert landed.url == reverse("arrears_detail", args=[account.reference])
        assert post.mails == []

    def test_signs_a_stranger_out_first(self, client: Client, post: PostBox) -> None:
        client.force_login(User.objects.create_user())
        follow(client, letter_to(*lin(claimed=True), purpose=LinkPurpose.ACCOUNT)[0])

        assert "_auth_user_id" not in client.session

    def test_does_not_lead_a_stranger_to_the_item(self, client: Client, post: PostBox) -> None:
        stranger, _ = lin(claimed=True, email="charlie@mail.example")
        path, link = letter_to(*lin(claimed=True), purpose=LinkPurpose.ACCOUNT)
        follow(client, path)
        client.session.pop("account_login")
        other = Client()
        other.cookies = client.cookies
        session = other.session
        session.pop("account_login")
        session.save()
        other.post("/sign-in/", {"email": stranger.email})

        assert other.post("/sign-in/code/", {"code": post.newest_code}).url == reverse("arrears_list")
        link.refresh_from_db()
        assert link.used_at is None

    def test_asks_for_at_most_four_codes(self, post: PostBox) -> None:
        path, _ = letter_to(*lin(claimed=True), purpose=LinkPurpose.ACCOUNT)
        answers = [follow(Client(), path).status_code for _ in range(5)]

        assert answers == [302, 302, 302, 302, 429]
        assert len(post.mails) == 4


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_cannot_miss_more_often_than_five_times(self) -> None:
        _, link = letter_to(*lin())
        begun = at_once(12, lambda: links.begin_attempt(link, now=timezone.now()))

        assert sum(outcome is None for outcome in begun) == MAX_MISSES
        assert sum(isinstance(outcome, links.LinkLocked) for outcome in begun) == 12 - MAX_MISSES

    def test_use_a_link_once(self) -> None:
        _, link = letter_to(*lin())
        assert at_once(8, lambda: links.use(link, now=timezone.now())).count(True) == 1

    def test_guess_no_more_than_five_times_over_http(self, post: PostBox) -> None:
        path, link = letter_to(*lin())
        browser = Client()
        follow(browser, path)
        cookies = browser.cookies

        def guess() -> int:
            one = Client()
            one.cookies = cookies
            return int(one.post("/claim/", ANSWERS | {"card_last4": "0000"}).status_code)

        answers = at_once(10, guess)
        assert answers.count(200) <= MAX_MISSES
        assert answers.count(429) >= 10 - MAX_MISSES
        assert Client().get(path).status_code == 302
        link.refresh_from_db()
        assert link.locked_until is not None and link.locked_until > timezone.now() + timedelta(minutes=50)
