"""The limits and the solver, for the table of ``benchmarks.engine``."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.timing import Measurement
from negotiation.domain.judge import AccountFacts, judge
from negotiation.domain.policy import LimitPolicy, Limits, MethodRate
from negotiation.domain.solver import suggest, three_plans
from negotiation.domain.terms import Frequency, PlanMethod, PlanTerms
from negotiation.domain.wish import Wish

TODAY = date(2026, 11, 23)
RATE, NO_RATE = Decimal("0.06"), Decimal(0)
LIMITS = Limits(
    product="*",
    balance_from=Decimal("100.00"),
    balance_below=Decimal("1000000.00"),
    dpd_from=1,
    dpd_to=None,
    method_rates=(
        MethodRate(PlanMethod.EQUAL_INSTALMENT, RATE, NO_RATE, Decimal("0.12")),
        MethodRate(PlanMethod.INTEREST_FREE, NO_RATE, NO_RATE, NO_RATE),
    ),
)
POLICY = LimitPolicy(version=1, name="benchmark", effective_from=date(2026, 1, 1), bands=(LIMITS,))
WIDE = replace(
    POLICY,
    bands=(
        replace(
            LIMITS,
            frequencies=tuple(Frequency),
            method_rates=(
                *LIMITS.method_rates,
                *(
                    MethodRate(method, rate, NO_RATE, rate)
                    for method, rate in (
                        (PlanMethod.FLAT_FEE, Decimal("0.004")),
                        (PlanMethod.EQUAL_PRINCIPAL, RATE),
                        (PlanMethod.STEP, RATE),
                        (PlanMethod.BALLOON, RATE),
                        (PlanMethod.INTEREST_ONLY_THEN_LEVEL, RATE),
                    )
                ),
            ),
        ),
    ),
)
ACCOUNT = AccountFacts(product="standard", total=Decimal("43210.55"), components={}, dpd=60)
TERMS = PlanTerms(
    method=PlanMethod.EQUAL_INSTALMENT,
    principal=ACCOUNT.total,
    instalment_count=36,
    first_date=date(2026, 12, 23),
    value_date=TODAY,
    annual_rate=RATE,
)
WISHES = {
    "the slowest of 6,000 random wishes": Wish(
        amount=Decimal("904.28"),
        down_payment=Decimal("8897.59"),
        first_date=date(2027, 3, 7),
        frequency=Frequency.WEEKLY,
        method=PlanMethod.EQUAL_INSTALMENT,
    ),
    "every part named, none allowed": Wish(
        amount=Decimal("1.00"),
        instalment_count=120,
        down_payment=Decimal("0.00"),
        first_date=TODAY + timedelta(days=400),
        method=PlanMethod.EQUAL_INSTALMENT,
    ),
    "an amount alone, too small": Wish(amount=Decimal("120.00")),
    "an amount alone, enough": Wish(amount=Decimal("1300.00")),
}

HARD = replace(WISHES["every part named, none allowed"], frequency=Frequency.WEEKLY, instalment_count=300)


def limit_measurements() -> Iterable[Measurement]:
    refused = replace(TERMS, instalment_count=60, first_date=date(2027, 3, 23))
    for count in (36, 60):
        terms = replace(TERMS, instalment_count=count)
        yield Measurement(
            f"judge, {count} rows, accepted", 50.0, lambda terms=terms: judge(terms, POLICY, ACCOUNT, TODAY), {}
        )
    yield Measurement(
        "judge, 60 rows, refused with nearest values", None, lambda: judge(refused, POLICY, ACCOUNT, TODAY), {}
    )
    for name, wish in WISHES.items():
        yield Measurement(f"solver: {name}", 10_000.0, lambda wish=wish: suggest(wish, POLICY, ACCOUNT, TODAY), {})
    yield Measurement("three plans to choose from", 10_000.0, lambda: three_plans(POLICY, ACCOUNT, TODAY), {})
    yield Measurement(
        "solver: seven methods, three frequencies", 10_000.0, lambda: suggest(HARD, WIDE, ACCOUNT, TODAY), {}
    )
