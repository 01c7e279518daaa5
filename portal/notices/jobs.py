"""The worker's side of messages: an event asks for messages, a message is sent. The setting JOB_HANDLERS names this module."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from negotiation.queries.events import event as event_by_pk
from negotiation.services.events import SYSTEM
from negotiation.services.jobs import enqueue, handles
from negotiation.services.plan_ending import notice_delivered
from portal.notices import desk, sending
from portal.notices.messages import breach_of, messages_for
from portal.notices.models import Notice, NoticeState


@handles("event")
def tell(payload: dict[str, Any], *, now: datetime) -> None:
    """Ask for the messages that follow an event, each under a key of its own."""
    event = event_by_pk(payload["event"])
    for message in messages_for(event):
        sending.ask(message, key=f"event:{event.pk}:{message.template}", now=now, event=event)
    desk.ask(event, now=now)


@handles("notice", slow=True)
def send(payload: dict[str, Any], *, now: datetime) -> Callable[[], None] | None:
    """Send one message. What was sent is not sent again; what may not leave yet comes back when it may."""
    notice = Notice.objects.select_related("cardholder", "event", "instalment__plan").get(pk=payload["notice"])
    if notice.state not in (NoticeState.SENT, NoticeState.HELD):
        sending.deliver(notice, now=now)
    if notice.state == NoticeState.WAITING:
        return lambda: _again(notice, now)
    if notice.state == NoticeState.SENT and notice.template == "plan_broken":
        return lambda: _delivered(notice, now)
    return None


@handles("sign_in_code", slow=True, urgent=True)
def send_sign_in_code(payload: dict[str, Any], *, now: datetime) -> None:
    """Send the code of a sign-in; somebody waits for it."""
    sending.deliver_code(payload, now=now)


@handles("desk_notice", slow=True)
def tell_desk(payload: dict[str, Any], *, now: datetime) -> None:
    """Tell whoever works on the case at the bank. A worker that dies in between may tell them twice."""
    desk.deliver(event_by_pk(payload["event"]))


def _delivered(notice: Any, now: datetime) -> None:
    """The days for making up count from the delivery of the notice; asked again after a crash, the first delivery stays."""
    broken_on, day = breach_of(notice.event), localdate(notice.sent_at)
    assert broken_on is not None, "a breach names the figures that broke the plan"
    notice_delivered(reference=notice.target_reference, broken_on=broken_on, day=day, actor=SYSTEM, now=now)


def _again(notice: Notice, now: datetime) -> None:
    key = f"notice:{notice.pk}:{notice.due_at:%Y%m%d%H%M}"
    enqueue(kind="notice", key=key, payload={"notice": str(notice.pk)}, run_at=notice.due_at, now=now)
