"""What allauth has to know about this site: nobody signs up, codes go through the notices, and where people land."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from negotiation.queries.accounts import cardholder_of
from negotiation.queries.cardholders import claimed_cardholder_by_email
from negotiation.services.personal_data import seal, unseal
from portal.accounts.landing import landing_path
from portal.notices.sending import ask_code

TOTP_PLACE = "mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in as this site does it."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code that we sent. Look at the newest message and type its six digits."),
        "email_password_mismatch": _("Address and password do not belong together. Type both again."),
        "too_many_login_attempts": _("That was too often in a short time. Wait five minutes, then go on."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from the bank's feed, staff are created by the bank."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The only message that allauth sends here is the sign-in code. It goes through the notices like every other."""
        assert template_prefix == "account/email/login_code", template_prefix
        ask_code(claimed_cardholder_by_email(email), code=context["code"], now=timezone.now())

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        """The same code for somebody whom the bank reaches by text message only."""
        ask_code(cardholder_of(user), code=code, now=timezone.now())

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """Nothing to keep: the number comes from the bank's feed."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing_path(request, now=timezone.now())

    def add_message(self, *args: Any, message: Any = None, **kwargs: Any) -> None:
        """Only fixed texts: allauth's templated messages quote addresses, and messages are kept in a cookie."""
        if message is not None:
            super().add_message(*args, message=message, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """The second factor's secrets are sealed at rest."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This is not the code that the app shows now. Wait for the next one and type its six digits."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text, TOTP_PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, TOTP_PLACE)

    def get_totp_issuer(self) -> str:
        return str(settings.BANK_NAME_EN)

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app calls this account; a cardholder's address is not put into it."""
        return user.email or str(_("Repayment"))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Staff cannot do without a second factor."""
        return not authenticator.user.is_staff
