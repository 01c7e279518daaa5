"""What a bank accepts: the limits of every product, balance and delinquency, and the settings that hold for all of them.

A policy is a value: it is built complete or refused by name. Knows nothing of how a plan is judged or where a policy is kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from negotiation.domain.authority import FIRST_MATRIX, Matrix, check_authority
from negotiation.domain.policy_refused import PolicyRefused
from negotiation.domain.terms import (
    ZERO,
    BusinessDayConvention,
    Component,
    Frequency,
    InterestMode,
    PlanMethod,
    Remainder,
    Waiver,
)

ANY_PRODUCT = "*"
LONGEST_YEARS = 5
"""Article 70 of the Measures on Credit-Card Business: a personalised agreement lasts five years at most."""


class LimitOutOfRange(PolicyRefused):
    """A limit has a value that no limit can have, or contradicts another one."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"{field}: {value}")
        self.field, self.value = field, value


class NoBands(PolicyRefused):
    """A policy without bands accepts nothing and says nothing."""


class OverlappingBands(PolicyRefused):
    """Two bands of a product claim the same account."""

    def __init__(self, first: "Limits", second: "Limits") -> None:
        super().__init__(f"{first} / {second}")
        self.first, self.second = first, second


class GapBetweenBands(PolicyRefused):
    """Accounts from this balance and this many days past due fall between the bands of a product."""

    def __init__(self, product_code: str, balance: Decimal, dpd: int) -> None:
        super().__init__(f"{product_code} {balance} {dpd}")
        self.product, self.balance, self.dpd = product_code, balance, dpd


@dataclass(frozen=True, slots=True)
class MethodRate:
    """What a method costs: the rate that is charged, and the range a reviewer may agree.

    A fraction: of the remaining principal a year, for FLAT_FEE of the financed amount a period; INTEREST_FREE has zeros.
    """

    method: PlanMethod
    rate: Decimal
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is accepted for one product, balance band and range of days past due.

    The balance band is ``balance_from`` ≤ total < ``balance_below``, the range ``dpd_from`` ≤ days ≤ ``dpd_to``;
    ``None`` is without bound. All other bounds are inclusive. Amounts in yuan, shares and rates as fractions,
    days counted from the day of judging. ``method_rates`` stands in the order in which methods are proposed.
    The limits that begin with ``automatic_`` are the corridor in which the bank answers at once; no method, no corridor.
    """

    product: str
    balance_from: Decimal
    balance_below: Decimal | None
    dpd_from: int
    dpd_to: int | None
    method_rates: tuple[MethodRate, ...]
    frequencies: tuple[Frequency, ...] = (Frequency.MONTHLY,)
    min_months: int = 1
    max_months: int = 60
    min_instalment: Decimal = Decimal("100.00")
    max_instalment: Decimal | None = None
    min_down_payment_share: Decimal = Decimal(0)
    min_start_days: int = 1
    max_start_days: int = 45
    waiver_caps: tuple[Waiver, ...] = ()
    max_step_ratio: Decimal = Decimal(3)
    max_balloon_share: Decimal = Decimal("0.5")
    max_interest_only_months: int = 12
    max_renegotiations: int = 1
    min_renegotiation_share: Decimal = Decimal("0.1")
    yearly_cost_ceiling: Decimal = Decimal("0.24")
    automatic_methods: tuple[PlanMethod, ...] = ()
    automatic_max_principal: Decimal = ZERO
    automatic_max_months: int = 0
    automatic_min_instalment: Decimal = ZERO
    automatic_min_down_payment_share: Decimal = Decimal(0)
    automatic_max_start_days: int = 0
    automatic_max_waived_share: Decimal = Decimal(0)
    automatic_max_renegotiations: int = 0

    def __post_init__(self) -> None:
        for field, value in _wrong_limits(self):
            raise LimitOutOfRange(field, value)

    @property
    def methods(self) -> tuple[PlanMethod, ...]:
        """The methods allowed, in the order in which they are proposed."""
        return tuple(line.method for line in self.method_rates)

    def method_rate(self, method: PlanMethod) -> MethodRate | None:
        """The rates of a method, or ``None`` if the method is not allowed."""
        return next((line for line in self.method_rates if line.method == method), None)

    def waiver_cap(self, component: Component) -> Decimal:
        """The largest share of the component that may be given up; nothing unless the policy says so."""
        return next((cap.share for cap in self.waiver_caps if cap.component == component), ZERO)

    @property
    def corridor(self) -> "Limits | None":
        """The same band with the tighter limits inside which the bank answers at once; ``None`` if nothing fits them."""
        rates = tuple(line for line in self.method_rates if line.method in self.automatic_methods)
        months = min(self.max_months, self.automatic_max_months)
        start_days = min(self.max_start_days, self.automatic_max_start_days)
        instalment = max(self.min_instalment, self.automatic_min_instalment)
        is_possible = rates and months >= self.min_months and start_days >= self.min_start_days
        if not is_possible or (self.max_instalment is not None and instalment > self.max_instalment):
            return None
        return replace(
            self,
            method_rates=rates,
            max_months=months,
            max_start_days=start_days,
            min_instalment=instalment,
            min_down_payment_share=max(self.min_down_payment_share, self.automatic_min_down_payment_share),
        )

    def covers(self, balance: Decimal, dpd: int) -> bool:
        """Whether an account with this total and these days past due belongs to the band."""
        return (
            self.dpd_from <= dpd
            and self.balance_from <= balance
            and (self.dpd_to is None or dpd <= self.dpd_to)
            and (self.balance_below is None or balance < self.balance_below)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPolicy:
    """One published version of what the bank accepts.

    ``answer_days`` is the target for a person at the bank to answer; ``max_rounds`` counts the cardholder's proposals;
    ``authority`` says who decides what goes to a person.

    :raises PolicyRefused: if a setting is out of range, the authority does not hold together, there are no bands, or the bands
        of a product overlap or leave a gap.
    """

    version: int
    name: str
    effective_from: date
    bands: tuple[Limits, ...]
    currency: str = "CNY"
    longest_years: int = LONGEST_YEARS
    quote_validity_days: int = 7
    offer_validity_days: int = 7
    answer_days: int = 2
    max_rounds: int = 5
    grace_days: int = 3
    grace_amount: Decimal = Decimal("10.00")
    breach_after_days: int = 30
    breach_after_missed: int = 2
    cure_days: int = 10
    affordability_margin: Decimal = Decimal("0.1")
    remainder: Remainder = Remainder.LAST
    interest_mode: InterestMode = InterestMode.PERIODIC
    days_in_year: int = 365
    business_day_convention: BusinessDayConvention = BusinessDayConvention.NONE
    keeps_month_end: bool = True
    authority: Matrix = FIRST_MATRIX

    def __post_init__(self) -> None:
        for field, value in _wrong_settings(self):
            raise LimitOutOfRange(field, value)
        check_authority(self.authority)
        if not self.bands:
            raise NoBands(self.name)
        for code in dict.fromkeys(band.product for band in self.bands):
            check_partition([band for band in self.bands if band.product == code])

    def limits_for(self, product_code: str, balance: Decimal, dpd: int) -> Limits | None:
        """The band an account belongs to. A product with bands of its own does not fall back to those of ``*``."""
        fallback = None
        own = False
        for band in self.bands:
            if band.product == product_code:
                own = True
                if band.covers(balance, dpd):
                    return band
            elif band.product == ANY_PRODUCT and band.covers(balance, dpd):
                fallback = band
        return None if own else fallback


def check_partition(bands: Iterable[Limits]) -> None:
    """The bands of one product tile the rectangle from their lowest to their highest balance and days past due.

    :raises OverlappingBands: if two bands claim one account.
    :raises GapBetweenBands: if a place inside the rectangle belongs to no band.
    """
    bands = tuple(bands)
    for balance, dpd in product(_starts(_balances(bands)), _starts(_days(bands))):
        claiming = [band for band in bands if band.covers(balance, dpd)]
        if len(claiming) > 1:
            raise OverlappingBands(claiming[0], claiming[1])
        if not claiming:
            raise GapBetweenBands(bands[0].product, balance, dpd)


def _balances(bands: tuple[Limits, ...]) -> tuple[set[Decimal], bool]:
    ends = {band.balance_below for band in bands}
    return {band.balance_from for band in bands} | {end for end in ends if end is not None}, None in ends


def _days(bands: tuple[Limits, ...]) -> tuple[set[int], bool]:
    ends = {band.dpd_to for band in bands}
    return {band.dpd_from for band in bands} | {end + 1 for end in ends if end is not None}, None in ends


def _starts(cuts_and_openness: tuple[set[Any], bool]) -> list[Any]:
    """Where the cells of a grid begin; the last cut begins a cell only if a band runs on without end."""
    cuts, is_open = cuts_and_openness
    ordered = sorted(cuts)
    return ordered if is_open else ordered[:-1]


_SHARES = (
    "min_down_payment_share",
    "max_balloon_share",
    "min_renegotiation_share",
    "automatic_min_down_payment_share",
    "automatic_max_waived_share",
    "affordability_margin",
)
_FROM_ONE = (
    "min_months",
    "longest_years",
    "quote_validity_days",
    "offer_validity_days",
    "answer_days",
    "max_rounds",
    "breach_after_days",
    "breach_after_missed",
    "max_step_ratio",
    "version",
)
_ORDERED = (
    ("min_months", "max_months"),
    ("min_instalment", "max_instalment"),
    ("min_start_days", "max_start_days"),
    ("dpd_from", "dpd_to"),
)


def _wrong_limits(limits: Limits) -> Iterator[tuple[str, object]]:
    yield from _wrong_numbers(limits)
    for low, high in _ORDERED:
        if getattr(limits, high) is not None and getattr(limits, low) > getattr(limits, high):
            yield high, getattr(limits, high)
    if limits.balance_below is not None and limits.balance_below <= limits.balance_from:
        yield "balance_below", limits.balance_below
    if limits.max_months > 12 * LONGEST_YEARS:
        yield "max_months", limits.max_months
    if not limits.frequencies:
        yield "frequencies", limits.frequencies
    yield from _wrong_methods(limits)
    for cap in limits.waiver_caps:
        if not 0 <= cap.share <= 1:
            yield "waiver_caps", cap.share


def _wrong_methods(limits: Limits) -> Iterator[tuple[str, object]]:
    methods = limits.methods
    if not methods or len(set(methods)) < len(methods):
        yield "method_rates", methods
    if not set(limits.automatic_methods) <= set(methods):
        yield "automatic_methods", limits.automatic_methods
    for line in limits.method_rates:
        if not (line.rate.is_finite() and 0 <= line.lowest <= line.rate <= line.highest <= 1):
            yield "method_rates", line.rate
        if line.method == PlanMethod.INTEREST_FREE and line.highest:
            yield "method_rates", line.highest


def _wrong_settings(policy: LimitPolicy) -> Iterator[tuple[str, object]]:
    yield from _wrong_numbers(policy)
    if policy.longest_years > LONGEST_YEARS:
        yield "longest_years", policy.longest_years
    if policy.days_in_year not in (360, 365):
        yield "days_in_year", policy.days_in_year


def _wrong_numbers(record: Limits | LimitPolicy) -> Iterator[tuple[str, object]]:
    """Numbers that are not finite, negative, a share above one, or below one where one is the least."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
            continue
        least = 1 if field.name in _FROM_ONE else 0
        if not Decimal(value).is_finite() or value < least or (field.name in _SHARES and value > 1):
            yield field.name, value


def policy_data(policy: LimitPolicy) -> dict[str, Any]:
    """The policy as plain data, the same for equal policies: what is hashed when it is published.

    The authority stands in it only if it is not the first matrix: so versions from before there was one keep their hash.
    """
    data: dict[str, Any] = _plain(policy)
    if policy.authority == FIRST_MATRIX:
        del data["authority"]
    return data


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
