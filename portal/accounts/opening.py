"""The page behind a link in a message. Looking at it changes nothing and tells nothing; only "Continue" begins a sign-in.

The token leaves the address bar at once: it moves into a cookie that only this page gets, and not into a row,
so that a mail scanner that follows links leaves no trace.
"""

from datetime import datetime

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import landing, limits
from portal.accounts.sign_in import begin_code_sign_in
from portal.notices import links
from portal.notices.channels import channel_for
from portal.notices.models import EmailLink, LinkPurpose

COOKIE = "link"
COOKIE_SECONDS = 900


@never_cache
@require_safe
def email_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address."""
    response = HttpResponseRedirect(reverse("opened_link"))
    response["Referrer-Policy"] = "no-referrer"
    if links.TOKEN.fullmatch(token):
        response.set_cookie(
            COOKIE,
            token,
            max_age=COOKIE_SECONDS,
            path=reverse("opened_link"),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(COOKIE, path=reverse("opened_link"), samesite="Lax")
    return response


@never_cache
def opened_link(request: HttpRequest) -> HttpResponse:
    """Ask whether to continue; on POST, do. One answer for unknown, used, expired and revoked."""
    now = timezone.now()
    link = links.link_of(request.COOKIES.get(COOKIE, ""), now=now)
    if link is None:
        return render(request, "accounts/dead_link.html", status=410)
    if request.method == "POST":
        return _continue(request, link, now)
    return render(request, "accounts/opened_link.html")


def _continue(request: HttpRequest, link: EmailLink, now: datetime) -> HttpResponse:
    if request.user.is_authenticated and request.user.pk == link.cardholder.user_id:
        landing.remember(request, str(link.pk))
        return redirect(landing.landing_path(request, now=now))
    try:
        limits.count(request, action="open_link", key=str(link.pk))
    except limits.TooOften as refused:
        return render(request, "429.html", {"until": refused.until}, status=429)
    if channel_for(link.cardholder) is None:
        return render(request, "accounts/dead_link.html", status=410)
    if request.user.is_authenticated:
        logout(request)
    landing.remember(request, str(link.pk))
    if link.purpose == LinkPurpose.CLAIM and link.cardholder.user is None:
        return redirect("claim")
    return begin_code_sign_in(request, link.cardholder)
