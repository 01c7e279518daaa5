"""What the recorded events are called on the pages of the bank's staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENTS: dict[str, Promise] = {
    "negotiation_opened": _("Draft begun"),
    "proposed": _("Plan proposed"),
    "countered": _("Counter-offer made"),
    "accepted": _("Offer accepted"),
    "declined": _("Declined by the bank"),
    "withdrawn": _("Withdrawn by the cardholder"),
    "expired": _("Expired"),
    "claimed": _("Case taken"),
    "released": _("Case released"),
    "noted": _("Internal note written"),
    "second_approval_requested": _("Second approval asked for"),
    "sent_back": _("Sent back to the first reviewer"),
}


def event_words(kind: str) -> str:
    """The event's name; its code where it has no name here."""
    return str(EVENTS.get(kind, kind))
