from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain import arrears
from negotiation.domain.accrual import Segment, annual_rate_of, compounded, daily_rate_of, exact_interest, interest
from negotiation.domain.bad_input import AmountNotPositive, NotARate, RateAboveOne, SpanNotPositive
from negotiation.domain.waiver import WaivedComponentUnknown, waive
from tests.domain.plans import fen

DAILY = Decimal("0.0005")
APRIL = date(2026, 4, 1)


class TestInterest:
    def test_counts_the_first_day_and_not_the_last(self):
        assert interest([Segment(Decimal("10000.00"), APRIL, date(2026, 5, 1))], DAILY) == Decimal("150.00")

    def test_rounds_the_sum_once(self):
        halves = [Segment(Decimal("10.00"), APRIL, date(2026, 4, 2))] * 2
        assert (interest(halves, DAILY), exact_interest(halves, DAILY)) == (Decimal("0.01"), Decimal("0.01"))
        assert sum(interest([half], DAILY) for half in halves) == Decimal("0.02")

    @pytest.mark.parametrize(("basis", "expected"), [(360, "155.00"), (365, "152.88")])
    def test_keeps_enough_digits_of_a_yearly_rate(self, basis, expected):
        span = [Segment(Decimal("10000.00"), date(2026, 5, 5), date(2026, 6, 5))]
        assert interest(span, daily_rate_of(Decimal("0.18"), basis)) == Decimal(expected)

    def test_converts_rates(self):
        assert annual_rate_of(DAILY) == Decimal("0.1825")
        assert f"{compounded(Decimal('0.1825') / 12, 12) * 100:.4f}" == "19.8566"
        assert f"{compounded(DAILY, 365) * 100:.4f}" == "20.0159"

    def test_refuses_days_that_run_backwards_and_bad_rates(self):
        with pytest.raises(SpanNotPositive):
            interest([Segment(Decimal(1), date(2026, 5, 1), APRIL)], DAILY)
        with pytest.raises(NotARate):
            interest([], Decimal("NaN"))
        with pytest.raises(SpanNotPositive):
            daily_rate_of(Decimal("0.18"), 0)


class TestMinimumPayment:
    def test_adds_a_share_of_principal_and_all_of_the_rest(self):
        given_ = {
            "principal": Decimal(10000),
            "instalment_due": Decimal(1072),
            "fees": Decimal(50),
            "interest": Decimal("123.45"),
            "previous_unpaid_minimum": Decimal(700),
        }
        for share, expected in (("0.10", "2945.45"), ("0.05", "2445.45")):
            rule = arrears.MinimumPaymentRule(share=Decimal(share))
            assert arrears.minimum_payment(rule, **given_) == Decimal(expected)

    def test_is_never_more_than_is_owed(self):
        rule = arrears.MinimumPaymentRule(share=Decimal("0.05"), floor=Decimal("200.00"))
        assert arrears.minimum_payment(rule, principal=Decimal(120)) == Decimal("120.00")

    @given(fen(0, 10**9), fen(0, 10**6), fen(0, 10**4))
    def test_lies_between_nothing_and_all(self, principal, charges, floor):
        rule = arrears.MinimumPaymentRule(floor=floor)
        minimum = arrears.minimum_payment(rule, principal=principal, interest=charges)
        assert min(charges, principal + charges) <= minimum <= principal + charges


class TestLateFee:
    RULE = arrears.LateFeeRule(tolerance=Decimal("10.00"), cap=Decimal("500.00"))

    @pytest.mark.parametrize(
        ("minimum", "paid", "fee"),
        [
            ("1000", "991", "0"),
            ("1000", "989.99", "10"),
            ("1000", "300", "35"),
            ("20000", "0", "500"),
            ("1000", "1200", "0"),
        ],
    )
    def test_keeps_to_tolerance_floor_and_cap(self, minimum, paid, fee):
        assert arrears.late_fee(self.RULE, minimum=Decimal(minimum), paid=Decimal(paid)) == Decimal(fee)


class TestDaysPastDue:
    DUE = date(2026, 4, 25)

    def test_start_at_the_due_date_once_the_grace_is_over(self):
        days = [arrears.days_past_due(self.DUE, date(2026, 4, day), 3) for day in (25, 28, 29)]
        assert days == [0, 0, 4]
        assert arrears.days_past_due(None, self.DUE) == 0

    @pytest.mark.parametrize(
        ("dpd", "bucket", "least", "status"),
        [
            (0, "M0", "NORMAL", "N"),
            (30, "M1", "SPECIAL_MENTION", "1"),
            (31, "M2", "SPECIAL_MENTION", "2"),
            (90, "M3", "SPECIAL_MENTION", "3"),
            (91, "M4", "SUBSTANDARD", "4"),
            (180, "M6", "SUBSTANDARD", "6"),
            (181, "M7+", "SUBSTANDARD", "7"),
            (271, "M7+", "DOUBTFUL", "7"),
            (361, "M7+", "LOSS", "7"),
        ],
    )
    def test_decide_bucket_class_and_status(self, dpd, bucket, least, status):
        assert (arrears.bucket(dpd), arrears.risk_class(dpd), arrears.credit_report_status(dpd)) == (
            bucket,
            least,
            status,
        )

    def test_may_be_counted_in_cycles(self):
        assert [arrears.bucket_of_cycles(missed) for missed in (0, 3, 6, 7)] == ["M0", "M3", "M6", "M7+"]


class TestCeiling:
    def test_lets_exactly_the_ceiling_pass(self):
        principal = Decimal("10000.00")
        assert not arrears.check_ceiling(Decimal("2400.00"), principal, 365).exceeds
        above = arrears.check_ceiling(Decimal("2400.01"), principal, 365)
        assert (above.exceeds, above.excess) == (True, Decimal("0.01"))

    def test_refuses_no_days_and_no_principal(self):
        with pytest.raises(SpanNotPositive):
            arrears.check_ceiling(Decimal(1), Decimal(1), 0)
        with pytest.raises(AmountNotPositive):
            arrears.check_ceiling(Decimal(1), Decimal(0), 1)


class TestWaive:
    @given(st.dictionaries(st.sampled_from(["interest", "late_fee"]), fen(0, 10**8)), st.decimals(0, 1, places=4))
    def test_loses_nothing(self, balances, share):
        debt = waive(balances, dict.fromkeys(balances, share))
        assert debt.waived_total + debt.restructured_total == sum(balances.values())
        assert all(line.waived >= 0 and line.kept >= 0 for line in debt.lines.values())

    def test_may_give_up_all_of_a_component(self):
        assert waive({"late_fee": Decimal("1234.57")}, {"late_fee": Decimal(1)}).restructured_total == 0

    def test_refuses_more_than_all_and_what_is_not_owed(self):
        with pytest.raises(RateAboveOne):
            waive({"interest": Decimal(1)}, {"interest": Decimal("1.01")})
        with pytest.raises(WaivedComponentUnknown):
            waive({"interest": Decimal(1)}, {"late_fee": Decimal("0.5")})
