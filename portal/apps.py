"""The site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Messages to cardholders")

    def ready(self) -> None:
        from portal.notices import checks  # noqa: F401, PLC0415 -- registers itself
