"""The one contact gate: may this message leave now, later, or not at all? Every message passes it; none passes beside it.

It gathers what the rules of ``negotiation.domain.contact`` need to know. No collection message goes to somebody whose plan is
in force, broken or not (invariant 6): the agreement suspends collection until the bank ends it. A code that was asked for always passes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from negotiation.domain.contact import ContactCap, ContactKind, is_within_caps, next_allowed
from negotiation.queries.agreements import has_plan_in_force
from negotiation.queries.instalments import is_to_come
from portal.notices.messages import COLLECTION, TEMPLATES, Nature, is_overtaken
from portal.notices.models import Notice, NoticeState

NO_CONTACT = "no contact data"
PLAN_IN_FORCE = "a plan is in force"
CAP_REACHED = "messages of the day used"
QUIET_HOURS = "quiet hours"
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
    if nature == Nature.COLLECTION:
        if has_plan_in_force(notice.cardholder):
            return Verdict(None, PLAN_IN_FORCE)
        if not _keeps_caps(notice, now):
            return Verdict(None, CAP_REACHED)
    return Verdict(allowed, "" if allowed <= now else QUIET_HOURS)


def next_open(now: datetime) -> datetime:
    """The moment itself inside the contact window, else the window's next start; in the bank's time zone."""
    return next_allowed(now, timezone.get_default_timezone(), settings.CONTACT_WINDOW)


def _keeps_caps(notice: Notice, now: datetime) -> bool:
    sent = Notice.objects.filter(
        cardholder=notice.cardholder_id,
        state=NoticeState.SENT,
        template__in=COLLECTION,
        sent_at__gt=now - timedelta(days=2),
    ).values_list("sent_at", flat=True)
    earlier = [(ContactKind.MESSAGE, at) for at in sent]
    return is_within_caps(ContactKind.MESSAGE, earlier, now, timezone.get_default_timezone(), COLLECTION_CAPS)
