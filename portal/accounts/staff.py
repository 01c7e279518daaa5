"""The bank's own door: nobody reaches a page of the admin without having shown a second factor in this session."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


class StaffSecondFactorMiddleware:
    """Guards every address of the admin, its own sign-in page included. Cardholders are told that there is nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or "admin" not in match.namespaces:
            return None
        user = request.user
        if not user.is_authenticated:
            return _redirect("account_login", request)
        if not (user.is_staff and user.is_active):
            raise Http404
        if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        if not has_shown_second_factor(request):
            return _redirect("mfa_reauthenticate", request)
        return None


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether a code of the authenticator app (or a recovery code) was accepted in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _redirect(name: str, request: HttpRequest) -> HttpResponse:
    page = reverse("admin:index") if request.resolver_match.url_name == "login" else request.get_full_path()
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': page})}")


def enrol_totp(*, user: Any, secret: str) -> None:
    """Give a member of staff an authenticator secret (base 32) that the bank hands over by another way."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)
