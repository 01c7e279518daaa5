"""The steps of a cardholder, each as a person does it: look at the page, fill it in, press its button."""

import re
from datetime import date
from io import StringIO

from django.core.management import call_command
from playwright.sync_api import Page, expect

from negotiation.models import Cardholder
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor


def invite(cardholder: Cardholder) -> PostBox:
    """Where the bank's invitation will arrive."""
    call_command("send_invitations", source_id=cardholder.source_id, stdout=StringIO())
    return PostBox(cardholder.email)


def claim(visitor: Visitor, cardholder: Cardholder, card_last4: str) -> PostBox:
    """From the bank's invitation to being signed in, on the very account that the invitation is about."""
    post = invite(cardholder)
    visitor.go(post.link())
    visitor.look("link")
    visitor.press("form button")
    visitor.look("claim")
    year, month, day = cardholder.birth_date.split("-")
    visitor.fill(card_last4=card_last4, birth_year=year, birth_month=month, birth_day=day)
    visitor.press("form button")
    visitor.look("claim-code")
    visitor.fill(code=post.code())
    visitor.press("form button")
    return post


def tell_circumstances(visitor: Visitor) -> None:
    """From the account's page to the choice of a plan."""
    visitor.press("form[action$='/begin/'] button")
    visitor.look("circumstances")
    visitor.page.locator("#id_hardship_reason_2").check()
    visitor.fill(monthly_income="9000", essential_spending="4200.50", other_debt_payments="1350")
    if visitor.is_scripted:
        expect(visitor.page.locator("#budget .live")).to_contain_text("3,449.50")
    visitor.look("circumstances-told")
    visitor.press("button.btn-primary")


def tell_in_short(visitor: Visitor) -> None:
    """The same without a budget."""
    visitor.page.locator("#id_hardship_reason_2").check()
    visitor.page.locator("main [type=checkbox]").check()
    visitor.press("button.btn-primary")


def wish(visitor: Visitor, *, instalments: int, first_date: date, **fields: str) -> None:
    """Type one's own plan by its number of instalments, and go on to the check page."""
    visitor.page.locator("#id_by_1").check()
    visitor.fill(instalment_count=str(instalments), first_date=first_date.isoformat(), **fields)
    if visitor.is_scripted:
        see_figures_of(visitor.page, instalments)
    else:
        visitor.press("button[name=show]")
    visitor.look("own-plan")
    visitor.press("button.btn-primary[form=plan-form]")


def see_figures_of(page: Page, instalments: int) -> None:
    """Wait for the live figures of a plan with so many instalments."""
    expect(page.locator("#figures .offer-figure")).to_contain_text(f"× {instalments} ")
    expect(page.locator("#figures")).not_to_have_class(re.compile("htmx"))


def send(visitor: Visitor, message: str = "") -> None:
    """From the check page to the negotiation's page."""
    visitor.look("check")
    if message:
        visitor.fill(message=message)
    visitor.press("form .btn-primary")


def read_costs(visitor: Visitor) -> None:
    """From the agreed negotiation through the cost sheet, with its reading time."""
    visitor.press("form[action$='/sign/begin/'] button")
    button = visitor.page.locator("main form button")
    if visitor.is_scripted:
        expect(button).to_be_disabled()
    visitor.look("cost-sheet")
    expect(button).to_be_enabled()
    button.click()


def undertake(visitor: Visitor) -> None:
    visitor.look("undertakings")
    for tick in visitor.page.locator("main [type=checkbox]").all():
        tick.check()
    visitor.press("form button")


def sign(visitor: Visitor, post: PostBox) -> None:
    """From the document, as soon as it is there, to the agreement in force."""
    visitor.page.wait_for_url("**/sign/")
    asking = visitor.page.locator("form[action$='/sign/code/'] button")
    if visitor.is_scripted:
        expect(asking).to_be_visible()
    else:
        visitor.reload_until(asking)
    visitor.look("sign")
    asking.click()
    visitor.look("sign-code-sent")
    visitor.fill(code=post.code())
    visitor.press("form .btn-primary")


def arrive(visitor: Visitor) -> None:
    """From the negotiation that the bank is signing to the agreement."""
    visitor.page.wait_for_url("**/negotiations/*/")
    done = visitor.page.locator("main .moves a[href^='/agreements/']")
    if visitor.is_scripted:
        expect(done).to_be_visible()
    else:
        visitor.reload_until(done)
    visitor.look("signed")
    done.click()
    visitor.look("agreement")
