"""How a message leaves: by e-mail through Django's backend, by text message through the bank's gateway. Decides nothing."""

import json
from dataclasses import dataclass
from email.utils import formataddr, make_msgid, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from negotiation.domain.contact_wishes import ContactChannel
from portal.notices.models import ChannelKind


class NoGateway(Exception):
    """Text messages are asked for and no gateway is configured."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as a person will read it."""

    subject: str
    text: str
    html: str
    sms: str
    sender_name: str


class SmsGateway(Protocol):
    """What the bank's text-message service has to offer. ``reference`` is the same when a message is sent again."""

    def send(self, *, number: str, text: str, reference: str) -> None: ...


class FileSmsGateway:
    """For the demonstration: one JSON file a message in ``SMS_DIR``, where the demonstration mailbox finds it."""

    def send(self, *, number: str, text: str, reference: str) -> None:
        folder = Path(settings.SMS_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{reference}.partial"
        partial.write_text(json.dumps({"number": number, "text": text}, ensure_ascii=False), encoding="utf-8")
        partial.replace(folder / f"{reference}.json")


@lru_cache(maxsize=1)
def sms_gateway() -> SmsGateway:
    """The gateway that the setting SMS_GATEWAY names.

    :raises NoGateway: if it names none.
    """
    if not settings.SMS_GATEWAY:
        raise NoGateway
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return gateway


def ways_to(cardholder: Any) -> list[str]:
    """Every way there is to a person: e-mail if there is an address, text message if there is a number and a gateway."""
    by_sms = cardholder.phone and settings.SMS_GATEWAY
    return [*([ChannelKind.EMAIL] if cardholder.email else []), *([ChannelKind.SMS] if by_sms else [])]


def channel_for(cardholder: Any) -> str | None:
    """The first way there is, by which codes go; None if there is none."""
    return next(iter(ways_to(cardholder)), None)


def wished_ways(cardholder: Any, channel: ContactChannel) -> list[str]:
    """The ways that the person chose, of those there are; where none of them is left, the first there is."""
    there = ways_to(cardholder)
    return [way for way in there if channel in (ContactChannel.BOTH, way)] or there[:1]


def new_message_id() -> str:
    """A Message-ID of this site; a message keeps it however often it is sent."""
    return make_msgid(domain=urlsplit(settings.BASE_URL).hostname)


def send(letter: Letter, *, channel: str, cardholder: Any, message_id: str) -> None:
    """Hand the letter over; whatever goes wrong there is raised as it is."""
    if channel == ChannelKind.SMS:
        sms_gateway().send(number=cardholder.phone, text=letter.sms, reference=message_id.strip("<>").partition("@")[0])
        return
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((letter.sender_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[cardholder.email],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(letter.html, "text/html")
    mail.send()
