"""The reviewers' workbench by the keys alone."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from negotiation.models import Negotiation, User
from negotiation.services import claims
from negotiation.services.attachments import attach
from negotiation.services.messages import write_to_bank
from portal.ops.people import StaffMember
from tests.browser import reviewing
from tests.browser.keyboard import Keyboard
from tests.browser.people import REVIEWER, begun, overdue_account
from tests.browser.visitor import Visitor
from tests.factories import make_negotiation, make_reviewer

Visit = Callable[..., Visitor]


def proposed() -> Negotiation:
    """Thirty-four months on a platinum card: a person decides."""
    today = timezone.localdate()
    plan = {"instalment_count": 34, "first_date": today + timedelta(days=32), "value_date": today}
    account = overdue_account(product="platinum")
    begun(account)
    return make_negotiation(account=account, now=timezone.now(), **plan)


def opened(visit: Visit, member: StaffMember, negotiation: Negotiation) -> tuple[Visitor, Keyboard]:
    """The case's page, reached through the queue by the keys."""
    visitor = reviewing.at_the_desk(visit, member)
    keys = Keyboard(visitor)
    keys.press("#content a[href='/bank/negotiation/negotiation/']")
    visitor.page.wait_for_url("**/bank/negotiation/negotiation/**")
    visitor.page.goto(f"/bank/negotiation/negotiation/?q={negotiation.reference}")
    keys.press(f"#result_list a[href*='{negotiation.pk}']")
    expect(visitor.page.locator("h1")).to_contain_text(negotiation.reference)
    return visitor, keys


def state_of(negotiation: Negotiation) -> str:
    return Negotiation.objects.get(pk=negotiation.pk).state


def decided(visitor: Visitor) -> None:
    expect(visitor.page.locator(".messagelist")).to_be_visible()


class TestAReviewer:
    def test_accepts_by_the_keys_alone(self, visit: Visit) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, negotiation)
        visitor.look_in_both("case-normal")
        keys.press("form[action$='/claim/'] button")
        decided(visitor)
        keys.press("a[href='#accept']")
        keys.type("#id_accept-message", "好的。")
        keys.press("#accept button")
        decided(visitor)
        visitor.look_in_both("case-accepted")
        assert state_of(negotiation) == "AGREED"

    def test_offers_another_plan_by_the_keys_alone(self, visit: Visit) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, negotiation)
        keys.press("a[href='#counter']")
        keys.type("#id_amount", "")
        with visitor.page.expect_response(lambda response: response.url.endswith("/figures/")):
            keys.type("#id_instalment_count", "30")
        keys.press("#counter form[action*='/counter/'] button.default")
        decided(visitor)
        assert state_of(negotiation) == "WITH_CARDHOLDER"

    def test_declines_by_the_keys_alone(self, visit: Visit) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, negotiation)
        keys.press("a[href='#decline']")
        keys.press("#decline input[type='checkbox']", "Space")
        keys.press("#decline button")
        decided(visitor)
        visitor.look_in_both("case-declined")
        assert state_of(negotiation) == "DECLINED"

    def test_reads_and_opens_what_is_new(self, visit: Visit) -> None:
        negotiation = proposed()
        person = {"cardholder": negotiation.cardholder, "negotiation_reference": negotiation.reference}
        write_to_bank(**person, text="下月初有一笔奖金，可以多还一些吗？", now=timezone.now())
        attach(
            **person,
            content=b"%PDF-1.7\n" + b"pay slip " * 200 + b"\n%%EOF\n",
            shows="INCOME",
            has_consented=True,
            now=timezone.now(),
        )
        claims.claim(negotiation=negotiation, reviewer=User.objects.get(email=REVIEWER.email), now=timezone.now())
        visitor = reviewing.at_the_desk(visit, REVIEWER)
        visitor.go("/bank/negotiation/negotiation/?desk=unread")
        visitor.look_in_both("queue-new")
        list_ = "document.querySelector('#changelist .results')"
        assert visitor.page.evaluate(f"{list_}.scrollWidth <= {list_}.clientWidth"), "a column is out of sight"
        keys = Keyboard(visitor)
        keys.press(f"#result_list a[href*='{negotiation.pk}']")
        visitor.look_in_both("case-new")
        keys.press("form[action$='/read/'] button")
        expect(visitor.page.locator("form[action$='/read/']")).to_have_count(0)
        with visitor.page.expect_download() as download:
            keys.press("form[action*='/papers/'] button")
        assert download.value.suggested_filename.endswith(".pdf")
        visitor.page.reload()
        expect(visitor.page.locator(".news")).to_have_count(0)

    def test_is_told_that_a_colleague_has_the_case(self, visit: Visit) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, negotiation)
        claims.claim(negotiation=negotiation, reviewer=make_reviewer(), now=timezone.now())
        keys.press("a[href='#accept']")
        keys.press("#accept button")
        decided(visitor)
        visitor.look_in_both("case-of-a-colleague")
        assert state_of(negotiation) == "WITH_BANK"
        expect(visitor.page.locator("#accept")).to_have_count(0)
