"""How a person wants to be reached: language, way and hours of messages, and whether they may be called."""

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from negotiation.domain.contact_wishes import ContactChannel, ContactHours, ContactWish, hours_left, narrowed
from negotiation.queries.cardholders import contact_wish_of
from negotiation.services.contact_preferences import choose_contact
from portal.accounts.contacts import masked_email, masked_phone
from portal.journey.access import for_cardholder
from portal.journey.fields import typed
from portal.notices.channels import ways_to, wished_ways
from portal.notices.models import ChannelKind

HOURS = {
    ContactHours.ANY: gettext_lazy("Whenever the law allows (%(start)s to %(end)s)"),
    ContactHours.MORNING: gettext_lazy("In the morning (%(start)s to %(end)s)"),
    ContactHours.AFTERNOON: gettext_lazy("In the afternoon (%(start)s to %(end)s)"),
    ContactHours.EVENING: gettext_lazy("In the evening (%(start)s to %(end)s)"),
}


class ContactForm(forms.Form):
    """The choices that this person has: ways to them that the bank has, hours that the law leaves."""

    language = forms.ChoiceField(
        label=gettext_lazy("In which language do we write to you?"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label=gettext_lazy("By which way?"), widget=forms.RadioSelect)
    hours = forms.ChoiceField(label=gettext_lazy("At which hours?"), widget=forms.RadioSelect)
    is_written_only = forms.BooleanField(
        label=gettext_lazy("Write to me only; please do not call"),
        required=False,
        help_text=gettext_lazy("Everybody at the bank who works on your case sees this."),
    )

    def __init__(self, *args: Any, cardholder: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = _channels(cardholder)
        self.fields["hours"].choices = [(hours.value, _told(hours)) for hours in hours_left(settings.CONTACT_WINDOW)]

    @property
    def wish(self) -> ContactWish:
        said = self.cleaned_data
        return ContactWish(
            said["language"], ContactChannel(said["channel"]), ContactHours(said["hours"]), said["is_written_only"]
        )


@require_http_methods(["GET", "HEAD", "POST"])
@for_cardholder
def contact_preferences(request: HttpRequest, cardholder: Any) -> HttpResponse:
    """Show what holds, and keep what is chosen instead."""
    form = ContactForm(typed(request), cardholder=cardholder, initial=_initial(cardholder))
    if form.is_valid():
        choose_contact(cardholder=cardholder, wish=form.wish, now=timezone.now())
        messages.info(request, _("From now on we write to you as you have chosen."))
        return redirect("my_data")
    return render(request, "journey/contact_preferences.html", {"form": form})


def contact_words(cardholder: Any) -> dict[str, str]:
    """What holds now, for somebody who only looks."""
    holds = _initial(cardholder)
    calls = _("please do not call; write only") if holds["is_written_only"] else _("allowed")
    return {
        "language": dict(settings.LANGUAGES)[holds["language"]],
        "ways": dict(_channels(cardholder)).get(holds["channel"], ""),
        "hours": _told(ContactHours(holds["hours"])),
        "calls": calls,
    }


def _initial(cardholder: Any) -> dict[str, Any]:
    """What holds now; a way or hours that are no longer there as what is used instead."""
    wish, ways = contact_wish_of(cardholder), wished_ways(cardholder, contact_wish_of(cardholder).channel)
    return {
        "language": wish.language,
        "channel": ContactChannel.BOTH.value if len(ways) > 1 else next(iter(ways), wish.channel.value),
        "hours": wish.hours.value if wish.hours in hours_left(settings.CONTACT_WINDOW) else ContactHours.ANY.value,
        "is_written_only": wish.is_written_only,
    }


def _channels(cardholder: Any) -> list[tuple[str, str]]:
    """The ways there are, by masked addresses; both where there are two."""
    told = {
        ChannelKind.EMAIL: _("E-mail (%(address)s)") % {"address": masked_email(cardholder.email or "")},
        ChannelKind.SMS: _("Text message (%(number)s)") % {"number": masked_phone(cardholder.phone or "")},
    }
    there = [(str(way), told[ChannelKind(way)]) for way in ways_to(cardholder)]
    return [*there, (ContactChannel.BOTH.value, _("Both"))] if len(there) > 1 else there


def _told(hours: ContactHours) -> str:
    window = narrowed(settings.CONTACT_WINDOW, hours)
    if window.start == time.min and window.end.hour == time.max.hour:
        return _("At any hour")
    return str(HOURS[hours]) % {"start": f"{window.start:%H:%M}", "end": f"{window.end:%H:%M}"}
