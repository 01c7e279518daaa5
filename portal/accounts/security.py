"""The page on which people look after their sign-in, and the second factor that they set up there. The steps are allauth's."""

from datetime import timedelta
from typing import Any

from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

FRESH_SIGN_IN = timedelta(minutes=15)


class SetUpSecondFactorView(ActivateTOTPView):
    """Show the secret, check the first code, and count it as shown in this session."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody without a password proves by a fresh sign-in that the session is theirs: allauth asks them nothing."""
        if not _is_fresh(request.user):
            logout(request)
            return redirect_to_login(request.get_full_path())
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        made = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        post_authentication(self.request, made, reauthenticated=True)
        return response


def _is_fresh(user: Any) -> bool:
    """False for somebody who could be asked for nothing and came in long ago."""
    if not user.is_authenticated or user.has_usable_password():
        return True
    return user.last_login is not None and timezone.now() - user.last_login <= FRESH_SIGN_IN
