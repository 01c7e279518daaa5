"""Terms of plans for the tests of the domain, and how hypothesis draws them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from negotiation.domain.terms import Frequency, InterestMode, PlanMethod, PlanTerms, Remainder, Step

VALUE_DATE = date(2026, 12, 25)
MONTHS = {Frequency.MONTHLY: 60, Frequency.FORTNIGHTLY: 131, Frequency.WEEKLY: 261}


def plan_terms(**overrides: Any) -> PlanTerms:
    """12,000.00 yuan in 12 equal principal parts at 12 % a year, first due one month after the agreement."""
    given: dict[str, Any] = {
        "method": PlanMethod.EQUAL_PRINCIPAL,
        "principal": Decimal("12000.00"),
        "instalment_count": 12,
        "first_date": date(2027, 1, 25),
        "value_date": VALUE_DATE,
        "annual_rate": Decimal("0.12"),
    }
    given |= overrides
    if given["method"] in (PlanMethod.FLAT_FEE, PlanMethod.INTEREST_FREE) and "annual_rate" not in overrides:
        given["annual_rate"] = Decimal(0)
    return PlanTerms(**given)


def fen(minimum: int, maximum: int) -> st.SearchStrategy[Decimal]:
    return st.integers(minimum, maximum).map(lambda value: Decimal(value).scaleb(-2))


def rates(maximum: str = "0.36") -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=0, max_value=Decimal(maximum), places=4)


@st.composite
def drawn_terms(draw: st.DrawFn, methods: tuple[PlanMethod, ...] = tuple(PlanMethod)) -> PlanTerms:
    """Terms of any method that a schedule can be built from, apart from rare ones whose rounding leaves nothing for a row."""
    method = draw(st.sampled_from(methods))
    frequency = draw(st.sampled_from(tuple(Frequency)))
    count = draw(st.integers(1, MONTHS[frequency]))
    financed = draw(fen(count * 100, 10_000_000_00))
    value_date = draw(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    given: dict[str, Any] = {
        "principal": financed,
        "frequency": frequency,
        "instalment_count": count,
        "value_date": value_date,
        "first_date": value_date + timedelta(days=draw(st.integers(1, 60))),
        "remainder": draw(st.sampled_from(tuple(Remainder))),
    }
    if draw(st.booleans()):
        given["down_payment"] = draw(fen(0, 100_00))
        given["principal"] += given["down_payment"]
    given |= _of_method(draw, method, count, financed)
    return plan_terms(method=method, **given)


def _of_method(draw: st.DrawFn, method: PlanMethod, count: int, financed: Decimal) -> dict[str, Any]:
    if method is PlanMethod.INTEREST_FREE:
        return {}
    if method is PlanMethod.FLAT_FEE:
        return {"fee_rate": draw(rates("0.02"))}
    given: dict[str, Any] = {"annual_rate": draw(rates())}
    if draw(st.booleans()):
        daily = draw(st.decimals(min_value=0, max_value=Decimal("0.0007"), places=5))
        given = {"annual_rate": daily * 365, "daily_rate": daily, "interest_mode": InterestMode.DAILY_ACTUAL}
    if method is PlanMethod.BALLOON:
        share = draw(st.integers(10, 60)) if count > 1 else 100
        given["balloon"] = (financed * share / 100).quantize(Decimal("0.01"))
    elif method is PlanMethod.STEP:
        given["steps"] = _drawn_steps(draw, count, financed)
    elif method is PlanMethod.INTEREST_ONLY_THEN_LEVEL:
        given["interest_only_count"] = draw(st.integers(0, count - 1))
    return given


def _drawn_steps(draw: st.DrawFn, count: int, financed: Decimal) -> tuple[Step, ...]:
    """Two steps that pay something between the interest of a row and an even share of the debt and its interest."""
    base = (financed / count).quantize(Decimal("0.01"))
    first = draw(st.integers(0, count - 1))
    small = max((base * draw(st.integers(60, 100)) / 100).quantize(Decimal("0.01")), Decimal("0.01"))
    steps = (Step(first, small), Step(count - first, base))
    return tuple(step for step in steps if step.count)
