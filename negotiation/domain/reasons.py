"""Why a plan is not accepted, as codes and values that any page, letter or letterhead can put into words.

Knows which term a reason is about and how a reason is written down; knows no words and no limits.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from negotiation.domain.terms import Component

Value = Decimal | int | date | str | tuple[str, ...] | None


class ReasonCode(StrEnum):
    """The limits that a plan can break. ``BUDGET`` is the cardholder's own limit; ``PRINCIPAL_LARGE`` is of the corridor alone."""

    ACCOUNT_OUTSIDE = "ACCOUNT_OUTSIDE"
    CURRENCY = "CURRENCY"
    RENEGOTIATIONS = "RENEGOTIATIONS"
    PRINCIPAL = "PRINCIPAL"
    PRINCIPAL_LARGE = "PRINCIPAL_LARGE"
    WAIVER = "WAIVER"
    METHOD = "METHOD"
    FREQUENCY = "FREQUENCY"
    TERM_SHORT = "TERM_SHORT"
    TERM_LONG = "TERM_LONG"
    INSTALMENT_SMALL = "INSTALMENT_SMALL"
    INSTALMENT_LARGE = "INSTALMENT_LARGE"
    DOWN_PAYMENT_SMALL = "DOWN_PAYMENT_SMALL"
    DOWN_PAYMENT_LARGE = "DOWN_PAYMENT_LARGE"
    FIRST_DATE_EARLY = "FIRST_DATE_EARLY"
    FIRST_DATE_LATE = "FIRST_DATE_LATE"
    LAST_DATE = "LAST_DATE"
    RATE_LOW = "RATE_LOW"
    RATE_HIGH = "RATE_HIGH"
    STEP_RATIO = "STEP_RATIO"
    BALLOON = "BALLOON"
    INTEREST_ONLY = "INTEREST_ONLY"
    YEARLY_COST = "YEARLY_COST"
    NO_SCHEDULE = "NO_SCHEDULE"
    BUDGET = "BUDGET"


class Kind(StrEnum):
    """What sort of value a reason speaks of; decides how it is written down and shown."""

    AMOUNT = "AMOUNT"
    FRACTION = "FRACTION"
    RATIO = "RATIO"
    COUNT = "COUNT"
    DATE = "DATE"
    CODES = "CODES"
    TEXT = "TEXT"


_C, _K = ReasonCode, Kind

KINDS: dict[ReasonCode, Kind] = {
    _C.ACCOUNT_OUTSIDE: _K.AMOUNT,
    _C.CURRENCY: _K.TEXT,
    _C.RENEGOTIATIONS: _K.COUNT,
    _C.PRINCIPAL: _K.AMOUNT,
    _C.PRINCIPAL_LARGE: _K.AMOUNT,
    _C.WAIVER: _K.FRACTION,
    _C.METHOD: _K.CODES,
    _C.FREQUENCY: _K.CODES,
    _C.TERM_SHORT: _K.COUNT,
    _C.TERM_LONG: _K.COUNT,
    _C.INSTALMENT_SMALL: _K.AMOUNT,
    _C.INSTALMENT_LARGE: _K.AMOUNT,
    _C.DOWN_PAYMENT_SMALL: _K.AMOUNT,
    _C.DOWN_PAYMENT_LARGE: _K.AMOUNT,
    _C.FIRST_DATE_EARLY: _K.DATE,
    _C.FIRST_DATE_LATE: _K.DATE,
    _C.LAST_DATE: _K.DATE,
    _C.RATE_LOW: _K.FRACTION,
    _C.RATE_HIGH: _K.FRACTION,
    _C.STEP_RATIO: _K.RATIO,
    _C.BALLOON: _K.AMOUNT,
    _C.INTEREST_ONLY: _K.COUNT,
    _C.YEARLY_COST: _K.FRACTION,
    _C.NO_SCHEDULE: _K.TEXT,
    _C.BUDGET: _K.AMOUNT,
}

_NEAREST_IS_A_COUNT = (_C.INSTALMENT_SMALL, _C.INSTALMENT_LARGE, _C.LAST_DATE)

TERM_OF: dict[ReasonCode, str] = {
    _C.PRINCIPAL: "principal",
    _C.METHOD: "method",
    _C.FREQUENCY: "frequency",
    _C.TERM_SHORT: "instalment_count",
    _C.TERM_LONG: "instalment_count",
    _C.INSTALMENT_SMALL: "instalment_count",
    _C.INSTALMENT_LARGE: "instalment_count",
    _C.LAST_DATE: "instalment_count",
    _C.DOWN_PAYMENT_SMALL: "down_payment",
    _C.DOWN_PAYMENT_LARGE: "down_payment",
    _C.FIRST_DATE_EARLY: "first_date",
    _C.FIRST_DATE_LATE: "first_date",
    _C.RATE_LOW: "annual_rate",
    _C.RATE_HIGH: "annual_rate",
    _C.YEARLY_COST: "annual_rate",
    _C.BALLOON: "balloon",
    _C.INTEREST_ONLY: "interest_only_count",
}
"""The term of the plan that ``nearest`` is a value of; for FLAT_FEE the rate is ``fee_rate``."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One limit that is broken: the limit, the plan's value, and the nearest value that passes it.

    ``nearest`` is a value of the term that ``TERM_OF`` names (so for an instalment a number of instalments),
    or ``None`` where no single value mends it. Amounts in yuan, rates and shares as fractions.
    """

    code: ReasonCode
    limit: Value
    value: Value
    nearest: Value
    component: Component | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]

    @property
    def nearest_kind(self) -> Kind:
        if self.code in (_C.METHOD, _C.FREQUENCY):
            return Kind.TEXT
        return Kind.COUNT if self.code in _NEAREST_IS_A_COUNT else self.kind

    def to_data(self) -> dict[str, Any]:
        """Plain data: strings for everything but counts."""
        return {
            "code": self.code.value,
            "limit": _plain(self.limit),
            "value": _plain(self.value),
            "nearest": _plain(self.nearest),
            "component": self.component.value if self.component else None,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Inverse of ``to_data``.

        :raises KeyError, ValueError: if the data are not of its form.
        """
        code, component = ReasonCode(data["code"]), data["component"]
        bare = cls(code, None, None, None)
        return cls(
            code,
            _parsed(bare.kind, data["limit"]),
            _parsed(bare.kind, data["value"]),
            _parsed(bare.nearest_kind, data["nearest"]),
            Component(component) if component else None,
        )


def _plain(value: Value) -> Any:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return [str(item) for item in value]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _parsed(kind: Kind, value: Any) -> Value:
    if value is None:
        return None
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    if kind is Kind.COUNT:
        return int(value)
    if kind in (Kind.AMOUNT, Kind.FRACTION, Kind.RATIO):
        return Decimal(value)
    return tuple(value) if isinstance(value, list) else str(value)
