"""Where among all plans of a band does an acceptable one lie, and which is nearest to what was wished?

A place is a method, a first date and a down payment; in each place the acceptable numbers of instalments are one range,
found by halving. ``judge`` has the last word on every plan. Knows nothing of who asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from negotiation.domain.calendar import one_period_after
from negotiation.domain.drafting import Desk
from negotiation.domain.instalments import NEVER
from negotiation.domain.judge import count_limits, first_date_limits, least_down_payment
from negotiation.domain.level import first_passing, last_passing
from negotiation.domain.money import from_fen, to_fen
from negotiation.domain.terms import Frequency, PlanMethod, PlanTerms
from negotiation.domain.wish import Suggestion, Wish, changes_of

Named = frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Everything of a plan but the number of instalments; the down payment in fen."""

    desk: Desk
    method: PlanMethod
    frequency: Frequency
    first_date: date
    down_payment: int

    def draft(self, count: int) -> PlanTerms:
        return self.desk.draft(self.method, count, self.first_date, from_fen(self.down_payment), self.frequency)

    def instalments(self, count: int) -> tuple[int, int]:
        """The smallest and the largest regular instalment in fen."""
        return self.desk.instalments(self.method, count, self.first_date, self.down_payment, self.frequency)

    def counts(self, fewest: int, most: int, budget: int = NEVER) -> range:
        """Which numbers of instalments keep to the last date, the limits on an instalment and a budget in fen."""
        limits = self.desk.limits
        high = min(most, self.desk.most_in_time(self.first_date, self.frequency))
        least = to_fen(limits.min_instalment)
        high = last_passing(fewest, high, lambda count: self.instalments(count)[0] >= least) or 0
        largest = budget if limits.max_instalment is None else min(budget, to_fen(limits.max_instalment))
        low = first_passing(fewest, high, lambda count: self.instalments(count)[1] <= min(largest, NEVER - 1))
        return range(0) if low is None else range(low, high + 1)


def solve(desk: Desk, wish: Wish, relaxed: Named = frozenset()) -> Suggestion | None:
    """An acceptable plan that keeps to every part of the wish but those relaxed, and comes near in these.

    Methods are tried in the policy's order; where the amount is relaxed, the one whose instalment is nearest to it wins.
    """
    plans = (_solve_method(desk, method, wish, relaxed) for method in _methods(desk, wish, relaxed))
    found = (plan for plan in plans if plan is not None)
    if wish.amount is None or "amount" not in relaxed:
        return next(found, None)
    amount = wish.amount
    return min(found, key=lambda plan: abs(plan.instalment - amount), default=None)


def _solve_method(desk: Desk, method: PlanMethod, wish: Wish, relaxed: Named) -> Suggestion | None:
    for place in _places(desk, method, wish, relaxed):
        for count in _counts_by_nearness(place, wish, relaxed):
            plan = _accepted(place, count, wish)
            if plan is not None:
                return plan
    return None


def spread(desk: Desk, wish: Wish, fewest: int, wanted: int) -> tuple[Suggestion, ...]:
    """Up to ``wanted`` acceptable plans from the shortest, of at least ``fewest`` instalments if it can be, to the longest."""
    for method in desk.limits.methods:
        for place in _places(desk, method, wish, frozenset()):
            counts = place.counts(*count_limits(desk.limits, place.frequency), _budget(wish, frozenset()))
            plans = (_accepted(place, count, wish) for count in _spread_over(counts, fewest))
            found = tuple(plan for plan in plans if plan is not None)
            if found:
                return found[:wanted]
    return ()


def _spread_over(counts: range, fewest: int) -> list[int]:
    if not counts:
        return []
    low, high = max(counts[0], min(fewest, counts[-1])), counts[-1]
    return list(dict.fromkeys((low, high, _between(low, high))))


def default_first_date(desk: Desk, frequency: Frequency) -> date:
    """One period from today, or as near to it as the limits allow."""
    earliest, latest = first_date_limits(desk.limits, desk.today)
    return min(max(one_period_after(desk.today, frequency), earliest), latest)


def default_count(place: Place, wish: Wish) -> int:
    """The number of instalments a wish describes, whether or not it can be accepted."""
    if wish.instalment_count is not None:
        return wish.instalment_count
    fewest, most = count_limits(place.desk.limits, place.frequency)
    budget = _budget(wish, frozenset())
    if budget == NEVER:
        return _between(fewest, most)
    return first_passing(fewest, most, lambda count: place.instalments(count)[1] <= budget) or most


def _accepted(place: Place, count: int, wish: Wish) -> Suggestion | None:
    judged = place.desk.judged(place.method, count, place.first_date, place.down_payment, place.frequency)
    if judged is None:
        return None
    terms, verdict = judged
    instalment = from_fen(place.instalments(count)[1])
    return Suggestion(terms, verdict, instalment, changes_of(wish, terms, instalment))


def _between(low: int, high: int) -> int:
    """The middle, on a half or whole year of months where that lies between."""
    middle = (low + high) // 2
    rounded = (middle + 3) // 6 * 6
    return rounded if low < rounded < high else middle


def _budget(wish: Wish, relaxed: Named) -> int:
    return NEVER if wish.amount is None or "amount" in relaxed else to_fen(wish.amount)


def _count_range(desk: Desk, wish: Wish, relaxed: Named, frequency: Frequency) -> tuple[int, int]:
    fewest, most = count_limits(desk.limits, frequency)
    wished = wish.instalment_count
    if wished is None or "instalment_count" in relaxed:
        return fewest, most
    return (wished, wished) if fewest <= wished <= most else (1, 0)


def _counts_by_nearness(place: Place, wish: Wish, relaxed: Named) -> list[int]:
    """The best number of instalments of a place, then its longest, which costs least a period."""
    fewest, most = _count_range(place.desk, wish, relaxed, place.frequency)
    counts = place.counts(fewest, most, _budget(wish, relaxed))
    if not counts:
        return []
    if wish.instalment_count is not None:
        best = min(max(wish.instalment_count, counts[0]), counts[-1])
    elif wish.amount is not None:
        within = place.counts(fewest, most, to_fen(wish.amount))
        best = within[0] if within else counts[-1]
    else:
        best = _between(counts[0], counts[-1])
    return list(dict.fromkeys((best, counts[-1])))


def _places(desk: Desk, method: PlanMethod, wish: Wish, relaxed: Named) -> Iterator[Place]:
    for frequency in _frequencies(desk, wish, relaxed):
        for first_date in _first_dates(desk, wish, relaxed, frequency):
            wished = Place(desk, method, frequency, first_date, _wished_down_payment(desk, wish))
            yield wished
            if "down_payment" in relaxed:
                yield from _other_down_payments(wished, wish, relaxed)


def _methods(desk: Desk, wish: Wish, relaxed: Named) -> tuple[PlanMethod, ...]:
    allowed = desk.limits.methods
    if wish.method is None or "method" in relaxed:
        return allowed
    return (wish.method,) if wish.method in allowed else ()


def _frequencies(desk: Desk, wish: Wish, relaxed: Named) -> tuple[Frequency, ...]:
    allowed = desk.limits.frequencies
    if wish.frequency is None:
        return allowed[:1]
    if "frequency" in relaxed:
        return allowed
    return (wish.frequency,) if wish.frequency in allowed else ()


def _first_dates(desk: Desk, wish: Wish, relaxed: Named, frequency: Frequency) -> list[date]:
    """The wished date alone if it must stay; else those worth trying, nearest to it first."""
    earliest, latest = first_date_limits(desk.limits, desk.today)
    if wish.first_date is not None and "first_date" not in relaxed:
        return [wish.first_date] if earliest <= wish.first_date <= latest else []
    usual = default_first_date(desk, frequency)
    ideal = wish.first_date or usual
    tried = {min(max(ideal, earliest), latest), usual, latest}
    if wish.instalment_count is not None and "instalment_count" not in relaxed:
        tried |= _latest_first_date(desk, wish.instalment_count, frequency)
    return sorted(tried, key=lambda day: abs((day - ideal).days))


def _latest_first_date(desk: Desk, count: int, frequency: Frequency) -> set[date]:
    """The latest first date from which ``count`` instalments end in time."""
    earliest, latest = first_date_limits(desk.limits, desk.today)
    days = last_passing(
        0,
        (latest - earliest).days,
        lambda days: desk.most_in_time(earliest + timedelta(days=days), frequency) >= count,
    )
    return set() if days is None else {earliest + timedelta(days=days)}


def _wished_down_payment(desk: Desk, wish: Wish) -> int:
    return _least_down_payment(desk) if wish.down_payment is None else to_fen(wish.down_payment)


def _least_down_payment(desk: Desk) -> int:
    return to_fen(least_down_payment(desk.limits, desk.account, desk.principal))


def _other_down_payments(place: Place, wish: Wish, relaxed: Named) -> Iterator[Place]:
    """The same place with the largest down payment that leaves an instalment, the smallest that mends it, and the least."""
    desk = place.desk
    fewest, most = _count_range(desk, wish, relaxed, place.frequency)
    most = min(most, desk.most_in_time(place.first_date, place.frequency))
    if most < fewest:
        return
    budget, least = _budget(wish, relaxed), to_fen(desk.limits.min_instalment)

    def leaves_an_instalment(fen: int) -> bool:
        return desk.instalments(place.method, fewest, place.first_date, fen, place.frequency)[0] >= least

    def keeps_the_budget(fen: int) -> bool:
        """To the last fen: so many payments of the budget repay all of it."""
        largest = desk.instalments(place.method, most, place.first_date, fen, place.frequency)[1]
        return largest <= budget and desk.owed - fen <= budget * most

    low, high, wished = _least_down_payment(desk), desk.owed - most, place.down_payment
    largest = None if leaves_an_instalment(wished) else last_passing(low, high, leaves_an_instalment)
    enough = None if keeps_the_budget(wished) else first_passing(low, high, keeps_the_budget)
    for fen in dict.fromkeys(fen for fen in (largest, enough, low) if fen is not None and fen != wished):
        yield Place(desk, place.method, place.frequency, place.first_date, fen)
