"""How did an account of the data set come to owe what it owes? Six statements, and a ledger that explains each to the fen.

Balances, payments and months late are the data's; interest, late fee, minimum payment and the order of payments are the
engine's; purchases are what is missing between the two (`demo/README.md`, rules 4 to 10).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random

from negotiation.domain import arrears
from negotiation.domain.accrual import Segment, exact_interest, interest
from negotiation.domain.calendar import add_months
from negotiation.domain.money import FEN
from negotiation.domain.standing import Payment
from negotiation.domain.terms import ZERO, Component
from negotiation.domain.waterfall import allocate, order_for
from negotiation.feeds.demonstration.source import MONTHS, SourceRow
from negotiation.models import ChargeRule, EntryKind

DAILY_RATE = Decimal("0.0005")
MINIMUM = arrears.MinimumPaymentRule()
LATE_FEE = arrears.LateFeeRule(tolerance=Decimal("10.00"))
GRACE_DAYS = 3
ANNUAL_FEE = Decimal("100.00")
CASH_SHARE = 0.15
ANNUAL_FEE_SHARE = 0.1
REVOLVING = (Component.PURCHASE_PRINCIPAL, Component.CASH_PRINCIPAL)
CORRECTED = (Component.LATE_FEE, Component.OTHER_FEE, Component.INTEREST, *reversed(REVOLVING))
_STATEMENT_COLUMN = {
    EntryKind.PURCHASE: "purchases",
    EntryKind.CASH: "cash_advances",
    EntryKind.INTEREST: "interest",
    EntryKind.LATE_FEE: "late_fees",
    EntryKind.FEE: "other_fees",
    EntryKind.ADJUSTMENT: "adjustments",
    EntryKind.PAYMENT: "payments",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One ledger line before it has a number."""

    posting: int
    kind: EntryKind
    component: Component
    posting_date: date
    amount: Decimal
    description: str = ""
    rule: ChargeRule | None = None
    base: Decimal | None = None
    rate: Decimal | None = None
    segment: Segment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyStatement:
    """One statement; ``movements`` by the name of their column."""

    statement_date: date
    due_date: date
    opening_balance: Decimal
    movements: Mapping[str, Decimal]
    closing_balance: Decimal
    minimum_payment: Decimal


@dataclass
class History:
    """The statements and the ledger of one account, built month by month."""

    row: SourceRow
    statement_dates: tuple[date, ...]
    due_day: int
    random: Random
    oddities: Counter[str]
    balances: dict[Component, Decimal] = field(default_factory=lambda: dict.fromkeys(Component, ZERO))
    statements: list[MonthlyStatement] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    minimum: Decimal = ZERO
    newly_called: Decimal = ZERO
    called_principal: Decimal = ZERO
    posting: int = 0

    @property
    def total(self) -> Decimal:
        """All that is owed, in yuan; below zero while the account is in credit."""
        return sum(self.balances.values(), ZERO)

    @property
    def revolving(self) -> Decimal:
        """The principal that bears interest; nothing while the account is in credit."""
        return max(sum((self.balances[part] for part in REVOLVING), ZERO), ZERO)

    @property
    def oldest_unpaid_due_date(self) -> date:
        """The due date that the data's months late point to; it may lie before the first statement."""
        return self.due_date(add_months(self.statement_dates[-1], -self.row.months_late))

    def due_date(self, statement_date: date) -> date:
        """The first due day after a statement."""
        same_month = statement_date.replace(day=self.due_day)
        return same_month if same_month > statement_date else add_months(same_month, 1)

    def build(self, as_of: date) -> "History":
        """All six months, and the interest since the last statement."""
        self._bring_forward()
        for month in range(1, MONTHS):
            self._month(month)
        self._charge_interest(
            [Segment(self.revolving, self.statement_dates[-1], as_of)], as_of, Component.ACCRUED_INTEREST
        )
        return self

    def receive(self, payments: Sequence[Payment]) -> None:
        """Payments after the last statement. Interest that is not posted yet is left as it is; what a plan asks beyond the
        posted balance is posted as interest of the plan on the day on which it is paid.
        """
        accrued = self.balances.pop(Component.ACCRUED_INTEREST)
        for payment in sorted(payments, key=lambda payment: payment.day):
            of_plan = max(payment.amount - self.total, ZERO)
            self._post(
                EntryKind.ADJUSTMENT, {Component.INTEREST: of_plan}, payment.day, "分期利息 Interest of the plan"
            )
            order = order_for(arrears.days_past_due(self.oldest_unpaid_due_date, payment.day))
            self._post(EntryKind.PAYMENT, self._reduced(payment.amount, order), payment.day)
        self.balances[Component.ACCRUED_INTEREST] = accrued

    def _bring_forward(self) -> None:
        balance, first = self.row.balances[0], self.statement_dates[0]
        if balance:
            self._post(EntryKind.BROUGHT_FORWARD, {Component.PURCHASE_PRINCIPAL: balance}, first)
        self._close(0, opening=balance, first_entry=len(self.entries), charges=ZERO)

    def _month(self, month: int) -> None:
        opened, closed = self.statement_dates[month - 1], self.statement_dates[month]
        first_entry, opening, is_late = len(self.entries), self.total, self.row.status[month] >= 1
        before, paid_on = self.revolving, self._paid_on(opened, closed, is_late=is_late)
        bears_interest = is_late or self.row.paid[month] < opening - LATE_FEE.tolerance
        self._pay(month, paid_on)
        if bears_interest:
            segments = [Segment(before, opened, paid_on), Segment(self.revolving, paid_on, closed)]
            self._charge_interest(_merged(segments), closed, Component.INTEREST)
        self._charge_late_fee(month, closed)
        self._charge_annual_fee(month, closed)
        charges = sum((entry.amount for entry in self.entries[first_entry:] if entry.rule), ZERO)
        self._apply_credit(closed)
        self._balance(self.row.balances[month] - self.total, closed)
        self._close(month, opening=opening, first_entry=first_entry, charges=charges)

    def _paid_on(self, opened: date, closed: date, *, is_late: bool) -> date:
        """In time or after the days of grace, as the data's status says; the day itself is by chance."""
        if not is_late:
            return opened + timedelta(days=self.random.randint(5, 19))
        first = self.due_date(opened) + timedelta(days=GRACE_DAYS + 1)
        return first + timedelta(days=self.random.randrange(max((closed - first).days, 1)))

    def _pay(self, month: int, paid_on: date) -> None:
        paid, late = self.row.paid[month], self.row.status[month]
        self._count_payment(month)
        oldest = self.due_date(add_months(self.statement_dates[month], -late)) if late >= 1 else None
        parts = self._reduced(paid, order_for(arrears.days_past_due(oldest, paid_on)))
        if paid:
            self._post(EntryKind.PAYMENT, parts, paid_on)
        self.minimum = max(self.minimum - paid, ZERO) if late >= 1 else ZERO
        reduced = -sum((parts[part] for part in REVOLVING), ZERO)
        self.called_principal = max(self.called_principal - reduced, ZERO) if self.minimum else ZERO

    def _count_payment(self, month: int) -> None:
        paid, is_late = self.row.paid[month], self.row.status[month] >= 1
        if not is_late and paid < self.minimum:
            self.oddities["a month in time with less than the minimum payment: no late fee is charged"] += 1
        if is_late and not self.minimum:
            self.oddities["a month late although nothing was due: no late fee is charged"] += 1
        elif is_late and paid >= self.minimum:
            self.oddities["a month late although the minimum was paid: taken as paid after the days of grace"] += 1

    def _charge_interest(self, segments: list[Segment], day: date, component: Component) -> None:
        """One charge, rounded once; its lines are the segments, the last of them with what rounding leaves."""
        left = interest(segments, DAILY_RATE)
        if not left:
            return
        self.posting += 1
        self.balances[component] += left
        for number, segment in enumerate(segments, start=1):
            share = exact_interest([segment], DAILY_RATE).quantize(FEN, rounding=ROUND_DOWN)
            amount = left if number == len(segments) else share
            left -= amount
            self._add(
                kind=EntryKind.INTEREST,
                component=component,
                posting_date=day,
                amount=amount,
                rule=ChargeRule.DAILY_INTEREST,
                base=segment.base,
                rate=DAILY_RATE,
                segment=segment,
            )

    def _charge_late_fee(self, month: int, day: date) -> None:
        """On what the missed statement newly called (domain rules §1.6); the months late are the data's."""
        fee = (
            arrears.late_fee_on(LATE_FEE, self.newly_called) if self.row.status[month] >= 1 and self.total > 0 else ZERO
        )
        if not fee:
            return
        self.posting += 1
        self.balances[Component.LATE_FEE] += fee
        self._add(
            kind=EntryKind.LATE_FEE,
            component=Component.LATE_FEE,
            posting_date=day,
            amount=fee,
            rule=ChargeRule.FLOOR if fee == LATE_FEE.floor else ChargeRule.SHARE,
            base=self.newly_called,
            rate=LATE_FEE.share,
        )

    def _charge_annual_fee(self, month: int, day: date) -> None:
        """A few accounts have theirs in these months, where the data's balance leaves room for it."""
        is_charged = self.random.random() < ANNUAL_FEE_SHARE / (MONTHS - 1)
        if is_charged and self.total >= 0 and self.row.balances[month] - self.total >= ANNUAL_FEE:
            self.posting += 1
            self.balances[Component.OTHER_FEE] += ANNUAL_FEE
            self._add(
                kind=EntryKind.FEE,
                component=Component.OTHER_FEE,
                posting_date=day,
                amount=ANNUAL_FEE,
                rule=ChargeRule.FIXED,
                description="年费 Annual fee",
            )

    def _apply_credit(self, day: date) -> None:
        """What was paid too much pays for what was charged after it."""
        credit = min(
            -self.balances[Component.PURCHASE_PRINCIPAL], self.total - self.balances[Component.PURCHASE_PRINCIPAL]
        )
        if credit > 0:
            parts = self._reduced(credit, CORRECTED) | {Component.PURCHASE_PRINCIPAL: credit}
            self._post(EntryKind.ADJUSTMENT, parts, day, "溢缴款抵扣 Credit applied")

    def _balance(self, gap: Decimal, day: date) -> None:
        """Purchases and cash close a gap up to the data's balance; an adjustment closes one down to it."""
        if gap > 0:
            cash = (gap / 200).quantize(Decimal(1), rounding=ROUND_DOWN) * 100 if self._draws_cash() else ZERO
            self._post(EntryKind.PURCHASE, {Component.PURCHASE_PRINCIPAL: gap - cash}, day)
            if cash:
                self._post(EntryKind.CASH, {Component.CASH_PRINCIPAL: cash.quantize(FEN)}, day)
        if gap < 0:
            self.oddities["a statement below what the rules give: the difference is an adjustment"] += 1
            self._post(EntryKind.ADJUSTMENT, self._reduced(-gap, CORRECTED), day, "账单金额调整 Statement correction")

    def _reduced(self, amount: Decimal, order: Sequence[Component]) -> dict[Component, Decimal]:
        """How much each component goes down by; what is too much becomes a credit of the purchases."""
        done = allocate(amount, {part: max(owed, ZERO) for part, owed in self.balances.items()}, order)
        parts = {Component(part): -reduced for part, reduced in done.allocated.items()}
        parts[Component.PURCHASE_PRINCIPAL] -= done.credit
        return parts

    def _draws_cash(self) -> bool:
        return self.random.random() < CASH_SHARE and self.total >= 0

    def _close(self, month: int, *, opening: Decimal, first_entry: int, charges: Decimal) -> None:
        movements: dict[str, Decimal] = dict.fromkeys(_STATEMENT_COLUMN.values(), ZERO)
        for entry in self.entries[first_entry:]:
            movements[_STATEMENT_COLUMN[entry.kind]] += (
                -entry.amount if entry.kind is EntryKind.PAYMENT else entry.amount
            )
        self._call_minimum(charges)
        if self.total < 0:
            self.oddities["a statement in credit: kept as a credit of the purchases"] += 1
        day = self.statement_dates[month]
        self.statements.append(
            MonthlyStatement(
                statement_date=day,
                due_date=self.due_date(day),
                opening_balance=opening,
                movements=movements,
                closing_balance=self.total,
                minimum_payment=self.minimum,
            )
        )

    def _call_minimum(self, charges: Decimal) -> None:
        """The minimum payment: the share of principal not yet called, new charges, and what was unpaid before."""
        unpaid, not_called = self.minimum, max(self.revolving - self.called_principal, ZERO)
        self.minimum = arrears.minimum_payment(
            MINIMUM, principal=not_called, interest=charges, previous_unpaid_minimum=unpaid, total=max(self.total, ZERO)
        )
        self.newly_called = max(self.minimum - unpaid, ZERO)
        self.called_principal = self.revolving - not_called + max(self.newly_called - charges, ZERO)

    def _post(self, kind: EntryKind, parts: Mapping[Component, Decimal], day: date, description: str = "") -> None:
        """One posting, a line for each component that it changes."""
        self.posting += 1
        for component, amount in parts.items():
            if amount:
                self.balances[component] += amount
                self._add(kind=kind, component=component, posting_date=day, amount=amount, description=description)

    def _add(self, **said: object) -> None:
        self.entries.append(Entry(posting=self.posting, **said))  # type: ignore[arg-type]


def _merged(segments: list[Segment]) -> list[Segment]:
    """Without empty segments; two of one base are one."""
    first, second = segments
    if first.base == second.base:
        return [Segment(first.base, first.start, second.end)]
    return [segment for segment in segments if segment.base and segment.days]
