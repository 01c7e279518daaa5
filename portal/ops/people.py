"""Whom to be in a demonstration: its staff with passwords and codes, and some of its cardholders."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from negotiation.queries import demonstration, staff
from negotiation.services.demonstration_policy import DRAFTER, PUBLISHER


@dataclass(frozen=True)
class StaffMember:
    """Somebody at the demonstration's bank. Password and second factor follow from this installation's secret."""

    email: str
    name: str
    role: str

    @property
    def password(self) -> str:
        """Sixteen letters and digits in four groups."""
        text = base64.b32encode(self._derive("password")).decode().lower()
        return "-".join(text[start : start + 4] for start in range(0, 16, 4))

    @property
    def totp_secret(self) -> str:
        """What an authenticator app is given, base 32."""
        return base64.b32encode(self._derive("second factor")[:20]).decode()

    def code(self, now: datetime) -> str:
        """What an authenticator app shows at a moment."""
        return format_hotp_value(hotp_value(self.totp_secret, int(now.timestamp()) // app_settings.TOTP_PERIOD))

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}:{self.email}".encode(), hashlib.sha256)


STAFF = (
    StaffMember("reviewer@bank.example", "李敏", staff.REVIEWER),
    StaffMember("senior@bank.example", "周正", staff.SENIOR_REVIEWER),
    StaffMember(*DRAFTER, staff.POLICY_MANAGER),
    StaffMember(*PUBLISHER, staff.POLICY_MANAGER),
    StaffMember("auditor@bank.example", "陈岚", staff.AUDITOR),
    StaffMember("support@bank.example", "何悦", staff.SUPPORT),
)


@require_safe
@never_cache
def demonstration_people(request: HttpRequest) -> HttpResponse:
    """Staff with the code their authenticator app would show now, and the cardholders to begin with."""
    now = timezone.now()
    members = [(member, member.code(now)) for member in STAFF]
    accounts = demonstration.known_accounts()
    return render(request, "ops/people.html", {"members": members, "accounts": accounts})
