"""Living with a plan: the page says what was really paid, what is missing and until when, what pays it off, and what to do."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from re import sub
from typing import Any

import pytest
import time_machine

from negotiation.models import Event, Plan
from negotiation.services.plan_ending import end_plan
from tests.factories import NOW, make_reviewer, publish_policy
from tests.negotiation.paying import fresh, keep, midnight_after, pay
from tests.negotiation.signed_plans import agree, sign
from tests.negotiation.test_plan_keeping import told
from tests.portal.cast import Person, alice, charlie

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DUE = date(2026, 12, 25)


@pytest.fixture
def owner() -> Iterator[Person]:
    publish_policy()
    with time_machine.travel(NOW, tick=False):
        yield alice()


def begun(owner: Person, **terms: Any) -> Plan:
    """Twelve instalments from 25 December 2026, in force."""
    given = {"instalment_count": 12, "first_date": DUE} | terms
    return fresh(sign(agree(owner.account, now=NOW, **given), now=NOW))


def first(plan: Plan) -> Decimal:
    return Decimal(plan.agreement.quote.schedule.rows[0].payment)


def place(plan: Plan, step: str = "") -> str:
    return f"/agreements/{plan.agreement.reference}/{step}"


def seen(owner: Person, plan: Plan, on: date, **asked: str) -> str:
    """The words of the page on that day."""
    with time_machine.travel(midnight_after(on - DAY) + timedelta(hours=12), tick=False):
        owner.client.force_login(owner.cardholder.user)
        response = owner.client.get(place(plan), asked)
    assert response.status_code == 200
    return words(response)


def words(response: Any) -> str:
    return " ".join(unescape(sub(r"<[^>]+>", "", response.content.decode())).split())


class TestProgress:
    def test_is_what_was_paid_not_what_fell_due(self, owner: Person) -> None:
        plan = begun(owner)
        assert "0 of 12 instalments paid" in seen(owner, keep(plan, DUE + 2 * DAY), DUE + 3 * DAY)
        pay(plan, DUE + 3 * DAY, first(plan) + 500)
        page = seen(owner, keep(plan, DUE + 3 * DAY), DUE + 4 * DAY)
        assert "1 of 12 instalments paid" in page
        assert "up to Mon 28 December 2026" in page
        assert f"¥{first(plan):,.2f} 28 Dec 2026 Paid" in page
        assert "¥500.00 28 Dec 2026 Paid in part" in page
        assert f"what is left of it ¥{first(plan) - 500:,.2f} Mon 25 January 2027" in page

    def test_begins_with_the_down_payment(self, owner: Person) -> None:
        plan = begun(owner, down_payment=Decimal("3000.00"))
        pay(plan, NOW.date() + DAY, "1000.00")
        page = seen(owner, keep(plan, NOW.date() + DAY), NOW.date() + 2 * DAY)
        assert "to be paid now ¥2,000.00" in page
        assert "Your plan begins with the down payment" in page

    def test_stands_on_the_list_of_accounts_too(self, owner: Person) -> None:
        plan = begun(owner)
        keep(plan, DUE + 4 * DAY)
        with time_machine.travel(midnight_after(DUE + 4 * DAY), tick=False):
            owner.client.force_login(owner.cardholder.user)
            assert f"Not arrived yet ¥{first(plan):,.2f}" in words(owner.client.get("/accounts/"))


class TestAMissingInstalment:
    def test_is_told_kindly_while_it_still_counts_as_on_time(self, owner: Person) -> None:
        page = seen(owner, keep(begun(owner), DUE), DUE + DAY)
        assert "has not arrived yet It was due on Fri 25 December 2026. Paid by Mon 28 December 2026" in page
        assert "is missing" not in page

    def test_is_told_with_the_last_day_that_keeps_the_plan(self, owner: Person) -> None:
        page = seen(owner, keep(begun(owner), DUE + 3 * DAY), DUE + 4 * DAY)
        assert "is missing Pay it as soon as you can, at the latest on Sun 24 January 2027" in page
        assert "Interest for lateness so far" in page

    def test_that_broke_the_plan_is_told_with_the_day_for_making_it_up(self, owner: Person) -> None:
        plan = keep(begun(owner), DUE + 30 * DAY)
        before = seen(owner, plan, DUE + 31 * DAY)
        assert "from the day you receive it you have 10 days" in before
        told(plan, DUE + 31 * DAY)
        page = seen(owner, plan, DUE + 32 * DAY)
        assert "Pay what is missing by Thu 4 February 2027 and the agreement goes on" in page
        over = seen(owner, keep(plan, DUE + 41 * DAY), DUE + 42 * DAY)
        assert "were over on Thu 4 February 2027" in over
        assert "has not done so" in over


class TestTheEnd:
    def test_of_a_plan_paid_off_is_told_with_its_day_and_what_was_too_much(self, owner: Person) -> None:
        plan = begun(owner)
        total = plan.agreement.quote.total_payment
        pay(plan, DUE, total + 10)
        page = seen(owner, keep(plan, DUE), DUE + 5 * DAY)
        assert "You have paid everything Since Fri 25 December 2026 nothing is owed" in page
        assert "paid ¥10.00 more" in page
        assert "Pay everything off early" not in page
        assert "I need to change my plan" not in page

    def test_by_the_bank_is_told_with_what_can_be_done(self, owner: Person) -> None:
        plan = told(keep(begun(owner), DUE + 30 * DAY), DUE + 31 * DAY)
        ending = keep(plan, DUE + 41 * DAY)
        end_plan(plan=ending, reviewer=make_reviewer(), reason="Over.", now=midnight_after(DUE + 41 * DAY))
        page = seen(owner, plan, DUE + 42 * DAY)
        assert "The bank has ended this agreement Since Fri 5 February 2027" in page
        assert "What you can do now" in page
        assert "Over." not in page
        assert "Missing" not in page


class TestPayingOffEarly:
    def test_says_the_amount_of_a_day_with_its_parts(self, owner: Person) -> None:
        terms = {"method": "EQUAL_INSTALMENT", "annual_rate": Decimal("0.12")}
        plan = begun(owner, **terms)
        rows = plan.agreement.quote.schedule.rows
        pay(plan, DUE, rows[0].payment)
        page = seen(owner, keep(plan, DUE), DUE + DAY, settle_on="2027-01-04")
        principal = rows[0].balance_after
        interest = (principal * Decimal("0.12") / 365 * 10).quantize(Decimal("0.01"))
        assert f"on Mon 4 January 2027 ¥{principal + interest:,.2f}" in page
        assert f"Interest since the last due date¥{interest:,.2f}" in page

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("2026-12-25", "Choose a day from 2026-12-26 to 2027-03-28."),
            ("soon", "Write the day like"),
            ("", "Choose a day."),
        ],
    )
    def test_says_which_days_there_are(self, owner: Person, asked: str, said: str) -> None:
        page = seen(owner, keep(begun(owner), DUE), DUE + DAY, settle_on=asked)
        assert said in page
        assert "on Sat 26 December 2026 ¥" in page


class TestMissingTheNextOne:
    def press(self, owner: Person, plan: Plan) -> Any:
        return owner.client.post(place(plan, "miss/"))

    def test_is_told_to_the_bank_once_and_thanked_for(self, owner: Person) -> None:
        plan = begun(owner)
        assert "I will miss the next one" in seen(owner, plan, NOW.date())
        for _ in range(2):
            response = self.press(owner, plan)
            assert response.headers["Location"] == place(plan) + "#change-title"
        page = seen(owner, plan, NOW.date())
        assert "Thank you for telling us" in page
        assert "I will miss the next one" not in page
        assert Event.objects.filter(kind="miss_announced").count() == 1

    def test_can_be_told_again_of_a_later_one(self, owner: Person) -> None:
        plan = begun(owner)
        self.press(owner, plan)
        pay(plan, DUE, first(plan))
        assert "I will miss the next one" in seen(owner, keep(plan, DUE), DUE + DAY)

    def test_is_nothing_that_looking_does(self, owner: Person) -> None:
        plan = begun(owner)
        assert owner.client.get(place(plan, "miss/")).headers["Location"] == place(plan)
        assert not Event.objects.filter(kind="miss_announced").exists()

    def test_is_nobody_elses_to_tell(self, owner: Person) -> None:
        plan = begun(owner)
        assert charlie().client.post(place(plan, "miss/")).status_code == 404

    def test_of_an_ended_plan_is_refused_kindly(self, owner: Person) -> None:
        plan = begun(owner)
        Plan.objects.update(state="SUPERSEDED", ended_at=datetime.now(NOW.tzinfo))
        response = self.press(owner, plan)
        assert (response.status_code, "This plan is not running" in words(response)) == (409, True)
