"""Talking beside the offers: messages in both directions, and papers that show the cardholder's situation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, expect

from negotiation.domain.attachments import LARGEST_ATTACHMENT
from negotiation.models import Event, Message, Negotiation, SupportingDocument
from tests.browser import reviewing
from tests.browser.agreements import proposed
from tests.browser.people import REVIEWER, let_in
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor
from tests.negotiation.files import PDF

Visit = Callable[..., Visitor]
A_PDF = {"name": "payslip.pdf", "mimeType": "application/pdf", "buffer": PDF}

CONSENT = "main [name^=consent_]"
UNTIL_THE_PAGE_LOOKS_AGAIN = "00:30"


def page_of(negotiation: Negotiation) -> str:
    return f"/negotiations/{negotiation.reference}/"


class TestMessages:
    def test_go_both_ways(self, visit: Visit) -> None:
        language = "en"
        negotiation = proposed(language=language)
        cardholder = let_in(visit(language, name="talking"), negotiation.cardholder)
        post = PostBox(negotiation.cardholder.email)
        post.link()
        cardholder.page.clock.install()
        cardholder.go(page_of(negotiation))
        cardholder.press("a[href$='/message/']")
        cardholder.look_in_both("write-message")
        cardholder.fill(text="I start work in March.")
        cardholder.press("form button")
        expect(cardholder.page.locator("main .timeline")).to_contain_text("I start work in March.")

        desk = reviewing.at_the_desk(visit, REVIEWER, language)
        reviewing.open_queue(desk)
        expect(news_of(desk, negotiation)).to_have_count(1)
        reviewing.open_case(desk, negotiation)
        expect(desk.page.locator("#messages .status-due")).to_have_count(1)
        desk.look_in_both("case-with-messages")
        reviewing.write(desk, "Please show us the contract.")
        expect(desk.page.locator("#messages .status-due")).to_have_count(0)
        reviewing.open_queue(desk)
        expect(news_of(desk, negotiation)).to_have_count(0)
        cardholder.page.clock.fast_forward(UNTIL_THE_PAGE_LOOKS_AGAIN)
        expect(cardholder.page.locator("main .timeline")).to_contain_text("Please show us the contract.")
        assert REVIEWER.name not in cardholder.text()
        cardholder.look_in_both("with-messages")

        cardholder.go(post.link())
        cardholder.press("form button")
        assert cardholder.path == page_of(negotiation)
        assert Message.objects.filter(negotiation=negotiation).count() == 2


def news_of(desk: Visitor, negotiation: Negotiation) -> Locator:
    """What the queue says is new of a case."""
    return desk.page.locator("#result_list tr", has_text=negotiation.reference).locator(".field-news .status-due")


class TestAPaper:
    def test_is_sent_opened_and_deleted(self, visit: Visit) -> None:
        language = "zh-hans"
        negotiation = proposed(language=language)
        cardholder = let_in(visit(language, name="papers"), negotiation.cardholder)
        choose(cardholder, negotiation, A_PDF)
        cardholder.press("form button")
        paper = SupportingDocument.objects.get(negotiation=negotiation)
        mine = cardholder.page.locator("main .supporting")
        expect(mine.locator(".file-name")).to_be_visible()
        cardholder.look_in_both("with-paper")

        opened = open_as_reviewer(visit, negotiation, language)
        assert opened.path().read_bytes() == PDF
        assert "payslip" not in opened.suggested_filename
        assert Event.objects.filter(kind="document_opened", data__document=paper.reference).count() == 1

        mine.locator("a.file-save").click()
        cardholder.look_in_both("delete-paper")
        cardholder.press("form .btn-primary")
        expect(mine.locator(".file-name")).to_have_count(0)
        assert not (settings.MEDIA_ROOT / "supporting" / paper.pk.hex).exists()

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("renamed.pdf", b"This is a letter, not a PDF."),
            ("empty.pdf", b""),
            ("a little too large.pdf", PDF.ljust(LARGEST_ATTACHMENT + 1)),
        ],
    )
    def test_that_cannot_be_taken_is_asked_for_again(self, visit: Visit, name: str, content: bytes) -> None:
        negotiation = proposed()
        cardholder = let_in(visit(name="papers"), negotiation.cardholder)
        choose(cardholder, negotiation, {"name": name, "mimeType": "application/pdf", "buffer": content})
        cardholder.press("form button")
        cardholder.look("paper-refused")
        expect(cardholder.page.locator("main .error-summary a[href='#id_file']")).to_be_visible()
        assert not SupportingDocument.objects.filter(negotiation=negotiation).exists()

    def test_that_is_far_too_large_is_answered_before_it_is_sent_in_full(self, visit: Visit, tmp_path: Path) -> None:
        negotiation, huge = proposed(), tmp_path / "huge.pdf"
        huge.write_bytes(PDF.ljust(5 * LARGEST_ATTACHMENT))
        cardholder = let_in(visit(name="papers"), negotiation.cardholder)
        choose(cardholder, negotiation, huge)
        cardholder.press("form button")
        expect(cardholder.page.locator("main a.btn-primary")).to_have_attribute("href", page_of(negotiation))
        cardholder.look("paper-too-large")
        assert not SupportingDocument.objects.filter(negotiation=negotiation).exists()

    def test_is_not_taken_without_consent(self, visit: Visit) -> None:
        negotiation = proposed()
        cardholder = let_in(visit(name="papers"), negotiation.cardholder)
        choose(cardholder, negotiation, A_PDF)
        cardholder.page.locator(CONSENT).uncheck()
        cardholder.press("form button")
        cardholder.look("paper-without-consent")
        expect(cardholder.page.locator("main .error-summary a[href^='#id_consent_']")).to_be_visible()
        assert not SupportingDocument.objects.filter(negotiation=negotiation).exists()


def choose(cardholder: Visitor, negotiation: Negotiation, file: Any) -> None:
    """Everything but the last press."""
    cardholder.go(page_of(negotiation))
    cardholder.press("a[href$='/documents/']")
    cardholder.look_in_both("attach")
    cardholder.page.locator("[name=shows]").first.check()
    cardholder.page.locator("#id_file").set_input_files(file)
    cardholder.page.locator(CONSENT).check()


def open_as_reviewer(visit: Visit, negotiation: Negotiation, language: str) -> Any:
    """The file as it comes to the reviewer's desk."""
    desk = reviewing.at_the_desk(visit, REVIEWER, language)
    reviewing.open_case(desk, negotiation)
    desk.look_in_both("case-with-paper")
    with desk.page.expect_download() as opened:
        desk.page.locator("#content .paper button").click()
    return opened.value
