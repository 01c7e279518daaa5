"""Input that no schedule can be computed from: each its own name, with the value that offends."""

from datetime import date
from decimal import Decimal

import pytest

from negotiation.domain import bad_input
from negotiation.domain.schedule import build_schedule
from negotiation.domain.terms import Frequency, InterestMode, PlanMethod, Step
from tests.domain.plans import plan_terms

NAN, INFINITE = Decimal("NaN"), Decimal("Infinity")
REFUSED = [
    ({"principal": Decimal(0)}, bad_input.AmountNotPositive, Decimal(0)),
    ({"principal": Decimal(-5)}, bad_input.AmountNotPositive, Decimal(-5)),
    ({"principal": NAN}, bad_input.NotAnAmount, NAN),
    ({"principal": INFINITE}, bad_input.NotAnAmount, INFINITE),
    ({"principal": 100.0}, bad_input.NotAnAmount, 100.0),
    ({"principal": Decimal("100.001")}, bad_input.NotAnAmount, Decimal("100.001")),
    ({"principal": Decimal("1E+12")}, bad_input.AmountTooLarge, Decimal("1E+12")),
    ({"principal": Decimal("0.11")}, bad_input.TooLittleToSplit, Decimal("0.11")),
    ({"down_payment": Decimal("-1.00")}, bad_input.AmountNotPositive, Decimal("-1.00")),
    ({"down_payment": Decimal("12000.00")}, bad_input.DownPaymentTooLarge, Decimal("12000.00")),
    ({"annual_rate": Decimal("1.01")}, bad_input.RateAboveOne, Decimal("1.01")),
    ({"annual_rate": Decimal("-0.01")}, bad_input.NotARate, Decimal("-0.01")),
    ({"annual_rate": NAN}, bad_input.NotARate, NAN),
    ({"annual_rate": INFINITE}, bad_input.NotARate, INFINITE),
    ({"annual_rate": 0.12}, bad_input.NotARate, 0.12),
    ({"interest_mode": InterestMode.DAILY_ACTUAL}, bad_input.DailyRateMissing, None),
    (
        {"interest_mode": InterestMode.DAILY_ACTUAL, "daily_rate": Decimal("0.01")},
        bad_input.RateAboveOne,
        Decimal("3.65"),
    ),
    ({"fee_rate": Decimal("0.01")}, bad_input.RateNotUsed, Decimal("0.01")),
    ({"method": PlanMethod.INTEREST_FREE, "annual_rate": Decimal("0.1")}, bad_input.RateNotUsed, Decimal("0.1")),
    ({"method": PlanMethod.FLAT_FEE, "annual_rate": Decimal("0.1")}, bad_input.RateNotUsed, Decimal("0.1")),
    ({"method": PlanMethod.FLAT_FEE, "fee_rate": Decimal(2)}, bad_input.RateAboveOne, Decimal(2)),
    ({"instalment_count": 0}, bad_input.NoInstalments, 0),
    ({"instalment_count": -1}, bad_input.NoInstalments, -1),
    ({"instalment_count": 2.5}, bad_input.NoInstalments, 2.5),
    ({"instalment_count": True}, bad_input.NoInstalments, True),
    ({"instalment_count": 61}, bad_input.TooManyInstalments, 61),
    ({"instalment_count": 262, "frequency": Frequency.WEEKLY}, bad_input.TooManyInstalments, 262),
    ({"instalment_count": 132, "frequency": Frequency.FORTNIGHTLY}, bad_input.TooManyInstalments, 132),
    ({"first_date": date(2026, 12, 24)}, bad_input.FirstDateInThePast, date(2026, 12, 24)),
    ({"first_date": date(2031, 12, 26)}, bad_input.FirstDateTooFar, date(2031, 12, 26)),
    ({"anchor_day": 31}, bad_input.AnchorDoesNotMatch, 31),
    ({"anchor_day": 32}, bad_input.AnchorDoesNotMatch, 32),
    ({"steps": (Step(12, Decimal("1.00")),)}, bad_input.StepsDoNotMatch, (Step(12, Decimal("1.00")),)),
    ({"method": PlanMethod.STEP}, bad_input.StepsDoNotMatch, ()),
    (
        {"method": PlanMethod.STEP, "steps": (Step(0, Decimal("1.00")),)},
        bad_input.StepsDoNotMatch,
        Step(0, Decimal("1.00")),
    ),
    (
        {"method": PlanMethod.STEP, "steps": (Step(12, Decimal("119.99")),)},
        bad_input.PaymentBelowInterest,
        Decimal("119.99"),
    ),
    (
        {"method": PlanMethod.STEP, "steps": (Step(12, Decimal("2000.00")),)},
        bad_input.StepsPayOffEarly,
        Decimal("2000.00"),
    ),
    ({"method": PlanMethod.STEP, "steps": (Step(12, NAN),)}, bad_input.NotAnAmount, NAN),
    ({"balloon": Decimal("1.00")}, bad_input.BalloonDoesNotFit, Decimal("1.00")),
    ({"method": PlanMethod.BALLOON}, bad_input.BalloonDoesNotFit, None),
    ({"method": PlanMethod.BALLOON, "balloon": Decimal("11999.90")}, bad_input.BalloonDoesNotFit, Decimal("11999.90")),
    ({"method": PlanMethod.BALLOON, "balloon": Decimal("0.00")}, bad_input.AmountNotPositive, Decimal("0.00")),
    ({"interest_only_count": 1}, bad_input.InterestOnlyDoesNotFit, 1),
    ({"method": PlanMethod.INTEREST_ONLY_THEN_LEVEL, "interest_only_count": 12}, bad_input.InterestOnlyDoesNotFit, 12),
    (
        {"method": PlanMethod.INTEREST_ONLY_THEN_LEVEL, "interest_only_count": 2, "annual_rate": Decimal(0)},
        bad_input.InterestOnlyDoesNotFit,
        2,
    ),
    (
        {
            "method": PlanMethod.EQUAL_INSTALMENT,
            "principal": Decimal("0.90"),
            "instalment_count": 60,
            "annual_rate": Decimal(0),
        },
        bad_input.TooLittleToSplit,
        Decimal("0.90"),
    ),
    (
        {
            "method": PlanMethod.EQUAL_INSTALMENT,
            "principal": Decimal("0.06"),
            "instalment_count": 4,
            "annual_rate": Decimal(0),
        },
        bad_input.TooLittleToSplit,
        Decimal("0.06"),
    ),
    (
        {
            "method": PlanMethod.STEP,
            "instalment_count": 13,
            "annual_rate": Decimal(0),
            "steps": (Step(13, Decimal("1000.00")),),
        },
        bad_input.StepsPayOffEarly,
        Decimal("1000.00"),
    ),
]


class TestBuildSchedule:
    @pytest.mark.parametrize(("change", "refusal", "value"), REFUSED)
    def test_refuses_by_name_with_the_value(self, change, refusal, value):
        with pytest.raises(bad_input.BadInput) as caught:
            build_schedule(plan_terms(**change))
        assert type(caught.value) is refusal
        assert repr(caught.value.value) == repr(value)
        assert refusal.says in str(caught.value)

    def test_accepts_a_rate_of_one_and_a_first_date_on_the_day_of_the_agreement(self):
        terms = plan_terms(annual_rate=Decimal(1), first_date=date(2026, 12, 25))
        assert len(build_schedule(terms).rows) == 12
