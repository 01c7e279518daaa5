"""Public holidays and make-up working days, as the State Council announces them once a year."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BankHoliday(models.Model):
    """A day that differs from its weekday: a holiday, or a working Saturday or Sunday."""

    day = models.DateField(_("day"), unique=True)
    is_working_day = models.BooleanField(_("working day"), default=False)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("bank holiday")
        verbose_name_plural = _("bank holidays")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
