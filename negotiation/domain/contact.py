"""May a person be contacted now, and if not, when?

Knows windows, caps and holds; reads no clock and sends nothing: the contact gate asks here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from negotiation.domain.bad_input import BadInput


class NotAWindow(BadInput):
    says = "not a contact window such as [08:00,22:00)"


class MomentWithoutZone(BadInput):
    says = "a moment must know its time zone"


class ContactKind(StrEnum):
    """What is counted: a call that was answered, a dialling attempt on one number, a message."""

    CONNECTED_CALL = "CONNECTED_CALL"
    CALL_ATTEMPT = "CALL_ATTEMPT"
    MESSAGE = "MESSAGE"


_WINDOW = re.compile(r"\[(\d{1,2}:\d{2}(?::\d{2})?)\s*,\s*(\d{1,2}:\d{2}(?::\d{2})?)([\])])")


@dataclass(frozen=True, slots=True)
class ContactWindow:
    """The hours of a day, in the person's time zone, in which contact is allowed. The start counts; the end only if ``includes_end``."""

    start: time
    end: time
    includes_end: bool = False

    @classmethod
    def parse(cls, text: str) -> "ContactWindow":
        """``[08:00,22:00)`` or ``[08:00,21:00]``.

        :raises NotAWindow: if it is neither, or no hours are left.
        """
        match = _WINDOW.fullmatch(text.strip())
        if match is None:
            raise NotAWindow(text)
        try:
            window = cls(_clock(match[1]), _clock(match[2]), match[3] == "]")
        except ValueError:
            raise NotAWindow(text) from None
        if window.end <= window.start:
            raise NotAWindow(text)
        return window

    def allows(self, clock: time) -> bool:
        """Whether contact is allowed at this local time of day."""
        return self.start <= clock < self.end or (self.includes_end and clock == self.end)


CHINA_WINDOW = ContactWindow(time(8), time(22))


@dataclass(frozen=True, slots=True)
class ContactCap:
    """At most ``most`` contacts of a kind within ``days`` local days, today included."""

    kind: ContactKind
    most: int
    days: int = 1


CHINA_CAPS = (ContactCap(ContactKind.CONNECTED_CALL, 3), ContactCap(ContactKind.CALL_ATTEMPT, 6))

REMINDER_DAYS = (7, 3, 1, 0)
"""How many days before an instalment is due its cardholder is reminded; 0 is the due day itself. Art. 67 of the Measures on
the Supervision of Credit-Card Business (CBRC order 2011 no. 2) wants reminders "in time"; the days are this product's choice."""

DOWN_PAYMENT_DAYS = (3, 7, 14)
"""How many days after signing a cardholder is reminded of a down payment that has not come; this product's choice."""


def is_allowed(moment: datetime, zone: ZoneInfo, window: ContactWindow = CHINA_WINDOW) -> bool:
    """Whether a person in ``zone`` may be contacted at this moment (GB/T 45251-2025: not 22:00 to 08:00).

    :raises MomentWithoutZone: if the moment is naive.
    """
    return window.allows(_local(moment, zone).time())


def next_allowed(moment: datetime, zone: ZoneInfo, window: ContactWindow = CHINA_WINDOW) -> datetime:
    """The moment itself if allowed, else the next start of the window, in ``zone``.

    :raises MomentWithoutZone: if the moment is naive.
    """
    local = _local(moment, zone)
    if window.allows(local.time()):
        return local
    day = local.date() if local.time() < window.start else local.date() + timedelta(days=1)
    return datetime.combine(day, window.start, zone)


def is_within_caps(
    kind: ContactKind,
    earlier: Iterable[tuple[ContactKind, datetime]],
    moment: datetime,
    zone: ZoneInfo,
    caps: Iterable[ContactCap],
) -> bool:
    """Whether one more contact of ``kind`` keeps every cap; days are the person's local days.

    :raises MomentWithoutZone: if a moment is naive.
    """
    today = _local(moment, zone).date()
    days = [_local(at, zone).date() for earlier_kind, at in earlier if earlier_kind is kind]
    return all(_count_since(days, today, cap.days) < cap.most for cap in caps if cap.kind is kind)


def _count_since(contact_days: list[date], today: date, days: int) -> int:
    return sum(1 for day in contact_days if today - timedelta(days=days) < day <= today)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise MomentWithoutZone(moment)
    return moment.astimezone(zone)


def _clock(text: str) -> time:
    return time.fromisoformat(text.zfill(5) if text.count(":") == 1 else text.zfill(8))
