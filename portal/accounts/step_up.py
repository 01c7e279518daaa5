"""The fresh one-time code right before an act that binds: sent to the contact on file, good for that act alone.

``send_code`` and ``confirm`` are called by views; the reference that ``confirm`` returns is evidence of the act.
"""

from datetime import datetime
from typing import Any

from negotiation.queries.accounts import cardholder_of
from portal.accounts import codes
from portal.accounts.codes import CodeRefused, CodeSpent, CodeWrong, TooManyCodes
from portal.accounts.models import CodePurpose
from portal.notices.messages import Message
from portal.notices.sending import send_now

__all__ = [
    "CodeNotSent",
    "CodePurpose",
    "CodeRefused",
    "CodeSpent",
    "CodeWrong",
    "TooManyCodes",
    "confirm",
    "send_code",
]

TEMPLATES = {CodePurpose.SIGN: "signing_code", CodePurpose.EXPORT: "export_code"}


class CodeNotSent(CodeRefused):
    """The message could not be handed over; a new code may be asked for."""


def send_code(user: Any, purpose: str, subject_hash: str, now: datetime) -> None:
    """Send a six-digit code that confirms the thing with this hash, and nothing else, within ten minutes.

    :raises TooManyCodes: if four were sent within a quarter of an hour, or ``CODES_A_DAY`` within a day.
    :raises CodeNotSent: if the message could not be handed over.
    """
    cardholder = cardholder_of(user)
    code = codes.issue(cardholder=cardholder, purpose=purpose, subject_hash=subject_hash, now=now)
    if not send_now(Message(TEMPLATES[CodePurpose(purpose)], cardholder), code=code, now=now):
        raise CodeNotSent


def confirm(user: Any, purpose: str, subject_hash: str, code: str, now: datetime) -> str:
    """Use the code; the reference of this event. Call it outside any transaction: a wrong try has to count.

    :raises CodeWrong: if it is not the code that was sent for exactly this.
    :raises CodeSpent: if no code can be used any more.
    """
    return codes.redeem(cardholder=cardholder_of(user), purpose=purpose, subject_hash=subject_hash, code=code, now=now)
