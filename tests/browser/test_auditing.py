"""The auditor reads everything, and finds no button that changes anything."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.utils import timezone

from negotiation.models import Negotiation
from negotiation.services import attachments, messages, reviews
from tests.browser import reviewing
from tests.browser.agreements import ABOVE_AUTHORITY, proposed, signed_agreement
from tests.browser.keyboard import Keyboard
from tests.browser.people import AUDITOR
from tests.browser.visitor import Visitor
from tests.factories import make_reviewer
from tests.negotiation.files import PDF

Visit = Callable[..., Visitor]
HARMLESS = re.compile(r"/language/setlang/|/sign-out/|/bank/logout/|/bank/negotiation/negotiation/[^/]+/papers/[^/]+/")
"""What a button may do: choose a language, leave, open a supporting document (which is recorded)."""
ALL_LINKS = "links => links.map(link => link.href)"
ALL_BUTTONS = """buttons => buttons.filter(button => button.form && button.form.method === 'post')
    .map(button => new URL(button.hasAttribute('formaction') ? button.formAction : button.form.action).pathname)"""
NOT_WALKED = re.compile(r"/bank/(password_change|logout|jsi18n)/|.*(\.csv|/documents/[^/]+/|/sample/[^/]+/)$")
"""The auditor's own affairs, and files, which hold no buttons."""


class TestTheAuditor:
    def test_reads_everything_and_changes_nothing(self, visit: Visit) -> None:
        agreement, negotiation = signed_agreement(), talked_about()
        auditor = reviewing.at_the_desk(visit, AUDITOR)
        seen = dict(walk(auditor))
        for kind in ("negotiation", "plan", "agreement", "cardaccount", "cardholder", "event", "policyversion"):
            assert f"/bank/negotiation/{kind}/" in seen, f"the auditor is not led to {kind}"
            assert f"/bank/negotiation/{kind}/#/change/" in seen, f"the auditor cannot open one {kind}"
        assert {path: buttons for path, buttons in seen.items() if buttons} == {}
        for case in (negotiation, agreement.negotiation):
            auditor.go(f"/bank/negotiation/negotiation/{case.pk}/change/")
            auditor.look_in_both("audit-case")
            assert case.reference in auditor.text("h1")
            assert changing_buttons(auditor) == []
        auditor.go(f"/bank/negotiation/negotiation/{negotiation.pk}/change/")
        assert taken(auditor, "form[action*='/papers/'] button").endswith(".pdf")
        auditor.go("/bank/negotiation/course/")
        assert taken(auditor, "a[href*='segments']").endswith(".csv")


def taken(auditor: Visitor, way: str) -> str:
    """The name of the file that a button or link hands out."""
    with auditor.page.expect_download() as download:
        Keyboard(auditor).press(way)
    return str(download.value.suggested_filename)


def talked_about() -> Negotiation:
    """A case with everything that a case can have: a paper, messages, a note, a decision that waits for its confirmation."""
    negotiation, now, reviewer = proposed(instalments=ABOVE_AUTHORITY), timezone.now(), make_reviewer()
    who = {"cardholder": negotiation.cardholder, "negotiation_reference": negotiation.reference}
    attachments.attach(**who, content=PDF, shows="HEALTH", has_consented=True, now=now)
    messages.write_to_bank(**who, text="A question.", now=now)
    reviews.add_note(negotiation=negotiation, reviewer=reviewer, text="A note.", now=now)
    quote = negotiation.offers.get().quote.reference
    reviews.accept(negotiation=negotiation, reviewer=reviewer, quote_reference=quote, message="", now=now)
    return negotiation


def walk(auditor: Visitor) -> Iterator[tuple[str, list[str]]]:
    """Every kind of page that links lead to, one of each kind, with where its buttons would change something."""
    waiting, known = ["/bank/"], {"/bank/"}
    while waiting:
        path = waiting.pop(0)
        response = auditor.page.goto(path)
        assert response and response.ok, f"{path}: {response and response.status}"
        auditor.look(f"audit-{kind_of(path).strip('/').replace('/', '-').replace('#', 'one')}")
        yield kind_of(path), changing_buttons(auditor)
        for link in auditor.page.locator("a[href]").evaluate_all(ALL_LINKS):
            found = urlsplit(link).path
            if found.startswith("/bank/") and kind_of(found) not in known and not NOT_WALKED.match(found):
                known.add(kind_of(found))
                waiting.append(found)


def kind_of(path: str) -> str:
    """The address without what names one of many."""
    return re.sub(r"/([0-9a-f]{8}-[0-9a-f-]{27}|\d+)(?=/)", "/#", path)


def changing_buttons(auditor: Visitor) -> list[str]:
    """Where the page's buttons lead that would change anything."""
    posts = auditor.page.locator("button:not([type=button]), [type=submit], [type=image]").evaluate_all(ALL_BUTTONS)
    return [path for path in posts if not HARMLESS.fullmatch(path)]
