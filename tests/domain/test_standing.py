"""Where a plan stands: money goes to the oldest row, days are those of the agreement, and every fen is somewhere."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain.calendar import BusinessDays
from negotiation.domain.schedule import build_schedule
from negotiation.domain.standing import Payment, PlanRule, PlanStanding, RowState, due_move, settlement, standing_of
from negotiation.domain.terms import BusinessDayConvention, Frequency, PlanMethod, Schedule
from negotiation.domain.workflow import PlanAction, PlanState
from tests.domain.plans import drawn_terms, fen, plan_terms
from tests.domain.test_schedule import built

DAY = timedelta(days=1)
DUE = date(2027, 1, 25)
RULE = PlanRule()
CHARGED = PlanRule(late_daily_rate=Decimal("0.0005"))
RANK = [RowState.PAID, RowState.NOT_NEEDED, RowState.DUE_LATER, RowState.IN_GRACE, RowState.MISSED]


def plan(**terms) -> Schedule:
    """Twelve instalments of 1,000.00 on the 25th, the first in January 2027."""
    return build_schedule(plan_terms(**{"method": PlanMethod.INTEREST_FREE} | terms))


def stands(*paid, as_of, rule=RULE, **terms) -> PlanStanding:
    payments = [Payment(day, Decimal(amount)) for day, amount in paid]
    return standing_of(plan(**terms), payments, rule, as_of)


class TestARow:
    def test_is_due_until_midnight(self):
        assert stands(as_of=DUE - DAY).rows[0].state == RowState.DUE_LATER
        assert stands(as_of=DUE).rows[0].state == RowState.IN_GRACE

    def test_is_in_grace_until_the_figures_cover_its_last_day(self):
        last = DUE + 3 * DAY
        assert RULE.grace_until(DUE) == last
        assert stands(as_of=last - DAY).rows[0].state == RowState.IN_GRACE
        assert stands(as_of=last).rows[0].state == RowState.MISSED

    def test_that_was_paid_on_the_last_day_of_grace_was_on_time(self):
        paid = stands((DUE + 3 * DAY, "1000"), as_of=DUE + 40 * DAY, rule=CHARGED)
        assert (paid.rows[0].state, paid.rows[0].late_interest) == (RowState.PAID, 0)

    def test_has_no_grace_where_the_agreement_gives_none(self):
        assert stands(as_of=DUE, rule=PlanRule(grace_days=0)).rows[0].state == RowState.MISSED

    def test_keeps_what_was_paid_on_it_in_part_and_the_day(self):
        standing = stands((DUE, "300"), (DUE + DAY, "100.01"), as_of=DUE + DAY)
        row = standing.rows[0]
        assert (row.paid, row.left, row.paid_on) == (Decimal("400.01"), Decimal("599.99"), DUE + DAY)
        assert standing.behind == Decimal("599.99")

    def test_is_due_on_the_day_that_the_schedule_names_holiday_or_not(self):
        holiday = date(2027, 10, 1)
        calendar = BusinessDays.of([holiday + number * DAY for number in range(7)])
        shifted = build_schedule(
            plan_terms(
                method=PlanMethod.INTEREST_FREE,
                first_date=holiday,
                instalment_count=1,
                business_day_convention=BusinessDayConvention.FOLLOWING,
            ),
            calendar,
        )
        named = date(2027, 10, 8)
        assert shifted.rows[0].due_date == named
        assert standing_of(shifted, [], RULE, named - DAY).rows[0].state == RowState.DUE_LATER
        assert standing_of(shifted, [], RULE, named).rows[0].state == RowState.IN_GRACE
        unshifted = stands((holiday, "1000"), as_of=holiday, first_date=holiday)
        assert unshifted.rows[0].state == RowState.PAID


class TestAMissedRow:
    """As other systems for agreements about arrears count it: five days after the due date, or not; published cases."""

    FIRST, ON_TIME_FOR = date(2019, 11, 1), PlanRule(grace_days=4, missed_in_a_row=1)
    TWICE_50, MONTHLY_20, FORTNIGHTLY_20 = (50, 2, "MONTHLY"), (20, 5, "MONTHLY"), (20, 5, "FORTNIGHTLY")
    ONCE_100, TWICE_500 = (100, 1, "MONTHLY"), (500, 2, "MONTHLY")

    @pytest.mark.parametrize(
        ("agreed", "today", "owed", "missing"),
        [
            (TWICE_50, "2019-11-05", "100", "0"),
            (TWICE_50, "2019-11-06", "100", "50"),
            (MONTHLY_20, "2019-12-05", "80", "0"),
            (MONTHLY_20, "2019-12-06", "80", "20"),
            (MONTHLY_20, "2020-01-01", "60", "0"),
            (FORTNIGHTLY_20, "2019-11-19", "80", "0"),
            (FORTNIGHTLY_20, "2019-11-20", "80", "20"),
            (ONCE_100, "2019-11-05", "50", "0"),
            (ONCE_100, "2019-11-06", "50", "50"),
            (ONCE_100, "2019-11-06", "0", "0"),
            (TWICE_500, "2019-11-06", "500", "0"),
            (TWICE_500, "2020-04-01", "200.55", "200.55"),
        ],
    )
    def test_is_what_is_owed_beyond_what_may_be(self, agreed, today, owed, missing):
        amount, count, frequency = agreed
        terms = {"principal": Decimal(amount * count), "instalment_count": count, "frequency": Frequency(frequency)}
        paid = [(self.FIRST - DAY, terms["principal"] - Decimal(owed))]
        as_of = date.fromisoformat(today) - DAY
        given = {"rule": self.ON_TIME_FOR, "first_date": self.FIRST, "value_date": self.FIRST - 30 * DAY, **terms}
        standing = stands(*paid, as_of=as_of, **given)
        assert sum(row.left for row in standing.missed) == Decimal(missing)
        assert standing.is_broken is (Decimal(missing) > 0)
        assert bool(standing.settled_on) is (Decimal(owed) == 0)


class TestMoney:
    def test_goes_to_the_down_payment_first_then_to_the_oldest_row(self):
        standing = stands((DUE, "1500"), as_of=DUE, down_payment=Decimal("600.00"), principal=Decimal("12600.00"))
        assert standing.is_down_payment_received
        assert [row.paid for row in standing.rows[:2]] == [Decimal("900.00"), 0]
        assert standing.paid_count == 0

    def test_below_the_down_payment_leaves_it_open(self):
        standing = stands((DUE, "599.99"), as_of=DUE, down_payment=Decimal("600.00"))
        assert not standing.is_down_payment_received
        assert standing.down_payment.left == Decimal("0.01")

    def test_that_is_too_much_is_a_credit(self):
        standing = stands((DUE, "12000.50"), as_of=DUE)
        assert (standing.settled_on, standing.credit) == (DUE, Decimal("0.50"))

    def test_that_was_returned_was_never_paid(self):
        standing = stands((DUE, "1000"), (DUE, "-1000"), as_of=DUE + 3 * DAY)
        assert standing == stands(as_of=DUE + 3 * DAY)
        assert standing.rows[0].state == RowState.MISSED

    def test_cannot_be_less_than_nothing_on_a_day(self):
        standing = stands((DUE, "1000"), (DUE, "-1500"), (DUE + DAY, "700"), as_of=DUE + DAY)
        assert (standing.received, standing.rows[0].paid) == (Decimal("700.00"), Decimal("700.00"))

    def test_names_the_next_row_that_asks_for_some(self):
        standing = stands((DUE, "1200"), as_of=DUE)
        assert standing.next_row
        assert (standing.next_row.seq, standing.next_row.left) == (2, Decimal("800.00"))


class TestABrokenPlan:
    @pytest.mark.parametrize(("days", "broken"), [(29, False), (30, True)])
    def test_has_one_instalment_more_than_thirty_days_late(self, days, broken):
        """Unpaid when the thirtieth day after the due date ends, it is on its thirty-first day."""
        quarterly = plan(instalment_count=2, first_date=DUE)
        only_one_late = PlanRule(missed_in_a_row=3)
        assert standing_of(quarterly, [], only_one_late, DUE + days * DAY).is_broken is broken

    def test_is_not_one_whose_instalment_came_on_the_thirtieth_day(self):
        assert not stands((DUE + 30 * DAY, "1000"), as_of=DUE + 30 * DAY).is_broken

    def test_has_two_in_a_row_missed_after_the_grace_of_the_second(self):
        weekly = {"frequency": Frequency.WEEKLY}
        second = DUE + 7 * DAY
        assert not stands(as_of=second + 2 * DAY, **weekly).is_broken
        assert stands(as_of=second + 3 * DAY, **weekly).is_broken
        assert not stands((second, "1000"), as_of=second + 3 * DAY, **weekly).is_broken

    def test_is_made_up_when_what_was_missed_is_paid_whatever_was_missed_since(self):
        weekly = {"frequency": Frequency.WEEKLY}
        broken_on = DUE + 10 * DAY
        later = broken_on + 14 * DAY
        assert [row.seq for row in stands(as_of=later, **weekly).missing_since(broken_on)] == [1, 2]
        half = stands((broken_on, "1999.99"), as_of=later, **weekly)
        assert [row.seq for row in half.missing_since(broken_on)] == [2]
        whole = stands((broken_on, "2000"), as_of=later, **weekly)
        assert whole.missing_since(broken_on) == ()
        assert whole.is_broken, "the third and the fourth were missed since"

    def test_does_not_ask_to_make_up_what_was_still_in_grace_when_it_broke(self):
        weekly, rule, broken_on = {"frequency": Frequency.WEEKLY}, PlanRule(late_days=8), DUE + 8 * DAY
        paid = stands((broken_on, "1000"), as_of=DUE + 12 * DAY, rule=rule, **weekly)
        assert [row.seq for row in paid.missed] == [2]
        assert paid.missing_since(broken_on) == ()

    def test_may_be_made_up_until_so_many_days_after_the_notice(self):
        assert RULE.cure_until(date(2027, 2, 19)) == date(2027, 3, 1)


class TestLateInterest:
    def test_runs_from_the_due_date_to_the_payment_on_unpaid_principal(self):
        """Vector OI1: 833.33 for twelve days at 0.05 % is 5.00."""
        terms = {"principal": Decimal("833.33"), "instalment_count": 1}
        standing = stands((DUE + 12 * DAY, "833.33"), as_of=DUE + 12 * DAY, rule=CHARGED, **terms)
        assert standing.late_interest == Decimal("5.00")
        assert standing.settled_on is None, "the five yuan are still owed"

    def test_is_what_money_beyond_the_rows_pays(self):
        terms = {"principal": Decimal("833.33"), "instalment_count": 1}
        paid = (DUE + 12 * DAY, "838.33")
        assert stands(paid, as_of=DUE + 12 * DAY, rule=CHARGED, **terms).settled_on == DUE + 12 * DAY

    def test_does_not_run_within_grace(self):
        assert stands(as_of=DUE + 2 * DAY, rule=CHARGED).late_interest == 0
        assert stands(as_of=DUE + 3 * DAY, rule=CHARGED).late_interest == Decimal("2.00")

    def test_falls_with_what_was_paid_in_part_interest_of_the_row_first(self):
        """Principal 1,000.00 and interest 120.00: 220.00 on the due date leave 900.00, 400.00 ten days later 500.00."""
        schedule = build_schedule(plan_terms())
        paid = [Payment(DUE, Decimal("220.00")), Payment(DUE + 10 * DAY, Decimal("400.00"))]
        standing = standing_of(schedule, paid, CHARGED, DUE + 19 * DAY)
        assert standing.rows[0].late_interest == Decimal("7.00")

    def test_is_not_charged_on_a_row_that_is_not_late(self):
        assert [row.late_interest for row in stands(as_of=DUE + 5 * DAY, rule=CHARGED).rows[1:]] == [0] * 11


class TestSettling:
    def test_early_takes_principal_and_interest_to_the_day(self):
        """Vector PO1: after three rows, 7,610.80 and 40.03 for sixteen days."""
        schedule = build_schedule(plan_terms(method=PlanMethod.EQUAL_INSTALMENT, principal=Decimal("10000.00")))
        paid = [Payment(row.due_date, row.payment) for row in schedule.rows[:3]]
        figure = settlement(schedule, paid, RULE, date(2027, 4, 10))
        assert (figure.principal, figure.interest, figure.unpaid_fallen_due) == (
            Decimal("7610.80"),
            Decimal("40.03"),
            0,
        )
        assert figure.amount == Decimal("7650.83")
        last = [*paid, Payment(date(2027, 4, 10), Decimal("7650.83"))]
        standing = standing_of(schedule, last, RULE, date(2027, 4, 10))
        assert (standing.settled_on, standing.credit, standing.behind) == (date(2027, 4, 10), 0, 0)
        assert {row.state for row in standing.rows} == {RowState.PAID, RowState.NOT_NEEDED}
        short = [*paid, Payment(date(2027, 4, 10), Decimal("7650.82"))]
        assert standing_of(schedule, short, RULE, date(2027, 4, 10)).settled_on is None

    def test_takes_what_fell_due_and_counts_what_was_paid_ahead(self):
        flat = {"method": PlanMethod.FLAT_FEE, "fee_rate": Decimal("0.006")}
        figure = settlement(plan(**flat), [], RULE, DUE)
        assert (figure.unpaid_fallen_due, figure.principal, figure.interest) == (
            Decimal("1072.00"),
            Decimal("11000.00"),
            0,
        )
        ahead = settlement(plan(**flat), [Payment(DUE, Decimal("2000.00"))], RULE, DUE)
        assert (ahead.paid_ahead, ahead.amount) == (Decimal("928.00"), Decimal("10072.00"))

    def test_before_the_day_from_which_interest_runs_costs_none(self):
        figure = settlement(build_schedule(plan_terms()), [], RULE, plan_terms().value_date - DAY)
        assert (figure.amount, figure.interest) == (Decimal("12000.00"), 0)

    def test_on_the_last_day_of_grace_costs_nothing_for_lateness(self):
        assert settlement(plan(), [], CHARGED, DUE + 3 * DAY).late_interest == 0
        assert settlement(plan(), [], CHARGED, DUE + 4 * DAY).late_interest == Decimal("2.00")


@st.composite
def lived(draw):
    """A plan, what was paid on it in any order, and the last day of the figures."""
    terms = draw(drawn_terms())
    schedule = built(terms)
    days = st.integers(-5, 120).map(lambda number: terms.first_date + number * DAY)
    amounts = fen(1, int(schedule.total_payment * 100))
    payments = draw(st.lists(st.builds(Payment, days, amounts), max_size=6))
    rule = PlanRule(late_daily_rate=draw(st.sampled_from([Decimal(0), Decimal("0.0005")])))
    return schedule, payments, rule, draw(days)


class TestAnyPlan:
    @given(lived())
    def test_puts_every_fen_somewhere_and_never_more_on_a_row_than_it_asks(self, case):
        schedule, payments, rule, as_of = case
        standing = standing_of(schedule, payments, rule, as_of)
        received = sum((payment.amount for payment in payments), Decimal(0))
        asked = schedule.terms.down_payment + schedule.total_payment
        assert standing.received == received
        assert standing.paid == min(received, asked)
        assert all(0 <= row.paid <= row.amount for row in (standing.down_payment, *standing.rows))
        assert (standing.settled_on is None) or (0 <= standing.credit <= received)

    @given(lived(), st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_payments(self, case, random):
        schedule, payments, rule, as_of = case
        shuffled = random.sample(payments, len(payments))
        assert standing_of(schedule, shuffled, rule, as_of) == standing_of(schedule, payments, rule, as_of)

    @given(lived(), st.data())
    def test_is_never_worse_for_one_more_payment(self, case, data):
        schedule, payments, rule, as_of = case
        more = data.draw(st.builds(Payment, st.sampled_from([as_of, schedule.terms.first_date]), fen(1, 10_000_00)))
        before = standing_of(schedule, payments, rule, as_of)
        after = standing_of(schedule, [*payments, more], rule, as_of)
        for old, new in zip(before.rows, after.rows, strict=True):
            assert RANK.index(new.state) <= max(RANK.index(old.state), 1)
            assert new.late_interest <= old.late_interest
        assert after.behind <= before.behind
        assert not (after.is_broken and not before.is_broken)
        assert after.settled_on is not None or before.settled_on is None

    @given(lived())
    def test_only_gets_later_as_days_pass_without_money(self, case):
        schedule, payments, rule, as_of = case
        today, tomorrow = (standing_of(schedule, payments, rule, day) for day in (as_of, as_of + DAY))
        for old, new in zip(today.rows, tomorrow.rows, strict=True):
            assert RANK.index(new.state) >= RANK.index(old.state)
            assert (new.paid, new.paid_on) == (old.paid, old.paid_on)
        assert tomorrow.behind >= today.behind

    @given(lived())
    def test_settled_by_its_figure_of_the_day_is_settled_that_day(self, case):
        schedule, payments, rule, as_of = case
        figure = settlement(schedule, payments, rule, as_of)
        earlier = [payment for payment in payments if payment.day <= as_of]
        if figure.amount:
            paid = standing_of(schedule, [*earlier, Payment(as_of, figure.amount)], rule, as_of)
            assert (paid.settled_on, paid.credit) == (as_of, 0)
            short = [*earlier, Payment(as_of, figure.amount - Decimal("0.01"))]
            assert standing_of(schedule, short, rule, as_of).settled_on is None


class TestTheLastDayToKeepAPlan:
    def test_is_the_thirtieth_or_the_end_of_the_second_ones_grace(self):
        assert stands(as_of=DUE).keep_until is None
        assert stands(as_of=DUE + 5 * DAY).keep_until == DUE + 30 * DAY
        weekly = {"frequency": Frequency.WEEKLY}
        assert stands(as_of=DUE + 5 * DAY, **weekly).keep_until == DUE + 10 * DAY

    @given(lived())
    def test_is_the_last_on_which_the_plan_is_not_broken(self, case):
        schedule, payments, rule, as_of = case
        standing = standing_of(schedule, payments, rule, as_of)
        until = standing.keep_until
        if until:
            received = [payment for payment in payments if payment.day <= as_of]
            assert standing_of(schedule, received, rule, max(until, as_of)).is_broken
            if as_of < until:
                assert not standing_of(schedule, payments, rule, until - DAY).is_broken


class TestTheMoveThatIsDue:
    BROKEN = DUE + 31 * DAY

    @pytest.mark.parametrize(
        ("state", "paid", "days", "move"),
        [
            ("PENDING_DOWN_PAYMENT", "99.99", 0, None),
            ("PENDING_DOWN_PAYMENT", "100", 0, "RECEIVE_DOWN_PAYMENT"),
            ("PENDING_DOWN_PAYMENT", "0.01", 90, None),
            ("ACTIVE", "100", 2, None),
            ("ACTIVE", "100", 3, "MISS"),
            ("ACTIVE", "12000", 3, "COMPLETE"),
            ("AT_RISK", "1091.65", 29, None),
            ("AT_RISK", "1091.65", 30, "BREACH"),
            ("AT_RISK", "1091.65", 33, "BREACH"),
            ("AT_RISK", "1091.66", 29, "CATCH_UP"),
            ("AT_RISK", "12000", 29, "COMPLETE"),
            ("BREACHED", "1090", 40, None),
            ("BREACHED", "2100", 40, "CURE"),
            ("BREACHED", "12000", 40, "COMPLETE"),
            ("TERMINATED", "0.01", 40, None),
            ("TERMINATED", "12000", 40, None),
            ("COMPLETED", "12000", 40, None),
        ],
    )
    def test_follows_from_the_figures(self, state, paid, days, move):
        standing = stands((DUE, paid), as_of=DUE + days * DAY, down_payment=Decimal("100.00"))
        asked = due_move(PlanState(state), standing, broken_on=self.BROKEN, may_worsen=True)
        assert asked == (PlanAction(move) if move else None)

    @pytest.mark.parametrize(("state", "paid"), [("ACTIVE", "100"), ("AT_RISK", "100")])
    def test_is_none_to_the_cardholders_harm_on_old_figures(self, state, paid):
        standing = stands((DUE, paid), as_of=DUE + 40 * DAY, down_payment=Decimal("100.00"))
        assert due_move(PlanState(state), standing, broken_on=None, may_worsen=False) is None

    @pytest.mark.parametrize(
        ("state", "paid", "move"),
        [("AT_RISK", "4000", "CATCH_UP"), ("BREACHED", "4000", "CURE"), ("ACTIVE", "12000", "COMPLETE")],
    )
    def test_is_made_in_the_cardholders_favour_on_any_figures(self, state, paid, move):
        standing = stands((DUE, paid), as_of=DUE + 40 * DAY, down_payment=Decimal("100.00"))
        asked = due_move(PlanState(state), standing, broken_on=self.BROKEN, may_worsen=False)
        assert asked == PlanAction(move)
