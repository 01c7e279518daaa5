"""How much of each component of a debt is given up, and what is kept?

Knows shares; who may grant them is ``policy`` and ``authority``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from negotiation.domain.bad_input import BadInput, RateAboveOne
from negotiation.domain.money import rate, round_half_up, yuan
from negotiation.domain.terms import ZERO


class WaivedComponentUnknown(BadInput):
    says = "a waiver names a component that the debt does not have"


@dataclass(frozen=True, slots=True)
class WaivedLine:
    """One component in yuan: what is waived and what is kept; they sum to what was owed."""

    waived: Decimal
    kept: Decimal


@dataclass(frozen=True, slots=True)
class WaivedDebt:
    lines: dict[str, WaivedLine]

    @property
    def waived_total(self) -> Decimal:
        return sum((line.waived for line in self.lines.values()), ZERO)

    @property
    def restructured_total(self) -> Decimal:
        """What goes into the plan, in yuan."""
        return sum((line.kept for line in self.lines.values()), ZERO)


def waive(balances: Mapping[str, Decimal], shares: Mapping[str, Decimal]) -> WaivedDebt:
    """Each share (0 to 1) of its component waived, rounded half up; the rest is kept (domain rules §3.7, vector WV1).

    >>> waive({"interest": Decimal("3000.55")}, {"interest": Decimal("0.5")}).lines["interest"]
    WaivedLine(waived=Decimal('1500.28'), kept=Decimal('1500.27'))

    :raises RateAboveOne: if a share is above one.
    :raises WaivedComponentUnknown: if a share other than zero names a component that is not owed.
    """
    for component, share in shares.items():
        if rate(share) > 1:
            raise RateAboveOne(share)
        if share and component not in balances:
            raise WaivedComponentUnknown(component)
    return WaivedDebt(
        {component: _line(yuan(owed), shares.get(component, ZERO)) for component, owed in balances.items()}
    )


def _line(owed: Decimal, share: Decimal) -> WaivedLine:
    waived = round_half_up(owed * share)
    return WaivedLine(waived, owed - waived)
