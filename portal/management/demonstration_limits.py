"""The limits of the demonstration's bank: two balance bands by two ranges of days past due."""

from datetime import date
from decimal import Decimal

from negotiation.domain.policy import ANY_PRODUCT, LimitPolicy, Limits, MethodRate
from negotiation.domain.terms import PlanMethod

LARGE_BALANCE = Decimal("50000.00")
LONG_OVERDUE_DAYS = 90

INTEREST_FREE = MethodRate(PlanMethod.INTEREST_FREE, Decimal(0), Decimal(0), Decimal(0))
EARLY_RATE = MethodRate(PlanMethod.EQUAL_INSTALMENT, Decimal("0.12"), Decimal("0.06"), Decimal("0.15"))
LATE_RATE = MethodRate(PlanMethod.EQUAL_INSTALMENT, Decimal("0.06"), Decimal("0.03"), Decimal("0.12"))
BOTH = (PlanMethod.INTEREST_FREE, PlanMethod.EQUAL_INSTALMENT)

SMALL = {"product": ANY_PRODUCT, "balance_from": Decimal(0), "balance_below": LARGE_BALANCE}
LARGE = {"product": ANY_PRODUCT, "balance_from": LARGE_BALANCE, "balance_below": None}
EARLY = {"dpd_from": 0, "dpd_to": LONG_OVERDUE_DAYS - 1, "method_rates": (EARLY_RATE, INTEREST_FREE)}
LATE = {"dpd_from": LONG_OVERDUE_DAYS, "dpd_to": None, "method_rates": (INTEREST_FREE, LATE_RATE)}
AT_ONCE = {
    "automatic_methods": BOTH,
    "automatic_max_principal": Decimal("30000.00"),
    "automatic_min_instalment": Decimal("200.00"),
    "automatic_max_start_days": 31,
}


def demonstration_limits(effective_from: date) -> LimitPolicy:
    """What the demonstration's bank accepts: small debts at once within a corridor, large ones by a person."""
    return LimitPolicy(
        version=1,
        name="Demonstration limits",
        effective_from=effective_from,
        bands=(
            Limits(
                **SMALL, **EARLY, **AT_ONCE, automatic_max_months=12, max_months=24, min_instalment=Decimal("100.00")
            ),
            Limits(**LARGE, **EARLY, max_months=36, min_instalment=Decimal("500.00")),
            Limits(
                **SMALL, **LATE, **AT_ONCE, automatic_max_months=24, max_months=60, min_instalment=Decimal("100.00")
            ),
            Limits(**LARGE, **LATE, max_months=60, min_instalment=Decimal("500.00")),
        ),
    )
