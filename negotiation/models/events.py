"""What happened: append-only event streams, each a hash chain whose head is kept beside it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.models.state_words import ACTORS


class EventStream(models.Model):
    """One chain, such as ``negotiation:7K…``. Its head is moved with every event, so a removed tail shows."""

    name = models.CharField(_("stream"), max_length=60, unique=True)
    length = models.PositiveIntegerField(_("number of events"), default=0)
    head = models.CharField(_("newest hash"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("event stream")
        verbose_name_plural = _("event streams")

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One thing that happened. Never changed, never removed: triggers refuse both."""

    stream = models.ForeignKey(EventStream, models.PROTECT, related_name="events", verbose_name=_("stream"))
    seq = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("what happened"), max_length=40)
    actor_kind = models.CharField(_("by"), max_length=20, choices=ACTORS)
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("at"))
    data = models.JSONField(_("data"), default=dict)
    previous_hash = models.CharField(_("hash of the event before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["stream", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_one_a_seq")]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"
