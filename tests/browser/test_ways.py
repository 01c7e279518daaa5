"""The same journey by other ways: without JavaScript, and with nothing but a keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, Negotiation
from tests.browser import reviewing, walking
from tests.browser.people import REVIEWER, begun, let_in, longest_overdue, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LATER = timedelta(days=40)


class TestWithoutScripts:
    @pytest.mark.usefixtures("portfolio")
    def test_the_journey_leads_to_the_same_end(self, visit: Visit) -> None:
        account = longest_overdue("DEMO-M1")
        cardholder = visit("zh-hans", name="unscripted", is_scripted=False)
        post = walking.claim(cardholder, account.cardholder, account.card_last4)
        cardholder.look("arrears")
        walking.tell_circumstances(cardholder)
        walking.wish(cardholder, instalments=12, first_date=timezone.localdate() + LATER)
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
    def test_a_plan_can_be_proposed(self, visit: Visit) -> None:
        account = overdue_account()
        begun(account)
        cardholder = let_in(visit(name="keyboard"), account.cardholder)
        cardholder.go(f"/accounts/{account.reference}/propose/")
        keys = Keyboard(cardholder)
        keys.to("#id_by_0")
        keys.press("ArrowDown")
        keys.to("#id_instalment_count")
        keys.type("44")
        walking.see_figures(cardholder, 44)
        keys.to("button.btn-primary[form=plan-form]")
        keys.press("Enter")
        cardholder.page.wait_for_url("**/check/**")
        keys.to("#id_message")
        keys.type("Thank you.")
        keys.to("main form .btn-primary")
        keys.press("Enter")
        cardholder.page.wait_for_url("**/negotiations/**")
        assert Negotiation.objects.get(account=account).state == NegotiationState.WITH_BANK

    def test_an_agreement_can_be_signed(self, visit: Visit) -> None:
        account = overdue_account()
        begun(account)
        cardholder = let_in(visit(name="keyboard"), account.cardholder)
        cardholder.go(f"/accounts/{account.reference}/propose/")
        cardholder.press(".offers li:last-child button")
        walking.send(cardholder)
        negotiation = Negotiation.objects.get(account=account)
        keys = Keyboard(cardholder)
        keys.to("form[action$='/sign/begin/'] button")
        keys.press("Enter")
        cardholder.page.wait_for_url("**/sign/costs/")
        read_for_long_enough(negotiation)
        cardholder.page.reload()
        keys.to("main form button")
        keys.press("Enter")
        cardholder.page.wait_for_url("**/sign/undertakings/")
        for number in range(cardholder.page.locator("main [type=checkbox]").count()):
            keys.to(f"main .field:nth-of-type({number + 1}) [type=checkbox]")
            keys.press("Space")
        keys.to("main form .btn-primary")
        keys.press("Enter")
        expect(cardholder.page.locator("form[action$='/sign/code/']")).to_be_visible()
        keys.to("form[action$='/sign/code/'] button")
        keys.press("Enter")
        expect(cardholder.page.locator("main .notice")).to_be_visible()
        keys.to("#id_code")
        keys.type(PostBox(account.cardholder.email).code())
        keys.press("Enter")
        walking.arrive(cardholder)


class Keyboard:
    """Hands that never leave the keys."""

    MOST_TABS = 80

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page

    def to(self, selector: str) -> None:
        """Tab until the sought control has the focus, and see that one can see it has."""
        sought = self.page.locator(selector).first
        for _ in range(self.MOST_TABS):
            if sought.evaluate("control => control === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(sought).to_be_focused()
        shown = sought.evaluate(
            "control => { const look = getComputedStyle(control);"
            " return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }"
        )
        assert shown, f"{selector} does not show that it has the focus"

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """In place of what the field holds."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)


def read_for_long_enough(negotiation: Negotiation) -> None:
    """The cost sheet was opened a while ago; that its time is enforced is seen where the journey waits for it."""
    Agreement.objects.filter(negotiation=negotiation).update(cost_sheet_shown_at=timezone.now() - timedelta(minutes=1))
