"""Where somebody lands who has just signed in: on the very item that the message was about, else at the beginning."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from portal.notices import links

SESSION_KEY = "email_link"


def remember(request: HttpRequest, link_id: str) -> None:
    """Keep, through the sign-in, which link the person came by."""
    request.session[SESSION_KEY] = link_id


def remembered(request: HttpRequest, *, now: datetime) -> links.EmailLink | None:
    """The link that the person came by, while it is usable."""
    return links.link_by_id(request.session.get(SESSION_KEY), now=now)


def landing_path(request: HttpRequest, *, now: datetime) -> str:
    """The path to go to. Uses up the link that led here, if it was the signed-in person's own."""
    link = remembered(request, now=now)
    request.session.pop(SESSION_KEY, None)
    if link is not None and link.cardholder.user_id == request.user.pk and links.use(link, now=now):
        return links.target_of(link)
    return reverse("admin:index" if request.user.is_staff else "arrears_list")
