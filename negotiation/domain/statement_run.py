"""How does a card account grow, statement by statement, from what was posted and what was paid?

Knows the contract's rules and the movements; knows nothing of persons, plans or feeds. The bank's core system decides what
is owed; this re-computes it, so that every figure can be explained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from negotiation.domain.accrual import Segment, interest
from negotiation.domain.arrears import LateFeeRule, MinimumPaymentRule, days_past_due, late_fee_on, minimum_payment
from negotiation.domain.bad_input import NoSuchDate
from negotiation.domain.calendar import add_months
from negotiation.domain.money import positive_yuan
from negotiation.domain.terms import ZERO, Component
from negotiation.domain.waterfall import allocate, order_for

REVOLVING = (Component.PURCHASE_PRINCIPAL, Component.CASH_PRINCIPAL)
PRINCIPAL = (*REVOLVING, Component.INSTALMENT_PRINCIPAL)
FEES = (Component.LATE_FEE, Component.OTHER_FEE, Component.RECOVERY_COST)
CHARGES = (Component.INTEREST, *FEES)
USUAL_MINIMUM = MinimumPaymentRule()
USUAL_LATE_FEE = LateFeeRule()


class Compounding(StrEnum):
    """MONTHLY: interest posted and unpaid bears interest (按月计收复利). Fees never do (银发〔2016〕111号)."""

    NONE = "NONE"
    MONTHLY = "MONTHLY"


class LateFeeBase(StrEnum):
    """CUMULATIVE_MINIMUM: the whole unpaid minimum. CURRENT_MINIMUM: only what the missed statement newly called."""

    CUMULATIVE_MINIMUM = "CUMULATIVE_MINIMUM"
    CURRENT_MINIMUM = "CURRENT_MINIMUM"


class InterestBase(StrEnum):
    """What the first interest on a purchase runs on, once it was not paid in full: the balance day by day, or only the part left unpaid."""

    RUNNING_BALANCE = "RUNNING_BALANCE"
    UNPAID_PART = "UNPAID_PART"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRules:
    """The contract: days of the month, a daily rate as a fraction, and the rules of minimum payment and late fee.

    ``grace_days`` (容时) apply to the due date, ``tolerance`` (容差, yuan) to a statement paid all but in full.
    """

    statement_day: int
    due_day: int
    daily_rate: Decimal
    minimum: MinimumPaymentRule = USUAL_MINIMUM
    late_fee: LateFeeRule = USUAL_LATE_FEE
    late_fee_base: LateFeeBase = LateFeeBase.CURRENT_MINIMUM
    compounding: Compounding = Compounding.NONE
    interest_base: InterestBase = InterestBase.RUNNING_BALANCE
    grace_days: int = 0
    tolerance: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Posting:
    """``amount`` yuan added to ``component`` on its posting date (入账日), from which interest runs."""

    posted_on: date
    component: Component
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """``amount`` yuan received on a day."""

    paid_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One statement: ``interest`` was computed from ``segments``, ``late_fee`` from the shortfall ``late_fee_on``; yuan."""

    statement_date: date
    due_date: date
    interest: Decimal
    segments: tuple[Segment, ...]
    late_fee: Decimal
    late_fee_on: Decimal
    balances: dict[Component, Decimal]
    minimum_payment: Decimal
    newly_called: Decimal

    @property
    def interest_balance(self) -> Decimal:
        return self.balances[Component.INTEREST]

    @property
    def fee_balance(self) -> Decimal:
        return sum((self.balances[component] for component in FEES), ZERO)

    @property
    def principal(self) -> Decimal:
        return sum((self.balances[component] for component in PRINCIPAL), ZERO)

    @property
    def total(self) -> Decimal:
        return sum(self.balances.values(), ZERO)


@dataclass(frozen=True, slots=True)
class StatementRun:
    """The account as of a day: its statements, what is owed by component, interest accrued and not yet posted, credit, days past due."""

    statements: tuple[StatementLine, ...]
    as_of: date
    balances: dict[Component, Decimal]
    accrued: Decimal
    credit: Decimal
    days_past_due: int

    @property
    def charges_total(self) -> Decimal:
        """Interest, fees and accrued interest still owed, in yuan."""
        return sum((self.balances[component] for component in CHARGES), ZERO) + self.accrued

    @property
    def total_due(self) -> Decimal:
        """All that is owed, accrued interest included, in yuan."""
        return sum(self.balances.values(), ZERO) + self.accrued


def run_statements(
    rules: CardRules, postings: Sequence[Posting], payments: Sequence[Payment], as_of: date
) -> StatementRun:
    """The account from its first posting to ``as_of`` inclusive (domain rules §3.2, vectors R01 to R03).

    A purchase is free of interest if the statement that first shows it is paid in full by its due date and grace;
    otherwise interest runs from its posting date. Cash bears interest from its posting date. On one day postings
    come first, then payments, then the statement.

    :raises NoSuchDate: if nothing was posted by ``as_of``.
    :raises BadInput: if an amount is not a positive amount of yuan.
    """
    posted = sorted(
        (posting for posting in postings if posting.posted_on <= as_of), key=lambda posting: posting.posted_on
    )
    paid = sorted((payment for payment in payments if payment.paid_on <= as_of), key=lambda payment: payment.paid_on)
    if not posted:
        raise NoSuchDate(as_of)
    account = _Account(rules)
    for statement_date in _statement_dates(rules.statement_day, posted[0].posted_on, as_of):
        account.move(posted, paid, statement_date)
        account.close_statement(statement_date)
    account.move(posted, paid, as_of)
    return account.as_of(as_of)


def next_day_of_month(after: date, day_of_month: int) -> date:
    """The first ``day_of_month`` later than ``after``; the month's last day where the month is shorter."""
    this_month = add_months(after, 0, day_of_month)
    return this_month if this_month > after else add_months(after, 1, day_of_month)


def _statement_dates(statement_day: int, first_posting: date, as_of: date) -> Iterable[date]:
    statement_date = next_day_of_month(first_posting - timedelta(days=1), statement_day)
    while statement_date <= as_of:
        yield statement_date
        statement_date = next_day_of_month(statement_date, statement_day)


class _Layer:
    """A balance that bears interest from one day on: a posting, or the interest posted by one statement."""

    __slots__ = ("balance", "component", "is_bearing", "pending", "shown_on", "since")

    def __init__(self, component: Component, since: date, balance: Decimal, is_bearing: bool) -> None:
        self.component = component
        self.since = since
        self.balance = balance
        self.is_bearing = is_bearing
        self.shown_on: date | None = None
        self.pending: list[Segment] = []

    def close_segment(self, day: date) -> None:
        """The balance up to ``day`` becomes pending; days on which it did not change stay one segment."""
        if self.balance and day > self.since:
            start = self.since
            if self.pending and self.pending[-1].base == self.balance and self.pending[-1].end == start:
                start = self.pending.pop().start
            self.pending.append(Segment(self.balance, start, day))
        self.since = day

    def reduce(self, amount: Decimal, day: date) -> None:
        self.close_segment(day)
        self.balance -= amount


@dataclass(slots=True)
class _Called:
    """The part of a minimum payment that one statement newly called, and what of it is still unpaid."""

    due_date: date
    unpaid: Decimal


class _Account:
    """The running state between two statements."""

    def __init__(self, rules: CardRules) -> None:
        self.rules = rules
        self.balances = dict.fromkeys(Component, ZERO)
        self.credit = ZERO
        self.layers: list[_Layer] = []
        self.called: list[_Called] = []
        self.statements: list[StatementLine] = []
        self.paid_since_statement: list[Payment] = []
        self.new_instalments = self.new_fees = ZERO

    def move(self, posted: list[Posting], paid: list[Payment], until: date) -> None:
        """Take the movements up to ``until`` inclusive off both lists, in order of their days."""
        while (posted and posted[0].posted_on <= until) or (paid and paid[0].paid_on <= until):
            if posted and posted[0].posted_on <= until and (not paid or posted[0].posted_on <= paid[0].paid_on):
                self.post(posted.pop(0))
            else:
                self.pay(paid.pop(0))

    def post(self, posting: Posting) -> None:
        amount = positive_yuan(posting.amount)
        self.balances[posting.component] += amount
        if posting.component in PRINCIPAL:
            is_cash = posting.component is Component.CASH_PRINCIPAL
            self.layers.append(_Layer(posting.component, posting.posted_on, amount, is_cash))
        if posting.component is Component.INSTALMENT_PRINCIPAL:
            self.new_instalments += amount
        elif posting.component in CHARGES:
            self.new_fees += amount
        self.use_credit(posting.posted_on, order_for(self.dpd(posting.posted_on)))

    def pay(self, payment: Payment) -> None:
        amount = positive_yuan(payment.amount)
        order = order_for(self.dpd(payment.paid_on))
        self.paid_since_statement.append(payment)
        self.pay_called(amount)
        self.credit += amount
        self.use_credit(payment.paid_on, order)

    def use_credit(self, day: date, order: Sequence[Component]) -> None:
        if not self.credit:
            return
        done = allocate(self.credit, {str(component): owed for component, owed in self.balances.items()}, order)
        for component in PRINCIPAL if self.rules.compounding is Compounding.NONE else (*PRINCIPAL, Component.INTEREST):
            self.reduce_layers(component, done.allocated[component], day)
        self.balances = {component: done.remaining[component] for component in Component}
        self.credit = done.credit

    def reduce_layers(self, component: Component, amount: Decimal, day: date) -> None:
        for layer in self.layers:
            if not amount:
                return
            if layer.component is component and layer.balance:
                part = min(amount, layer.balance)
                layer.reduce(part, day)
                amount -= part

    def pay_called(self, amount: Decimal) -> None:
        for called in self.called:
            part = min(amount, called.unpaid)
            called.unpaid -= part
            amount -= part

    def dpd(self, day: date) -> int:
        oldest = next(
            (called.due_date for called in self.called if called.unpaid > self.rules.late_fee.tolerance), None
        )
        return days_past_due(oldest, day, self.rules.grace_days)

    def close_statement(self, statement_date: date) -> None:
        """Post the interest and late fee of the period and call the next minimum."""
        self.end_interest_free(statement_date)
        segments = self.take_segments(statement_date)
        charged = interest(segments, self.rules.daily_rate)
        shortfall = self.shortfall()
        fee = late_fee_on(self.rules.late_fee, shortfall)
        unpaid_minimum = sum((called.unpaid for called in self.called), ZERO)
        not_called = self.not_called(unpaid_minimum)
        self.post_charges(statement_date, charged, fee)
        due_date = next_day_of_month(statement_date, self.rules.due_day)
        minimum = self.minimum(not_called, charged, fee + self.new_fees, unpaid_minimum)
        newly_called = max(minimum - unpaid_minimum, ZERO)
        self.called = [called for called in self.called if called.unpaid] + [_Called(due_date, newly_called)]
        self.statements.append(
            StatementLine(
                statement_date, due_date, charged, segments, fee, shortfall, dict(self.balances), minimum, newly_called
            )
        )
        self.paid_since_statement, self.new_instalments, self.new_fees = [], ZERO, ZERO

    def minimum(self, not_called: Decimal, charged: Decimal, fees: Decimal, unpaid_minimum: Decimal) -> Decimal:
        return minimum_payment(
            self.rules.minimum,
            principal=not_called,
            instalment_due=min(self.new_instalments, self.balances[Component.INSTALMENT_PRINCIPAL]),
            fees=fees,
            interest=charged,
            previous_unpaid_minimum=unpaid_minimum,
            total=sum(self.balances.values(), ZERO),
        )

    def not_called(self, unpaid_minimum: Decimal) -> Decimal:
        """Revolving principal that no unpaid minimum has called yet; charges posted earlier are called in full, ahead of principal."""
        earlier_charges = sum((self.balances[component] for component in CHARGES), ZERO) - self.new_fees
        instalments = self.balances[Component.INSTALMENT_PRINCIPAL] - self.new_instalments
        called_principal = max(unpaid_minimum - max(earlier_charges, ZERO) - max(instalments, ZERO), ZERO)
        return max(sum((self.balances[component] for component in REVOLVING), ZERO) - called_principal, ZERO)

    def post_charges(self, statement_date: date, charged: Decimal, fee: Decimal) -> None:
        self.balances[Component.INTEREST] += charged
        self.balances[Component.LATE_FEE] += fee
        if charged and self.rules.compounding is Compounding.MONTHLY:
            self.layers.append(_Layer(Component.INTEREST, statement_date, charged, is_bearing=True))
        for layer in self.layers:
            layer.shown_on = layer.shown_on or statement_date
        self.use_credit(statement_date, order_for(self.dpd(statement_date)))

    def shortfall(self) -> Decimal:
        """What of the last minimum was not paid by its due date and grace, by the rule's base."""
        if not self.statements:
            return ZERO
        last = self.statements[-1]
        unpaid = max(last.minimum_payment - self.paid_in_time(last), ZERO)
        return min(unpaid, last.newly_called) if self.rules.late_fee_base is LateFeeBase.CURRENT_MINIMUM else unpaid

    def paid_in_time(self, statement: StatementLine) -> Decimal:
        limit = statement.due_date + timedelta(days=self.rules.grace_days)
        return sum((payment.amount for payment in self.paid_since_statement if payment.paid_on <= limit), ZERO)

    def end_interest_free(self, day: date) -> None:
        """Past its due date, purchases that the last statement first showed bear interest from posting unless it was paid in full."""
        if not self.statements or day <= self.statements[-1].due_date + timedelta(days=self.rules.grace_days):
            return
        last = self.statements[-1]
        is_paid = self.paid_in_time(last) >= last.total - self.rules.tolerance
        for layer in self.layers:
            if layer.is_bearing or layer.shown_on != last.statement_date:
                continue
            layer.close_segment(day)
            layer.is_bearing = True
            if is_paid:
                layer.pending.clear()
            elif self.rules.interest_base is InterestBase.UNPAID_PART:
                layer.pending = [
                    Segment(layer.balance, part.start, part.end) for part in layer.pending if layer.balance
                ]

    def take_segments(self, day: date) -> tuple[Segment, ...]:
        """The segments on which interest is charged up to ``day``, those of the same days joined; layers paid off are dropped."""
        bases: dict[tuple[date, date], Decimal] = {}
        for layer in self.layers:
            layer.close_segment(day)
            if not layer.is_bearing:
                continue
            for part in layer.pending:
                bases[part.start, part.end] = bases.get((part.start, part.end), ZERO) + part.base
            layer.pending = []
        self.layers = [layer for layer in self.layers if layer.balance or layer.pending]
        return tuple(Segment(base, start, end) for (start, end), base in sorted(bases.items()))

    def as_of(self, day: date) -> StatementRun:
        self.end_interest_free(day)
        accrued = interest(self.take_segments(day), self.rules.daily_rate)
        return StatementRun(tuple(self.statements), day, dict(self.balances), accrued, self.credit, self.dpd(day))
