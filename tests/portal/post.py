"""A real SMTP server for tests, and what it received. Sign-in codes are brought there by the worker, here whenever somebody looks."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.utils import timezone

from negotiation.jobs import registry, worker


class PostBox:
    """Receives mail; refuses it while ``is_closed``."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.is_closed = False

    @property
    def mails(self) -> list[EmailMessage]:
        send_codes()
        return self.received

    @property
    def newest(self) -> EmailMessage:
        return self.mails[-1]

    @property
    def newest_text(self) -> str:
        return text_of(self.newest)

    @property
    def newest_code(self) -> str:
        found = re.search(r"^ {4}(\d{6})$", self.newest_text, re.MULTILINE)
        assert found, self.newest_text
        return found[1]

    @property
    def newest_link(self) -> str:
        found = re.search(r"^https?://[^/\s]+(/l/\S+)$", self.newest_text, re.MULTILINE)
        assert found, self.newest_text
        return found[1]


def send_codes() -> None:
    """What a worker's urgent thread does."""
    registry.load()
    while worker.do_due(clock=timezone.now, kinds=registry.urgent()):
        pass


class Counter:
    """Takes what comes over SMTP to the box."""

    def __init__(self, box: PostBox) -> None:
        self.box = box

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.box.is_closed:
            return "451 try again later"
        self.box.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@contextmanager
def post_office(settings: Any) -> Iterator[PostBox]:
    """Runs an SMTP server and points Django at it."""
    box = PostBox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Counter(box), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    try:
        yield box
    finally:
        controller.stop()
