"""How a cardholder asked to be reached; who asked for nothing has no row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.domain.contact_wishes import LANGUAGES, ContactChannel, ContactHours, ContactWish
from negotiation.models.people import Cardholder

CHANNELS = [
    (ContactChannel.EMAIL.value, _("E-mail")),
    (ContactChannel.SMS.value, _("Text message")),
    (ContactChannel.BOTH.value, _("E-mail and text message")),
]
HOURS = [
    (ContactHours.ANY.value, _("Whenever the law allows")),
    (ContactHours.MORNING.value, _("In the morning")),
    (ContactHours.AFTERNOON.value, _("In the afternoon")),
    (ContactHours.EVENING.value, _("In the evening")),
]


class ContactPreference(models.Model):
    """The wish in force; what was asked for before it stands in the events. Written by ``services.contact_preferences`` alone."""

    cardholder = models.OneToOneField(
        Cardholder, models.PROTECT, primary_key=True, related_name="contact_preference", verbose_name=_("cardholder")
    )
    language = models.CharField(_("language of messages"), max_length=10)
    channel = models.CharField(_("way of messages"), max_length=5, choices=CHANNELS)
    hours = models.CharField(_("hours of messages"), max_length=9, choices=HOURS)
    is_written_only = models.BooleanField(_("asks not to be called"))
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("contact preference")
        verbose_name_plural = _("contact preferences")
        constraints = [
            models.CheckConstraint(condition=models.Q(language__in=LANGUAGES), name="contactpreference_language_known"),
            models.CheckConstraint(
                condition=models.Q(channel__in=[channel.value for channel in ContactChannel]),
                name="contactpreference_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(hours__in=[hours.value for hours in ContactHours]),
                name="contactpreference_hours_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.hours} {self.language}"

    @property
    def wish(self) -> ContactWish:
        return ContactWish(self.language, ContactChannel(self.channel), ContactHours(self.hours), self.is_written_only)
