"""How a piece of work is timed and set beside the same work of others, as a Markdown table."""

import time
import timeit
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LIBRARIES = ("numpy-financial", "pyxirr", "amortization", "pyloan")
ROUNDS = 7


@dataclass(frozen=True)
class Measurement:
    """One piece of work: ours, the most it may take in µs, and what others need for the same."""

    name: str
    target_us: float | None
    ours: Callable[[], object]
    others: dict[str, Callable[[], object]]


def microseconds(work: Callable[[], object]) -> float:
    """The quickest of several rounds, a call, in µs of processor time, so that a busy machine does not lengthen it."""
    timer = timeit.Timer(work, timer=time.process_time)
    number, taken = timer.autorange()
    number = max(1, int(number * 0.1 / max(taken, 1e-9)))
    return min(timer.repeat(ROUNDS, number)) / number * 1e6


def table(measurements: Sequence[Measurement]) -> Iterable[str]:
    yield "| work | target µs | this engine µs | " + " | ".join(f"{name} µs (× ours)" for name in LIBRARIES) + " |"
    yield "|---|---|---|" + "---|" * len(LIBRARIES)
    for measurement in measurements:
        ours = microseconds(measurement.ours)
        others = [beside(measurement.others.get(name), ours) for name in LIBRARIES]
        target = "–" if measurement.target_us is None else f"{measurement.target_us:,.0f}"
        yield f"| {measurement.name} | {target} | {ours:,.1f} | " + " | ".join(others) + " |"


def beside(work: Callable[[], object] | None, ours: float) -> str:
    if work is None:
        return "–"
    taken = microseconds(work)
    return f"{taken:,.1f} ({taken / ours:.2f})"
