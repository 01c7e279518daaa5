"""Is a plan inside the bank's limits, and if not, what exactly stands against it?

Every reason is given at once, with the nearest value that passes. Knows codes, not words; knows no wish of the cardholder.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal

from negotiation.domain import bad_input
from negotiation.domain.calendar import PERIODS_A_YEAR, add_months
from negotiation.domain.ceiling import highest_rate_below, is_cost_above, simple_cost
from negotiation.domain.money import FEN, from_fen, rate, round_half_up, yuan
from negotiation.domain.policy import LimitPolicy, Limits, MethodRate
from negotiation.domain.reasons import Reason, ReasonCode
from negotiation.domain.schedule import payments_fen
from negotiation.domain.terms import ZERO, Component, Frequency, InterestMode, PlanMethod, PlanTerms, Waiver
from negotiation.domain.terms_check import MOST_INSTALMENTS, check_terms

# What a person may well ask for although no schedule follows from it, and the limit that already says so.
NEGOTIABLE = {
    bad_input.TooManyInstalments: ReasonCode.TERM_LONG,
    bad_input.DownPaymentTooLarge: ReasonCode.DOWN_PAYMENT_LARGE,
    bad_input.FirstDateInThePast: ReasonCode.FIRST_DATE_EARLY,
    bad_input.FirstDateTooFar: ReasonCode.FIRST_DATE_LATE,
    bad_input.TooLittleToSplit: None,
    bad_input.StepsPayOffEarly: None,
    bad_input.PaymentBelowInterest: None,
    bad_input.BalloonDoesNotFit: None,
    bad_input.InterestOnlyDoesNotFit: None,
}
_HUNDREDTH = Decimal("0.01")
_RATE_PLACES = Decimal("1E-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the limits depend on: the debt that is put into the plan, before any waiver.

    ``dpd`` counts days past due; ``renegotiation_count`` is 0 for a first plan, 1 for the plan that replaces it, and so on.
    """

    product: str
    total: Decimal
    components: dict[Component, Decimal]
    dpd: int
    renegotiation_count: int = 0
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reasons``: every limit that is broken; ``corridor``: every limit of the automatic corridor that is, once no other is."""

    limits: Limits | None
    reasons: tuple[Reason, ...]
    corridor: tuple[Reason, ...]

    @property
    def is_within_limits(self) -> bool:
        return not self.reasons

    @property
    def is_automatic(self) -> bool:
        """Whether the bank answers yes at once."""
        return not self.reasons and not self.corridor


@dataclass(frozen=True, slots=True)
class _Case:
    """What every check looks at; ``payments`` are the rows in fen, or ``None`` if no schedule follows from the terms.

    ``regular`` are the smallest and the largest regular instalment in fen.
    """

    terms: PlanTerms
    limits: Limits
    policy: LimitPolicy
    account: AccountFacts
    today: date
    payments: list[int] | None
    regular: tuple[int, int]


def judge(terms: PlanTerms, policy: LimitPolicy, account: AccountFacts, today: date) -> Verdict:
    """All limits that the plan breaks, on its rounded rows and unadjusted due dates; ``today`` stands for the day of signing.

    :raises BadInput: if the terms hold what is no amount, rate, count or date at all.
    """
    limits = policy.limits_for(account.product, account.total, account.dpd)
    if limits is None:
        return Verdict(None, (Reason(ReasonCode.ACCOUNT_OUTSIDE, None, account.total, None),), ())
    payments, fault = _payments(terms)
    regular = (0, 0) if payments is None else _regular(terms, payments)
    case = _Case(terms, limits, policy, account, today, payments, regular)
    reasons = [reason for check in _CHECKS for reason in check(case)]
    if fault is not None and NEGOTIABLE[type(fault)] not in [reason.code for reason in reasons]:
        reasons.append(Reason(ReasonCode.NO_SCHEDULE, None, type(fault).__name__, None))
    return Verdict(limits, tuple(reasons), () if reasons else tuple(_outside_corridor(case)))


def regular_payments(terms: PlanTerms) -> tuple[Decimal, Decimal]:
    """The smallest and the largest instalment in yuan, without the row that takes the odd fen and without a balloon.

    Limits on an instalment, and a person's "so much a month", are measured by these.

    :raises BadInput: if no schedule follows from the terms.
    """
    check_terms(terms)
    smallest, largest = _regular(terms, payments_fen(terms))
    return from_fen(smallest), from_fen(largest)


def last_due_date(first_date: date, count: int, frequency: Frequency, anchor_day: int | None) -> date:
    """The unadjusted due date of the last of ``count`` instalments."""
    if frequency is Frequency.MONTHLY:
        return add_months(first_date, count - 1, anchor_day)
    return first_date + timedelta(days=364 // PERIODS_A_YEAR[frequency] * (count - 1))


def debt_after_waivers(account: AccountFacts, waivers: tuple[Waiver, ...]) -> Decimal:
    """The debt less what is given up, each component's waived share rounded half up (domain rules §3.7, vector WV1)."""
    waived = (round_half_up(account.components.get(item.component, ZERO) * item.share) for item in waivers)
    return account.total - sum(waived, ZERO)


def least_down_payment(limits: Limits, account: AccountFacts, principal: Decimal) -> Decimal:
    """The smallest down payment in yuan, rounded up to the fen; a renegotiation may ask for more than a first plan."""
    share = limits.min_down_payment_share
    if account.renegotiation_count:
        share = max(share, limits.min_renegotiation_share)
    return _share_of(principal, share)


def count_limits(limits: Limits, frequency: Frequency) -> tuple[int, int]:
    """The fewest and the most instalments; months become periods, rounded inwards."""
    a_year = PERIODS_A_YEAR[frequency]
    return -(-limits.min_months * a_year // 12), min(limits.max_months * a_year // 12, MOST_INSTALMENTS[frequency])


def _payments(terms: PlanTerms) -> tuple[list[int] | None, bad_input.BadInput | None]:
    try:
        check_terms(terms)
        return payments_fen(terms), None
    except tuple(NEGOTIABLE) as fault:
        _check_numbers(terms)
        return None, fault


def _check_numbers(terms: PlanTerms) -> None:
    """``check_terms`` stops at the first fault; what it did not reach must be numbers too before it is compared."""
    for fraction in (terms.annual_rate, terms.fee_rate, terms.daily_rate or Decimal(0)):
        rate(fraction)
    for amount in (terms.principal, terms.down_payment, terms.balloon or ZERO):
        yuan(amount)
    count = terms.instalment_count
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise bad_input.NoInstalments(count)


def _regular(terms: PlanTerms, payments: list[int]) -> tuple[int, int]:
    method = terms.method
    if method is PlanMethod.EQUAL_INSTALMENT:
        return payments[0], payments[0]
    if method in (PlanMethod.INTEREST_FREE, PlanMethod.FLAT_FEE):
        return min(payments), min(payments)
    is_last_alone = method is PlanMethod.INTEREST_ONLY_THEN_LEVEL and terms.interest_only_count == len(payments) - 1
    if method in (PlanMethod.STEP, PlanMethod.EQUAL_PRINCIPAL) or len(payments) == 1 or is_last_alone:
        return min(payments), max(payments)
    return min(payments[:-1]), max(payments[:-1])


def _share_of(amount: Decimal, share: Decimal) -> Decimal:
    return (amount * share).quantize(FEN, ROUND_CEILING)


def _check_account(case: _Case) -> Iterator[Reason]:
    account, most = case.account, case.limits.max_renegotiations
    if account.currency != case.policy.currency:
        yield Reason(ReasonCode.CURRENCY, case.policy.currency, account.currency, None)
    if account.renegotiation_count > most:
        yield Reason(ReasonCode.RENEGOTIATIONS, most, account.renegotiation_count, None)


def _check_principal(case: _Case) -> Iterator[Reason]:
    terms = case.terms
    for item in terms.waivers:
        cap = case.limits.waiver_cap(item.component)
        if rate(item.share) > cap:
            yield Reason(ReasonCode.WAIVER, cap, item.share, cap, item.component)
    owed = debt_after_waivers(case.account, terms.waivers)
    if terms.principal != owed:
        yield Reason(ReasonCode.PRINCIPAL, owed, terms.principal, owed)


def _check_method(case: _Case) -> Iterator[Reason]:
    terms, limits = case.terms, case.limits
    rates = limits.method_rate(terms.method)
    if rates is None:
        yield Reason(ReasonCode.METHOD, limits.methods, terms.method, limits.methods[0])
    else:
        yield from _check_rate(case, rates)
    if terms.frequency not in limits.frequencies:
        yield Reason(ReasonCode.FREQUENCY, limits.frequencies, terms.frequency, limits.frequencies[0])


def _check_rate(case: _Case, rates: MethodRate) -> Iterator[Reason]:
    charged = charged_rate(case.terms, case.policy)
    if charged < rates.lowest:
        yield Reason(ReasonCode.RATE_LOW, rates.lowest, charged, rates.lowest)
    if charged > rates.highest:
        yield Reason(ReasonCode.RATE_HIGH, rates.highest, charged, rates.highest)


def charged_rate(terms: PlanTerms, policy: LimitPolicy) -> Decimal:
    """What the method charges, measured as ``MethodRate`` does: a year on the balance, or a period for FLAT_FEE.

    A daily rate is brought to a year to nine places, which is finer than any rate is agreed.
    """
    if terms.method is PlanMethod.FLAT_FEE:
        return terms.fee_rate
    if terms.interest_mode is InterestMode.DAILY_ACTUAL and terms.daily_rate is not None:
        return (terms.daily_rate * policy.days_in_year).quantize(_RATE_PLACES)
    return terms.annual_rate


def _check_term(case: _Case) -> Iterator[Reason]:
    terms = case.terms
    fewest, most = count_limits(case.limits, terms.frequency)
    if terms.instalment_count < fewest:
        yield Reason(ReasonCode.TERM_SHORT, fewest, terms.instalment_count, fewest)
    if terms.instalment_count > most:
        yield Reason(ReasonCode.TERM_LONG, most, terms.instalment_count, most)


def _check_down_payment(case: _Case) -> Iterator[Reason]:
    terms = case.terms
    least = least_down_payment(case.limits, case.account, terms.principal)
    if terms.down_payment < least:
        yield Reason(ReasonCode.DOWN_PAYMENT_SMALL, least, terms.down_payment, least)
    if terms.down_payment >= terms.principal:
        most = terms.principal - max(case.limits.min_instalment, FEN)
        nearest = most if most >= least else None
        yield Reason(ReasonCode.DOWN_PAYMENT_LARGE, terms.principal - FEN, terms.down_payment, nearest)


def _check_dates(case: _Case) -> Iterator[Reason]:
    terms, limits = case.terms, case.limits
    earliest, latest = first_date_limits(limits, case.today)
    if terms.first_date < earliest:
        yield Reason(ReasonCode.FIRST_DATE_EARLY, earliest, terms.first_date, earliest)
    if terms.first_date > latest:
        yield Reason(ReasonCode.FIRST_DATE_LATE, latest, terms.first_date, latest)
    limit = add_months(case.today, 12 * case.policy.longest_years)
    last = _last_date_of(terms, terms.instalment_count)
    if last > limit:
        nearest = _largest_passing(terms.instalment_count, lambda count: _last_date_of(terms, count) <= limit)
        yield Reason(ReasonCode.LAST_DATE, limit, last, nearest)


def first_date_limits(limits: Limits, today: date) -> tuple[date, date]:
    """The earliest and the latest day for the first instalment."""
    return today + timedelta(days=limits.min_start_days), today + timedelta(days=limits.max_start_days)


def _last_date_of(terms: PlanTerms, count: int) -> date:
    return last_due_date(terms.first_date, count, terms.frequency, terms.anchor_day)


def _check_instalment(case: _Case) -> Iterator[Reason]:
    if case.payments is None:
        return
    limits = case.limits
    smallest, largest = from_fen(case.regular[0]), from_fen(case.regular[1])
    if smallest < limits.min_instalment:
        yield _too_small(case.terms, smallest, limits.min_instalment)
    if limits.max_instalment is not None and largest > limits.max_instalment:
        yield _too_large(case.terms, largest, limits.max_instalment)


def _too_small(terms: PlanTerms, smallest: Decimal, limit: Decimal) -> Reason:
    nearest = _largest_passing(terms.instalment_count, lambda count: _regular_with(terms, count)[0] >= limit)
    return Reason(ReasonCode.INSTALMENT_SMALL, limit, smallest, nearest)


def _too_large(terms: PlanTerms, largest: Decimal, limit: Decimal) -> Reason:
    most = MOST_INSTALMENTS[terms.frequency]
    nearest = _smallest_passing(terms.instalment_count, most, lambda count: _regular_with(terms, count)[1] <= limit)
    return Reason(ReasonCode.INSTALMENT_LARGE, limit, largest, nearest)


def _regular_with(terms: PlanTerms, count: int) -> tuple[Decimal, Decimal]:
    """The regular payments with another number of instalments; none that passes where the method's shape forbids it."""
    try:
        return regular_payments(replace(terms, instalment_count=count))
    except bad_input.BadInput:
        return Decimal("-Infinity"), Decimal("Infinity")


def _largest_passing(start: int, passes: Callable[[int], bool]) -> int | None:
    """The largest count below ``start`` that passes, where fewer instalments pass the sooner."""
    low, high = 0, start
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if passes(middle) else (low, middle)
    return low or None


def _smallest_passing(start: int, most: int, passes: Callable[[int], bool]) -> int | None:
    """The smallest count above ``start`` that passes, where more instalments pass the sooner."""
    low, high = start, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return high if high <= most else None


def _check_shape(case: _Case) -> Iterator[Reason]:
    terms, limits = case.terms, case.limits
    if terms.method is PlanMethod.STEP and case.payments is not None:
        ratio = Decimal(max(case.payments)) / min(case.payments)
        if ratio > limits.max_step_ratio:
            yield Reason(ReasonCode.STEP_RATIO, limits.max_step_ratio, ratio.quantize(_HUNDREDTH, ROUND_CEILING), None)
    if terms.balloon is not None:
        most = (terms.financed * limits.max_balloon_share).quantize(FEN, ROUND_DOWN)
        if terms.balloon > most:
            yield Reason(ReasonCode.BALLOON, most, terms.balloon, most or None)
    longest = limits.max_interest_only_months * PERIODS_A_YEAR[terms.frequency] // 12
    if terms.interest_only_count > longest:
        yield Reason(ReasonCode.INTEREST_ONLY, longest, terms.interest_only_count, longest)


def _check_cost(case: _Case) -> Iterator[Reason]:
    ceiling = case.limits.yearly_cost_ceiling
    if case.payments is not None and is_cost_above(case.terms, case.payments, ceiling):
        cost, nearest = simple_cost(case.terms), highest_rate_below(case.terms, ceiling)
        yield Reason(ReasonCode.YEARLY_COST, ceiling, cost, nearest)


_CHECKS: tuple[Callable[[_Case], Iterator[Reason]], ...] = (
    _check_account,
    _check_principal,
    _check_method,
    _check_term,
    _check_instalment,
    _check_down_payment,
    _check_dates,
    _check_shape,
    _check_cost,
)


def _outside_corridor(case: _Case) -> Iterator[Reason]:
    """What keeps an acceptable plan from being accepted at once."""
    terms, limits, account = case.terms, case.limits, case.account
    if terms.method not in limits.automatic_methods:
        yield Reason(
            ReasonCode.METHOD, limits.automatic_methods, terms.method, next(iter(limits.automatic_methods), None)
        )
    rates = limits.method_rate(terms.method)
    if rates is not None and charged_rate(terms, case.policy) < rates.rate:
        yield Reason(ReasonCode.RATE_LOW, rates.rate, charged_rate(terms, case.policy), rates.rate)
    if terms.principal > limits.automatic_max_principal:
        yield Reason(ReasonCode.PRINCIPAL_LARGE, limits.automatic_max_principal, terms.principal, None)
    if account.renegotiation_count > limits.automatic_max_renegotiations:
        yield Reason(ReasonCode.RENEGOTIATIONS, limits.automatic_max_renegotiations, account.renegotiation_count, None)
    yield from _corridor_waiver(case)
    yield from _corridor_terms(case)


def _corridor_waiver(case: _Case) -> Iterator[Reason]:
    most = case.limits.automatic_max_waived_share
    waived = case.account.total - case.terms.principal
    if waived > case.account.total * most:
        yield Reason(
            ReasonCode.WAIVER, most, (waived / case.account.total).quantize(Decimal("0.0001"), ROUND_CEILING), most
        )


def _corridor_terms(case: _Case) -> Iterator[Reason]:
    terms, limits = case.terms, case.limits
    most = limits.automatic_max_months * PERIODS_A_YEAR[terms.frequency] // 12
    if terms.instalment_count > most:
        yield Reason(ReasonCode.TERM_LONG, most, terms.instalment_count, most or None)
    smallest = from_fen(case.regular[0])
    if smallest < limits.automatic_min_instalment:
        yield _too_small(terms, smallest, limits.automatic_min_instalment)
    least = _share_of(terms.principal, limits.automatic_min_down_payment_share)
    if terms.down_payment < least:
        yield Reason(ReasonCode.DOWN_PAYMENT_SMALL, least, terms.down_payment, least)
    latest = case.today + timedelta(days=limits.automatic_max_start_days)
    if terms.first_date > latest:
        yield Reason(ReasonCode.FIRST_DATE_LATE, latest, terms.first_date, latest)
