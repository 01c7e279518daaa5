"""How fast is the calculation engine, beside the libraries a user would otherwise take? Prints a Markdown table.

    python -m benchmarks.engine

Each figure is the best of several rounds in this one process. The last table says how far each library's own rate is from
solving its own equation, on the same rows: the money that a wrong rate would hide.
"""

import platform
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Context, Decimal
from importlib.metadata import version

import amortization
import numpy as np
import numpy_financial as npf
import pyloan
import pyxirr

from benchmarks.limits import limit_measurements
from benchmarks.timing import LIBRARIES, Measurement, table
from negotiation.domain.cost import yearly_cost
from negotiation.domain.schedule import build_schedule
from negotiation.domain.terms import PlanMethod, PlanTerms, Schedule

LOAN = PlanTerms(
    method=PlanMethod.EQUAL_INSTALMENT,
    principal=Decimal("100000.00"),
    instalment_count=36,
    first_date=date(2027, 1, 10),
    value_date=date(2026, 12, 10),
    annual_rate=Decimal("0.0600"),
)
ODD_FIRST = date(2027, 1, 17)
EXACT = Context(prec=60)


def engine_measurements() -> Iterable[Measurement]:
    for count, target in ((36, 300.0), (60, None)):
        terms = replace(LOAN, instalment_count=count)
        yield Measurement(
            f"schedule of {count} rows", target, lambda terms=terms: build_schedule(terms), other_schedules(count)
        )
        yield Measurement(
            f"quote of {count} rows: schedule and yearly cost", target, lambda terms=terms: quote(terms), {}
        )
    regular = build_schedule(replace(LOAN, instalment_count=60))
    odd = build_schedule(replace(LOAN, instalment_count=60, first_date=ODD_FIRST))
    yield Measurement(
        "yearly cost of 60 rows, by periods", 100.0, lambda: yearly_cost(regular), other_periodic_rates(regular)
    )
    yield Measurement("yearly cost of 60 rows, by dates", 100.0, lambda: yearly_cost(odd), other_dated_rates(odd))


def quote(terms: PlanTerms) -> object:
    return yearly_cost(build_schedule(terms))


def other_schedules(count: int) -> dict[str, Callable[[], object]]:
    """The rows as floats or in their own type; none of them has due dates but pyloan."""
    loan = {"loan_amount": 100000, "interest_rate": 6.0, "start_date": "2026-12-10", "loan_term_period": "M"}
    return {
        "numpy-financial": lambda: numpy_rows(count),
        "pyxirr": lambda: pyxirr_rows(count),
        "amortization": lambda: list(amortization.amortization_schedule(100000, 0.06, count)),
        "pyloan": lambda: pyloan.Loan(loan_term=count, payment_end_of_month=False, **loan).get_payment_schedule(),
    }


def numpy_rows(count: int) -> list[tuple[float, float]]:
    periods = np.arange(1, count + 1)
    interest = npf.ipmt(0.005, periods, count, -100000)
    principal = npf.ppmt(0.005, periods, count, -100000)
    return list(zip(interest.tolist(), principal.tolist(), strict=True))


def pyxirr_rows(count: int) -> list[tuple[float | None, float | None]]:
    periods = range(1, count + 1)
    return [(pyxirr.ipmt(0.005, k, count, -100000), pyxirr.ppmt(0.005, k, count, -100000)) for k in periods]


def other_periodic_rates(schedule: Schedule) -> dict[str, Callable[[], object]]:
    flows = [-float(schedule.terms.financed), *(float(row.payment) for row in schedule.rows)]
    return {"numpy-financial": lambda: npf.irr(flows), "pyxirr": lambda: pyxirr.irr(flows)}


def other_dated_rates(schedule: Schedule) -> dict[str, Callable[[], object]]:
    dates = [schedule.terms.value_date, *(row.due_date for row in schedule.rows)]
    flows = [-float(schedule.terms.financed), *(float(row.payment) for row in schedule.rows)]
    return {"pyxirr": lambda: pyxirr.xirr(dates, flows)}


def worst_errors() -> dict[str, Decimal]:
    """For each library the largest gap, in fen, between the value of the rows at its rate and the amount financed."""
    worst = dict.fromkeys(("this engine", "numpy-financial", "pyxirr"), Decimal(0))
    for schedule in many_schedules():
        rates = {name: work() for name, work in other_periodic_rates(schedule).items()}
        for name, rate in {"this engine": yearly_cost(schedule).irr_period, **rates}.items():
            worst[name] = max(worst[name], abs(gap_in_fen(schedule, Decimal(rate))))
    return worst


def many_schedules() -> Iterable[Schedule]:
    for principal in ("1000.00", "43210.55", "9999999.99"):
        for rate in ("0.0001", "0.06", "0.2399"):
            for count in (3, 24, 60):
                yield build_schedule(
                    replace(LOAN, principal=Decimal(principal), annual_rate=Decimal(rate), instalment_count=count)
                )


def gap_in_fen(schedule: Schedule, period_rate: Decimal) -> Decimal:
    worth = Decimal(0)
    for row in schedule.rows:
        worth = EXACT.add(worth, EXACT.divide(row.payment, EXACT.power(1 + period_rate, row.seq)))
    return (worth - schedule.terms.financed) * 100


def machine() -> str:
    """The processor, the interpreter and the libraries, in one line."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{names[0] if names else platform.machine()}, Python {platform.python_version()}; {libraries}"


def main() -> None:
    print(machine(), end="\n\n")
    for line in table([*engine_measurements(), *limit_measurements()]):
        print(line)
    print("\n| rate of | largest gap in its own equation, fen |\n|---|---|")
    for name, gap in worst_errors().items():
        print(f"| {name} | {gap:.1e} |")


if __name__ == "__main__":
    main()
