"""Which parts of a debt does a payment reduce, and in which order?

Money is conserved: what is allocated and what is left as credit sum to the payment. Knows orders; knows nothing of where
balances come from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from negotiation.domain.bad_input import AmountNotPositive, PaymentNotInOrder
from negotiation.domain.money import yuan
from negotiation.domain.terms import ZERO, Component

SWITCH_DAYS = 91


class OuterOrder(StrEnum):
    """BUCKET_FIRST: the oldest statement in full, then the next. COMPONENT_FIRST: one component of every statement, then the next."""

    BUCKET_FIRST = "BUCKET_FIRST"
    COMPONENT_FIRST = "COMPONENT_FIRST"


_CHARGES = (Component.INTEREST, Component.ACCRUED_INTEREST, Component.LATE_FEE, Component.OTHER_FEE)
_PRINCIPAL = (Component.CASH_PRINCIPAL, Component.INSTALMENT_PRINCIPAL, Component.PURCHASE_PRINCIPAL)
ORDERS: dict[str, tuple[Component, ...]] = {
    "CN_DPD_1_90": (*_CHARGES, *_PRINCIPAL, Component.RECOVERY_COST),
    "CN_DPD_91_PLUS": (*_PRINCIPAL, *_CHARGES, Component.RECOVERY_COST),
    "CIVIL_CODE_561": (Component.RECOVERY_COST, *_CHARGES, *_PRINCIPAL),
}


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment reduced, what is still owed, and what was paid too much (溢缴款); yuan."""

    allocated: dict[str, Decimal]
    remaining: dict[str, Decimal]
    credit: Decimal


@dataclass(frozen=True, slots=True)
class BucketAllocation:
    """As ``Allocation``, a mapping a bucket, in the order in which the buckets were given."""

    allocated: tuple[dict[str, Decimal], ...]
    remaining: tuple[dict[str, Decimal], ...]
    credit: Decimal


def order_name(days_past_due: int) -> str:
    """Charges first to 90 days past due, principal first from day 91 (domain rules §3.3)."""
    if days_past_due <= 0:
        return "NOT_OVERDUE"
    return "CN_DPD_1_90" if days_past_due < SWITCH_DAYS else "CN_DPD_91_PLUS"


def order_for(days_past_due: int) -> tuple[Component, ...]:
    """The components in the order in which they are paid; an account that is not overdue pays as one of 1 to 90 days."""
    return ORDERS[order_name(max(days_past_due, 1))]


def allocate(payment: Decimal, balances: Mapping[str, Decimal], order: Sequence[str]) -> Allocation:
    """Pay down the components in ``order`` (vectors W01 to W04).

    >>> allocate(Decimal("12.00"), {"interest": Decimal("10.00"), "principal": Decimal("90.00")}, ["interest", "principal"]).allocated
    {'interest': Decimal('10.00'), 'principal': Decimal('2.00')}

    :raises AmountNotPositive: if the payment or a balance is negative.
    :raises PaymentNotInOrder: if something is owed on a component that the order leaves out.
    """
    done = allocate_buckets(payment, [balances], order, OuterOrder.BUCKET_FIRST)
    return Allocation(done.allocated[0], done.remaining[0], done.credit)


def allocate_buckets(
    payment: Decimal, buckets: Sequence[Mapping[str, Decimal]], order: Sequence[str], outer: OuterOrder
) -> BucketAllocation:
    """Pay down several statements or instalments, the oldest given first (vectors W06, W07).

    :raises AmountNotPositive: if the payment or a balance is negative.
    :raises PaymentNotInOrder: if something is owed on a component that the order leaves out.
    """
    _check(payment, buckets, order)
    allocated = [dict.fromkeys(dict.fromkeys([*order, *bucket]), ZERO) for bucket in buckets]
    left = payment
    for number, component in _sequence(len(buckets), order, outer):
        part = min(left, buckets[number].get(component, ZERO))
        allocated[number][component] += part
        left -= part
    remaining = tuple(
        {component: owed - paid[component] for component, owed in bucket.items()}
        for bucket, paid in zip(buckets, allocated, strict=True)
    )
    return BucketAllocation(tuple(allocated), remaining, left)


def _sequence(buckets: int, order: Sequence[str], outer: OuterOrder) -> Iterable[tuple[int, str]]:
    if outer is OuterOrder.BUCKET_FIRST:
        return ((number, component) for number in range(buckets) for component in order)
    return ((number, component) for component in order for number in range(buckets))


def _check(payment: Decimal, buckets: Sequence[Mapping[str, Decimal]], order: Sequence[str]) -> None:
    if yuan(payment) < 0:
        raise AmountNotPositive(payment)
    for bucket in buckets:
        for component, owed in bucket.items():
            if yuan(owed) < 0:
                raise AmountNotPositive(owed)
            if owed and component not in order:
                raise PaymentNotInOrder(component)
