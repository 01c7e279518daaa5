"""How a negotiation goes when it does not go straight: at once, in rounds, to no end, too late, and under new limits."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from negotiation.domain.workflow import ActorKind, NegotiationState
from negotiation.models import CardAccount, Negotiation, User
from negotiation.queries.policies import policy_in_force
from negotiation.services.demonstration_policy import DRAFTER, PUBLISHER
from negotiation.services.events import Actor
from negotiation.services.expiry import expire
from negotiation.services.policies import draft_policy, publish_policy
from tests.browser import reviewing, walking
from tests.browser.agreements import ABOVE_AUTHORITY, WITHIN_AUTHORITY, late_start
from tests.browser.keyboard import Keyboard
from tests.browser.people import REVIEWER, SENIOR, begun, let_in, overdue_account
from tests.browser.post import PostBox
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@dataclass
class Table:
    """A cardholder at their browser, with what they have told the bank so far."""

    account: CardAccount
    cardholder: Visitor
    post: PostBox

    @property
    def negotiation(self) -> Negotiation:
        return Negotiation.objects.get(account=self.account)

    def propose(self, instalments: int) -> None:
        """A plan of one's own that a person has to decide on."""
        self.cardholder.go(f"/accounts/{self.account.reference}/propose/")
        walking.wish(self.cardholder, instalments=instalments, first_date=late_start())
        walking.send(self.cardholder)
        assert self.negotiation.state == NegotiationState.WITH_BANK
        self.post.link()

    def follow_newest_letter(self) -> None:
        self.cardholder.go(self.post.link())
        self.cardholder.press("form button")
        assert self.cardholder.path == f"/negotiations/{self.negotiation.reference}/"


@pytest.fixture
def table(visit: Visit) -> Table:
    return laid(visit, "zh-hans")


@pytest.fixture
def english_table(visit: Visit) -> Table:
    return laid(visit, "en")


def laid(visit: Visit, language: str) -> Table:
    account = overdue_account(language=language)
    begun(account)
    cardholder = let_in(visit(language, name="negotiating"), account.cardholder)
    return Table(account, cardholder, PostBox(account.cardholder.email))


class TestInsideTheCorridor:
    def test_a_plan_is_agreed_at_once(self, table: Table) -> None:
        table.cardholder.go(f"/accounts/{table.account.reference}/propose/")
        table.cardholder.look_in_both("ready-plans")
        table.cardholder.press(".offers li:last-child button")
        walking.send(table.cardholder)
        table.cardholder.look_in_both("agreed-at-once")
        assert table.negotiation.state == NegotiationState.AGREED
        assert table.negotiation.offers.get(kind="ACCEPT").party == ActorKind.SYSTEM
        expect(table.cardholder.page.locator("form[action$='/sign/begin/'] button")).to_be_visible()


class TestThreeRounds:
    def test_end_in_agreement(self, visit: Visit, english_table: Table) -> None:
        table, cardholder = english_table, english_table.cardholder
        table.propose(ABOVE_AUTHORITY)
        desk = reviewing.at_the_desk(visit, REVIEWER, cardholder.language)
        reviewing.open_case(desk, table.negotiation)
        reviewing.counter(desk, instalment_count=str(WITHIN_AUTHORITY), message="30 × ?")

        table.follow_newest_letter()
        cardholder.look_in_both("offered")
        cardholder.press("a[href$='/propose/']")
        cardholder.look_in_both("counter")
        walking.wish(cardholder, instalments=40, first_date=late_start())
        walking.send(cardholder, "40 × !")
        table.post.link()

        reviewing.open_case(desk, table.negotiation)
        reviewing.counter(desk, instalment_count="35")
        table.follow_newest_letter()
        cardholder.look_in_both("offered-again")
        expect(cardholder.page.locator("main .timeline-entry")).to_have_count(4)
        cardholder.press("form[action$='/accept/'] button")
        cardholder.look_in_both("accepted")

        assert table.negotiation.state == NegotiationState.AGREED
        said = list(table.negotiation.offers.order_by("seq").values_list("kind", "party"))
        you, bank = ActorKind.CARDHOLDER.value, ActorKind.REVIEWER.value
        assert said == [("OFFER", you), ("COUNTER", bank), ("COUNTER", you), ("COUNTER", bank), ("ACCEPT", you)]
        assert table.negotiation.agreement.quote.plan_terms.instalment_count == 35


class TestASecondApproval:
    def test_is_another_persons_who_may_send_it_back_first(self, visit: Visit, table: Table) -> None:
        table.propose(ABOVE_AUTHORITY)
        desk = reviewing.at_the_desk(visit, REVIEWER, table.cardholder.language)
        reviewing.open_case(desk, table.negotiation)
        desk.look_in_both("case-above")
        expect(desk.page.locator(".case-authority")).to_contain_text("36")
        reviewing.accept(desk)
        desk.look_in_both("case-waits-for-second")
        expect(desk.page.locator("#confirm, #accept")).to_have_count(0)
        assert table.negotiation.state == NegotiationState.AWAITING_SECOND_APPROVAL
        table.cardholder.page.reload()
        expect(table.cardholder.page.locator("form[action$='/sign/begin/']")).to_have_count(0)

        senior = reviewing.at_the_desk(visit, SENIOR, table.cardholder.language)
        reviewing.open_case(senior, table.negotiation)
        senior.look_in_both("case-to-confirm")
        reviewing.send_back(senior, "Is the income known?")
        desk.page.reload()
        expect(desk.page.locator("#notes")).to_contain_text("Is the income known?")
        reviewing.accept(desk)
        senior.page.reload()
        Keyboard(senior).press("#confirm button")
        expect(senior.page.locator(".messagelist")).to_be_visible()
        senior.look_in_both("case-confirmed")
        table.follow_newest_letter()
        expect(table.cardholder.page.locator("form[action$='/sign/begin/'] button")).to_be_visible()
        assert "Is the income known?" not in table.cardholder.text()
        assert table.negotiation.state == NegotiationState.AGREED


class TestADecline:
    def test_is_told_with_its_reason_and_a_way_on(self, visit: Visit, table: Table) -> None:
        table.propose(ABOVE_AUTHORITY)
        desk = reviewing.at_the_desk(visit, REVIEWER, table.cardholder.language)
        reviewing.open_case(desk, table.negotiation)
        reviewing.decline(desk, "BUDGET_UNCLEAR", "Please call us.")

        table.follow_newest_letter()
        table.cardholder.look_in_both("declined")
        assert "Please call us." in table.cardholder.text()
        table.cardholder.press("form[action$='/begin/'] button")
        assert table.cardholder.path.endswith("/circumstances/")


class TestAWithdrawal:
    def test_ends_the_negotiation_after_a_question(self, table: Table) -> None:
        table.propose(ABOVE_AUTHORITY)
        table.cardholder.press("a[href$='/withdraw/']")
        table.cardholder.look_in_both("withdraw")
        assert table.negotiation.state == NegotiationState.WITH_BANK
        table.cardholder.press("form button")
        table.cardholder.look_in_both("withdrawn")
        assert table.negotiation.state == NegotiationState.WITHDRAWN


class TestSilence:
    def test_ends_the_negotiation_and_both_are_told(self, table: Table) -> None:
        table.propose(ABOVE_AUTHORITY)
        expire(negotiation=table.negotiation, now=timezone.now())
        table.follow_newest_letter()
        table.cardholder.look_in_both("expired")


class TestNewLimits:
    def test_do_not_reach_a_negotiation_that_has_begun(self, visit: Visit, english_table: Table) -> None:
        english_table.propose(ABOVE_AUTHORITY)
        before = english_table.negotiation.offers.get().quote.policy_version
        publish_new_limits()
        desk = reviewing.at_the_desk(visit, REVIEWER)
        reviewing.open_case(desk, english_table.negotiation)
        assert f"Limits of policy {before}" in desk.page.locator("#content").inner_text()
        reviewing.counter(desk, instalment_count=str(WITHIN_AUTHORITY))
        versions = set(english_table.negotiation.offers.values_list("quote__policy_version", flat=True))
        assert versions == {before}
        assert policy_in_force(at=timezone.now()).version == before + 1


def publish_new_limits() -> None:
    """Another version, drafted by one and published by another, in force from today."""
    now, names = timezone.now(), (DRAFTER[0], PUBLISHER[0])
    drafter, publisher = (Actor(ActorKind.POLICY_MANAGER, User.objects.get(email=email)) for email in names)
    draft = draft_policy(
        actor=drafter,
        name="2026-12",
        effective_from=timezone.localdate(now),
        based_on=policy_in_force(at=now),
        now=now,
    )
    publish_policy(actor=publisher, number=draft.number, now=now)
