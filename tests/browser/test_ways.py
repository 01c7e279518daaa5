"""The same journey by other ways: on a telephone without JavaScript, and with nothing but a keyboard."""

import time
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, CardAccount, Negotiation
from negotiation.services.signing import READING_TIME
from tests.browser import reviewing, walking
from tests.browser.agreements import late_start
from tests.browser.keyboard import Keyboard
from tests.browser.people import REVIEWER, begun, let_in, longest_overdue, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import PHONE, Visitor

Visit = Callable[..., Visitor]


class TestWithoutScripts:
    def test_the_journey_leads_to_the_same_end(self, visit: Visit) -> None:
        account = longest_overdue("DEMO-M1")
        cardholder = visit("zh-hans", name="unscripted", is_scripted=False, screen=PHONE)
        post = walking.claim(cardholder, account.cardholder, account.card_last4)
        cardholder.look("arrears")
        walking.tell_circumstances(cardholder)
        walking.wish(cardholder, instalments=12, first_date=late_start())
        walking.send(cardholder, "我会按时还。")
        assert post.link(), "the bank says that the plan has arrived"
        negotiation = Negotiation.objects.get(account=account)
        desk = reviewing.at_the_desk(visit, REVIEWER, "zh-hans")
        reviewing.open_case(desk, negotiation)
        reviewing.accept(desk)

        cardholder.go(post.link())
        cardholder.press("form button")
        cardholder.press("form[action$='/sign/begin/'] button")
        cardholder.press("form button")
        assert cardholder.path.endswith("/sign/costs/"), "confirmed before its reading time"
        read_for_long_enough(negotiation)
        cardholder.press("form button")
        walking.undertake(cardholder)
        walking.sign(cardholder, post)
        walking.arrive(cardholder)
        assert Agreement.objects.get(negotiation=negotiation).sealed_at

    def test_the_figures_are_shown_by_a_button(self, visit: Visit) -> None:
        account = overdue_account()
        begun(account)
        cardholder = let_in(visit(name="unscripted", is_scripted=False), account.cardholder)
        cardholder.go(f"/accounts/{account.reference}/propose/")
        cardholder.page.locator("#id_by_1").check()
        cardholder.fill(instalment_count="44")
        cardholder.press("button[name=show]")
        expect(cardholder.page.locator("#figures .offer-figure")).to_contain_text("× 44 ")


class TestByKeyboard:
    def test_the_journey_leads_to_the_same_end(self, visit: Visit) -> None:
        account = overdue_account(claimed=False)
        cardholder, post = visit(name="keyboard"), walking.invite(account.cardholder)
        keys = Keyboard(cardholder)
        cardholder.go(post.link())
        come_in(keys, account, post)
        propose(keys, account)
        negotiation = Negotiation.objects.get(account=account)
        assert negotiation.state == NegotiationState.AGREED

        keys.press("form[action$='/sign/begin/'] button")
        cardholder.page.wait_for_url("**/sign/costs/")
        expect(cardholder.page.locator("main form button")).to_be_enabled()
        keys.press("main form button")
        cardholder.page.wait_for_url("**/sign/undertakings/")
        sign(keys, post)
        walking.arrive(cardholder)
        with cardholder.page.expect_download() as file:
            keys.press("main a.file-save")
        assert file.value.suggested_filename.endswith(".pdf")


def come_in(keys: Keyboard, account: CardAccount, post: PostBox) -> None:
    """From the link of the invitation to the account."""
    keys.press("main form button")
    year, month, day = account.cardholder.birth_date.split("-")
    keys.type("#id_card_last4", account.card_last4)
    keys.type("#id_birth_year", year)
    keys.type("#id_birth_month", month)
    keys.type("#id_birth_day", day)
    keys.press("main form button")
    keys.page.wait_for_url("**/claim/code/")
    keys.type("#id_code", post.code())
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url(f"**/accounts/{account.reference}/")


def propose(keys: Keyboard, account: CardAccount) -> None:
    """From the account to an own plan that is accepted at once."""
    keys.press("form[action$='/begin/'] button")
    keys.page.wait_for_url("**/circumstances/")
    keys.press("[name=hardship_reason]", "Space")
    for name, amount in (
        ("monthly_income", "9000"),
        ("essential_spending", "4200.50"),
        ("other_debt_payments", "1350"),
    ):
        keys.type(f"#id_{name}", amount)
    keys.press("main button.btn-primary")
    keys.page.wait_for_url("**/propose/")
    keys.press("#id_by_0", "ArrowDown")
    keys.type("#id_instalment_count", "12")
    walking.see_figures_of(keys.page, 12)
    keys.press("button.btn-primary[form=plan-form]")
    keys.page.wait_for_url("**/check/**")
    keys.type("#id_message", "Thank you.")
    keys.press("main form .btn-primary")
    keys.page.wait_for_url("**/negotiations/**")


def sign(keys: Keyboard, post: PostBox) -> None:
    """From the undertakings to the bank's part."""
    for number in range(keys.page.locator("main [type=checkbox]").count()):
        keys.press(f"main .field:nth-of-type({number + 1}) [type=checkbox]", "Space")
    keys.press("main form .btn-primary")
    expect(keys.page.locator("form[action$='/sign/code/']")).to_be_visible()
    keys.press("form[action$='/sign/code/'] button")
    expect(keys.page.locator("main .notice")).to_be_visible()
    keys.type("#id_code", post.code())
    keys.page.keyboard.press("Enter")


def read_for_long_enough(negotiation: Negotiation) -> None:
    """Waits until the bank's clock allows the cost sheet to be confirmed."""
    shown = Agreement.objects.get(negotiation=negotiation).cost_sheet_shown_at
    assert shown is not None
    time.sleep(max(0, (shown + READING_TIME - timezone.now()).total_seconds()))
