"""What is said and shown in a negotiation beside its offers: messages of both sides, and documents that support the cardholder's case."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.domain.attachments import FileKind
from negotiation.models.fields import new_reference
from negotiation.models.negotiations import Negotiation
from negotiation.models.sealed import SealedTextField
from negotiation.models.state_words import PARTIES


class Message(models.Model):
    """Words of one side without an offer. Sealed at rest; never changed, never removed: triggers refuse both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    negotiation = models.ForeignKey(Negotiation, models.PROTECT, related_name="messages", verbose_name=_("negotiation"))
    party = models.CharField(_("by"), max_length=20, choices=PARTIES)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    text = SealedTextField(_("message"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["negotiation", "made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(party__in=[code for code, _words in PARTIES]), name="message_party_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.made_at:%Y-%m-%d %H:%M}"


class ProofKind(models.TextChoices):
    """What a supporting document shows."""

    INCOME = "INCOME", _("Income")
    LOST_WORK = "LOST_WORK", _("Lost work")
    HEALTH = "HEALTH", _("Illness or injury")
    FAMILY = "FAMILY", _("Change in the family")
    DEBTS = "DEBTS", _("Other debts")
    OTHER = "OTHER", _("Something else")


class SupportingDocument(models.Model):
    """A file that the cardholder attached. Its bytes lie sealed outside the database; the row outlives them and says when they went.

    The name that the file had on the person's device is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    negotiation = models.ForeignKey(
        Negotiation, models.PROTECT, related_name="supporting_documents", verbose_name=_("negotiation")
    )
    shows = models.CharField(_("what it shows"), max_length=12, choices=ProofKind.choices)
    file_kind = models.CharField(
        _("kind of file"), max_length=8, choices=[(kind.value, kind.value) for kind in FileKind]
    )
    byte_count = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("hash"), max_length=64)
    consent_version = models.CharField(_("version of the consent given"), max_length=10)
    attached_at = models.DateTimeField(_("attached at"))
    opened_at = models.DateTimeField(_("first opened at the bank"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("supporting document")
        verbose_name_plural = _("supporting documents")
        ordering = ["negotiation", "attached_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["negotiation", "sha256"],
                condition=models.Q(deleted_at__isnull=True),
                name="supportingdocument_attached_once",
            ),
            models.CheckConstraint(condition=~models.Q(consent_version=""), name="supportingdocument_with_consent"),
        ]

    def __str__(self) -> str:
        return self.reference
