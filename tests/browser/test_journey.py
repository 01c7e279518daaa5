"""The whole journey of a cardholder and a reviewer, from the bank's feed to a signed PDF that others accept."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from negotiation.models import Agreement, Negotiation
from tests.browser import papers, reviewing, walking
from tests.browser.installation import Installation
from tests.browser.people import REVIEWER, SENIOR, longest_overdue
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
OUTSIDE_THE_CORRIDOR = timedelta(days=40)


class TestTheJourney:
    @pytest.mark.parametrize(("language", "source_id"), [("zh-hans", "DEMO-M3"), ("en", "DEMO-M7")])
    def test_leads_from_a_letter_to_an_agreement_that_others_accept(
        self, visit: Visit, installation: Installation, language: str, source_id: str, tmp_path: Path
    ) -> None:
        account = longest_overdue(source_id)
        cardholder = visit(language, name="journey")
        post = walking.claim(cardholder, account.cardholder, account.card_last4)
        assert cardholder.path == f"/accounts/{account.reference}/"
        cardholder.look("arrears", dark=True)
        walking.tell_circumstances(cardholder)
        cardholder.look("propose")
        walking.wish(cardholder, instalments=28, first_date=timezone.localdate() + OUTSIDE_THE_CORRIDOR)
        walking.send(cardholder, "我会按时还。")
        cardholder.look("with-bank")
        assert post.link(), "the bank says that the plan has arrived"

        negotiation = Negotiation.objects.get(account=account)
        decide_together(visit, negotiation, language)
        cardholder.go(post.link())
        cardholder.press("form button")
        assert cardholder.path == f"/negotiations/{negotiation.reference}/"
        cardholder.look("agreed")

        walking.read_costs(cardholder)
        walking.undertake(cardholder)
        walking.sign(cardholder, post)
        walking.arrive(cardholder)
        agreement = Agreement.objects.get(negotiation=negotiation)
        files = papers.downloaded(cardholder.page, tmp_path)
        assert set(files) == {"zh-hans", "en"}
        for file in files.values():
            assert_same_numbers(cardholder, agreement, file)
            assert papers.pdfsig_accepts(file)
        assert_accepted_by_all(installation, files[language])
        assert_told_on_the_public_page(visit(language, name="verify"), files[language])


def decide_together(visit: Visit, negotiation: Negotiation, language: str) -> None:
    """The reviewer accepts; the plan is beyond their authority, so a senior reviewer confirms."""
    reviewer = reviewing.at_the_desk(visit, REVIEWER, language)
    reviewer.look("admin")
    reviewing.open_case(reviewer, negotiation)
    reviewer.look("case", dark=True)
    reviewing.take(reviewer)
    reviewing.accept(reviewer, "同意。")
    senior = reviewing.at_the_desk(visit, SENIOR, language)
    reviewing.open_case(senior, negotiation)
    senior.look("case-second")
    reviewing.confirm(senior)


def assert_same_numbers(cardholder: Visitor, agreement: Agreement, file: Path) -> None:
    """The page, the text of the file, the data in it and the database say the same."""
    stored = papers.rows_stored(agreement.plan)
    data = papers.rows_inside(file, file.with_suffix(".data"))
    columns = ("principal", "interest", "payment", "balance_after")
    assert len(stored) == agreement.quote.plan_terms.instalment_count
    assert papers.rows_on(cardholder.page) == stored
    assert [[row[column] for column in columns] for row in data] == stored
    printed = papers.rows_printed(file)
    for row in data:
        assert [
            str(row[name]) for name in ("seq", "due_date", "principal", "interest", "fee", "payment", "balance_after")
        ] in printed


def assert_accepted_by_all(installation: Installation, file: Path) -> None:
    """Genuine for poppler and for us; with one byte changed for neither."""
    assert installation.manage("verify_document", str(file)).startswith("VALID")
    altered = papers.with_one_byte_changed(file)
    assert not papers.pdfsig_accepts(altered)
    assert installation.manage("verify_document", str(altered), succeeds=False).startswith("NOT VALID")


def assert_told_on_the_public_page(anybody: Visitor, file: Path) -> None:
    """The same to somebody who only has the file."""
    anybody.go("/verify/")
    anybody.look("verify")
    for path, kind in ((file, "notice-done"), (papers.with_one_byte_changed(file), "notice-warning")):
        anybody.page.locator("main input[type=file]").set_input_files(path)
        anybody.press("form button")
        expect(anybody.page.locator("main .notice").first).to_have_class(f"notice {kind}")
        anybody.look(f"verify-{kind}")
