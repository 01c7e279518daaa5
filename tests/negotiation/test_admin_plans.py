"""Plans at the bank: the list says who is behind, the page where a plan really stands, and only a reviewer can end one."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from re import sub
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from negotiation.domain.workflow import PlanState
from negotiation.models import Event, Note, Plan
from negotiation.queries.staff import AUDITOR, REVIEWER, SENIOR_REVIEWER
from negotiation.services.plan_ending import announce_miss
from tests.factories import NOW
from tests.negotiation.paying import fresh, keep, midnight_after, pay
from tests.negotiation.staff import signed_in, staff_of
from tests.negotiation.test_plan_keeping import DAY, DUE, broken, make_plan, told

pytestmark = pytest.mark.usefixtures("policy")
DELIVERED = DUE + 31 * DAY
OVER = DELIVERED + 10 * DAY


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with time_machine.travel(midnight_after(OVER) + timedelta(hours=10), tick=False):
        yield


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def ending(plan: Plan) -> Plan:
    """Broken, told, and not made up in time."""
    told(broken(plan), DELIVERED)
    return keep(plan, OVER)


def place(plan: Plan, step: str = "change") -> str:
    return reverse(f"admin:negotiation_plan_{step}", args=[plan.pk])


def words(response: Any) -> str:
    return " ".join(unescape(sub(r"<[^>]+>", " ", response.content.decode())).split())


def reviewer(group: str = REVIEWER) -> Client:
    return signed_in(staff_of(group))


class TestThePage:
    def test_says_where_the_plan_really_stands(self, plan: Plan) -> None:
        pay(plan, DUE, "1500.00")
        page = words(reviewer().get(place(keep(plan, date(2027, 1, 28)))))
        assert "Paid ¥ 1,500.00 of ¥ 30,000.00" in page
        assert "Behind by ¥ 500.00" in page
        assert "25 Jan 2027 ¥ 1,000.00 ¥ 500.00 25 Dec 2026 ¥ 1.00 Missed" in page
        assert "Instalment not arrived, still in grace" not in page
        assert "A payment is missing" in page

    def test_offers_to_end_nothing_while_the_agreement_does_not_let_it(self, plan: Plan) -> None:
        assert "End the plan" not in words(reviewer().get(place(told(broken(plan), DELIVERED))))

    @pytest.mark.parametrize(("group", "offered"), [(REVIEWER, True), (SENIOR_REVIEWER, True), (AUDITOR, False)])
    def test_offers_to_end_it_to_those_who_decide(self, ending: Plan, group: str, offered: bool) -> None:
        assert ("End the plan" in words(reviewer(group).get(place(ending)))) is offered

    def test_says_that_the_next_instalment_will_not_come(self, plan: Plan) -> None:
        announce_miss(cardholder=plan.account.cardholder, reference=plan.agreement.reference, now=NOW)
        assert "instalment 1 will not come in time" in words(reviewer().get(place(plan)))

    def test_is_not_found_where_there_is_no_plan(self, plan: Plan) -> None:
        for odd in ("nothing", "9d1a6c9e-0000-4000-8000-000000000000"):
            assert reviewer().get(f"/bank/negotiation/plan/{odd}/change/").status_code == 404


class TestEnding:
    def test_is_done_with_a_reason_and_told(self, ending: Plan) -> None:
        client = reviewer()
        response = client.post(place(ending, "end"), {"end-reason": "Two letters, no answer."}, follow=True)
        assert "The plan is ended" in words(response)
        assert fresh(ending).state == PlanState.TERMINATED
        assert Event.objects.filter(kind="plan_terminated").get().data["note"] == Note.objects.get().pk

    def test_needs_a_reason(self, ending: Plan) -> None:
        response = reviewer().post(place(ending, "end"), {"end-reason": " "})
        assert "Write why." in words(response)
        assert fresh(ending).state == PlanState.BREACHED

    def test_that_comes_too_early_is_refused_with_the_reason(self, plan: Plan) -> None:
        early = told(broken(plan), DELIVERED)
        response = reviewer().post(place(early, "end"), {"end-reason": "Now."}, follow=True)
        assert "does not let the bank end this plan now" in words(response)
        assert (fresh(plan).state, Note.objects.count()) == (PlanState.BREACHED, 0)

    def test_is_not_for_auditors_and_not_for_looking(self, ending: Plan) -> None:
        assert reviewer(AUDITOR).post(place(ending, "end"), {"end-reason": "x"}).status_code == 403
        assert reviewer().get(place(ending, "end")).status_code == 405
        assert fresh(ending).state == PlanState.BREACHED


class TestADelivery:
    def press(self, plan: Plan, day: str, group: str = REVIEWER) -> Any:
        return reviewer(group).post(place(plan, "delivered"), {"delivery-delivered_on": day}, follow=True)

    def test_by_letter_starts_the_days(self, plan: Plan) -> None:
        moved = broken(plan)
        assert "The notice was delivered otherwise" in words(reviewer().get(place(moved)))
        assert "count from that day" in words(self.press(moved, "2027-01-26"))
        assert fresh(plan).cure_until == date(2027, 2, 5)
        assert Event.objects.get(kind="breach_notice_delivered").actor_user is not None

    @pytest.mark.parametrize("day", ["2027-01-24", "2027-02-07"])
    def test_of_an_impossible_day_is_refused(self, plan: Plan, day: str) -> None:
        assert "cannot have been delivered on that day" in words(self.press(broken(plan), day))
        assert fresh(plan).cure_until is None

    def test_is_recorded_once(self, plan: Plan) -> None:
        moved = broken(plan)
        self.press(moved, "2027-01-26")
        assert "does not let the bank end" in words(self.press(moved, "2027-01-30"))
        assert fresh(plan).cure_until == date(2027, 2, 5)

    def test_needs_a_day(self, plan: Plan) -> None:
        assert "Choose the day." in words(self.press(broken(plan), ""))


class TestTheList:
    def found(self, need: str) -> set[str]:
        response = reviewer().get("/bank/negotiation/plan/", {"need": need})
        return {row.agreement.reference for row in response.context["cl"].result_list}

    def test_finds_what_needs_a_look(self, ending: Plan) -> None:
        announced, undelivered, kept = make_plan(), make_plan(), make_plan()
        for good in (announced, kept):
            pay(good, DUE, "3000.00")
            keep(good, OVER)
        who = {"cardholder": announced.account.cardholder, "reference": announced.agreement.reference}
        announce_miss(**who, now=midnight_after(OVER))
        broken(undelivered)
        names = {key: one.agreement.reference for key, one in locals().items() if isinstance(one, Plan)}
        assert self.found("behind") == {names["ending"], names["undelivered"]}
        assert self.found("undelivered") == {names["undelivered"]}
        assert self.found("decision") == {names["ending"]}
        assert self.found("announced") == {names["announced"]}
        assert self.found("stale") == {names["undelivered"]}
        assert len(self.found("")) == 4

    def test_asks_no_more_questions_for_more_plans(self, plan: Plan) -> None:
        client = reviewer(AUDITOR)

        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get("/bank/negotiation/plan/").status_code == 200
            return len(asked)

        alone = queries()
        for _ in range(3):
            make_plan(down_payment=Decimal("3000.00"))
        assert queries() == alone
