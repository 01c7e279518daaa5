"""Links in messages, of which only hashes are kept, and the contact log, which never holds a message's body."""

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
    CONCERN = "CONCERN", _("See a concern")


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


class NoticeState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be sent")
    SENT = "SENT", _("Sent")
    HELD = "HELD", _("Held back")
    FAILED = "FAILED", _("Failed")


class ChannelKind(models.TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    SMS = "SMS", _("Text message")


class Notice(models.Model):
    """One line of the contact log: one message to one cardholder by one channel. ``key`` makes asking for it twice harmless."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True)
    template = models.CharField(_("message"), max_length=40)
    channel = models.CharField(_("channel"), max_length=8, choices=ChannelKind.choices)
    cardholder = models.ForeignKey(
        "negotiation.Cardholder", models.PROTECT, related_name="+", verbose_name=_("cardholder")
    )
    event = models.ForeignKey(
        "negotiation.Event", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("event")
    )
    instalment = models.ForeignKey(
        "negotiation.Instalment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instalment")
    )
    target_name = models.CharField(_("page"), max_length=40, blank=True)
    target_reference = models.CharField(_("reference"), max_length=12, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    message_id = models.CharField(_("message number"), max_length=120)
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("due at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact record")
        verbose_name_plural = _("contact records")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["cardholder", "-created_at"], name="notice_cardholder")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=NoticeState.SENT.value, sent_at__isnull=False)
                | (~models.Q(state=NoticeState.SENT.value) & models.Q(sent_at__isnull=True)),
                name="notice_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NoticeState.HELD.value) | ~models.Q(reason=""),
                name="notice_held_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"
