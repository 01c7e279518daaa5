"""A plan moves with the bank's figures: into force, behind, broken, made up, paid off; never for days that nobody has reported."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from negotiation.domain.workflow import ActorKind, PlanState
from negotiation.jobs import registry
from negotiation.models import Event, Job, LedgerEntry, Note, Plan, Quote
from negotiation.queries.agreements import plans_in_force
from negotiation.queries.standings import standing_of_plan, standings_of
from negotiation.services import plan_keeping
from negotiation.services.agreement_content import content_of
from negotiation.services.events import SYSTEM, broken_links
from negotiation.services.plan_ending import announce_miss, can_end, end_plan, notice_delivered
from negotiation.services.plan_keeping import PlansLeftBehind, are_newest, bring_plans_up_to_date, bring_up_to_date
from negotiation.services.refusals import (
    NotAuthorised,
    NothingSaid,
    OwnAccount,
    PlanCannotEnd,
    PlanNotInForce,
    StaleNegotiation,
)
from tests.factories import NOW, make_account, make_cardholder, make_reviewer
from tests.negotiation.paying import fresh, keep, midnight_after, pay, report, return_payment
from tests.negotiation.signed_plans import agree, sign

pytestmark = pytest.mark.usefixtures("policy")
DAY = timedelta(days=1)
DUE = date(2026, 12, 25)
SECOND = date(2027, 1, 25)
TERMS: dict[str, Any] = {"instalment_count": 30, "first_date": DUE}


@pytest.fixture
def plan() -> Plan:
    """Thirty instalments of 1,000.00 from 25 December 2026."""
    return make_plan()


def make_plan(**terms: Any) -> Plan:
    nothing = dict.fromkeys(("interest", "accrued_interest", "late_fee"), Decimal("0.00"))
    account = make_account(purchase_principal=Decimal("30000.00"), **nothing)
    return fresh(sign(agree(account, now=NOW, **TERMS | terms), now=NOW))


def kinds(plan: Plan) -> list[str]:
    events = Event.objects.filter(stream__name=f"plan:{plan.agreement.reference}").order_by("seq")
    return list(events.values_list("kind", flat=True))


def newest_event(plan: Plan) -> Event:
    return Event.objects.filter(stream__name=f"plan:{plan.agreement.reference}").latest("seq")


def broken(plan: Plan) -> Plan:
    """By the first instalment being more than thirty days late."""
    return keep(plan, DUE + 30 * DAY)


def told(plan: Plan, day: date) -> Plan:
    """The notice reached its reader on that day."""
    assert plan.broken_on
    notice_delivered(
        reference=plan.agreement.reference, broken_on=plan.broken_on, day=day, actor=SYSTEM, now=midnight_after(day)
    )
    return fresh(plan)


class TestThePlansRule:
    def test_is_the_one_the_signed_agreement_names(self, plan: Plan) -> None:
        said, rule = content_of(plan.agreement).breach, standing_of_plan(plan).rule
        assert (rule.grace_days, rule.late_days, rule.missed_in_a_row, rule.cure_days, rule.late_daily_rate) == (
            said.grace_days,
            said.late_days,
            said.missed_in_a_row,
            said.cure_days,
            said.penalty_daily_rate,
        )

    def test_keeps_its_rate_when_the_bank_changes_the_accounts(self, plan: Plan) -> None:
        plan.account.daily_rate = Decimal("0.0009")
        plan.account.save()
        assert standing_of_plan(fresh(plan)).rule.late_daily_rate == Decimal("0.0005")

    def test_asks_nothing_for_lateness_once_the_bank_asks_for_nothing(self, plan: Plan) -> None:
        for name in ("purchase_principal", "total"):
            setattr(plan.account, name, Decimal("0.00"))
        plan.account.save()
        pay(plan, DUE + 20 * DAY, "30000.00")
        assert keep(plan, DUE + 20 * DAY).state == PlanState.COMPLETED


class TestPayments:
    def test_of_one_posting_are_one(self, plan: Plan) -> None:
        posting = pay(plan, DUE, "600.00")
        pay(plan, DUE, "400.00", posting=posting)
        assert keep(plan, DUE).paid_count == 1

    def test_that_the_agreed_balance_had_seen_do_not_count(self, plan: Plan) -> None:
        pay(plan, NOW.date() - DAY, "1000.00")
        assert standing_of_plan(plan).received == 0

    def test_that_were_returned_in_part_count_for_the_rest(self, plan: Plan) -> None:
        posting = pay(plan, DUE, "1000.00")
        return_payment(plan, posting, DUE + 2 * DAY, "400.00")
        assert standing_of_plan(report(plan, DUE)).received == Decimal("600.00")

    def test_that_were_returned_leave_the_plan_behind_again(self, plan: Plan) -> None:
        posting = pay(plan, DUE, "1000.00")
        assert keep(plan, DUE + 3 * DAY).state == PlanState.ACTIVE
        return_payment(plan, posting, DUE + 4 * DAY, "1000.00")
        moved = keep(plan, DUE + 5 * DAY)
        assert (moved.state, moved.behind, moved.paid_count) == (PlanState.AT_RISK, Decimal("1000.00"), 0)

    def test_that_a_later_delivery_no_longer_has_are_gone(self, plan: Plan) -> None:
        pay(plan, DUE, "1000.00")
        keep(plan, DUE + 3 * DAY)
        LedgerEntry.objects.filter(account=plan.account).delete()
        assert keep(plan, DUE + 4 * DAY).state == PlanState.AT_RISK

    def test_are_not_adjustments_of_other_kinds(self, plan: Plan) -> None:
        return_payment(plan, "goodwill", DUE, "-1000.00")
        assert standing_of_plan(report(plan, DUE)).received == 0


class TestAPlan:
    def test_begins_when_the_down_payment_has_come(self) -> None:
        plan = make_plan(down_payment=Decimal("3000.00"))
        pay(plan, NOW.date() + DAY, "2999.99")
        assert keep(plan, NOW.date() + DAY).state == PlanState.PENDING_DOWN_PAYMENT
        pay(plan, NOW.date() + 2 * DAY, "0.01")
        assert keep(plan, NOW.date() + 2 * DAY).state == PlanState.ACTIVE

    def test_stays_where_it_is_while_it_is_kept(self, plan: Plan) -> None:
        pay(plan, DUE, "1000.00")
        moved = keep(plan, DUE + 10 * DAY)
        assert (moved.state, moved.paid_count, moved.behind, kinds(plan)) == (
            PlanState.ACTIVE,
            1,
            0,
            ["payment_recorded"],
        )

    def test_tells_once_of_an_instalment_that_has_not_come(self, plan: Plan) -> None:
        assert kinds(keep(plan, DUE - DAY)) == []
        for up_to in (DUE, DUE, DUE + DAY):
            assert keep(plan, up_to).state == PlanState.ACTIVE
        assert kinds(plan) == ["instalment_unpaid"]
        assert newest_event(plan).data["until"] == "2026-12-28"

    def test_tells_once_even_where_two_workers_look_at_the_same_figures(self, plan: Plan) -> None:
        first, second = (report(plan, DUE) for _ in range(2))
        for seen in (first, second):
            bring_up_to_date(plan=seen, standing=standing_of_plan(seen), now=midnight_after(DUE))
        assert kinds(plan) == ["instalment_unpaid"]

    def test_is_at_risk_after_the_days_of_grace_and_not_before(self, plan: Plan) -> None:
        assert keep(plan, DUE + 2 * DAY).state == PlanState.ACTIVE
        assert keep(plan, DUE + 3 * DAY).state == PlanState.AT_RISK

    def test_catches_up(self, plan: Plan) -> None:
        keep(plan, DUE + 5 * DAY)
        pay(plan, DUE + 6 * DAY, "1000.00")
        assert keep(plan, DUE + 6 * DAY).state == PlanState.ACTIVE
        assert newest_event(plan).data["from"] == "AT_RISK"

    def test_is_broken_when_the_thirtieth_day_ends_unpaid(self, plan: Plan) -> None:
        assert keep(plan, DUE + 29 * DAY).state == PlanState.AT_RISK
        moved = keep(plan, DUE + 30 * DAY)
        assert (moved.state, moved.broken_on, moved.cure_until) == (PlanState.BREACHED, DUE + 30 * DAY, None)
        assert newest_event(plan).data["cure_days"] == 10

    def test_goes_two_moves_at_once_where_figures_come_late(self, plan: Plan) -> None:
        assert keep(plan, DUE + 40 * DAY).state == PlanState.BREACHED
        assert kinds(plan) == ["instalment_unpaid", "plan_at_risk", "plan_breached"] or kinds(plan) == [
            "plan_at_risk",
            "plan_breached",
        ]

    def test_is_paid_off_and_gets_its_certificate(self, plan: Plan) -> None:
        pay(plan, DUE, "30000.00")
        moved = keep(plan, DUE)
        assert (moved.state, moved.paid_count) == (PlanState.COMPLETED, 30)
        assert Job.objects.filter(kind="issue_settlement_certificate").count() == 1

    def test_of_before_is_left_alone(self, plan: Plan) -> None:
        Plan.objects.update(state=PlanState.SUPERSEDED)
        assert keep(plan, DUE + 90 * DAY).state == PlanState.SUPERSEDED

    def test_is_brought_there_once(self, plan: Plan) -> None:
        for _ in range(3):
            broken(plan)
        assert kinds(plan).count("plan_breached") == 1
        assert list(broken_links()) == []

    def test_that_moved_meanwhile_is_not_moved_again(self, plan: Plan) -> None:
        stale = report(plan, DUE + 5 * DAY)
        keep(plan, DUE + 5 * DAY)
        with pytest.raises(StaleNegotiation):
            bring_up_to_date(plan=stale, standing=standing_of_plan(stale), now=midnight_after(DUE + 5 * DAY))


class TestFigures:
    @pytest.mark.parametrize(("days", "state"), [(4, PlanState.AT_RISK), (5, PlanState.ACTIVE)])
    def test_that_are_old_harm_nobody(self, plan: Plan, days: int, state: PlanState) -> None:
        """Of the midnight that ends the third day of grace, read so many days later."""
        moment = midnight_after(DUE + 3 * DAY) + (days - 1) * DAY + timedelta(hours=9)
        assert keep(plan, DUE + 3 * DAY, now=moment).state == state

    def test_that_are_old_still_do_good(self, plan: Plan) -> None:
        keep(plan, DUE + 3 * DAY)
        pay(plan, DUE + 4 * DAY, "1000.00")
        assert keep(plan, DUE + 4 * DAY, now=midnight_after(DUE + 40 * DAY)).state == PlanState.ACTIVE

    def test_never_break_a_plan_for_days_they_do_not_cover(self, plan: Plan) -> None:
        late = midnight_after(DUE + 2 * DAY) + 2 * DAY
        assert keep(plan, DUE + 2 * DAY, now=late).state == PlanState.ACTIVE

    def test_of_an_account_that_left_the_deliveries_harm_nobody(self, plan: Plan) -> None:
        plan.account.left_feed_at = NOW
        plan.account.save()
        assert keep(plan, DUE + 3 * DAY).state == PlanState.ACTIVE

    def test_of_a_later_day_harm_nobody_but_in_a_demonstration(self, plan: Plan, settings: Any) -> None:
        plan = report(plan, DUE)
        assert are_newest(plan.account, now=NOW)
        settings.DEMONSTRATION = False
        assert not are_newest(plan.account, now=NOW)
        assert are_newest(plan.account, now=midnight_after(DUE))


class TestABrokenPlan:
    def test_may_be_made_up_from_the_day_the_notice_was_delivered(self, plan: Plan) -> None:
        delivered = DUE + 33 * DAY
        moved = told(broken(plan), delivered)
        assert moved.cure_until == delivered + 10 * DAY
        assert newest_event(plan).kind == "breach_notice_delivered"

    def test_counts_the_first_delivery_alone(self, plan: Plan) -> None:
        moved = told(broken(plan), DUE + 33 * DAY)
        assert told(moved, DUE + 40 * DAY).cure_until == DUE + 43 * DAY
        assert kinds(plan).count("breach_notice_delivered") == 1

    def test_does_not_count_the_notice_of_an_earlier_breach(self, plan: Plan) -> None:
        moved = broken(plan)
        with_old = {"broken_on": DUE, "day": DUE + 33 * DAY, "actor": SYSTEM, "now": NOW}
        assert not notice_delivered(reference=plan.agreement.reference, **with_old)
        assert fresh(moved).cure_until is None

    def test_goes_on_when_what_was_missed_is_made_up(self, plan: Plan) -> None:
        told(broken(plan), DUE + 31 * DAY)
        pay(plan, DUE + 41 * DAY, "2000.00")
        moved = keep(plan, DUE + 41 * DAY)
        assert (moved.state, moved.broken_on, moved.cure_until) == (PlanState.ACTIVE, None, None)
        assert newest_event(plan).data["from"] == "BREACHED"

    def test_goes_on_even_when_it_is_made_up_late_as_long_as_nobody_ended_it(self, plan: Plan) -> None:
        told(broken(plan), DUE + 31 * DAY)
        pay(plan, DUE + 50 * DAY, "2000.00")
        assert keep(plan, DUE + 50 * DAY).state == PlanState.ACTIVE

    def test_stays_broken_for_one_fen(self, plan: Plan) -> None:
        broken(plan)
        pay(plan, DUE + 41 * DAY, "999.99")
        assert keep(plan, DUE + 41 * DAY).state == PlanState.BREACHED

    def test_that_is_made_up_is_at_risk_at_once_where_another_was_missed_since(self, plan: Plan) -> None:
        broken(plan)
        pay(plan, DUE + 35 * DAY, "1000.00")
        assert keep(plan, DUE + 35 * DAY).state == PlanState.AT_RISK
        assert kinds(plan)[-2:] == ["plan_active", "plan_at_risk"]

    def test_is_ended_by_nobody_but_a_person(self, plan: Plan) -> None:
        told(broken(plan), DUE + 31 * DAY)
        assert keep(plan, DUE + 200 * DAY).state == PlanState.BREACHED

    def test_has_to_name_the_figures_that_broke_it(self, plan: Plan) -> None:
        with pytest.raises(IntegrityError, match="plan_breached_by_figures"), transaction.atomic():
            Plan.objects.update(state=PlanState.BREACHED)
        with pytest.raises(IntegrityError, match="plan_cured_after_breach"), transaction.atomic():
            Plan.objects.update(cure_until=DUE)


class TestEnding:
    def test_is_possible_when_the_days_for_making_up_are_over_by_the_figures(self, plan: Plan) -> None:
        told(broken(plan), DUE + 31 * DAY)
        before = keep(plan, DUE + 40 * DAY)
        assert not can_end(before, standing_of_plan(before))
        after = keep(plan, DUE + 41 * DAY)
        assert can_end(after, standing_of_plan(after))

    def test_is_not_possible_before_the_notice_was_delivered(self, plan: Plan) -> None:
        broken(plan)
        late = keep(plan, DUE + 90 * DAY)
        assert not can_end(late, standing_of_plan(late))

    def test_is_not_possible_where_all_was_made_up(self, plan: Plan) -> None:
        ending = told(broken(plan), DUE + 31 * DAY)
        pay(plan, DUE + 41 * DAY, "1000.00")
        ending = report(ending, DUE + 41 * DAY)
        with pytest.raises(PlanCannotEnd):
            end_plan(plan=ending, reviewer=make_reviewer(), reason="Over.", now=NOW)

    @pytest.mark.parametrize("is_senior", [False, True])
    def test_is_a_reviewers_decision_with_its_reason(self, plan: Plan, is_senior: bool) -> None:
        told(broken(plan), DUE + 31 * DAY)
        ending, reviewer = keep(plan, DUE + 41 * DAY), make_reviewer(senior=is_senior)
        end_plan(plan=ending, reviewer=reviewer, reason="  No answer to two letters.  ", now=midnight_after(DUE))
        ended, event = fresh(plan), newest_event(plan)
        assert (ended.state, ended.ended_at, event.actor_user) == (
            PlanState.TERMINATED,
            midnight_after(DUE),
            reviewer,
        )
        assert Note.objects.get(pk=event.data["note"]).text == "No answer to two letters."

    def test_needs_a_reason_a_role_and_somebody_elses_account(self, plan: Plan) -> None:
        told(broken(plan), DUE + 31 * DAY)
        ending = keep(plan, DUE + 41 * DAY)
        with pytest.raises(NothingSaid):
            end_plan(plan=ending, reviewer=make_reviewer(), reason=" ", now=NOW)
        outsider = make_reviewer()
        outsider.groups.clear()
        with pytest.raises(NotAuthorised):
            end_plan(plan=ending, reviewer=outsider, reason="Over.", now=NOW)
        owner = make_reviewer()
        holder = ending.account.cardholder
        holder.user = owner
        holder.save()
        with pytest.raises(OwnAccount):
            end_plan(plan=fresh(plan), reviewer=owner, reason="Over.", now=NOW)
        assert (fresh(plan).state, Note.objects.count()) == (PlanState.BREACHED, 0)

    def test_of_a_plan_that_never_began_waits_for_the_first_instalments_grace(self) -> None:
        plan = make_plan(down_payment=Decimal("3000.00"))
        early = keep(plan, DUE + 2 * DAY)
        assert not can_end(early, standing_of_plan(early))
        late = keep(plan, DUE + 3 * DAY)
        assert can_end(late, standing_of_plan(late))
        end_plan(plan=late, reviewer=make_reviewer(), reason="Nothing came.", now=NOW)
        assert fresh(plan).state == PlanState.TERMINATED

    def test_is_not_possible_while_a_plan_is_kept(self, plan: Plan) -> None:
        risky = keep(plan, DUE + 20 * DAY)
        assert not can_end(risky, standing_of_plan(risky))


class TestTheCardholder:
    def test_says_once_that_the_next_instalment_will_not_come(self, plan: Plan) -> None:
        holder = plan.account.cardholder
        for _ in range(2):
            announce_miss(cardholder=holder, reference=plan.agreement.reference, now=NOW)
        assert (fresh(plan).miss_announced, kinds(plan)) == (1, ["miss_announced"])
        assert newest_event(plan).actor_kind == ActorKind.CARDHOLDER
        pay(plan, DUE, "1000.00")
        announce_miss(cardholder=holder, reference=report(plan, DUE).agreement.reference, now=NOW)
        assert (fresh(plan).miss_announced, kinds(plan)) == (2, ["miss_announced"] * 2)

    def test_can_say_so_of_their_own_running_plan_alone(self, plan: Plan) -> None:
        with pytest.raises(plan.agreement.DoesNotExist):
            announce_miss(cardholder=make_cardholder(), reference=plan.agreement.reference, now=NOW)
        Plan.objects.update(state=PlanState.TERMINATED)
        with pytest.raises(PlanNotInForce):
            announce_miss(cardholder=plan.account.cardholder, reference=plan.agreement.reference, now=NOW)


class TestTheJob:
    def test_brings_every_plan_in_force_to_where_it_stands(self) -> None:
        plans = [make_plan(), make_plan()]
        for plan in plans:
            report(plan, DUE + 3 * DAY)
        bring_plans_up_to_date({}, now=midnight_after(DUE + 3 * DAY))
        assert {fresh(plan).state for plan in plans} == {PlanState.AT_RISK}

    def test_goes_on_past_a_plan_it_cannot_read_and_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plans = sorted((make_plan(), make_plan()), key=lambda plan: plan.pk)
        for plan in plans:
            report(plan, DUE + 3 * DAY)
        unreadable = plans[0].agreement.quote.reference
        whole = Quote.schedule.fget
        monkeypatch.setattr(
            Quote, "schedule", property(lambda quote: {}[1] if quote.reference == unreadable else whole(quote))
        )
        with pytest.raises(PlansLeftBehind):
            bring_plans_up_to_date({}, now=midnight_after(DUE + 3 * DAY))
        assert [fresh(plan).state for plan in plans] == [PlanState.ACTIVE, PlanState.AT_RISK]

    def test_works_in_batches_each_of_which_asks_for_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plan_keeping, "BATCH", 2)
        plans = [make_plan() for _ in range(5)]
        for plan in plans:
            report(plan, DUE + 3 * DAY)
        now, payload = midnight_after(DUE + 3 * DAY), {"run": "night"}
        for done in (2, 4, 5):
            bring_plans_up_to_date(payload, now=now)
            assert Plan.objects.filter(state=PlanState.AT_RISK).count() == done
            next_one = Job.objects.filter(kind=plan_keeping.KIND).order_by("-pk").first()
            payload = next_one.payload if next_one else {}
        assert Job.objects.filter(kind=plan_keeping.KIND).count() == 2

    def test_asks_few_questions_however_many_plans_there_are(self) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                bring_plans_up_to_date({}, now=midnight_after(DUE))
            return len(asked)

        first = report(make_plan(), DUE - DAY)
        bring_plans_up_to_date({}, now=midnight_after(DUE))
        alone = queries()
        for _ in range(3):
            report(make_plan(), DUE - DAY)
        bring_plans_up_to_date({}, now=midnight_after(DUE))
        assert fresh(first).figures_date == DUE - DAY
        assert queries() == alone + 3 * 2, "a transaction each, and nothing else"

    def test_comes_round_every_day(self) -> None:
        registry.load()
        assert registry.periodic()[plan_keeping.KIND] == DAY


class TestStandingsOfManyPlans:
    def test_are_those_of_each(self) -> None:
        for amount in ("1000.00", "1500.00"):
            pay(make_plan(), DUE, amount)
        plans = list(plans_in_force())
        found = standings_of(plans)
        assert {plan.pk: standing_of_plan(plan) for plan in plans} == found
        assert {standing.received for standing in found.values()} == {Decimal("1000.00"), Decimal("1500.00")}

    def test_leave_out_what_the_balance_of_each_had_seen(self) -> None:
        nothing = dict.fromkeys(("interest", "accrued_interest", "late_fee"), Decimal("0.00"))
        newer = make_account(purchase_principal=Decimal("30000.00"), as_of=midnight_after(DUE), **nothing)
        plans = [make_plan(), fresh(sign(agree(newer, now=NOW, **TERMS), now=NOW))]
        for plan in plans:
            pay(plan, DUE - DAY, "1000.00")
        found = standings_of(plans)
        assert [found[plan.pk].received for plan in plans] == [Decimal("1000.00"), 0]
