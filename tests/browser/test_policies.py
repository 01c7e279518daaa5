"""The bank's limits and its figures in the workbench: drafted by one, published by another, and what came of them."""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from negotiation.models import PolicyVersion, VersionState
from tests.browser import reviewing
from tests.browser.agreements import proposed
from tests.browser.keyboard import Keyboard
from tests.browser.people import DRAFTER, PUBLISHER
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
POLICIES = "/bank/negotiation/policyversion/"
FIGURES = "/bank/negotiation/course/"


class TestAPolicy:
    def test_is_drafted_looked_at_and_published_by_two(self, visit: Visit) -> None:
        proposed()
        drafter = reviewing.at_the_desk(visit, DRAFTER)
        draft = begin_draft(drafter)
        page = f"{POLICIES}{draft.pk}/"
        change_a_band(drafter, draft)
        change_settings(drafter, page)
        change_authority(drafter, page)
        see(drafter, f"{page}bands/add/")
        follow(drafter, page, f"form[action='{page}compare/'] button", "policy-compare")
        follow(drafter, page, f"a[href='{page}replay/']", "policy-replay")
        drafter.go(f"{page}change/")
        expect(drafter.page.locator(f"a[href='{page}publish/']")).to_have_count(0)

        publisher = reviewing.at_the_desk(visit, PUBLISHER)
        publisher.go(POLICIES)
        publisher.look_in_both("policies")
        publisher.go(f"{page}change/")
        publisher.page.locator(f"a[href='{page}publish/']").click()
        publisher.look_in_both("policy-publish")
        publisher.page.locator("#content form[method=post] button").click()
        expect(publisher.page.locator(".messagelist")).to_be_visible()
        publisher.look_in_both("policy-published")
        draft.refresh_from_db()
        assert (draft.state, draft.max_rounds) == (VersionState.PUBLISHED, 7)


def begin_draft(drafter: Visitor) -> PolicyVersion:
    """From the list to a draft of next month, made from the newest version."""
    drafter.go(POLICIES)
    drafter.page.locator("#result_list tbody a").first.click()
    drafter.look_in_both("policy-in-force")
    drafter.fill(name="2027", effective_from=(timezone.localdate() + timedelta(days=30)).isoformat())
    drafter.page.locator("form[action$='/draft/'] button").click()
    expect(drafter.page.locator(".messagelist")).to_be_visible()
    drafter.look_in_both("policy-draft")
    return PolicyVersion.objects.filter(state=VersionState.DRAFT).latest("number")


def change_a_band(drafter: Visitor, draft: PolicyVersion) -> None:
    band = draft.bands.first()
    drafter.page.locator(f"a[href$='/bands/{band.pk}/change/']").click()
    drafter.look_in_both("policy-band")
    drafter.fill(max_months="30")
    drafter.page.locator("#content form button.default").click()
    expect(drafter.page.locator(".messagelist")).to_be_visible()
    band.refresh_from_db()
    assert band.max_months == 30


def change_settings(drafter: Visitor, page: str) -> None:
    """A value out of range first, then a good one."""
    drafter.page.locator(f"a[href='{page}settings/']").click()
    drafter.fill(max_rounds="0")
    drafter.page.locator("#content form button.default").click()
    drafter.look("policy-settings-wrong")
    drafter.fill(max_rounds="7")
    drafter.page.locator("#content form button.default").click()
    expect(drafter.page.locator(".messagelist")).to_be_visible()


def change_authority(drafter: Visitor, page: str) -> None:
    """By the keys alone: less for two than for one is refused, and what one may decide is lowered instead."""
    keys = Keyboard(drafter)
    keys.press("a[href$='/authority/']")
    drafter.look_in_both("policy-authority")
    keys.type("#id_REVIEWER_second_max_amount", "10000")
    keys.press("#content form button.default")
    expect(drafter.page.locator(".errorlist")).to_be_visible()
    drafter.look("policy-authority-refused")
    keys.type("#id_REVIEWER_second_max_amount", "")
    keys.type("#id_REVIEWER_alone_max_amount", "20000")
    keys.press("#content form button.default")
    expect(drafter.page.locator(".messagelist")).to_be_visible()


def see(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    visitor.look_in_both(path.removeprefix("/bank/").strip("/").replace("/", "-"))


def follow(visitor: Visitor, page: str, step: str, name: str) -> None:
    """From the version's page by one of its ways."""
    visitor.go(f"{page}change/")
    visitor.page.locator(f"#content {step}").click()
    visitor.look_in_both(name)


class TestTheFigures:
    def test_are_shown_and_taken_along(self, visit: Visit) -> None:
        proposed()
        manager = reviewing.at_the_desk(visit, PUBLISHER)
        manager.page.locator(f"#content a[href='{FIGURES}']").first.click()
        manager.look_in_both("figures")
        today = timezone.localdate().isoformat()
        manager.fill(first=today, last=today)
        manager.page.locator("form.period button").click()
        expect(manager.page.locator("dl.headline")).to_be_visible()
        for name in ("segments", "reviewers"):
            rows = table(manager, f"a[href^='{FIGURES}{name}.csv']")
            assert len(rows) > 1 or name == "reviewers"
            assert len({len(row) for row in rows}) == 1

    def test_of_no_period_are_asked_for_again(self, visit: Visit) -> None:
        manager = reviewing.at_the_desk(visit, PUBLISHER)
        manager.go(f"{FIGURES}?first=2026-02-01&last=2026-01-01")
        manager.look_in_both("figures-no-period")
        expect(manager.page.locator("form.period .errorlist")).to_be_visible()


def table(visitor: Visitor, link: str) -> list[list[str]]:
    """The rows of a file that the page offers."""
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(f"#content {link}").click()
    file: Any = waiting.value
    return list(csv.reader(Path(file.path()).read_text("utf-8-sig").splitlines()))
