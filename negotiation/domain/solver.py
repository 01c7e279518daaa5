"""Which plans would be accepted, given what a person wishes?

``suggest`` is the one function that the cardholder's pages, the reviewer's page and the automatic approval ask, so they
cannot disagree. Every plan it returns has passed ``judge`` on its rounded rows. Knows no words and no database.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from negotiation.domain.drafting import Desk, desk_for
from negotiation.domain.judge import AccountFacts, Verdict, judge, least_down_payment
from negotiation.domain.level import (
    AmountFound,
    TermFound,
    down_payment_needed,
    largest_principal,
    payment_for_term,
    shortest_term,
)
from negotiation.domain.money import from_fen, to_fen
from negotiation.domain.policy import LimitPolicy
from negotiation.domain.reasons import Reason, ReasonCode
from negotiation.domain.search import Place, default_count, default_first_date, solve, spread
from negotiation.domain.wish import Answer, Change, Suggestion, Wish, check_wish

__all__ = [
    "AmountFound",
    "Answer",
    "Change",
    "Suggestion",
    "TermFound",
    "Wish",
    "down_payment_needed",
    "largest_principal",
    "payment_for_term",
    "shortest_term",
    "suggest",
    "three_plans",
]

ENOUGH = 3
_FEWEST_WITHOUT_BUDGET = 6


def suggest(wish: Wish, policy: LimitPolicy, account: AccountFacts, today: date) -> Answer:
    """The plan that the wish describes if the policy accepts it, else every reason and the nearest plans it accepts.

    The nearest differ in one part of the wish, each in another; where one is not enough, in as few as it takes.
    A down payment left open is the least the policy asks for, and more than that counts as a change.

    :raises BadInput: if the wish holds what is no amount or number.
    """
    check_wish(wish)
    limits = policy.limits_for(account.product, account.total, account.dpd)
    if limits is None:
        reasons = (Reason(ReasonCode.ACCOUNT_OUTSIDE, None, account.total, None),)
        return Answer(None, Verdict(None, reasons, ()), reasons, ())
    desk = desk_for(policy, limits, account, today, wish.waivers)
    if wish.down_payment is None:
        wish = replace(wish, down_payment=least_down_payment(limits, account, desk.principal))
    accepted = None if desk.is_hopeless else solve(desk, wish)
    if accepted is not None:
        return Answer(accepted.terms, accepted.verdict, (), ())
    return _refusal(desk, wish)


def three_plans(
    policy: LimitPolicy, account: AccountFacts, today: date, amount: Decimal | None = None
) -> tuple[Suggestion, ...]:
    """Up to three plans that would be accepted now: the shortest, one between, and the one with the lowest instalment.

    Plans that are answered at once go first, then those that a person decides; shown shortest first. With an ``amount``
    no instalment is above it, unless none can be that low: then they are the nearest that ``suggest`` finds.
    Empty only if nothing at all is accepted.

    :raises BadInput: if the amount is none.
    """
    wish = Wish(amount=amount)
    check_wish(wish)
    limits = policy.limits_for(account.product, account.total, account.dpd)
    if limits is None:
        return ()
    found: dict[int, Suggestion] = {}
    fewest = 1 if amount is not None else _FEWEST_WITHOUT_BUDGET
    for band in (limits.corridor, limits):
        if band is not None and len(found) < ENOUGH:
            desk = desk_for(policy, band, account, today)
            for plan in spread(desk, wish, fewest, ENOUGH):
                if len(found) < ENOUGH and (band is limits or plan.verdict.is_automatic):
                    found.setdefault(plan.terms.instalment_count, plan)
    plans = tuple(found[count] for count in sorted(found))
    return plans or suggest(wish, policy, account, today).suggestions


def _refusal(desk: Desk, wish: Wish) -> Answer:
    method, frequency = wish.method or desk.limits.methods[0], wish.frequency or desk.limits.frequencies[0]
    first_date = wish.first_date or default_first_date(desk, frequency)
    assert wish.down_payment is not None, "suggest has filled it in"
    place = Place(desk, method, frequency, first_date, to_fen(wish.down_payment))
    count = default_count(place, wish)
    terms = place.draft(count)
    verdict = judge(terms, desk.policy, desk.account, desk.today)
    reasons = (*verdict.reasons, *_beyond_budget(place, count, wish))
    return Answer(terms, verdict, reasons, _nearest(desk, wish) if reasons else ())


def _beyond_budget(place: Place, count: int, wish: Wish) -> tuple[Reason, ...]:
    smallest, largest = place.instalments(count)
    if wish.amount is None or smallest < 0 or largest <= to_fen(wish.amount):
        return ()
    needed = from_fen(largest)
    return (Reason(ReasonCode.BUDGET, wish.amount, needed, needed),)


def _nearest(desk: Desk, wish: Wish) -> tuple[Suggestion, ...]:
    """Acceptable plans for the smallest sets of changes that suffice, in the order in which changes are proposed."""
    named = frozenset(wish.named)
    if desk.is_hopeless or solve(desk, wish, named) is None:
        return ()
    found = _changing(desk, wish, [frozenset({part}) for part in wish.named])
    if found:
        return found
    needed = frozenset(part for part in named if solve(desk, wish, named - {part}) is None)
    for size in range(2, len(named) + 1):
        sets = [frozenset(parts) for parts in combinations(wish.named, size)]
        found = _changing(desk, wish, [parts for parts in sets if needed <= parts])
        if found:
            return found
    return ()


def _changing(desk: Desk, wish: Wish, sets: list[frozenset[str]]) -> tuple[Suggestion, ...]:
    plans = (solve(desk, wish, parts) for parts in sets)
    return tuple({plan.terms: plan for plan in plans if plan is not None}.values())
