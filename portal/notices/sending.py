"""From a message that is asked for to a line in the contact log and a letter on its way.

``ask`` writes the line and the job, in the caller's transaction; ``deliver`` passes the gate and hands the letter over;
``send_now`` does both at once for a code that somebody waits for who has shown who they are. ``ask_code`` and ``deliver_code`` are
for a sign-in, where nothing may tell whether the bank knows an address: neither the answer nor its time.
"""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localdate

from negotiation.queries.cardholders import cardholder as cardholder_by_pk
from negotiation.queries.cardholders import contact_wish_of
from negotiation.services.jobs import enqueue
from negotiation.services.personal_data import seal, unseal
from portal.notices import channels, gate, links
from portal.notices.messages import TEMPLATES, Message, answer_day, ends_at, last_day
from portal.notices.models import ChannelKind, Notice, NoticeState
from portal.notices.receipts import receipt_of

log = structlog.get_logger("notices")
CODE_KEPT = timedelta(minutes=10)
"""A sign-in code that could not be sent for so long is not sent any more."""


def ask(message: Message, *, key: str, now: datetime, event: Any = None) -> Notice | None:
    """Write a line for each way by which the message goes, and the job that sends it. A second call with the same key changes nothing.

    Returns the first line; None if its key was known.
    """
    first, *others = _ways_of(message) or [None]
    notice = _ask(message, first, key, now, event)
    for other in others:
        _ask(message, other, f"{key}:{other}", now, event)
    return notice


def _ways_of(message: Message) -> list[str]:
    """What is weighty goes by every way there is, everything else by those that the person chose."""
    if TEMPLATES[message.template].is_weighty:
        return channels.ways_to(message.cardholder)
    return channels.wished_ways(message.cardholder, contact_wish_of(message.cardholder).channel)


def _ask(message: Message, channel: str | None, key: str, now: datetime, event: Any) -> Notice | None:
    notice, is_new = Notice.objects.get_or_create(key=key, defaults={**_fields(message, channel, now), "event": event})
    if is_new and notice.state == NoticeState.WAITING:
        enqueue(kind="notice", key=f"notice:{notice.pk}", payload={"notice": str(notice.pk)}, run_at=now)
    return notice if is_new else None


def _fields(message: Message, channel: str | None, now: datetime) -> dict[str, Any]:
    return {
        "template": message.template,
        "channel": channel or ChannelKind.EMAIL,
        "cardholder": message.cardholder,
        "instalment": message.instalment,
        "target_name": message.page,
        "target_reference": message.reference,
        "state": NoticeState.WAITING if channel else NoticeState.HELD,
        "reason": "" if channel else gate.NO_CONTACT,
        "message_id": channels.new_message_id(),
        "created_at": now,
        "due_at": now,
    }


def deliver(notice: Notice, *, now: datetime) -> None:
    """Send a waiting message if the gate lets it pass; else write down until when, or why not.

    :raises Exception: whatever the channel raised; the line then says FAILED and may be tried again.
    """
    verdict = gate.judge(notice, now=now)
    if verdict.not_before is None:
        _write(notice, state=NoticeState.HELD, reason=verdict.reason)
    elif verdict.not_before > now:
        _write(notice, due_at=verdict.not_before, reason=verdict.reason)
    else:
        _hand_over(notice, {"link": _link(notice, now)}, now)


def send_now(message: Message, *, code: str, now: datetime) -> bool:
    """Send a code that the person has just asked for. False if it could not be handed over; the log then says why."""
    channel = channels.channel_for(message.cardholder)
    notice = Notice.objects.create(key=f"code:{uuid.uuid4()}", **_fields(message, channel, now))
    if channel is None:
        return False
    try:
        _hand_over(notice, {"code": code}, now)
    except Exception as exc:
        log.warning("code not sent", template=message.template, error=type(exc).__name__)
        return False
    return True


@transaction.atomic
def ask_code(cardholder: Any, *, code: str, now: datetime) -> None:
    """Ask for a sign-in code to be sent by the worker. For nobody (None) the same is written and nothing is sent."""
    asked = {
        "cardholder": str(cardholder.pk) if cardholder else "",
        "code": code,
        "language": translation.get_language(),
    }
    key = f"code:{uuid.uuid4()}"
    payload = {"key": key, "asked": seal(json.dumps(asked), key), "asked_at": now.isoformat()}
    enqueue(kind="sign_in_code", key=key, payload=payload, run_at=now)


def deliver_code(payload: dict[str, Any], *, now: datetime) -> None:
    """Send what was asked for, unless it was for nobody, is sent already, or has become useless by waiting.

    :raises Exception: whatever the channel raised; the line then says FAILED and may be tried again.
    """
    asked = json.loads(unseal(payload["asked"], payload["key"]))
    if not asked["cardholder"] or now - datetime.fromisoformat(payload["asked_at"]) > CODE_KEPT:
        return
    message = Message("sign_in_code", cardholder_by_pk(asked["cardholder"]))
    channel = channels.channel_for(message.cardholder)
    notice, _ = Notice.objects.get_or_create(key=payload["key"], defaults=_fields(message, channel, now))
    if notice.state not in (NoticeState.SENT, NoticeState.HELD):
        with translation.override(asked["language"]):
            _hand_over(notice, {"code": asked["code"]}, now)


def _hand_over(notice: Notice, context: dict[str, Any], now: datetime) -> None:
    letter = write(notice.template, language=_language(notice), context={**context, **_told(notice, now)})
    try:
        channels.send(letter, channel=notice.channel, cardholder=notice.cardholder, message_id=notice.message_id)
    except Exception as exc:
        _write(notice, state=NoticeState.FAILED, reason=type(exc).__name__)
        raise
    _write(notice, state=NoticeState.SENT, sent_at=now, reason="")


def _write(notice: Notice, **changes: Any) -> None:
    Notice.objects.filter(pk=notice.pk).exclude(state=NoticeState.SENT).update(**changes)
    for name, value in changes.items():
        setattr(notice, name, value)


def _link(notice: Notice, now: datetime) -> str:
    purpose = TEMPLATES[notice.template].purpose
    if purpose is None:
        return ""
    return links.make_link(
        seed=str(notice.pk),
        purpose=purpose,
        cardholder=notice.cardholder,
        name=notice.target_name,
        reference=notice.target_reference,
        now=now,
    )


def _language(notice: Notice) -> str:
    """Codes come in the language of the page they are typed into, everything else in the one that the person chose."""
    asked_here = TEMPLATES[notice.template].nature == "ASKED_FOR"
    return (translation.get_language() if asked_here else None) or contact_wish_of(notice.cardholder).language


def _told(notice: Notice, now: datetime) -> dict[str, Any]:
    """What the words may say of the event or the instalment."""
    due_date = notice.instalment.due_date if notice.instalment else None
    if notice.event is None:
        return {"reason": "", "ends_at": None, "last_day": None, "due_date": due_date}
    return {
        "reason": str(notice.event.data.get("reason", "")),
        "ends_at": ends_at(notice.event),
        "last_day": last_day(notice.event, today=localdate(now)),
        "due_date": due_date,
        "receipt": receipt_of(notice.event),
        "concern": str(notice.event.data.get("concern", "")),
        "kind": str(notice.event.data.get("kind", "")),
        "answer_by": answer_day(notice.event),
    }


def write(template: str, *, language: str, context: dict[str, Any]) -> channels.Letter:
    """The letter in one language: subject, plain text, HTML and text message, all from the same words."""
    with translation.override(language):
        english = language.startswith("en")
        said = {
            "bank_name": settings.BANK_NAME_EN if english else settings.BANK_NAME_ZH,
            "is_demonstration": settings.DEMONSTRATION,
            "site": settings.BASE_URL,
            "language": language,
            "action": TEMPLATES[template].action,
            **context,
        }
        said["subject"] = " ".join(render_to_string(f"mail/{template}.subject.txt", said).split())
        said["words"] = render_to_string(f"mail/{template}.txt", said).strip()
        return channels.Letter(
            subject=said["subject"],
            text=render_to_string("mail/letter.txt", said),
            html=render_to_string("mail/letter.html", said),
            sms=" ".join(render_to_string("mail/sms.txt", said).split()),
            sender_name=said["bank_name"],
        )
