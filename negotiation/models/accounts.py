"""What the bank's feed says about money: accounts, statements, ledger, and immutable snapshots of a debt."""

import uuid
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.domain.terms import ZERO, Component
from negotiation.models.fields import AmountField, new_reference
from negotiation.models.people import Cardholder


class FeedBatch(models.Model):
    """One imported delivery of the bank's core system; batches only ever move forward."""

    batch_id = models.CharField(_("batch"), max_length=40, unique=True)
    sequence = models.PositiveIntegerField(_("sequence"), unique=True)
    as_of = models.DateTimeField(_("as of"))
    control_sha256 = models.CharField(_("hash of the control record"), max_length=64)
    row_count = models.PositiveIntegerField(_("rows"))
    rejected_count = models.PositiveIntegerField(_("rejected rows"))
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("feed batch")
        verbose_name_plural = _("feed batches")
        ordering = ["-sequence"]

    def __str__(self) -> str:
        return self.batch_id


class ComponentBalances(models.Model):
    """The components a debt consists of; ``total`` is their sum and nothing else."""

    purchase_principal = AmountField(_("purchase principal"), default=ZERO)
    cash_principal = AmountField(_("cash-advance principal"), default=ZERO)
    instalment_principal = AmountField(_("instalment principal"), default=ZERO)
    interest = AmountField(_("interest"), default=ZERO)
    accrued_interest = AmountField(_("accrued interest, not yet posted"), default=ZERO)
    late_fee = AmountField(_("late fees"), default=ZERO)
    other_fee = AmountField(_("other fees"), default=ZERO)
    recovery_cost = AmountField(_("recovery costs"), default=ZERO)
    total = AmountField(_("total"), default=ZERO)

    class Meta:
        abstract = True

    @property
    def components(self) -> dict[Component, Decimal]:
        return {component: getattr(self, component.value) for component in Component}

    @property
    def principal(self) -> Decimal:
        return self.purchase_principal + self.cash_principal + self.instalment_principal


def total_is_sum(model: str) -> models.CheckConstraint:
    """The constraint that ``total`` is the sum of the components."""
    first, *others = (models.F(component.value) for component in Component)
    return models.CheckConstraint(condition=models.Q(total=sum(others, first)), name=f"{model}_total_is_sum")


class CardAccount(ComponentBalances):
    """One credit-card account as the newest batch that names it left it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    source_id = models.CharField(_("account number at the bank"), max_length=40, unique=True)
    cardholder = models.ForeignKey(Cardholder, models.PROTECT, related_name="accounts", verbose_name=_("cardholder"))
    product = models.CharField(_("product"), max_length=20)
    card_last4 = models.CharField(_("card number ending"), max_length=4)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    credit_limit = AmountField(_("credit limit"))
    opened_on = models.DateField(_("opened on"))
    statement_day = models.PositiveSmallIntegerField(_("statement day"))
    due_day = models.PositiveSmallIntegerField(_("due day"))
    daily_rate = models.DecimalField(_("daily rate"), max_digits=13, decimal_places=12)
    oldest_unpaid_due_date = models.DateField(_("oldest unpaid minimum was due on"), null=True, blank=True)
    left_feed_at = models.DateTimeField(_("no longer reported as overdue since"), null=True, blank=True)
    as_of = models.DateTimeField(_("as of"))
    batch = models.ForeignKey(FeedBatch, models.PROTECT, related_name="accounts", verbose_name=_("feed batch"))

    class Meta:
        verbose_name = _("card account")
        indexes = [models.Index(fields=["product"], name="cardaccount_product")]
        verbose_name_plural = _("card accounts")
        constraints = [total_is_sum("cardaccount")]

    def __str__(self) -> str:
        return f"{self.reference} ···· {self.card_last4}"

    def days_past_due(self, today: date) -> int:
        """Days from the due date of the oldest unpaid minimum to ``today``; 0 if nothing is overdue."""
        if self.oldest_unpaid_due_date is None:
            return 0
        return max(0, (today - self.oldest_unpaid_due_date).days)


class Statement(models.Model):
    """One monthly statement of an account."""

    account = models.ForeignKey(CardAccount, models.CASCADE, related_name="statements", verbose_name=_("card account"))
    statement_date = models.DateField(_("statement date"))
    due_date = models.DateField(_("payment due date"))
    opening_balance = AmountField(_("opening balance"))
    purchases = AmountField(_("purchases"))
    cash_advances = AmountField(_("cash advances"))
    interest = AmountField(_("interest"))
    late_fees = AmountField(_("late fees"))
    other_fees = AmountField(_("other fees"))
    adjustments = AmountField(_("adjustments"))
    payments = AmountField(_("payments"))
    closing_balance = AmountField(_("statement balance"))
    minimum_payment = AmountField(_("minimum payment"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["statement_date"]
        constraints = [
            models.UniqueConstraint(fields=["account", "statement_date"], name="statement_one_a_day"),
            models.CheckConstraint(
                condition=models.Q(
                    closing_balance=models.F("opening_balance")
                    + models.F("purchases")
                    + models.F("cash_advances")
                    + models.F("interest")
                    + models.F("late_fees")
                    + models.F("other_fees")
                    + models.F("adjustments")
                    - models.F("payments")
                ),
                name="statement_balances",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.statement_date}"


class EntryKind(models.TextChoices):
    BROUGHT_FORWARD = "brought_forward", _("Balance brought forward")
    PURCHASE = "purchase", _("Purchase")
    CASH = "cash", _("Cash advance")
    INTEREST = "interest", _("Interest")
    LATE_FEE = "late_fee", _("Late fee")
    FEE = "fee", _("Fee")
    PAYMENT = "payment", _("Payment")
    ADJUSTMENT = "adjustment", _("Adjustment")


class ChargeRule(models.TextChoices):
    """How a charge follows from its base: what a reader has to do to arrive at the amount."""

    DAILY_INTEREST = "daily_interest", _("Amount × daily rate × days")
    SHARE = "share", _("Amount × rate")
    FLOOR = "floor", _("Lowest charge of the tariff")
    CAP = "cap", _("Highest charge of the tariff")
    FIXED = "fixed", _("Fixed charge of the tariff")


class LedgerEntry(models.Model):
    """One posting to one component. Charges are positive, payments negative; all entries of an account sum to its total.

    Entries of one ``posting`` belong together: the components one payment was applied to, or the
    segments one interest charge was computed on. A charge is rounded once: its entries sum to the
    rounded sum of base × rate × days, and its last entry carries what the rounding left.
    """

    account = models.ForeignKey(CardAccount, models.CASCADE, related_name="ledger", verbose_name=_("card account"))
    source_id = models.CharField(_("entry number"), max_length=40)
    posting = models.CharField(_("posting number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=16, choices=EntryKind.choices)
    component = models.CharField(_("component"), max_length=24)
    posting_date = models.DateField(_("posting date"))
    amount = AmountField(_("amount"))
    description = models.CharField(_("description"), max_length=120, blank=True)
    rule = models.CharField(_("rule"), max_length=16, choices=ChargeRule.choices, blank=True)
    base = AmountField(_("computed on"), null=True, blank=True)
    rate = models.DecimalField(_("rate"), max_digits=13, decimal_places=12, null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    from_date = models.DateField(_("from"), null=True, blank=True)
    to_date = models.DateField(_("to (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [models.Index(fields=["account", "posting_date"], name="ledger_account_date")]
        constraints = [
            models.UniqueConstraint(fields=["account", "source_id"], name="ledgerentry_once_an_account"),
            models.CheckConstraint(condition=models.Q(kind__in=EntryKind.values), name="ledgerentry_kind_known"),
            models.CheckConstraint(
                condition=models.Q(component__in=[component.value for component in Component]),
                name="ledgerentry_component_known",
            ),
        ]

    def __str__(self) -> str:
        return self.source_id


class ArrearsSnapshot(ComponentBalances):
    """What an account owed when an offer was made on it. Never changed."""

    account = models.ForeignKey(CardAccount, models.PROTECT, related_name="snapshots", verbose_name=_("card account"))
    as_of = models.DateTimeField(_("as of"))
    days_past_due = models.PositiveIntegerField(_("days past due"))
    renegotiation_count = models.PositiveSmallIntegerField(_("earlier plans of this debt"), default=0)
    batch = models.ForeignKey(FeedBatch, models.PROTECT, related_name="+", verbose_name=_("feed batch"))
    taken_at = models.DateTimeField(_("taken at"))

    class Meta:
        verbose_name = _("arrears snapshot")
        verbose_name_plural = _("arrears snapshots")
        constraints = [
            total_is_sum("arrearssnapshot"),
            models.UniqueConstraint(
                fields=["account", "batch", "days_past_due", "renegotiation_count"],
                name="arrearssnapshot_once_a_batch_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.as_of:%Y-%m-%d}"
