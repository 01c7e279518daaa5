"""How does a person want to be reached, inside what the law allows: by which way, at which hours, in which language?

A wish narrows the legal window and never widens it. Knows no contact data and sends nothing.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from negotiation.domain.contact import ContactWindow

LANGUAGES = ("zh-hans", "en")
"""The languages in which messages are written."""


class ContactChannel(StrEnum):
    """The ways a person may choose among those that the bank has to them."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    BOTH = "BOTH"


class ContactHours(StrEnum):
    """The part of the day a person may choose."""

    ANY = "ANY"
    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"
    EVENING = "EVENING"


PARTS_OF_THE_DAY = {
    ContactHours.MORNING: ContactWindow(time(8), time(12)),
    ContactHours.AFTERNOON: ContactWindow(time(12), time(18)),
    ContactHours.EVENING: ContactWindow(time(18), time(22)),
}


@dataclass(frozen=True, slots=True)
class ContactWish:
    """What a person may choose. ``is_written_only``: they ask not to be called."""

    language: str
    channel: ContactChannel = ContactChannel.EMAIL
    hours: ContactHours = ContactHours.ANY
    is_written_only: bool = False


def narrowed(window: ContactWindow, hours: ContactHours) -> ContactWindow:
    """The part of a legal window that lies in the hours chosen; the whole window where nothing would be left of it.

    >>> narrowed(ContactWindow(time(8), time(21)), ContactHours.EVENING)
    ContactWindow(start=datetime.time(18, 0), end=datetime.time(21, 0), includes_end=False)
    """
    part = PARTS_OF_THE_DAY.get(hours, window)
    start, end = max(window.start, part.start), min(window.end, part.end)
    if start >= end:
        return window
    return ContactWindow(start, end, window.includes_end and end == window.end)


def hours_left(window: ContactWindow) -> tuple[ContactHours, ...]:
    """The choices that are one: those of which the legal window leaves something, and the whole of it."""
    return tuple(hours for hours in ContactHours if hours is ContactHours.ANY or narrowed(window, hours) != window)
