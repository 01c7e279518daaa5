"""Two at the same moment: one wins, the other is told kindly, nothing is half done. Two presses are one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from negotiation.domain.workflow import NegotiationState
from negotiation.models import Agreement, Event, Negotiation, Offer
from tests.browser import reviewing
from tests.browser.agreements import plans, proposed, shown_agreement, state_of
from tests.browser.installation import wait_for
from tests.browser.people import REVIEWER, SENIOR, begun, let_in, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
PRESS = "(button, at) => { setTimeout(() => button.click(), at - Date.now()); }"
SOON = 400
WAYS = pytest.mark.parametrize("is_scripted", [True, False], ids=["scripts", "no scripts"])


def press_together(*buttons: Locator) -> None:
    """Press all of them at one moment, each in its own browser context; wait for every answer."""
    at = buttons[0].evaluate("() => Date.now()") + SOON
    for button in buttons:
        button.evaluate(PRESS, at)
    for button in buttons:
        button.page.wait_for_function("at => performance.timeOrigin > at", arg=at)


class TestTwoReviewers:
    def test_who_take_a_case_get_it_once(self, visit: Visit) -> None:
        negotiation = proposed()
        first, second = both_reviewers(visit, negotiation)
        press_together(*(desk.page.locator("form[action$='/claim/'] button") for desk in (first, second)))
        said = sorted(message_on(desk)[0] for desk in (first, second))
        assert said == ["info", "warning"]
        taken = Negotiation.objects.get(pk=negotiation.pk).assigned_to
        assert taken and taken.email in (REVIEWER.email, SENIOR.email)
        assert Event.objects.filter(kind="claimed", data__negotiation=negotiation.reference).count() == 1

    def test_who_decide_decide_once(self, visit: Visit) -> None:
        negotiation = proposed()
        first, second = both_reviewers(visit, negotiation)
        second.page.locator("#decline [value='BUDGET_UNCLEAR']").check()
        press_together(first.page.locator("#accept button"), second.page.locator("#decline button"))
        said = {desk: message_on(desk) for desk in (first, second)}
        loser = first if said[first][0] == "warning" else second
        assert sorted(kind for kind, _words in said.values()) == ["info", "warning"]
        assert "moved on since you opened the page" in said[loser][1]
        loser.look("told-too-late")
        ended = [*Offer.objects.filter(negotiation=negotiation).exclude(kind="OFFER").values_list("kind", flat=True)]
        assert ended in (["ACCEPT"], ["DECLINE"])


class TestTheReviewerAndTheCardholder:
    def test_are_never_both_heard(self, visit: Visit) -> None:
        negotiation = proposed()
        cardholder = let_in(visit(name="racing"), negotiation.cardholder)
        cardholder.go(f"/negotiations/{negotiation.reference}/withdraw/")
        desk = reviewing.at_the_desk(visit, REVIEWER)
        reviewing.open_case(desk, negotiation)
        desk.page.locator("#decline [value='BUDGET_UNCLEAR']").check()
        press_together(cardholder.page.locator("main form button"), desk.page.locator("#decline button"))
        state = Negotiation.objects.get(pk=negotiation.pk).state
        if state == NegotiationState.WITHDRAWN:
            assert message_on(desk)[0] == "warning"
        else:
            assert state == NegotiationState.DECLINED
            expect(cardholder.page.locator("h1")).to_have_text("Something has changed in the meantime")
            cardholder.look("told-too-late")
        assert Offer.objects.filter(negotiation=negotiation).exclude(kind="OFFER").count() == 1


class TestTwoPresses:
    @WAYS
    def test_on_send_make_one_proposal(self, visit: Visit, is_scripted: bool) -> None:
        account = overdue_account()
        begun(account)
        cardholder = let_in(visit(name="pressing", is_scripted=is_scripted), account.cardholder)
        cardholder.go(f"/accounts/{account.reference}/propose/")
        cardholder.press(".offers li:last-child button")
        cardholder.page.locator("main form .btn-primary").dblclick()
        wait_for(lambda: Negotiation.objects.get(account=account).state == NegotiationState.AGREED, "the agreement")
        see_agreed(cardholder, Negotiation.objects.get(account=account))
        assert Agreement.objects.filter(negotiation__account=account).count() == 1

    @WAYS
    def test_on_accept_make_one_agreement(self, visit: Visit, is_scripted: bool) -> None:
        negotiation = proposed()
        desk = reviewing.at_the_desk(visit, REVIEWER)
        reviewing.open_case(desk, negotiation)
        reviewing.counter(desk, instalment_count="28")
        cardholder = let_in(visit(name="pressing", is_scripted=is_scripted), negotiation.cardholder)
        cardholder.go(f"/negotiations/{negotiation.reference}/")
        cardholder.page.locator("main form[action$='/accept/'] button").dblclick()
        see_agreed(cardholder, negotiation)
        assert Agreement.objects.filter(negotiation=negotiation).count() == 1

    @WAYS
    def test_on_sign_make_one_agreement(self, visit: Visit, is_scripted: bool) -> None:
        agreement = shown_agreement()
        cardholder = let_in(visit(name="pressing", is_scripted=is_scripted), agreement.negotiation.cardholder)
        cardholder.go(f"/negotiations/{agreement.negotiation.reference}/sign/")
        cardholder.press("form[action$='/sign/code/'] button")
        cardholder.fill(code=PostBox(agreement.negotiation.cardholder.email).code())
        cardholder.page.locator("main form .btn-primary").dblclick()
        wait_for(lambda: state_of(agreement) == NegotiationState.SIGNED, "the bank to sign")
        cardholder.page.wait_for_load_state()
        cardholder.go(f"/agreements/{agreement.reference}/")
        assert len(plans(agreement)) == 1
        for kind in ("signed", "sealed"):
            assert Event.objects.filter(kind=kind, data__agreement=agreement.reference).count() == 1


def both_reviewers(visit: Visit, negotiation: Negotiation) -> list[Visitor]:
    """Each with the case open before them."""
    desks = [reviewing.at_the_desk(visit, member) for member in (REVIEWER, SENIOR)]
    for desk in desks:
        reviewing.open_case(desk, negotiation)
    return desks


def message_on(desk: Visitor) -> tuple[str, str]:
    """The kind and the words of what the page says about the last press."""
    message = desk.page.locator(".messagelist li")
    expect(message).to_have_count(1)
    return str(message.get_attribute("class")), message.inner_text()


def see_agreed(cardholder: Visitor, negotiation: Negotiation) -> None:
    """Either press may be the one that is answered: with what was agreed, or with a way to it."""
    signing = cardholder.page.locator("form[action$='/sign/begin/'] button")
    its_page = f"/negotiations/{negotiation.reference}/"
    ways = (its_page, f"/accounts/{negotiation.account.reference}/")
    back = cardholder.page.locator(", ".join(f"main a.btn-primary[href='{way}']" for way in ways))
    expect(signing.or_(back)).to_be_visible()
    if back.is_visible():
        back.click()
        cardholder.page.wait_for_load_state()
    if cardholder.path == ways[1]:
        cardholder.press(f"a[href='{its_page}']")
    expect(signing).to_be_visible()
