"""Signing in: cardholders by a code to the contact on file, staff by password and second factor. The steps are allauth's."""

from typing import Any

from allauth.account import views
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.accounts.contacts import masked_email, masked_phone
from portal.notices.channels import channel_for
from portal.notices.models import ChannelKind


def begin_code_sign_in(request: HttpRequest, cardholder: Any) -> HttpResponse:
    """Send a code to the address on file of somebody whose link proved only that they read their messages."""
    by_phone = channel_for(cardholder) == ChannelKind.SMS
    contact = {"phone": cardholder.phone} if by_phone else {"email": cardholder.email}
    LoginCodeVerificationProcess.initiate(request=request, user=cardholder.user, **contact)
    return redirect("account_confirm_login_code")


class BeginsAnew:
    """A sign-in that was begun does not bar the way to another: somebody may have mistyped their address."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        return None


class RequestCodeView(BeginsAnew, views.RequestLoginCodeView):
    """The page for a cardholder's address."""


class StaffSignInView(BeginsAnew, views.LoginView):
    """The page for the address and password of staff."""


class ConfirmCodeView(views.ConfirmLoginCodeView):
    """The page for the code. It shows a masked contact, whether or not the bank knows it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        email, phone = context.pop("email"), context.pop("phone")
        context["masked"] = masked_phone(phone) if phone else masked_email(email)
        return context
