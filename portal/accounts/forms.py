"""What people type to say who they are: shape and range only."""

import datetime
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm
from allauth.account.forms import ReauthenticateForm as ReauthenticateByPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from negotiation.queries.cardholders import claimed_cardholder_by_email
from negotiation.services.personal_data import blind_index
from portal.accounts import limits

CODE_ATTRIBUTES = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "12", "spellcheck": "false"}


def _count(action: str, key: str) -> None:
    try:
        limits.count(context.request, action=action, key=key)
    except limits.TooOften as refused:
        raise ValidationError(refused.words) from None


class CodeForm(forms.Form):
    """The six digits of a message. Spaces and dashes between them do no harm."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
        error_messages={"required": _("Type the six digits of the code.")},
    )


class RequestCodeForm(forms.Form):
    """Sign-in by code: the address on file. Whether the bank knows it is never said."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one that the bank has on file for you. We send a six-digit code to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("This does not look like a whole e-mail address, such as name@example.com."),
        },
    )

    def clean_email(self) -> str:
        """Find the person by the index of the address; count the request under the same index."""
        email = self.cleaned_data["email"].strip()
        _count("request_login_code", blind_index("email", email))
        cardholder = claimed_cardholder_by_email(email)
        self._user = cardholder.user if cardholder else None
        return email


class ConfirmCodeForm(CodeForm, ConfirmLoginCodeForm):
    """The code of a sign-in. Tries are counted across processes, because allauth counts them in the session alone."""

    def clean_code(self) -> str:
        _count("try_login_code", f"{context.request.session.session_key}:{self.expected_code}")
        return str(super().clean_code())


class AppCodeForm(forms.Form):
    """The digits that an authenticator app shows, or a recovery code."""

    code = forms.CharField(
        label=_("Six digits from the app"),
        max_length=12,
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
        error_messages={"required": _("Type the six digits that the app shows now.")},
    )


class SecondFactorForm(AppCodeForm, AuthenticateForm):
    """The second step of a sign-in."""


class SecondFactorAgainForm(AppCodeForm, ReauthenticateForm):
    """The second step once more, before something that matters."""


class SetUpAppForm(AppCodeForm, ActivateTOTPForm):
    """The first code of an app that is being set up."""


class StaffSignInForm(LoginForm):
    """Staff: address and password. The second factor is asked for afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("E-mail address"), _("Password")
        login.widget.attrs = {"autocomplete": "username", "type": "email"}
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""


class PasswordAgainForm(ReauthenticateByPasswordForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class ClaimForm(forms.Form):
    """What only the cardholder and the bank should know, in plain text fields that any phone can fill in."""

    card_last4 = forms.CharField(
        label=_("Last four digits of your credit card"),
        validators=[RegexValidator(r"\A[0-9]{4}\Z", _("Type the last four digits that are printed on the card."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}),
        error_messages={"required": _("Type the last four digits that are printed on the card.")},
    )
    birth_year = forms.CharField(label=_("Year"), max_length=4, required=False)
    birth_month = forms.CharField(label=_("Month"), max_length=2, required=False)
    birth_day = forms.CharField(label=_("Day"), max_length=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, width, token in (("year", 4, "bday-year"), ("month", 2, "bday-month"), ("day", 2, "bday-day")):
            attributes = {"inputmode": "numeric", "autocomplete": token, "maxlength": str(width), "size": str(width)}
            self.fields[f"birth_{name}"].widget = forms.TextInput(attrs=attributes)

    @property
    def birth_fields(self) -> list[Any]:
        """Year, month, day: the order in which a Chinese date is written."""
        return [self["birth_year"], self["birth_month"], self["birth_day"]]

    def clean(self) -> dict[str, Any]:
        """Join the three parts to ``birth_date`` (``YYYY-MM-DD``); one message, at the first part, for whatever is wrong."""
        cleaned = super().clean() or {}
        try:
            parts = [int(cleaned.get(f"birth_{name}", "")) for name in ("year", "month", "day")]
            cleaned["birth_date"] = datetime.date(*parts).isoformat()
        except ValueError:
            message = _("Type your date of birth as year, month and day, for example 1988 / 3 / 27.")
            self.add_error("birth_year", message)
        return cleaned
