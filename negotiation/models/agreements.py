"""What was agreed: the agreement with the evidence of its signing, its documents, and the plan in force with its instalments."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.domain.terms import ZERO
from negotiation.domain.workflow import PLAN_STATES_IN_FORCE, PlanState
from negotiation.models.accounts import CardAccount
from negotiation.models.fields import AmountField, new_reference
from negotiation.models.negotiations import Negotiation, Quote
from negotiation.models.state_words import PLAN_STATES


class Agreement(models.Model):
    """A personalised instalment agreement (art. 70) made from one accepted quote, with what proves who signed it, when and how."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    negotiation = models.OneToOneField(
        Negotiation, models.PROTECT, related_name="agreement", verbose_name=_("negotiation")
    )
    quote = models.OneToOneField(Quote, models.PROTECT, related_name="agreement", verbose_name=_("quote"))
    agreed_at = models.DateTimeField(_("agreed at"))
    cost_sheet_shown_at = models.DateTimeField(_("cost sheet shown at"), null=True, blank=True)
    cost_sheet_confirmed_at = models.DateTimeField(_("cost sheet confirmed at"), null=True, blank=True)
    undertakings = models.JSONField(_("undertakings given"), default=list, blank=True)
    undertakings_given_at = models.DateTimeField(_("undertakings given at"), null=True, blank=True)
    signed_document_sha256 = models.CharField(_("hash of the document signed"), max_length=64, blank=True)
    step_up_reference = models.CharField(_("one-time code event"), max_length=40, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed by the cardholder at"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("signed by the bank at"), null=True, blank=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_at__isnull=True)
                | (
                    models.Q(cost_sheet_confirmed_at__isnull=False)
                    & models.Q(undertakings_given_at__isnull=False)
                    & ~models.Q(signed_document_sha256="")
                    & ~models.Q(step_up_reference="")
                ),
                name="agreement_signed_with_evidence",
            ),
            models.CheckConstraint(
                condition=models.Q(sealed_at__isnull=True) | models.Q(signed_at__isnull=False),
                name="agreement_sealed_after_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DocumentKind(models.TextChoices):
    AGREEMENT = "AGREEMENT", _("Personalised instalment agreement")
    SETTLEMENT_CERTIFICATE = "SETTLEMENT_CERTIFICATE", _("Settlement certificate")
    STATEMENT_OF_ACCOUNT = "STATEMENT_OF_ACCOUNT", _("Statement of account")


class Document(models.Model):
    """One issued file: rendered once, sealed once, never changed. ``content`` begins with the bytes that were shown for signing.

    ``as_of`` tells statements of one agreement apart, and a settlement certificate from one that was withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="documents", verbose_name=_("agreement"))
    kind = models.CharField(_("kind"), max_length=24, choices=DocumentKind.choices, default=DocumentKind.AGREEMENT)
    as_of = models.DateField(_("day of the figures"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10)
    is_governing = models.BooleanField(_("governing version"))
    draft_content = models.BinaryField(_("bytes shown for signing"))
    draft_sha256 = models.CharField(_("hash shown for signing"), max_length=64)
    rendered_at = models.DateTimeField(_("rendered at"))
    text_versions = models.JSONField(_("versions of the texts"), default=dict)
    content = models.BinaryField(_("signed bytes"), null=True)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True, db_index=True)
    signature_profile = models.CharField(_("signature profile"), max_length=8, blank=True)
    certificate_serial = models.CharField(_("certificate serial number"), max_length=64, blank=True)
    sealed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    archived_until = models.DateTimeField(_("archive timestamp holds until"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["archived_until"], name="document_archived_until")]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "language"],
                condition=models.Q(as_of__isnull=True),
                name="document_one_a_language",
            ),
            models.UniqueConstraint(
                fields=["agreement", "kind", "language", "as_of"],
                condition=models.Q(as_of__isnull=False),
                name="document_one_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=DocumentKind.STATEMENT_OF_ACCOUNT, as_of__isnull=False)
                | models.Q(kind=DocumentKind.AGREEMENT, as_of__isnull=True)
                | models.Q(kind=DocumentKind.SETTLEMENT_CERTIFICATE),
                name="document_as_of_if_statement",
            ),
            models.CheckConstraint(
                condition=models.Q(sealed_at__isnull=True, content__isnull=True, sha256="")
                | (models.Q(sealed_at__isnull=False, content__isnull=False) & ~models.Q(sha256="")),
                name="document_sealed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_withdrawn(self) -> bool:
        """Whether this is a settlement certificate of a plan that was reopened since."""
        if self.kind != DocumentKind.SETTLEMENT_CERTIFICATE or self.sealed_at is None:
            return False
        reopened_at = self.agreement.plan.reopened_at
        return reopened_at is not None and self.sealed_at <= reopened_at


class Plan(models.Model):
    """An agreement being carried out. Its state is written by ``services.plans`` alone.

    ``figures_date`` to ``behind`` are where the bank's newest figures leave it, kept for lists and reminders; a page works them out anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="plan", verbose_name=_("agreement"))
    account = models.ForeignKey(CardAccount, models.PROTECT, related_name="plans", verbose_name=_("card account"))
    state = models.CharField(_("state"), max_length=24, choices=PLAN_STATES)
    down_payment = AmountField(_("down payment"))
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    late_daily_rate = models.DecimalField(
        _("daily rate while an instalment is late"), max_digits=13, decimal_places=12, default=Decimal(0)
    )
    figures_date = models.DateField(_("figures up to"), null=True, blank=True)
    paid_count = models.PositiveSmallIntegerField(_("instalments paid"), default=0)
    behind = AmountField(_("behind by"), default=ZERO)
    told_unpaid = models.PositiveSmallIntegerField(_("newest instalment told of as unpaid"), default=0)
    miss_announced = models.PositiveSmallIntegerField(
        _("instalment that the cardholder cannot pay in time"), null=True, blank=True
    )
    broken_on = models.DateField(_("broken by the figures of"), null=True, blank=True)
    cure_until = models.DateField(_("may be made up until"), null=True, blank=True)
    unpaid_again_on = models.DateField(_("paid off, but unpaid again by the figures of"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("reopened at"), null=True, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in PlanState]), name="plan_state_known"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=[state.value for state in PLAN_STATES_IN_FORCE]),
                name="plan_one_in_force_an_account",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PlanState.BREACHED.value) | models.Q(broken_on__isnull=False),
                name="plan_breached_by_figures",
            ),
            models.CheckConstraint(
                condition=models.Q(cure_until__isnull=True) | models.Q(broken_on__isnull=False),
                name="plan_cured_after_breach",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.state}"


class Instalment(models.Model):
    """One row of the agreed schedule, as the document states it."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="instalments", verbose_name=_("plan"))
    seq = models.PositiveSmallIntegerField(_("number"))
    due_date = models.DateField(_("due date"))
    principal = AmountField(_("principal"))
    interest = AmountField(_("interest"))
    fee = AmountField(_("instalment interest"))
    payment = AmountField(_("instalment"))
    balance_after = AmountField(_("remaining principal"))

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["plan", "seq"]
        indexes = [models.Index(fields=["due_date"], name="instalment_due_date")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "seq"], name="instalment_one_a_seq"),
            models.CheckConstraint(
                condition=models.Q(payment=models.F("principal") + models.F("interest") + models.F("fee")),
                name="instalment_payment_is_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.seq}"
