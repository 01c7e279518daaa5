"""The cast: Lin Wei owns an account that is overdue; her letter; the steps she takes to come in."""

import base64
import re
import time
from datetime import datetime
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from negotiation.models import CardAccount, Cardholder, User
from portal.accounts.staff import enrol_totp
from portal.notices import links
from portal.notices.models import EmailLink, LinkPurpose
from tests.factories import make_account, make_cardholder, make_reviewer

CARD, BIRTHDAY = "4821", {"birth_year": "1988", "birth_month": "3", "birth_day": "27"}
APP_SECRET = base64.b32encode(b"twenty bytes of test").decode()
PASSWORD = "a long enough password"
ANSWERS = {"card_last4": CARD, **BIRTHDAY}


def lin(**fields: Any) -> tuple[Cardholder, CardAccount]:
    """Lin Wei, who has not been here yet."""
    defaults = {"claimed": False, "birth_date": "1988-03-27", "email": "lin.wei@mail.example", "language": "en"}
    cardholder = make_cardholder(**defaults | fields)
    return cardholder, make_account(cardholder=cardholder, card_last4=CARD)


def letter_to(
    cardholder: Cardholder,
    account: CardAccount,
    *,
    purpose: LinkPurpose = LinkPurpose.CLAIM,
    seed: str = "letter",
    now: datetime | None = None,
) -> tuple[str, EmailLink]:
    """The path of a link in a letter, and its row."""
    made = links.make_link(
        seed=seed,
        purpose=purpose,
        cardholder=cardholder,
        name="arrears_detail",
        reference=account.reference,
        now=now or timezone.now(),
    )
    token = made.rstrip("/").rpartition("/")[2]
    return f"/l/{token}/", EmailLink.objects.get(digest=links.digest_of(purpose, token))


def follow(client: Client, path: str) -> Any:
    """Open a link and press "Continue"."""
    client.get(path, follow=True)
    return client.post("/l/")


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def without_token(response: Any) -> str:
    """A page without what is different on every request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def app_code(secret: str = APP_SECRET, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def staff(*, with_app: bool = False) -> User:
    """Somebody at the bank with a password."""
    reviewer = make_reviewer()
    reviewer.set_password(PASSWORD)
    reviewer.save()
    if with_app:
        enrol_totp(user=reviewer, secret=APP_SECRET)
    return reviewer


def credentials(user: User) -> dict[str, str]:
    return {"login": str(user.email), "password": PASSWORD}


def sign_in_staff(client: Client, user: User) -> None:
    """Password, then the code of the app."""
    client.post("/sign-in/staff/", credentials(user))
    assert client.post("/sign-in/second-factor/", {"code": app_code()}).status_code == 302
