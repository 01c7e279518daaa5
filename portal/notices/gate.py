"""The one contact gate: may this message leave now, later, or not at all? Every message passes it; none passes beside it.

It gathers what the rules of ``negotiation.domain.contact`` need to know. No collection message goes to somebody whose plan is
in force, broken or not (invariant 6): the agreement suspends collection until the bank ends it. Nor does one leave
about an account of which an amount is in dispute (Measures on Credit-Card Business 2011, art. 69). A code that was asked for always passes.
The hours that a person chose narrow the legal window. They delay a message, never past the moment until which it helps, and never drop one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from negotiation.domain.contact import ContactCap, ContactKind, is_within_caps, next_allowed
from negotiation.domain.contact_wishes import ContactHours, narrowed
from negotiation.queries.agreements import has_plan_in_force
from negotiation.queries.cardholders import contact_wish_of
from negotiation.queries.concerns import is_disputed
from negotiation.queries.instalments import is_to_come
from portal.notices.messages import COLLECTION, TEMPLATES, Nature, ends_at, is_overtaken, last_day
from portal.notices.models import Notice, NoticeState

NO_CONTACT = "no contact data"
PLAN_IN_FORCE = "a plan is in force"
AMOUNT_DISPUTED = "an amount is in dispute"
CAP_REACHED = "messages of the day used"
QUIET_HOURS = "quiet hours"
CHOSEN_HOURS = "hours that the person chose"
OVERTAKEN = "answered meanwhile"
NOTHING_TO_COME = "plan ended or day over"

COLLECTION_CAPS = (ContactCap(ContactKind.MESSAGE, most=1),)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Held for good when ``not_before`` is None; else the message may leave from that moment on."""

    not_before: datetime | None
    reason: str = ""


def judge(notice: Notice, *, now: datetime) -> Verdict:
    """Whether and when the message may leave."""
    nature, is_warning = TEMPLATES[notice.template].nature, TEMPLATES[notice.template].is_warning
    if is_warning and is_overtaken(notice.template, notice.event, notice.target_reference):
        return Verdict(None, OVERTAKEN)
    allowed = next_open(now)
    if notice.instalment and not is_to_come(notice.instalment, today=allowed.date()):
        return Verdict(None, NOTHING_TO_COME)
    if nature == Nature.ASKED_FOR:
        return Verdict(now)
    why_not = _against_collecting(notice, now) if nature == Nature.COLLECTION else ""
    return Verdict(None, why_not) if why_not else _in_hours(notice, now, allowed)


def _against_collecting(notice: Notice, now: datetime) -> str:
    """Why a collection message is held for good; empty if nothing stands against it."""
    if has_plan_in_force(notice.cardholder):
        return PLAN_IN_FORCE
    if is_disputed(notice.target_reference):
        return AMOUNT_DISPUTED
    return "" if _keeps_caps(notice, now) else CAP_REACHED


def _in_hours(notice: Notice, now: datetime, allowed: datetime) -> Verdict:
    """In the hours that the person chose if that is in time, else as soon as the law allows."""
    wished = next_open(now, contact_wish_of(notice.cardholder).hours)
    if wished > allowed and _helps_at(notice, wished):
        return Verdict(wished, CHOSEN_HOURS)
    return Verdict(allowed, "" if allowed <= now else QUIET_HOURS)


def next_open(now: datetime, hours: ContactHours = ContactHours.ANY) -> datetime:
    """The moment itself inside the contact window, narrowed to the hours chosen, else its next start; in the bank's time zone."""
    return next_allowed(now, timezone.get_default_timezone(), narrowed(settings.CONTACT_WINDOW, hours))


def _helps_at(notice: Notice, moment: datetime) -> bool:
    """Whether the person can still do then what the message asks of them."""
    end, day = _deadline(notice, moment)
    return (end is None or moment < end) and (day is None or timezone.localdate(moment) <= day)


def _deadline(notice: Notice, moment: datetime) -> tuple[datetime | None, date | None]:
    """The moment and the last day that a message sent at ``moment`` names, where it names one."""
    if notice.instalment:
        return None, notice.instalment.due_date
    if notice.event is None:
        return None, None
    return ends_at(notice.event), last_day(notice.event, today=timezone.localdate(moment))


def _keeps_caps(notice: Notice, now: datetime) -> bool:
    sent = Notice.objects.filter(
        cardholder=notice.cardholder_id,
        state=NoticeState.SENT,
        template__in=COLLECTION,
        sent_at__gt=now - timedelta(days=2),
    ).values_list("sent_at", flat=True)
    earlier = [(ContactKind.MESSAGE, at) for at in sent]
    return is_within_caps(ContactKind.MESSAGE, earlier, now, timezone.get_default_timezone(), COLLECTION_CAPS)
