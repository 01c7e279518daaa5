"""The contact log: one row for each message that was sent, is waiting, was held back or failed. It never holds a body."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeState(models.TextChoices):
    WAITING = "WAITING", _("Waiting to be sent")
    SENT = "SENT", _("Sent")
    HELD = "HELD", _("Held back")
    FAILED = "FAILED", _("Failed")


class ChannelKind(models.TextChoices):
    EMAIL = "EMAIL", _("E-mail")
    SMS = "SMS", _("Text message")


class Notice(models.Model):
    """One message to one cardholder by one channel. ``key`` makes asking for it twice harmless."""

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
    target_name = models.CharField(_("page"), max_length=40, blank=True)
    target_reference = models.CharField(_("reference"), max_length=12, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    message_id = models.CharField(max_length=120)
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
                condition=~models.Q(state=NoticeState.HELD.value) | ~models.Q(reason=""), name="notice_held_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"
