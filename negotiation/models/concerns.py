"""What a cardholder raises and the bank answers by a day: disputes of an amount, complaints, requests about their data."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from negotiation.domain.concerns import CLOSED_CONCERN_STATES, OPEN_CONCERN_STATES, ConcernKind, ConcernState, Outcome
from negotiation.domain.terms import Component
from negotiation.models.accounts import CardAccount
from negotiation.models.fields import AmountField, new_reference
from negotiation.models.people import Cardholder
from negotiation.models.sealed import SealedTextField
from negotiation.models.state_words import CONCERN_KINDS, CONCERN_STATES

_OPEN = models.Q(state__in=[state.value for state in OPEN_CONCERN_STATES])
_DISPUTE = models.Q(kind=ConcernKind.DISPUTE.value)


class DisputeReason(models.TextChoices):
    """What is wrong with the amount, as the cardholder sees it."""

    NOT_MINE = "NOT_MINE", _("I did not make this transaction")
    PAID = "PAID", _("I have paid this already")
    TWICE = "TWICE", _("It is there twice")
    WRONG_AMOUNT = "WRONG_AMOUNT", _("The amount is not what I agreed to")
    WRONGLY_CHARGED = "WRONGLY_CHARGED", _("The interest or fee is worked out wrongly")
    OTHER = "OTHER", _("Something else is wrong")


class LengtheningReason(models.TextChoices):
    """Why the answer takes longer; the cardholder is told."""

    RECORDS = "RECORDS", _("Older records have to be fetched")
    OTHERS = "OTHERS", _("A merchant or another office has to answer first")
    MANY = "MANY", _("Many items have to be checked one by one")
    OPINION = "OPINION", _("A specialist has to look at it")


class Concern(models.Model):
    """One thing raised and, once closed, what became of it. The words of both sides are sealed.

    What was raised never changes, what is closed never changes and nothing is removed: triggers refuse it.
    ``posting`` is the number of the disputed posting in the ledger, ``queried_amount`` what it came to on the day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=CONCERN_KINDS)
    cardholder = models.ForeignKey(Cardholder, models.PROTECT, related_name="concerns", verbose_name=_("cardholder"))
    account = models.ForeignKey(
        CardAccount, models.PROTECT, null=True, blank=True, related_name="concerns", verbose_name=_("card account")
    )
    component = models.CharField(_("component"), max_length=24, blank=True)
    posting = models.CharField(_("posting number"), max_length=40, blank=True)
    queried_amount = AmountField(_("amount in question"), null=True, blank=True)
    believed_amount = AmountField(_("amount the cardholder believes right"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=16, choices=DisputeReason.choices, blank=True)
    words = SealedTextField(_("words of the cardholder"))
    raised_at = models.DateTimeField(_("raised at"))
    state = models.CharField(_("state"), max_length=16, choices=CONCERN_STATES, default=ConcernState.RECEIVED.value)
    answer_by = models.DateField(_("answer by"))
    lengthened_for = models.CharField(
        _("why it takes longer"), max_length=8, choices=LengtheningReason.choices, blank=True
    )
    outcome = models.CharField(
        pgettext_lazy("a concern", "outcome"),
        max_length=10,
        choices=[(outcome.value, outcome.value) for outcome in Outcome],
        blank=True,
    )
    answer = SealedTextField(_("answer of the bank"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    closed_at = models.DateTimeField(pgettext_lazy("a concern", "closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        ordering = ["answer_by", "raised_at", "pk"]
        permissions = [("answer_concern", "Can answer a concern")]
        indexes = [models.Index(fields=["answer_by"], condition=_OPEN, name="concern_open")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in ConcernKind]), name="concern_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in ConcernState]), name="concern_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(state=ConcernState.ANSWERED.value),
                    models.Q(outcome__in=[outcome.value for outcome in Outcome], answered_by__isnull=False),
                    ~models.Q(answer=""),
                )
                | models.Q(
                    ~models.Q(state=ConcernState.ANSWERED.value), outcome="", answer="", answered_by__isnull=True
                ),
                name="concern_answered_completely",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in CLOSED_CONCERN_STATES], closed_at__isnull=False)
                | models.Q(_OPEN, closed_at__isnull=True),
                name="concern_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ConcernState.LENGTHENED.value, ConcernState.LENGTHENED_AGAIN.value])
                | ~models.Q(lengthened_for=""),
                name="concern_lengthened_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(_DISPUTE, ~models.Q(reason=""), account__isnull=False)
                | models.Q(
                    ~_DISPUTE,
                    reason="",
                    component="",
                    posting="",
                    queried_amount__isnull=True,
                    believed_amount__isnull=True,
                ),
                name="concern_dispute_of_an_account",
            ),
            models.CheckConstraint(condition=models.Q(component="") | models.Q(posting=""), name="concern_one_line"),
            models.CheckConstraint(
                condition=models.Q(component__in=["", *(component.value for component in Component)]),
                name="concern_component_known",
            ),
            models.CheckConstraint(
                condition=models.Q(believed_amount__isnull=True) | models.Q(believed_amount__gte=0),
                name="concern_believed_amount",
            ),
            models.CheckConstraint(condition=~models.Q(words=""), name="concern_has_words"),
            models.UniqueConstraint(
                fields=["account", "component", "posting"],
                condition=models.Q(_DISPUTE, _OPEN),
                name="concern_one_open_dispute_a_line",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CONCERN_STATES

    def is_overdue(self, today: date) -> bool:
        """Whether the last day for the answer, included, has passed without one."""
        return self.is_open and self.answer_by < today
