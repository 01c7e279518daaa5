"""The rows behind one-time codes. Only their hashes are kept."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_TRIES = 5


class CodePurpose(models.TextChoices):
    """What a one-time code confirms."""

    CLAIM = "CLAIM", _("Claiming an account")
    SIGN = "SIGN", _("Signing a document")
    EXPORT = "EXPORT", _("Downloading one’s own data")


class StepUpCode(models.Model):
    """A one-time code that was sent to a cardholder to confirm one thing, named by its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cardholder = models.ForeignKey(
        "negotiation.Cardholder", models.PROTECT, related_name="+", verbose_name=_("cardholder")
    )
    purpose = models.CharField(_("purpose"), max_length=8, choices=CodePurpose.choices)
    subject_hash = models.CharField(_("hash of what is confirmed"), max_length=64)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("valid until"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(fields=["cardholder", "purpose", "sent_at"], name="stepupcode_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(tries__lte=MAX_TRIES), name="stepupcode_tries_limited"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(tries__gte=1), name="stepupcode_used_by_a_try"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
