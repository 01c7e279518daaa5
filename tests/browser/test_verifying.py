"""Anybody at the public page: what it says of the genuine file, of others, and to whoever comes by the code on it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from negotiation.models import Agreement
from tests.browser import papers
from tests.browser.agreements import signed_agreement
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def agreement(installation: Installation) -> Agreement:
    return signed_agreement()


@pytest.fixture
def file(agreement: Agreement, tmp_path: Path) -> Path:
    """The English version, as its owner downloads it."""
    path = tmp_path / "agreement.pdf"
    path.write_bytes(bytes(agreement.documents.get(language="en").content))
    return path


@pytest.fixture
def anybody(visit: Visit) -> Visitor:
    visitor = visit(name="verify")
    visitor.go("/verify/")
    return visitor


def check(anybody: Visitor, file: Path) -> None:
    anybody.page.locator("main input[type=file]").set_input_files(file)
    anybody.press("form button")


def expect_notice(anybody: Visitor, kind: str, title: str) -> None:
    expect(anybody.page.locator("h1")).to_have_text(title)
    expect(anybody.page.locator("main .notice").first).to_have_class(f"notice notice-{kind}")


class TestTheFile:
    def test_that_was_issued_is_genuine(self, anybody: Visitor, agreement: Agreement, file: Path) -> None:
        check(anybody, file)
        expect_notice(anybody, "done", "The document is genuine")
        said = anybody.text()
        assert "In force" in said
        assert agreement.negotiation.cardholder.name not in said
        anybody.look("verify-genuine")

    def test_can_be_dropped(self, anybody: Visitor, file: Path) -> None:
        drop(anybody, file)
        anybody.press("form button")
        expect_notice(anybody, "done", "The document is genuine")

    def test_with_one_byte_changed_is_altered(self, anybody: Visitor, file: Path) -> None:
        check(anybody, papers.with_one_byte_changed(file))
        expect_notice(anybody, "warning", "The file was altered")
        anybody.look("verify-altered")

    def test_with_something_added_is_not_to_be_relied_on(self, anybody: Visitor, file: Path) -> None:
        file.write_bytes(file.read_bytes() + b"\n%% another page\n%%EOF\n")
        check(anybody, file)
        expect_notice(anybody, "warning", "Something was added after the bank signed")

    def test_that_is_a_text_under_another_name_is_no_pdf(self, anybody: Visitor, file: Path) -> None:
        file.write_text("This is a letter, not a PDF.")
        check(anybody, file)
        expect_notice(anybody, "warning", "The file is not a PDF")

    def test_that_is_far_too_large_is_answered(self, anybody: Visitor, file: Path) -> None:
        file.write_bytes(file.read_bytes().ljust(200 * 1024 * 1024))
        check(anybody, file)
        expect_notice(anybody, "warning", "The file is too large")
        anybody.look("verify-too-large")

    def test_that_is_missing_is_asked_for(self, anybody: Visitor) -> None:
        anybody.press("form button")
        expect(anybody.page.locator("main .error-summary")).to_be_visible()
        anybody.look("verify-nothing")


class TestTheCodeOnIt:
    def test_leads_to_what_became_of_the_agreement(self, visit: Visit, agreement: Agreement, file: Path) -> None:
        anybody = visit(name="verify")
        anybody.go(address_in(file, anybody.url))
        anybody.look("verify-by-code")
        assert agreement.reference in anybody.text() and "In force" in anybody.text()
        check(anybody, file)
        expect_notice(anybody, "done", "The document is genuine")

    def test_of_another_agreement_is_noticed(self, anybody: Visitor, file: Path) -> None:
        anybody.go("/verify/0000ABCDEFGH/")
        anybody.look("verify-unknown-code")
        assert "No signed agreement has this reference" in anybody.text()
        check(anybody, file)
        assert "It is not the agreement whose code you followed" in anybody.text()


def address_in(file: Path, url: str) -> str:
    """The address that the file names beside its code, on this installation."""
    text = "".join(papers.page_text(file).split())
    assert f"{url}/verify/" in text
    return "/verify/" + text.partition(f"{url}/verify/")[2][:12] + "/"


def drop(anybody: Visitor, file: Path) -> None:
    """Let go of a file above the field, as a mouse does."""
    box = anybody.page.locator("main input[type=file]").bounding_box()
    assert box
    hand = anybody.context.new_cdp_session(anybody.page)
    held = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    place = {"x": box["x"] + 20, "y": box["y"] + box["height"] / 2}
    for moment in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": moment, "data": held, **place})
