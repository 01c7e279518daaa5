from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.domain.arrears import LateFeeRule
from negotiation.domain.bad_input import AmountNotPositive, NoSuchDate
from negotiation.domain.statement_run import (
    CardRules,
    Compounding,
    InterestBase,
    LateFeeBase,
    Payment,
    Posting,
    next_day_of_month,
    run_statements,
)
from negotiation.domain.terms import Component
from tests.domain.plans import fen

MARCH = date(2026, 3, 10)
PURCHASE, CASH = Component.PURCHASE_PRINCIPAL, Component.CASH_PRINCIPAL


def rules(**overrides):
    return CardRules(**({"statement_day": 5, "due_day": 25, "daily_rate": Decimal("0.0005")} | overrides))


def run(payments=(), until=date(2026, 11, 23), postings=None, **overrides):
    postings = postings or [Posting(MARCH, PURCHASE, Decimal("30000.00"))]
    return run_statements(
        rules(**overrides), postings, [Payment(day, Decimal(amount)) for day, amount in payments], until
    )


DAYS = st.integers(0, 300).map(lambda days: date(2026, 1, 1) + timedelta(days=days))
POSTED = st.sampled_from([PURCHASE, CASH, Component.INSTALMENT_PRINCIPAL, Component.OTHER_FEE])
CONTRACTS = st.builds(
    rules,
    statement_day=st.integers(1, 31),
    due_day=st.integers(1, 31),
    late_fee_base=st.sampled_from(tuple(LateFeeBase)),
    compounding=st.sampled_from(tuple(Compounding)),
    interest_base=st.sampled_from(tuple(InterestBase)),
    grace_days=st.integers(0, 3),
    tolerance=fen(0, 1000),
)


class TestRunStatements:
    @given(
        CONTRACTS,
        st.lists(st.builds(Posting, DAYS, POSTED, fen(1, 5_000_000)), min_size=1, max_size=6),
        st.lists(st.builds(Payment, DAYS, fen(1, 5_000_000)), max_size=6),
    )
    @settings(max_examples=200)
    def test_makes_and_loses_no_fen(self, contract, postings, payments):
        end = date(2026, 12, 31)
        account = run_statements(contract, postings, payments, end)
        charged = sum(statement.interest + statement.late_fee for statement in account.statements)
        moved = sum(posting.amount for posting in postings) - sum(payment.amount for payment in payments)
        assert sum(account.balances.values()) - account.credit == moved + charged
        assert all(balance >= 0 for statement in account.statements for balance in statement.balances.values())
        assert all(0 <= statement.minimum_payment <= statement.total for statement in account.statements)
        assert account.accrued >= 0
        assert account.total_due == 0 or account.credit == 0

    def test_compounds_interest_and_never_fees(self):
        account = run(compounding=Compounding.MONTHLY, late_fee_base=LateFeeBase.CUMULATIVE_MINIMUM)
        assert [statement.interest for statement in account.statements[2:5]] == [
            Decimal("478.02"),
            Decimal("469.77"),
            Decimal("492.71"),
        ]
        assert account.charges_total == Decimal("8618.69")

    def test_charges_nothing_on_a_statement_paid_in_full(self):
        account = run([(date(2026, 4, 25), "30000.00")])
        assert account.charges_total == 0
        assert account.days_past_due == 0

    def test_takes_a_statement_paid_but_for_the_tolerance_as_paid(self):
        payment, until = [(date(2026, 4, 25), "29990.00")], date(2026, 5, 5)
        assert run(payment, until, tolerance=Decimal("10.00")).statements[1].interest == 0
        assert run(payment, until, tolerance=Decimal("9.99")).statements[1].interest == Decimal("690.05")

    def test_takes_the_last_day_of_grace_as_in_time(self):
        assert run([(date(2026, 4, 28), "30000.00")], grace_days=3).charges_total == 0
        assert run([(date(2026, 4, 29), "30000.00")], grace_days=3).charges_total > 0

    def test_bears_interest_on_cash_from_the_first_day(self):
        first = run(postings=[Posting(MARCH, CASH, Decimal("1000.00"))], until=date(2026, 4, 5)).statements[0]
        assert first.interest == Decimal("13.00")

    @pytest.mark.parametrize(("base", "interest"), [("RUNNING_BALANCE", "135.00"), ("UNPAID_PART", "18.00")])
    def test_shows_the_dispute_about_the_whole_balance(self, base, interest):
        posted = [Posting(date(2026, 3, 30), PURCHASE, Decimal("10000.00"))]
        account = run([(date(2026, 4, 25), "9000.00")], date(2026, 5, 5), posted, interest_base=InterestBase(base))
        assert account.statements[1].interest == Decimal(interest)

    def test_explains_interest_by_its_segments(self):
        posted = [Posting(date(2026, 3, 30), PURCHASE, Decimal("10000.00"))]
        statement = run([(date(2026, 4, 25), "1000.00")], date(2026, 5, 5), posted).statements[1]
        assert [(segment.base, segment.days) for segment in statement.segments] == [(10000, 26), (9000, 10)]
        assert statement.interest == Decimal("175.00")

    def test_takes_interest_first_to_ninety_days_and_principal_after(self):
        early = run([(date(2026, 6, 10), "1000.00")])
        late = run([(date(2026, 8, 10), "1000.00")])
        assert early.balances[PURCHASE] == Decimal("30000.00")
        assert late.balances[PURCHASE] == Decimal("29000.00")

    def test_orders_a_payment_by_the_days_before_it_came(self):
        catching_up = run([(date(2026, 8, 10), "20000.00")], date(2026, 8, 11))
        assert catching_up.days_past_due == 0
        assert catching_up.balances[PURCHASE] == Decimal("10000.00")

    def test_counts_days_from_the_oldest_unpaid_minimum(self):
        assert run().days_past_due == 212
        assert run([(date(2026, 5, 20), "3000.00")]).days_past_due == 182

    def test_keeps_what_is_paid_too_much_for_later(self):
        posted = [Posting(MARCH, PURCHASE, Decimal("100.00")), Posting(date(2026, 5, 1), PURCHASE, Decimal("50.00"))]
        account = run([(date(2026, 4, 10), "180.00")], postings=posted)
        assert (account.credit, account.total_due) == (Decimal("30.00"), Decimal("0.00"))

    def test_charges_no_late_fee_within_tolerance(self):
        lenient = LateFeeRule(tolerance=Decimal("10.00"))
        account = run([(date(2026, 4, 20), "2991.00")], date(2026, 5, 5), late_fee=lenient)
        assert account.statements[1].late_fee == 0

    def test_refuses_an_empty_account_and_amounts_that_are_none(self):
        with pytest.raises(NoSuchDate):
            run(until=date(2026, 3, 9))
        with pytest.raises(AmountNotPositive):
            run(postings=[Posting(MARCH, PURCHASE, Decimal(0))])


class TestNextDayOfMonth:
    def test_is_the_last_day_of_a_shorter_month(self):
        assert next_day_of_month(date(2027, 1, 31), 31) == date(2027, 2, 28)
        assert next_day_of_month(date(2027, 2, 28), 31) == date(2027, 3, 31)
