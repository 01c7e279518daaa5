"""What is looked at before the site starts: whether the bank's text-message gateway can be found."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def sms_gateway_exists(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """PORTAL_SMS_GATEWAY names a class, or nothing."""
    if not settings.SMS_GATEWAY:
        return []
    try:
        import_string(settings.SMS_GATEWAY)
    except ImportError:
        return [Error("PORTAL_SMS_GATEWAY names nothing that can be imported.", id="portal.E001")]
    return []
