"""What is kept of a person: seen, chosen, taken along, asked about."""

import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from negotiation.models import Cardholder
from negotiation.queries.cardholders import contact_wish_of
from negotiation.services import attachments
from tests.browser.people import let_in, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor
from tests.factories import make_negotiation
from tests.negotiation.files import PDF

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
class TestMyData:
    def test_is_seen_chosen_taken_and_asked_about(self, visit: Visit, language: str) -> None:
        alice = somebody(language)
        me = let_in(visit(language, name="own-data"), alice)
        me.go("/accounts/")
        me.page.locator("footer a[href='/me/']").click()
        me.look("my-data", dark=True)
        assert alice.name in me.text() and alice.email not in me.text()

        me.press("a[href='/me/contact/']")
        me.look("contact-preferences")
        me.page.locator("[name=channel][value=BOTH]").check()
        me.page.locator("[name=hours][value=EVENING]").check()
        me.page.locator("[name=is_written_only]").check()
        me.press("form .btn-primary")
        expect(me.page.locator("main")).to_contain_text("18:00")
        assert contact_wish_of(alice).is_written_only

        me.press("a[href='/me/copy/']")
        me.look("copy")
        me.press("[name=action]")
        me.look("copy-code-sent")
        me.fill(code=PostBox(alice.email).code())
        with me.page.expect_download() as taken:
            me.press("form .btn-primary")
        copy = zipfile.ZipFile(io.BytesIO(taken.value.path().read_bytes()))
        assert json.loads(copy.read("data.json"))["you"][0]["email"] == alice.email

        me.go("/me/correct/")
        me.look("correct")
        me.go("/me/delete/")
        me.look("delete")
        me.fill(words="My old e-mail address.")
        me.press("form .btn-primary")
        me.look("asked")
        me.go("/me/")
        expect(me.page.locator("main .files a[href^='/concerns/']")).to_be_visible()


def somebody(language: str) -> Cardholder:
    """With a card in negotiation and a paper attached to it, and an agreement for another card."""
    account = overdue_account(language=language, claimed=True)
    alice: Cardholder = account.cardholder
    alice.set_contact(email=alice.email, phone="+8613800004821")
    alice.save()
    talk = make_negotiation(account=account, now=timezone.now(), instalment_count=40)
    attachments.attach(
        cardholder=alice,
        negotiation_reference=talk.reference,
        content=PDF,
        shows="INCOME",
        has_consented=True,
        now=timezone.now(),
    )
    return alice
