"""Signing in: cardholders by a code to the contact on file, staff by password and second factor. The steps are allauth's.

Nothing here may tell whether the bank knows an address: for an unknown one the same is written, and nothing is sent.
"""

from typing import Any

from allauth.account import views
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from negotiation.services.personal_data import blind_index
from portal.accounts import limits
from portal.accounts.contacts import masked_email, masked_phone
from portal.notices.channels import channel_for
from portal.notices.models import ChannelKind
from portal.notices.sending import ask_code


def begin_code_sign_in(request: HttpRequest, cardholder: Any) -> HttpResponse:
    """Send a code to the address on file of somebody whose link proved only that they read their messages."""
    by_phone = channel_for(cardholder) == ChannelKind.SMS
    contact = {"phone": cardholder.phone} if by_phone else {"email": cardholder.email}
    LoginCodeVerificationProcess.initiate(request=request, user=cardholder.user, **contact)
    return redirect("account_confirm_login_code")


def _send_nobody(user: Any) -> None:
    """The work of sending a code, where there is nobody to send one to."""
    if user is None:
        ask_code(None, code="", now=timezone.now())


class BeginsAnew:
    """A sign-in that was begun does not bar the way to another: somebody may have mistyped their address."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        return None


class RequestCodeView(BeginsAnew, views.RequestLoginCodeView):
    """The page for a cardholder's address."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _send_nobody(form._user)
        return response


class StaffSignInView(BeginsAnew, views.LoginView):
    """The page for the address and password of staff."""


class ConfirmCodeView(views.ConfirmLoginCodeView):
    """The page for the code. It shows a masked contact, whether or not the bank knows it."""

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """A code that is sent again counts like one that is asked for."""
        state = self._process.state
        key = blind_index("email", state.get("email") or state["phone"])
        try:
            limits.count(self.request, action="request_login_code", key=key)
        except limits.TooOften as refused:
            messages.error(self.request, refused.words)
            return redirect(self.request.get_full_path())
        response: HttpResponse = super()._resend_form_valid(form)
        _send_nobody(self._process.user)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Wrong five times: the code is used up, and a new one may be asked for at once."""
        if self._process.state["failed_attempts"] + 1 < self._process.max_attempts:
            response: HttpResponse = super().form_invalid(form)
            return response
        self._process.record_invalid_attempt()
        messages.error(self.request, _("That code was tried five times and can no longer be used. Ask for a new one."))
        return redirect("account_request_login_code")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        email, phone = context.pop("email"), context.pop("phone")
        context["masked"] = masked_phone(phone) if phone else masked_email(email)
        return context
