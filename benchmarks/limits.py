"""The limits and the solver, for the table of ``benchmarks.engine``."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.timing import Measurement
from negotiation.domain.judge import AccountFacts, judge
from negotiation.domain.policy import LimitPolicy, Limits, MethodRate
from negotiation.domain.schedule import build_schedule
from negotiation.domain.solver import suggest
from negotiation.domain.terms import PlanMethod, PlanTerms
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


def limit_measurements() -> Iterable[Measurement]:
    refused = replace(TERMS, instalment_count=60, first_date=date(2027, 3, 23))
    build_schedule(TERMS)
    yield Measurement("judge, 36 rows, accepted", 50.0, lambda: judge(TERMS, POLICY, ACCOUNT, TODAY), {})
    yield Measurement(
        "judge, 60 rows, refused with nearest values", None, lambda: judge(refused, POLICY, ACCOUNT, TODAY), {}
    )
    for name, wish in WISHES.items():
        yield Measurement(f"solver: {name}", 10_000.0, lambda wish=wish: suggest(wish, POLICY, ACCOUNT, TODAY), {})
