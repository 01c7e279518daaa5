"""The steps of the bank's staff in the workbench: sign in with both factors, find a case in the queue, decide."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from negotiation.models import Negotiation
from portal.ops.people import StaffMember
from tests.browser.visitor import Visitor

_sessions: dict[str, Any] = {}
"""Each member signs in once: the app's code can be used once in thirty seconds, as it should."""


def at_the_desk(visit: Callable[..., Visitor], member: StaffMember, language: str = "en") -> Visitor:
    """A member of staff, signed in, before the admin's first page."""
    visitor = visit(language, name="desk", storage_state=_sessions.get(member.email))
    visitor.go("/bank/")
    if member.email not in _sessions:
        _sign_in(visitor, member)
        _sessions[member.email] = visitor.context.storage_state()
    assert visitor.path == "/bank/"
    return visitor


def _sign_in(visitor: Visitor, member: StaffMember) -> None:
    assert visitor.path.startswith("/sign-in/staff/")
    visitor.look("staff-sign-in")
    visitor.fill(login=member.email, password=member.password)
    visitor.press("form button")
    visitor.look("second-factor")
    visitor.fill(code=member.code(timezone.now()))
    visitor.press("form button")


def open_queue(visitor: Visitor) -> None:
    visitor.go("/bank/")
    visitor.page.locator("#content a[href='/bank/negotiation/negotiation/']").first.click()
    visitor.look("queue")


def open_case(visitor: Visitor, negotiation: Negotiation) -> None:
    """From the first page through the queue to the case."""
    open_queue(visitor)
    visitor.page.get_by_role("link", name=negotiation.reference).click()
    expect(visitor.page.locator("h1")).to_contain_text(negotiation.reference)


def take(visitor: Visitor) -> None:
    visitor.page.locator("form[action$='/claim/'] button").click()
    expect(visitor.page.locator("form[action$='/release/']")).to_be_visible()


def accept(visitor: Visitor, message: str = "") -> None:
    visitor.fill(**{"accept-message": message})
    _decide(visitor, "form[action$='/accept/']")


def counter(visitor: Visitor, *, message: str = "", **terms: str) -> None:
    """Change the form that the solver filled in, see the figures follow, send it."""
    if "instalment_count" in terms:
        terms = {"amount": "", **terms}
    with visitor.page.expect_response(lambda response: response.url.endswith("/figures/")):
        visitor.fill(**terms)
    expect(visitor.page.locator("#figures .figures")).not_to_have_class("figures-outside")
    visitor.look("counter")
    visitor.fill(message=message)
    _decide(visitor, "#counter form[action*='/counter/']", "button.default")


def decline(visitor: Visitor, reason: str, message: str = "") -> None:
    visitor.page.locator(f"#decline [value='{reason}']").check()
    visitor.fill(**{"decline-message": message})
    _decide(visitor, "#decline")


def write(visitor: Visitor, text: str) -> None:
    """A message without an offer."""
    visitor.fill(**{"message-text": text})
    visitor.page.locator("#messages form[action*='/message/'] button").click()
    expect(visitor.page.locator("#messages")).to_contain_text(text)


def confirm(visitor: Visitor) -> None:
    _decide(visitor, "#confirm")


def send_back(visitor: Visitor, note: str) -> None:
    visitor.fill(**{"back-note": note})
    _decide(visitor, "#send-back")


def _decide(visitor: Visitor, form: str, button: str = "button") -> None:
    visitor.page.locator(f"{form} {button}").first.click()
    expect(visitor.page.locator(".messagelist")).to_be_visible()
    visitor.look("decided")
