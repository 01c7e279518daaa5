"""Asking for a one-time code and typing it, for the acts that need one: what the pages say when a code is sent, wrong or spent."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import step_up
from portal.templatetags.formatting import plain_moment


class CodeForm(forms.Form):
    """The one-time code from the message."""

    code = forms.CharField(
        label=gettext_lazy("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Write the six-digit code from our message.")},
    )


def send_code_for(request: HttpRequest, purpose: step_up.CodePurpose, subject_hash: str) -> None:
    """Send a code for one thing and say so on the next page, or why there is none."""
    try:
        step_up.send_code(request.user, purpose, subject_hash, timezone.now())
        messages.info(
            request,
            _("We have sent a code to the e-mail address that the bank has on file. It is valid for ten minutes."),
        )
    except step_up.TooManyCodes as many:
        said = _("Several codes were sent already. You can ask for another one after %(moment)s.")
        messages.warning(request, said % {"moment": plain_moment(many.retry_at)})
    except step_up.CodeNotSent:
        messages.warning(request, _("The code could not be sent just now. Please try again in a minute."))


def used_code(request: HttpRequest, purpose: step_up.CodePurpose, subject_hash: str, form: Any) -> str | None:
    """Use the code that was typed; the reference of this event. None if it cannot be used: the form then says why.

    :raises CodeSpent: if no code can be used any more, for whoever can tell a second press from a late one.
    """
    try:
        return step_up.confirm(request.user, purpose, subject_hash, form.cleaned_data["code"], timezone.now())
    except step_up.CodeWrong as wrong:
        form.add_error("code", _tries_left(wrong.tries_left))
        return None


def say_spent(form: Any) -> None:
    """There is no code that could still be used."""
    form.add_error("code", _("This code can no longer be used. Please ask for a new one."))


def _tries_left(number: int) -> str:
    if number < 1:
        return _("That was not the code, and it can no longer be used. Please ask for a new one.")
    return _("That is not the code we sent. Please compare it with the newest message.")
