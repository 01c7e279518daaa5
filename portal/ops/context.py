"""What every template may say about the installation: whose it is, and whether it is a demonstration."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def installation(request: HttpRequest) -> dict[str, object]:
    """The bank's name in the reader's language, and whether this is a demonstration."""
    english = (get_language() or "").startswith("en")
    return {
        "bank_name": settings.BANK_NAME_EN if english else settings.BANK_NAME_ZH,
        "is_demonstration": settings.DEMONSTRATION,
    }
