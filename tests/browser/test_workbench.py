"""The reviewers' workbench and the limits by the keys alone, each page looked at in both languages."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from negotiation.models import Negotiation, Note, PolicyVersion, User, VersionState
from negotiation.services import claims, reviews
from negotiation.services.attachments import attach
from negotiation.services.messages import write_to_bank
from portal.ops.people import StaffMember
from tests.browser import reviewing
from tests.browser.keyboard import Keyboard
from tests.browser.people import AUDITOR, DRAFTER, PUBLISHER, REVIEWER, SENIOR, overdue_account
from tests.browser.visitor import Visitor
from tests.factories import make_negotiation, make_reviewer

Visit = Callable[..., Visitor]
POLICIES = "/bank/negotiation/policyversion/"
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


def proposed(**account: Any) -> Negotiation:
    """Thirty-four months on a platinum card: a person decides; above ¥50,000 two."""
    today = timezone.localdate()
    plan = {"instalment_count": 34, "first_date": today + timedelta(days=32), "value_date": today}
    return make_negotiation(account=overdue_account(product="platinum", **account), now=timezone.now(), **plan)


def above_authority() -> Negotiation:
    return proposed(purchase_principal=Decimal("60000.00"))


def opened(visit: Visit, member: StaffMember, language: str, negotiation: Negotiation) -> tuple[Visitor, Keyboard]:
    """The case's page, reached through the queue by the keys."""
    visitor = reviewing.at_the_desk(visit, member, language)
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


@LANGUAGES
class TestAReviewer:
    def test_accepts_by_the_keys_alone(self, visit: Visit, language: str) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, language, negotiation)
        visitor.look("case-normal")
        keys.press("form[action$='/claim/'] button")
        decided(visitor)
        keys.press("a[href='#accept']")
        keys.type("#id_accept-message", "好的。")
        keys.press("#accept button")
        decided(visitor)
        visitor.look("case-accepted")
        assert state_of(negotiation) == "AGREED"

    def test_offers_another_plan_by_the_keys_alone(self, visit: Visit, language: str) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, language, negotiation)
        keys.press("a[href='#counter']")
        keys.type("#id_amount", "")
        with visitor.page.expect_response(lambda response: response.url.endswith("/figures/")):
            keys.type("#id_instalment_count", "30")
        keys.press("#counter form[action*='/counter/'] button.default")
        decided(visitor)
        assert state_of(negotiation) == "WITH_CARDHOLDER"

    def test_declines_by_the_keys_alone(self, visit: Visit, language: str) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, language, negotiation)
        keys.press("a[href='#decline']")
        keys.press("#decline input[type='radio']", "Space")
        keys.press("#decline button")
        decided(visitor)
        visitor.look("case-declined")
        assert state_of(negotiation) == "DECLINED"

    def test_reads_and_opens_what_is_new(self, visit: Visit, language: str) -> None:
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
        visitor = reviewing.at_the_desk(visit, REVIEWER, language)
        visitor.go("/bank/negotiation/negotiation/?desk=unread")
        visitor.look("queue-new")
        list_ = "document.querySelector('#changelist .results')"
        assert visitor.page.evaluate(f"{list_}.scrollWidth <= {list_}.clientWidth"), "a column is out of sight"
        keys = Keyboard(visitor)
        keys.press(f"#result_list a[href*='{negotiation.pk}']")
        visitor.look("case-new")
        keys.press("form[action$='/read/'] button")
        expect(visitor.page.locator("form[action$='/read/']")).to_have_count(0)
        with visitor.page.expect_download() as download:
            keys.press("form[action*='/papers/'] button")
        assert download.value.suggested_filename.endswith(".pdf")
        visitor.page.reload()
        expect(visitor.page.locator(".news")).to_have_count(0)

    def test_is_told_that_a_colleague_has_the_case(self, visit: Visit, language: str) -> None:
        negotiation = proposed()
        visitor, keys = opened(visit, REVIEWER, language, negotiation)
        claims.claim(negotiation=negotiation, reviewer=make_reviewer(), now=timezone.now())
        keys.press("a[href='#accept']")
        keys.press("#accept button")
        decided(visitor)
        visitor.look("case-of-a-colleague")
        assert state_of(negotiation) == "WITH_BANK"
        expect(visitor.page.locator("#accept")).to_have_count(0)


@LANGUAGES
class TestTwoPeople:
    def test_decide_together_above_the_authority_of_one(self, visit: Visit, language: str) -> None:
        negotiation = above_authority()
        visitor, keys = opened(visit, REVIEWER, language, negotiation)
        visitor.look("case-above")
        expect(visitor.page.locator(".case-authority")).to_contain_text("50,000")
        keys.press("a[href='#accept']")
        keys.press("#accept button")
        decided(visitor)
        visitor.look("case-waits")
        visitor, keys = opened(visit, SENIOR, language, negotiation)
        visitor.look("case-to-confirm")
        keys.press("a[href='#decide']")
        keys.type("#id_back-note", "请先核对收入证明。")
        keys.press("#send-back button")
        decided(visitor)
        assert state_of(negotiation) == "WITH_BANK"
        assert Note.objects.filter(negotiation=negotiation).exists()
        fresh, first = Negotiation.objects.get(pk=negotiation.pk), User.objects.get(email=REVIEWER.email)
        quote = negotiation.offers.get().quote.reference
        reviews.accept(negotiation=fresh, reviewer=first, quote_reference=quote, now=timezone.now())
        visitor.page.reload()
        keys.press("#confirm button")
        decided(visitor)
        visitor.look("case-confirmed")
        assert state_of(negotiation) == "AGREED"

    def test_bring_new_limits_into_force(self, visit: Visit, language: str) -> None:
        visitor = reviewing.at_the_desk(visit, DRAFTER, language)
        keys = Keyboard(visitor)
        visitor.go(POLICIES)
        visitor.look("policies")
        first = PolicyVersion.objects.order_by("number")[0]
        visitor.go(f"{POLICIES}{first.pk}/change/")
        visitor.look("policy")
        keys.type("#id_name", f"试行 {language}")
        visitor.fill(effective_from=(timezone.localdate() + timedelta(days=30)).isoformat())
        keys.press("form[action$='/draft/'] button")
        decided(visitor)
        draft = PolicyVersion.objects.get(name=f"试行 {language}")
        visitor.look("policy-draft")
        keys.press("a[href$='/authority/']")
        visitor.look("policy-authority")
        keys.type("#id_REVIEWER_second_max_amount", "10000")
        keys.press("#content form button.default")
        expect(visitor.page.locator(".errorlist")).to_be_visible()
        visitor.look("policy-authority-refused")
        keys.type("#id_REVIEWER_second_max_amount", "")
        keys.type("#id_REVIEWER_alone_max_amount", "20000")
        keys.press("#content form button.default")
        decided(visitor)
        for step in ("settings", "bands/add", "compare", "replay"):
            visitor.go(f"{POLICIES}{draft.pk}/{step}/")
            visitor.look(f"policy-{step.replace('/', '-')}")
        band = draft.bands.all()[0]
        for step in ("", "change/"):
            visitor.go(f"{POLICIES}{draft.pk}/bands/{band.pk}/{step}")
            visitor.look(f"policy-band-{step.strip('/')}")
        visitor = reviewing.at_the_desk(visit, PUBLISHER, language)
        visitor.go(f"{POLICIES}{draft.pk}/publish/")
        visitor.look("policy-publish")
        Keyboard(visitor).press("#content form button.default")
        decided(visitor)
        visitor.look("policy-published")
        draft.refresh_from_db()
        assert draft.state == VersionState.PUBLISHED


@LANGUAGES
class TestAnAuditor:
    def test_looks_at_everything_and_opens_a_document(self, visit: Visit, language: str) -> None:
        negotiation = proposed()
        attach(
            cardholder=negotiation.cardholder,
            negotiation_reference=negotiation.reference,
            content=b"%PDF-1.7\n" + b"pay slip " * 200 + b"\n%%EOF\n",
            shows="INCOME",
            has_consented=True,
            now=timezone.now(),
        )
        visitor, keys = opened(visit, AUDITOR, language, negotiation)
        visitor.look("case-audited")
        with visitor.page.expect_download() as download:
            keys.press("form[action*='/papers/'] button")
        assert download.value.suggested_filename.endswith(".pdf")
        visitor.go("/bank/negotiation/course/")
        visitor.look("figures")
        with visitor.page.expect_download() as download:
            keys.press("a[href*='segments']")
        assert download.value.suggested_filename.endswith(".csv")
