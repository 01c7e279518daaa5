"""The site."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal.notices import checks  # noqa: F401, PLC0415 -- registers itself
