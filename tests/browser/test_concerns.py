"""A line is queried, the bank answers, the cardholder reads it: with eyes, a keyboard's focus and real mail."""

from collections.abc import Callable

from playwright.sync_api import expect

from negotiation.models import Concern
from tests.browser import reviewing
from tests.browser.people import REVIEWER, let_in, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor
from tests.portal.cast import give_ledger


def test_a_line_is_queried_and_answered(visit: Callable[..., Visitor]) -> None:
    account = overdue_account(language="zh-hans")
    give_ledger(account)
    post = PostBox(account.cardholder.email)
    cardholder = let_in(visit("zh-hans", name="concerns"), account.cardholder)
    cardholder.go("/concerns/")
    cardholder.look("nothing-raised")
    cardholder.go("/complaints/")
    cardholder.look("complaints")
    cardholder.press("a[href='/complaints/new/']")
    cardholder.look("complain")

    cardholder.go(f"/accounts/{account.reference}/")
    open_late_fee(cardholder)
    cardholder.look("ledger-open")
    cardholder.press("a[href$='?line=P3']")
    cardholder.press("form button")
    cardholder.look("query-unfinished")
    cardholder.page.locator("[name=reason][value=PAID]").check()
    cardholder.fill(words="这笔违约金我在五月已经还清，有转账记录。", believed_amount="0")
    cardholder.look("query")
    cardholder.press("form button")
    concern = Concern.objects.get(account=account)
    cardholder.look("raised")
    cardholder.go("/concerns/")
    cardholder.look("raised-list")
    cardholder.go(f"/accounts/{account.reference}/")
    open_late_fee(cardholder)
    cardholder.look("account-marked")
    post.link()

    desk = reviewing.at_the_desk(visit, REVIEWER, "zh-hans")
    desk.page.locator("#content a[href='/bank/negotiation/concern/']").first.click()
    desk.look("concern-queue")
    desk.page.get_by_role("link", name=concern.reference).click()
    desk.look("concern")
    desk.page.locator("[name=answer-outcome][value=PARTLY]").check()
    desk.fill(**{"answer-words": "已核实：五月的还款到账晚一天，违约金减半，差额将于三日内退回账户。"})
    desk.page.locator("form[action$='/answer/'] button").click()
    expect(desk.page.locator(".messagelist")).to_be_visible()
    desk.look("concern-answered")

    cardholder.go(post.link())
    cardholder.press("form button")
    assert cardholder.path == f"/concerns/{concern.reference}/"
    expect(cardholder.page.locator("main .bank-answer")).to_contain_text("违约金减半")
    cardholder.look("answered")


def open_late_fee(cardholder: Visitor) -> None:
    """The older statement, and in it the line."""
    cardholder.page.locator(".ledger-period:not([open]) > summary").first.click()
    cardholder.page.locator("details.charge > summary", has_text="违约金").click()
