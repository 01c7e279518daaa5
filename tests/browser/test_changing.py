"""Living with a plan: a new one takes the place of the old, and a statement of account tells how it stands."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from negotiation.domain.workflow import NegotiationState, PlanState
from negotiation.models import Agreement, Negotiation
from tests.browser import papers, reviewing, walking
from tests.browser.agreements import late_start, made_ready, plans, signed_agreement
from tests.browser.people import SENIOR, let_in, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
A_TENTH = "3500.00"
"""What a second plan asks for at its start; overdue accounts owe 34,723.06."""
WORDS = {"zh-hans": ("有效", "已被取代"), "en": ("In force", "Superseded")}
STATEMENTS = "main [aria-labelledby=plan-documents-title]"


class TestAPlanInForce:
    def test_stays_until_the_new_one_is_signed(self, visit: Visit, tmp_path: Path) -> None:
        language = "zh-hans"
        old = signed_agreement(overdue_account(language=language))
        cardholder = let_in(visit(language, name="changing"), old.negotiation.cardholder)
        anybody = visit(language, name="verify")
        negotiation = ask_for_another(cardholder, old)
        assert_in_force(anybody, old)
        desk = reviewing.at_the_desk(visit, SENIOR, language)
        reviewing.open_case(desk, negotiation)
        desk.look_in_both("case-of-a-plan")
        reviewing.accept(desk)
        assert_in_force(anybody, old)

        new = made_ready(negotiation)
        post = PostBox(negotiation.cardholder.email)
        cardholder.go(f"/negotiations/{negotiation.reference}/sign/")
        walking.sign(cardholder, post)
        walking.arrive(cardholder)
        assert_superseded(anybody, old)
        for file in papers.downloaded(cardholder.page, tmp_path).values():
            assert old.reference in papers.page_text(file), "the new agreement names the one that it supersedes"
        assert [plan.state for plan in plans(new)] == [PlanState.PENDING_DOWN_PAYMENT]

    def test_is_told_by_a_statement(self, visit: Visit, tmp_path: Path) -> None:
        language = "en"
        agreement = signed_agreement(overdue_account(language=language))
        cardholder = let_in(visit(language, name="statement"), agreement.negotiation.cardholder)
        cardholder.go(f"/agreements/{agreement.reference}/")
        asking = cardholder.page.locator("main form[action$='/statement/'] button")
        asking.click()
        expect(asking).to_have_count(0)
        cardholder.look_in_both("statement-asked")
        cardholder.reload_until(cardholder.page.locator(f"{STATEMENTS} .file-save").first)
        cardholder.look_in_both("statement-made")
        files = papers.downloaded(cardholder.page, tmp_path, STATEMENTS)
        assert set(files) == {"zh-hans", "en"}
        for file in files.values():
            assert "statement" in file.name
            assert papers.pdfsig_accepts(file)
            assert agreement.reference in papers.page_text(file)


def ask_for_another(cardholder: Visitor, old: Agreement) -> Negotiation:
    """From the plan's page to a new proposal at the bank."""
    cardholder.go(f"/agreements/{old.reference}/")
    cardholder.press(".change-plan form button")
    walking.tell_in_short(cardholder)
    cardholder.look_in_both("propose-another")
    walking.wish(cardholder, instalments=30, first_date=late_start(), down_payment=A_TENTH)
    walking.send(cardholder)
    negotiation = Negotiation.objects.get(renegotiates__agreement=old)
    assert negotiation.state == NegotiationState.WITH_BANK
    return negotiation


def assert_in_force(anybody: Visitor, old: Agreement) -> None:
    assert [plan.state for plan in plans(old)] == [PlanState.ACTIVE]
    anybody.go(f"/verify/{old.reference}/")
    expect(anybody.page.locator("main")).to_contain_text(WORDS[anybody.language][0])


def assert_superseded(anybody: Visitor, old: Agreement) -> None:
    """On the page of its QR code, and for whoever still has the file."""
    assert [plan.state for plan in plans(old)] == [PlanState.SUPERSEDED]
    anybody.go(f"/verify/{old.reference}/")
    expect(anybody.page.locator("main")).to_contain_text(WORDS[anybody.language][1])
    anybody.look_in_both("verify-superseded")
    file = {"name": "old.pdf", "mimeType": "application/pdf", "buffer": bytes(old.documents.first().content)}
    anybody.page.locator("main input[type=file]").set_input_files(file)
    anybody.press("form button")
    expect(anybody.page.locator("main .notice").first).to_have_class("notice notice-info")
    expect(anybody.page.locator("main")).to_contain_text(WORDS[anybody.language][1])
    anybody.look("verify-superseded-file")
