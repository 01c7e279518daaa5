"""Claiming an account: a link that the bank sent, what only the cardholder knows, then a code to the contact on file.

After that there is a user to sign in as. Nothing on these pages says whose account it is.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from negotiation.queries.cardholders import is_known_by
from negotiation.services.cardholders import AlreadyClaimed, claim_access
from portal.accounts import codes, landing
from portal.accounts.contacts import masked_email, masked_phone
from portal.accounts.forms import ClaimForm, CodeForm
from portal.accounts.limits import whole_minute
from portal.accounts.models import CodePurpose
from portal.notices import links
from portal.notices.channels import channel_for
from portal.notices.messages import Message
from portal.notices.models import ChannelKind, EmailLink, LinkPurpose
from portal.notices.sending import send_now

PROVED_KEY = "claim_proved"
View = Callable[[HttpRequest, EmailLink, datetime], HttpResponse]


def _with_claim_link(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Only for somebody who has come by a claim link that can still be used; everybody else learns nothing."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        link = landing.remembered(request, now=now)
        if link is None or link.purpose != LinkPurpose.CLAIM or link.cardholder.user_id is not None:
            return render(request, "accounts/dead_link.html", status=410)
        return view(request, link, now)

    return guarded


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@_with_claim_link
def claim(request: HttpRequest, link: EmailLink, now: datetime) -> HttpResponse:
    """Ask for the last four digits and the date of birth."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if _is_right(request, link, form.cleaned_data, now):
                return _send_code(request, link, now)
        except links.LinkLocked as locked:
            return render(
                request,
                "accounts/claim_locked.html",
                {"until": locked.until and whole_minute(locked.until)},
                status=429,
            )
        form.add_error(None, _("These do not fit together. Look at the card and type both again."))
    return render(request, "accounts/claim.html", {"form": form})


def _is_right(request: HttpRequest, link: EmailLink, said: dict[str, Any], now: datetime) -> bool:
    """Whether the answers are the cardholder's.

    :raises LinkLocked: if there were too many wrong ones on this link, or from this place.
    """
    if not ratelimit.consume(request, action="claim"):
        raise links.LinkLocked(None)
    links.begin_attempt(link, now=now)
    is_right = is_known_by(link.cardholder, card_last4=said["card_last4"], birth_date=said["birth_date"])
    if is_right:
        links.record_hit(link)
    else:
        links.record_miss(link, now=now)
    return is_right


def _send_code(request: HttpRequest, link: EmailLink, now: datetime) -> HttpResponse:
    """Send the code and go on to the page for it."""
    request.session[PROVED_KEY] = str(link.pk)
    try:
        code = codes.issue(cardholder=link.cardholder, purpose=CodePurpose.CLAIM, subject_hash=link.digest, now=now)
    except codes.TooManyCodes as many:
        return render(request, "accounts/claim_locked.html", {"until": many.retry_at}, status=429)
    request.session["claim_code_sent"] = send_now(Message("claim_code", link.cardholder), code=code, now=now)
    return redirect("claim_code")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@_with_claim_link
def claim_code(request: HttpRequest, link: EmailLink, now: datetime) -> HttpResponse:
    """Ask for the code; the right one creates the access and signs in."""
    if request.session.get(PROVED_KEY) != str(link.pk):
        return redirect("claim")
    if request.method == "POST" and request.POST.get("action") == "resend":
        return _send_code(request, link, now)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, link, form.cleaned_data["code"], now)
        except codes.CodeRefused as refused:
            form.add_error("code", _refusal(refused))
    context = {
        "form": form,
        "masked": _masked_contact(link.cardholder),
        "can_resend": True,
        "was_sent": request.session.get("claim_code_sent", True),
    }
    return render(request, "accounts/claim_code.html", context)


def _finish(request: HttpRequest, link: EmailLink, code: str, now: datetime) -> HttpResponse:
    codes.redeem(cardholder=link.cardholder, purpose=CodePurpose.CLAIM, subject_hash=link.digest, code=code, now=now)
    try:
        cardholder = claim_access(cardholder_id=link.cardholder_id, now=now)
    except AlreadyClaimed:
        return render(request, "accounts/dead_link.html", status=410)
    del request.session[PROVED_KEY]
    links.revoke_other_claims(link, now=now)
    return perform_login(request, cardholder.user)


def _refusal(refused: codes.CodeRefused) -> str:
    if isinstance(refused, codes.CodeWrong) and refused.tries_left > 0:
        return _("This is not the code that we sent. Look at the newest message and type its six digits.")
    return _("This code can no longer be used. Ask for a new one below.")


def _masked_contact(cardholder: Any) -> str:
    """Where the code went, masked."""
    if channel_for(cardholder) == ChannelKind.SMS:
        return masked_phone(cardholder.phone)
    return masked_email(cardholder.email or "")
