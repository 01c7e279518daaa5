"""What a repayment plan is: its terms, its rows and the words for both.

Knows how terms are written down (canonical data, hashed and stored); knows nothing of how rows are computed or what a bank allows.
"""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

ZERO = Decimal("0.00")


class Component(StrEnum):
    """The parts a debt consists of (domain rules §3.2); order is the order shown."""

    PURCHASE_PRINCIPAL = "purchase_principal"
    CASH_PRINCIPAL = "cash_principal"
    INSTALMENT_PRINCIPAL = "instalment_principal"
    INTEREST = "interest"
    ACCRUED_INTEREST = "accrued_interest"
    LATE_FEE = "late_fee"
    OTHER_FEE = "other_fee"
    RECOVERY_COST = "recovery_cost"


class PlanMethod(StrEnum):
    EQUAL_PRINCIPAL = "EQUAL_PRINCIPAL"
    EQUAL_INSTALMENT = "EQUAL_INSTALMENT"
    FLAT_FEE = "FLAT_FEE"
    INTEREST_FREE = "INTEREST_FREE"
    STEP = "STEP"
    BALLOON = "BALLOON"
    INTEREST_ONLY_THEN_LEVEL = "INTEREST_ONLY_THEN_LEVEL"


class Frequency(StrEnum):
    MONTHLY = "MONTHLY"
    FORTNIGHTLY = "FORTNIGHTLY"
    WEEKLY = "WEEKLY"


class Remainder(StrEnum):
    """Which row takes the fen that an even split leaves over."""

    FIRST = "FIRST"
    LAST = "LAST"


class InterestMode(StrEnum):
    """PERIODIC: balance × annual rate ÷ periods a year. DAILY_ACTUAL: balance × daily rate × days between unadjusted due dates."""

    PERIODIC = "PERIODIC"
    DAILY_ACTUAL = "DAILY_ACTUAL"


class BusinessDayConvention(StrEnum):
    NONE = "NONE"
    FOLLOWING = "FOLLOWING"
    MODIFIED_FOLLOWING = "MODIFIED_FOLLOWING"
    PRECEDING = "PRECEDING"


@dataclass(frozen=True, slots=True)
class Step:
    """``count`` instalments of ``payment`` yuan each."""

    count: int
    payment: Decimal


@dataclass(frozen=True, slots=True)
class Waiver:
    """The share (0 to 1) of one component of the debt that the bank gives up."""

    component: Component
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """Everything that decides a schedule. Amounts in yuan, rates as fractions.

    ``principal`` is the debt put into the plan after waivers and before the down payment;
    ``value_date`` is the day from which interest runs (the day of the agreement).
    """

    method: PlanMethod
    principal: Decimal
    instalment_count: int
    first_date: date
    value_date: date
    annual_rate: Decimal = Decimal(0)
    fee_rate: Decimal = Decimal(0)
    down_payment: Decimal = ZERO
    frequency: Frequency = Frequency.MONTHLY
    remainder: Remainder = Remainder.LAST
    interest_mode: InterestMode = InterestMode.PERIODIC
    daily_rate: Decimal | None = None
    anchor_day: int | None = None
    business_day_convention: BusinessDayConvention = BusinessDayConvention.NONE
    steps: tuple[Step, ...] = ()
    balloon: Decimal | None = None
    interest_only_count: int = 0
    waivers: tuple[Waiver, ...] = ()

    @property
    def financed(self) -> Decimal:
        """Yuan that the rows repay: principal less down payment."""
        return self.principal - self.down_payment

    def to_data(self) -> dict[str, Any]:
        """Canonical form: every field, strings for money, rates and dates; the same terms always give the same data."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "PlanTerms":
        """Inverse of ``to_data``.

        :raises KeyError, ValueError: if a field is missing or not of its form.
        """
        return cls(
            method=PlanMethod(data["method"]),
            principal=Decimal(data["principal"]),
            instalment_count=int(data["instalment_count"]),
            first_date=date.fromisoformat(data["first_date"]),
            value_date=date.fromisoformat(data["value_date"]),
            annual_rate=Decimal(data["annual_rate"]),
            fee_rate=Decimal(data["fee_rate"]),
            down_payment=Decimal(data["down_payment"]),
            frequency=Frequency(data["frequency"]),
            remainder=Remainder(data["remainder"]),
            interest_mode=InterestMode(data["interest_mode"]),
            daily_rate=None if data["daily_rate"] is None else Decimal(data["daily_rate"]),
            anchor_day=data["anchor_day"],
            business_day_convention=BusinessDayConvention(data["business_day_convention"]),
            steps=tuple(Step(int(step["count"]), Decimal(step["payment"])) for step in data["steps"]),
            balloon=None if data["balloon"] is None else Decimal(data["balloon"]),
            interest_only_count=int(data["interest_only_count"]),
            waivers=tuple(Waiver(Component(item["component"]), Decimal(item["share"])) for item in data["waivers"]),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment. ``payment`` = principal + interest + fee; ``due_date`` is the adjusted date."""

    seq: int
    due_date: date
    principal: Decimal
    interest: Decimal
    fee: Decimal
    payment: Decimal
    balance_after: Decimal

    def to_data(self) -> dict[str, Any]:
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Row":
        amounts = {name: Decimal(data[name]) for name in ("principal", "interest", "fee", "payment", "balance_after")}
        return cls(seq=int(data["seq"]), due_date=date.fromisoformat(data["due_date"]), **amounts)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows that follow from the terms."""

    terms: PlanTerms
    rows: tuple[Row, ...]

    @property
    def total_interest(self) -> Decimal:
        """Interest and flat instalment interest together, in yuan."""
        return sum((row.interest + row.fee for row in self.rows), ZERO)

    @property
    def total_payment(self) -> Decimal:
        """All instalments, without the down payment, in yuan."""
        return sum((row.payment for row in self.rows), ZERO)

    @property
    def last_date(self) -> date:
        return self.rows[-1].due_date


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, tuple):
        return [{field.name: _plain(getattr(item, field.name)) for field in fields(item)} for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
