"""The worker's side of messages: an event asks for messages, a message is sent. The setting JOB_HANDLERS names this module."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from negotiation.queries.events import event as event_by_pk
from negotiation.services.jobs import enqueue, handles
from portal.notices import desk, sending
from portal.notices.messages import messages_for
from portal.notices.models import Notice, NoticeState


@handles("event")
def tell(payload: dict[str, Any], *, now: datetime) -> None:
    """Ask for the messages that follow an event, each under a key of its own."""
    event = event_by_pk(payload["event"])
    for message in messages_for(event):
        key = f"event:{event.pk}:{message.template}:{message.channel or 'first'}"
        sending.ask(message, key=key, now=now, event=event)
    desk.ask(event, now=now)


@handles("notice", slow=True)
def send(payload: dict[str, Any], *, now: datetime) -> Callable[[], None] | None:
    """Send one message. What was sent is not sent again; what may not leave yet comes back when it may."""
    notice = Notice.objects.select_related("cardholder", "event", "instalment__plan").get(pk=payload["notice"])
    if notice.state in (NoticeState.SENT, NoticeState.HELD):
        return None
    sending.deliver(notice, now=now)
    if notice.state == NoticeState.WAITING:
        return lambda: _again(notice, now)
    return None


@handles("desk_notice", slow=True)
def tell_desk(payload: dict[str, Any], *, now: datetime) -> None:
    """Tell whoever works on the case at the bank. A worker that dies in between may tell them twice."""
    desk.deliver(event_by_pk(payload["event"]))


def _again(notice: Notice, now: datetime) -> None:
    key = f"notice:{notice.pk}:{notice.due_at:%Y%m%d%H%M}"
    enqueue(kind="notice", key=key, payload={"notice": str(notice.pk)}, run_at=notice.due_at, now=now)
