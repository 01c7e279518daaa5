from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.domain.bad_input import AmountNotPositive, PaymentNotInOrder
from negotiation.domain.terms import Component
from negotiation.domain.waterfall import (
    ORDERS,
    OuterOrder,
    allocate,
    allocate_buckets,
    order_for,
    order_name,
)
from tests.domain.plans import fen

DEBT = {
    Component.INTEREST.value: Decimal("1842.50"),
    Component.LATE_FEE.value: Decimal("465.00"),
    Component.OTHER_FEE.value: Decimal("60.00"),
    Component.CASH_PRINCIPAL.value: Decimal("5000.00"),
    Component.PURCHASE_PRINCIPAL.value: Decimal("25000.00"),
}
STATEMENTS = [
    {"interest": Decimal("300.00"), "late_fee": Decimal("50.00"), "principal": Decimal("1000.00")},
    {"interest": Decimal("320.00"), "late_fee": Decimal("80.00"), "principal": Decimal("1000.00")},
]
ORDER = ("interest", "late_fee", "principal")


class TestAllocate:
    @given(
        st.lists(st.fixed_dictionaries({name: fen(0, 10**7) for name in ORDER}), min_size=1, max_size=6), fen(0, 10**8)
    )
    def test_conserves_money_in_both_outer_orders(self, buckets, payment):
        for outer in OuterOrder:
            done = allocate_buckets(payment, buckets, ORDER, outer)
            allocated = sum(sum(part.values()) for part in done.allocated)
            assert allocated + done.credit == payment
            assert sum(sum(part.values()) for part in done.remaining) + allocated == sum(
                sum(b.values()) for b in buckets
            )
            assert all(left >= 0 for part in done.remaining for left in part.values())
            assert done.credit == 0 or not any(any(part.values()) for part in done.remaining)

    def test_pays_charges_first_to_ninety_days_and_principal_after(self):
        early = allocate(Decimal("3000.00"), DEBT, order_for(60)).allocated
        late = allocate(Decimal("3000.00"), DEBT, order_for(120)).allocated
        assert (early["interest"], early["cash_principal"]) == (Decimal("1842.50"), Decimal("632.50"))
        assert (late["interest"], late["cash_principal"]) == (Decimal("0.00"), Decimal("3000.00"))

    def test_pays_the_cost_of_enforcement_first_by_the_civil_code(self):
        debt = DEBT | {Component.RECOVERY_COST.value: Decimal("300.00")}
        paid = allocate(Decimal("3000.00"), debt, ORDERS["CIVIL_CODE_561"]).allocated
        assert (paid["recovery_cost"], paid["cash_principal"]) == (Decimal("300.00"), Decimal("332.50"))

    def test_pays_the_oldest_statement_or_the_first_component_of_all(self):
        by_statement = allocate_buckets(Decimal("1500.00"), STATEMENTS, ORDER, OuterOrder.BUCKET_FIRST).allocated
        by_component = allocate_buckets(Decimal("1500.00"), STATEMENTS, ORDER, OuterOrder.COMPONENT_FIRST).allocated
        assert [tuple(part.values()) for part in by_statement] == [(300, 50, 1000), (150, 0, 0)]
        assert [tuple(part.values()) for part in by_component] == [(300, 50, 750), (320, 80, 0)]

    def test_refuses_what_would_lose_money(self):
        with pytest.raises(PaymentNotInOrder):
            allocate(Decimal("1.00"), DEBT, ORDER)
        with pytest.raises(AmountNotPositive):
            allocate(Decimal("-1.00"), DEBT, order_for(1))
        with pytest.raises(AmountNotPositive):
            allocate(Decimal("1.00"), {"interest": Decimal("-1.00")}, ORDER)

    @pytest.mark.parametrize(
        ("dpd", "name"), [(0, "NOT_OVERDUE"), (1, "CN_DPD_1_90"), (90, "CN_DPD_1_90"), (91, "CN_DPD_91_PLUS")]
    )
    def test_turns_at_ninety_one_days(self, dpd, name):
        assert order_name(dpd) == name
        assert order_for(dpd) == ORDERS[name if dpd else "CN_DPD_1_90"]
