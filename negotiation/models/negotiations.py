"""The negotiation: its state, the quotes that were shown and the offers that were made."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from negotiation.domain.terms import PlanTerms, Row, Schedule
from negotiation.domain.workflow import OPEN_STATES, PLAN_STATES_IN_FORCE, NegotiationState
from negotiation.models.accounts import ArrearsSnapshot, CardAccount
from negotiation.models.fields import AmountField, new_reference
from negotiation.models.people import Cardholder
from negotiation.models.sealed import SealedTextField
from negotiation.models.state_words import NEGOTIATION_STATES, PARTIES


class HardshipReason(models.TextChoices):
    """Why paying became hard (glossary no. 41)."""

    UNEMPLOYMENT = "UNEMPLOYMENT", _("Lost my job")
    ILLNESS = "ILLNESS", _("Illness or injury")
    INCOME_DROP = "INCOME_DROP", _("Income went down")
    FAMILY = "FAMILY", _("Change in the family")
    DISASTER = "DISASTER", _("Disaster or accident")
    OTHER = "OTHER", _("Another reason")


class DeclineReason(models.TextChoices):
    """Why the bank said no; each has its own kind words for the cardholder."""

    BEYOND_LIMITS = "BEYOND_LIMITS", _("Outside the limits the bank may accept")
    BUDGET_UNCLEAR = "BUDGET_UNCLEAR", _("Income and spending could not be followed")
    CAN_PAY_SOONER = "CAN_PAY_SOONER", _("The budget shows that more can be paid")
    PROOF_MISSING = "PROOF_MISSING", _("A document is missing")
    EARLIER_PLAN_BROKEN = "EARLIER_PLAN_BROKEN", _("An earlier plan was not kept")
    IN_COURT = "IN_COURT", _("The account is already before a court")


class Quote(models.Model):
    """A plan that was computed and shown, with everything it was computed from. Never changed; accepted by its reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    account = models.ForeignKey(CardAccount, models.PROTECT, related_name="quotes", verbose_name=_("card account"))
    snapshot = models.ForeignKey(
        ArrearsSnapshot, models.PROTECT, related_name="quotes", verbose_name=_("arrears snapshot")
    )
    terms = models.JSONField(_("terms"))
    rows = models.JSONField(_("rows"))
    total_interest = AmountField(_("total interest"))
    total_payment = AmountField(_("total of all instalments"))
    annualised_rate_simple = models.DecimalField(_("annualised rate (simple)"), max_digits=12, decimal_places=10)
    annualised_rate_effective = models.DecimalField(_("effective annual rate"), max_digits=12, decimal_places=10)
    last_due_date = models.DateField(_("last due date"))
    policy_version = models.PositiveIntegerField(_("policy version"))
    engine_version = models.CharField(_("engine version"), max_length=20)
    is_within_limits = models.BooleanField(_("within the limits"))
    is_automatic = models.BooleanField(_("inside the automatic corridor"))
    reasons = models.JSONField(_("limits broken"), default=list)
    sha256 = models.CharField(_("hash"), max_length=64)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")

    def __str__(self) -> str:
        return self.reference

    @property
    def plan_terms(self) -> PlanTerms:
        return PlanTerms.from_data(self.terms)

    @property
    def schedule(self) -> Schedule:
        """The rows as they were shown, not recomputed."""
        return Schedule(terms=self.plan_terms, rows=tuple(Row.from_data(row) for row in self.rows))


class Negotiation(models.Model):
    """One negotiation of one account. Its state is written by ``services.transitions.move`` alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    account = models.ForeignKey(
        CardAccount, models.PROTECT, related_name="negotiations", verbose_name=_("card account")
    )
    cardholder = models.ForeignKey(
        Cardholder, models.PROTECT, related_name="negotiations", verbose_name=_("cardholder")
    )
    state = models.CharField(
        _("state"),
        max_length=24,
        choices=NEGOTIATION_STATES,
        default=NegotiationState.DRAFT,
    )
    renegotiates = models.ForeignKey(
        "negotiation.Plan",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renegotiations",
        verbose_name=_("plan in force"),
    )
    hardship_reason = models.CharField(
        _("reason for difficulty"), max_length=16, choices=HardshipReason.choices, blank=True
    )
    monthly_income = AmountField(_("monthly income"), null=True, blank=True)
    essential_spending = AmountField(_("essential spending"), null=True, blank=True)
    other_debt_payments = AmountField(_("other debt payments"), null=True, blank=True)
    wish = models.JSONField(_("wish"), default=dict, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    assigned_at = models.DateTimeField(pgettext_lazy("a case", "taken at"), null=True, blank=True)
    pending_quote = models.ForeignKey(
        Quote,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quote awaiting a second approval"),
    )
    pending_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first approver"),
    )
    pending_message = SealedTextField(_("message awaiting a second approval"), max_length=1000, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    expiry_told_at = models.DateTimeField(_("last told that time runs out"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    unread_since = models.DateTimeField(_("message unread since"), null=True, blank=True)
    unopened_since = models.DateTimeField(_("document unopened since"), null=True, blank=True)

    class Meta:
        verbose_name = _("negotiation")
        verbose_name_plural = _("negotiations")
        permissions = [
            ("decide_negotiation", "Can accept, counter and decline"),
            ("confirm_negotiation", "Can give the second approval"),
        ]
        indexes = [
            models.Index(fields=["state", "answer_due_at"], name="negotiation_queue"),
            models.Index(
                fields=["answer_due_at"],
                condition=models.Q(unread_since__isnull=False) | models.Q(unopened_since__isnull=False),
                name="negotiation_unread",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in NegotiationState]),
                name="negotiation_state_known",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=[state.value for state in OPEN_STATES]),
                name="negotiation_one_open_an_account",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def present_plan(self) -> Any:
        """The plan that stays in force until this negotiation has led to a new one."""
        plan = self.renegotiates
        return plan if plan and self.is_open and plan.state in PLAN_STATES_IN_FORCE else None


class OfferKind(models.TextChoices):
    OFFER = "OFFER", _("Proposal")
    COUNTER = "COUNTER", _("Counter-offer")
    ACCEPT = "ACCEPT", _("Acceptance")
    DECLINE = "DECLINE", _("Decline")
    WITHDRAW = "WITHDRAW", _("Withdrawal")
    EXPIRE = "EXPIRE", _("Expiry")


class Offer(models.Model):
    """A statement of one party in a negotiation, its words sealed at rest. Never changed, never removed: triggers refuse both."""

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, related_name="offers", verbose_name=_("negotiation"))
    seq = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=OfferKind.choices)
    party = models.CharField(_("by"), max_length=20, choices=PARTIES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    quote = models.ForeignKey(
        Quote, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("quote")
    )
    reason_codes = models.CharField(_("reasons"), max_length=120, blank=True)
    message = SealedTextField(_("message"), max_length=1000, blank=True, bound_to=("negotiation_id", "seq"))
    made_at = models.DateTimeField(_("made at"))
    waiting_since = models.DateTimeField(_("answers a statement made at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["negotiation", "seq"]
        indexes = [models.Index(fields=["kind", "made_at"], name="offer_kind_moment")]
        constraints = [
            models.UniqueConstraint(fields=["negotiation", "seq"], name="offer_one_a_seq"),
            models.UniqueConstraint(
                fields=["quote"], condition=models.Q(kind__in=["OFFER", "COUNTER"]), name="offer_quote_offered_once"
            ),
            models.UniqueConstraint(
                fields=["quote"], condition=models.Q(kind="ACCEPT"), name="offer_quote_accepted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["OFFER", "COUNTER", "ACCEPT"], quote__isnull=False)
                | models.Q(kind__in=["DECLINE", "WITHDRAW", "EXPIRE"]),
                name="offer_has_its_quote",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"

    @property
    def reasons(self) -> list[str]:
        """Why the bank said no: codes of ``DeclineReason``, in its order."""
        return self.reason_codes.split(",") if self.reason_codes else []


class Course(models.Model):
    """How a negotiation went, in one narrow row, so that a bank's figures are counted without opening its offers and quotes.

    Written from the statements in the same transaction (``services.courses``); ``outcome`` is the kind of the one that ended it.
    Band and range are those of ``domain.figures``: stored, so that the database can tell how few groups there are to count.
    """

    negotiation = models.OneToOneField(
        Negotiation, models.PROTECT, primary_key=True, related_name="course", verbose_name=_("negotiation")
    )
    product = models.CharField(_("product"), max_length=20)
    balance_band = models.PositiveSmallIntegerField(_("band of totals, from 0"))
    days_range = models.PositiveSmallIntegerField(_("range of days past due, from 0"))
    proposed_at = models.DateTimeField(_("first proposal at"), db_index=True)
    answer_seconds = models.PositiveIntegerField(_("seconds to the first answer of the bank"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=OfferKind.choices, blank=True)
    outcome_party = models.CharField(_("by"), max_length=20, choices=PARTIES, blank=True)
    rounds = models.PositiveSmallIntegerField(_("rounds"), default=1)
    asked_days = models.PositiveIntegerField(_("asked: days to the last instalment"))
    asked_interest = AmountField(_("asked: interest"))
    agreed_days = models.PositiveIntegerField(_("agreed: days to the last instalment"), null=True, blank=True)
    agreed_interest = AmountField(_("agreed: interest"), null=True, blank=True)

    class Meta:
        verbose_name = _("figures")
        verbose_name_plural = _("figures")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="ACCEPT", agreed_days__isnull=False, agreed_interest__isnull=False)
                | (~models.Q(outcome="ACCEPT") & models.Q(agreed_days__isnull=True, agreed_interest__isnull=True)),
                name="course_agreed_completely",
            )
        ]

    def __str__(self) -> str:
        return f"{self.negotiation_id} {self.outcome}"


class Note(models.Model):
    """What reviewers tell each other about a case. The cardholder never sees it. Sealed at rest; never changed, never removed."""

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, related_name="notes", verbose_name=_("negotiation"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    text = SealedTextField(_("note"), max_length=1000, bound_to=("negotiation_id", "author_id"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["negotiation", "made_at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something")]

    def __str__(self) -> str:
        return f"{self.negotiation_id} {self.made_at:%Y-%m-%d %H:%M}"
