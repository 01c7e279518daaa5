"""The rows behind links in messages and behind one-time codes. Only hashes are kept; nothing here opens anything by itself."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_MISSES = 5


class LinkPurpose(models.TextChoices):
    """What a link may begin. It is part of the hash, so a link of one purpose is not found as another."""

    CLAIM = "CLAIM", _("Claim an account")
    ACCOUNT = "ACCOUNT", _("See an account")
    NEGOTIATION = "NEGOTIATION", _("See a negotiation")
    AGREEMENT = "AGREEMENT", _("See an agreement")


class EmailLink(models.Model):
    """A link in a message to one cardholder about one item. Used once; it never signs anybody in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=LinkPurpose.choices)
    cardholder = models.ForeignKey(
        "negotiation.Cardholder", models.PROTECT, related_name="+", verbose_name=_("cardholder")
    )
    target_name = models.CharField(_("page"), max_length=40)
    target_reference = models.CharField(_("reference"), max_length=12, blank=True)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("attempts since the last lock"), default=0)
    locked_until = models.DateTimeField(_("locked until"), null=True, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [models.Index(fields=["cardholder", "purpose"], name="emaillink_cardholder")]
        constraints = [
            models.CheckConstraint(condition=models.Q(failures__lte=MAX_MISSES), name="emaillink_misses_limited"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="emaillink_used_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class CodePurpose(models.TextChoices):
    """What a one-time code confirms."""

    CLAIM = "CLAIM", _("Claiming an account")
    SIGN = "SIGN", _("Signing a document")


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
            models.CheckConstraint(condition=models.Q(tries__lte=MAX_MISSES), name="stepupcode_tries_limited"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(tries__gte=1), name="stepupcode_used_by_a_try"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"
