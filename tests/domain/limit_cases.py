"""Limits, accounts, wishes and terms for tests of the limits: sensible ones to name, and any that a bank or a person could have."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from negotiation.domain.judge import AccountFacts, judge, least_down_payment
from negotiation.domain.policy import LimitPolicy, Limits, MethodRate
from negotiation.domain.reasons import ReasonCode
from negotiation.domain.solver import Wish
from negotiation.domain.terms import Component, Frequency, PlanMethod, PlanTerms, Step, Waiver

TODAY = date(2026, 11, 23)
FEN = Decimal("0.01")
NO_RATE = Decimal(0)

INSTALMENT = MethodRate(PlanMethod.EQUAL_INSTALMENT, Decimal("0.06"), NO_RATE, Decimal("0.12"))
INTEREST_STOPPED = MethodRate(PlanMethod.INTEREST_FREE, NO_RATE, NO_RATE, NO_RATE)


def make_limits(**fields: Any) -> Limits:
    """All accounts up to a million, equal instalments at 6 % or interest stopped, up to sixty months of at least ¥100."""
    given = {
        "product": "*",
        "balance_from": Decimal("100.00"),
        "balance_below": Decimal("1000000.00"),
        "dpd_from": 1,
        "dpd_to": None,
        "method_rates": (INSTALMENT, INTEREST_STOPPED),
    }
    return Limits(**given | fields)


def make_policy(*bands: Limits, **fields: Any) -> LimitPolicy:
    given = {"version": 1, "name": "test", "effective_from": date(2026, 1, 1), "bands": bands or (make_limits(),)}
    return LimitPolicy(**given | fields)


def make_facts(total: str = "43210.55", **fields: Any) -> AccountFacts:
    given = {"product": "standard", "total": Decimal(total), "components": {}, "dpd": 60}
    return AccountFacts(**given | fields)


def make_terms(total: str = "43210.55", **fields: Any) -> PlanTerms:
    """Interest stopped, thirty-six months, the first in a month."""
    given = {
        "method": PlanMethod.INTEREST_FREE,
        "principal": Decimal(total),
        "instalment_count": 36,
        "first_date": date(2026, 12, 23),
        "value_date": TODAY,
    }
    return PlanTerms(**given | fields)


def codes(terms: PlanTerms, policy: LimitPolicy | None = None, account: AccountFacts | None = None) -> list[ReasonCode]:
    """The codes of all reasons against the terms."""
    verdict = judge(terms, policy or make_policy(), account or make_facts(str(terms.principal)), TODAY)
    return [reason.code for reason in verdict.reasons]


def amounts(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=2)


def shares(high: str = "1") -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(0), Decimal(high), places=4)


@st.composite
def method_rates(draw: st.DrawFn) -> tuple[MethodRate, ...]:
    methods = draw(st.lists(st.sampled_from(PlanMethod), min_size=1, max_size=4, unique=True))
    return tuple(draw(_method_rate(method)) for method in methods)


@st.composite
def _method_rate(draw: st.DrawFn, method: PlanMethod) -> MethodRate:
    if method is PlanMethod.INTEREST_FREE:
        return INTEREST_STOPPED
    highest = "0.02" if method is PlanMethod.FLAT_FEE else "0.36"
    low, charged, high = sorted(draw(st.tuples(shares(highest), shares(highest), shares(highest))))
    return MethodRate(method, charged, low, high)


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    """A band that covers every account; its corridor may be empty."""
    rates = draw(method_rates())
    months = sorted(draw(st.tuples(st.integers(1, 60), st.integers(1, 60))))
    start = sorted(draw(st.tuples(st.integers(0, 60), st.integers(0, 60))))
    instalment = draw(amounts("0.00", "1500.00"))
    return make_limits(
        balance_from=Decimal("0.00"),
        balance_below=None,
        dpd_from=0,
        method_rates=rates,
        frequencies=draw(st.sampled_from([(Frequency.MONTHLY,), tuple(Frequency), (Frequency.WEEKLY,)])),
        min_months=months[0],
        max_months=months[1],
        min_instalment=instalment,
        max_instalment=draw(st.none() | amounts("0.00", "20000.00").map(lambda more: instalment + more)),
        min_down_payment_share=draw(shares("0.3")),
        min_start_days=start[0],
        max_start_days=start[1],
        waiver_caps=tuple(Waiver(component, draw(shares())) for component in (Component.INTEREST, Component.LATE_FEE)),
        max_step_ratio=draw(st.decimals(Decimal(1), Decimal(5), places=1)),
        max_balloon_share=draw(shares()),
        max_interest_only_months=draw(st.integers(0, 24)),
        max_renegotiations=draw(st.integers(0, 2)),
        yearly_cost_ceiling=draw(shares("0.4")),
        automatic_methods=tuple(line.method for line in rates if draw(st.booleans())),
        automatic_max_principal=draw(amounts("0.00", "200000.00")),
        automatic_max_months=draw(st.integers(0, 60)),
        automatic_min_instalment=draw(amounts("0.00", "1500.00")),
        automatic_max_start_days=draw(st.integers(0, 60)),
        automatic_max_waived_share=draw(shares()),
    )


@st.composite
def accounts(draw: st.DrawFn) -> AccountFacts:
    kept = {
        component: draw(amounts("0.00", "60000.00")) for component in (Component.PURCHASE_PRINCIPAL, Component.INTEREST)
    }
    kept[Component.LATE_FEE] = draw(amounts("1.00", "3000.00"))
    total = sum(kept.values(), Decimal("0.00"))
    return make_facts(
        str(total), components=kept, dpd=draw(st.integers(0, 400)), renegotiation_count=draw(st.integers(0, 2))
    )


def days(least: int = -40, most: int = 120) -> st.SearchStrategy[date]:
    return st.integers(least, most).map(lambda number: TODAY + timedelta(days=number))


def wishes() -> st.SearchStrategy[Wish]:
    return st.builds(
        Wish,
        amount=st.none() | amounts("0.01", "20000.00"),
        instalment_count=st.none() | st.integers(1, 300),
        down_payment=st.none() | amounts("0.00", "100000.00"),
        first_date=st.none() | days(),
        frequency=st.none() | st.sampled_from(Frequency),
        method=st.none() | st.sampled_from(PlanMethod),
    )


@st.composite
def terms(draw: st.DrawFn, account: AccountFacts) -> PlanTerms:
    """Any terms for the account, inside limits or not, whose parts are of their kind."""
    method = draw(st.sampled_from(PlanMethod))
    count = draw(st.integers(1, 60))
    principal = account.total
    down_payment = draw(st.just(Decimal("0.00")) | amounts("0.00", str(principal - FEN)))
    plan = make_terms(
        str(principal),
        method=method,
        instalment_count=count,
        first_date=draw(days(0, 120)),
        down_payment=down_payment,
        frequency=draw(st.sampled_from(Frequency)),
    )
    return _with_shape(plan, draw)


def _with_shape(plan: PlanTerms, draw: st.DrawFn) -> PlanTerms:
    count, method = plan.instalment_count, plan.method
    rate = draw(shares("0.4"))
    if method is PlanMethod.INTEREST_FREE:
        return plan
    if method is PlanMethod.FLAT_FEE:
        return replace(plan, fee_rate=rate / 10)
    if method is PlanMethod.STEP:
        payment = max((plan.financed / count).quantize(FEN), FEN)
        return replace(plan, annual_rate=rate, steps=(Step(count, payment),))
    if method is PlanMethod.BALLOON:
        return replace(plan, annual_rate=rate, balloon=max((plan.financed * draw(shares())).quantize(FEN), FEN))
    if method is PlanMethod.INTEREST_ONLY_THEN_LEVEL:
        return replace(plan, annual_rate=rate, interest_only_count=draw(st.integers(0, count - 1)))
    return replace(plan, annual_rate=rate)


def least(policy: LimitPolicy, account: AccountFacts) -> Decimal:
    return least_down_payment(policy.bands[0], account, account.total)
