"""What a person asks for, with parts left open, and what they are answered.

Knows no limits and no arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from negotiation.domain.bad_input import AmountNotPositive, NoInstalments
from negotiation.domain.judge import Verdict
from negotiation.domain.money import positive_yuan, yuan
from negotiation.domain.reasons import Reason
from negotiation.domain.terms import Frequency, PlanMethod, PlanTerms, Waiver

CHANGEABLE = ("instalment_count", "amount", "down_payment", "first_date", "frequency", "method")
"""The parts of a wish, in the order in which a change is proposed."""


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "amount": yuan,
    "instalment_count": int,
    "down_payment": yuan,
    "first_date": date.fromisoformat,
    "frequency": Frequency,
    "method": PlanMethod,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``None`` is left open. ``amount`` is the most the person can pay each instalment, in yuan.

    An instalment that takes the odd fen of a plan may be a few fen above it. ``waivers`` are what the bank offers to give up.
    """

    amount: Decimal | None = None
    instalment_count: int | None = None
    down_payment: Decimal | None = None
    first_date: date | None = None
    frequency: Frequency | None = None
    method: PlanMethod | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The parts that are not left open."""
        return tuple(name for name in CHANGEABLE if getattr(self, name) is not None)

    def to_data(self) -> dict[str, Any]:
        """Plain data, without waivers, which are the bank's; the inverse of ``from_data``."""
        values = {name: getattr(self, name) for name in CHANGEABLE}
        return {
            name: value if value is None or isinstance(value, int) else str(value) for name, value in values.items()
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """A wish as it was stored; parts that are missing are open.

        :raises ValueError: if a part is not of its form.
        """
        return cls(**{name: parse(data[name]) for name, parse in _PARSERS.items() if data.get(name) is not None})


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a wish that a suggestion answers differently."""

    term: str
    wished: Any
    offered: Any


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A plan that the policy accepts. ``instalment`` is its largest regular instalment in yuan."""

    terms: PlanTerms
    verdict: Verdict
    instalment: Decimal
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """``asked`` is the plan that the wish describes, open parts filled in; ``reasons`` are all that stand against it.

    If none do, the bank accepts it. Otherwise ``suggestions`` are the nearest plans it accepts, fewest changes first; if there
    are none either, ``reasons`` say what binds. ``asked`` is ``None`` if no limits cover the account.
    """

    asked: PlanTerms | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def is_accepted(self) -> bool:
        return not self.reasons


def check_wish(wish: Wish) -> None:
    """The amounts are amounts and the count is a count.

    :raises NotAnAmount, AmountTooLarge, AmountNotPositive, NoInstalments: if one is not.
    """
    if wish.amount is not None:
        positive_yuan(wish.amount)
    if wish.down_payment is not None and yuan(wish.down_payment) < 0:
        raise AmountNotPositive(wish.down_payment)
    count = wish.instalment_count
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise NoInstalments(count)


def changes_of(wish: Wish, terms: PlanTerms, instalment: Decimal) -> tuple[Change, ...]:
    """How a plan differs from the wish; an instalment below the amount is no difference."""
    offered = {name: getattr(terms, name) for name in CHANGEABLE if name != "amount"}
    offered["amount"] = instalment
    named = [(name, getattr(wish, name), offered[name]) for name in wish.named]
    return tuple(
        Change(name, wished, given)
        for name, wished, given in named
        if (given > wished if name == "amount" else given != wished)
    )
