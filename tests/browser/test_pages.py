"""The pages beside the journey, looked at in both languages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.notices.models import MAX_MISSES
from tests.browser import walking
from tests.browser.agreements import proposed
from tests.browser.people import let_in, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
PUBLIC = ("/", "/sign-in/", "/verify/", "/demo/mailbox/", "/demo/people/")
HELP = ("/help/", "/help/how-interest-is-worked-out/", "/help/missed-again/", "/help/agencies/")
DEAD = ("/l/", "/claim/", "/not/here/")


@LANGUAGES
class TestPagesBesideTheJourney:
    def test_are_sound_for_everybody(self, visit: Visit, language: str) -> None:
        anybody = visit(language, name="public")
        see(anybody, *PUBLIC, *HELP)
        see(anybody, *DEAD, status=400)

    def test_are_sound_for_a_cardholder(self, visit: Visit, language: str) -> None:
        cardholder = let_in(visit(language, name="cardholder"), overdue_account(language=language).cardholder)
        see(cardholder, "/accounts/", "/security/", "/security/app/", "/sign-out/")

    def test_show_a_message_that_was_sent(self, visit: Visit, language: str) -> None:
        assert PostBox(proposed(language=language).cardholder.email).link()
        anybody = visit(language, name="public")
        anybody.go("/demo/mailbox/")
        anybody.press(".letters a")
        anybody.look("mail")


@LANGUAGES
class TestPagesThatSayNo:
    def test_to_a_form_that_was_open_too_long(self, visit: Visit, language: str) -> None:
        anybody = visit(language, name="public")
        anybody.go("/sign-in/")
        anybody.context.clear_cookies(name=re.compile("csrf"))
        anybody.fill(email="nobody@mail.example")
        assert answer_to_form(anybody) == 403
        anybody.look("open-too-long")

    def test_to_too_many_codes(self, visit: Visit, language: str) -> None:
        anybody = visit(language, name="public")
        statuses = []
        while len(statuses) < 5:
            anybody.go("/sign-in/")
            anybody.fill(email=f"{language}@mail.example")
            statuses.append(answer_to_form(anybody))
        assert statuses == [302, 302, 302, 302, 200]
        expect(anybody.page.locator("#id_email_error")).to_be_visible()
        anybody.look("too-many-codes")

    def test_to_too_many_guesses(self, visit: Visit, language: str) -> None:
        account = overdue_account(claimed=False, language=language)
        post, anybody = walking.invite(account.cardholder), visit(language, name="public")
        anybody.go(post.link())
        anybody.press("form button")
        statuses: list[int] = []
        while 429 not in statuses and len(statuses) < 10:
            anybody.fill(card_last4="0000", birth_year="1999", birth_month="1", birth_day="1")
            statuses.append(answer_to_form(anybody))
        assert statuses == [*[200] * MAX_MISSES, 429]
        expect(anybody.page.locator("main form")).to_have_count(0)
        anybody.look("claim-locked")


def answer_to_form(visitor: Visitor) -> int:
    """The status with which the page's form is answered."""
    with visitor.page.expect_response(lambda response: response.request.method == "POST") as answer:
        visitor.press("form button")
    visitor.page.wait_for_load_state()
    return int(answer.value.status)


def see(visitor: Visitor, *paths: str, status: int = 200) -> None:
    """Look at pages whose status is in the same hundred."""
    for path in paths:
        response = visitor.page.goto(path)
        assert response and response.status // 100 == status // 100, path
        visitor.look(path.strip("/").replace("/", "-") or "home")
