"""The mail that really arrived, read from the catcher's Maildir."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from mailbox import Maildir

from django.conf import settings

from tests.browser.installation import wait_for
from tests.portal.post import text_of


class PostBox:
    """One person's mail. Each message is read once, in the order of arrival."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._read: set[str] = set()

    def next(self, pattern: str) -> str:
        """The first group of ``pattern`` in the oldest unread message in which it is found; waits for it."""
        return wait_for(lambda: self._find(pattern), f"a message to {self.address} with {pattern}")

    def code(self) -> str:
        return self.next(r"(?m)^ {4}(\d{6})$")

    def link(self) -> str:
        return self.next(r"(?m)^https?://[^/\s]+(/l/\S+)$")

    def _find(self, pattern: str) -> str:
        for key, mail in self._unread():
            found = re.search(pattern, text_of(mail))
            if found:
                self._read.add(key)
                return found[1]
        return ""

    def _unread(self) -> list[tuple[str, EmailMessage]]:
        box = Maildir(settings.MAILDIR, factory=None, create=True)
        mails = [
            (key, message_from_bytes(box.get_bytes(key), policy=policy.default))  # type: ignore[arg-type]
            for key in sorted(box.keys())
            if key not in self._read
        ]
        return [(key, mail) for key, mail in mails if mail["To"] == self.address]
