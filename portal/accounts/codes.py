"""One-time codes bound to a cardholder, a purpose and the hash of what they confirm. Knows rows and time, no mail.

Six digits, ten minutes, five tries, one use; a newer code for the same thing ends the older one.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from portal.accounts.limits import whole_minute
from portal.accounts.models import MAX_TRIES, StepUpCode

VALID_FOR = timedelta(minutes=10)
MAX_SENDS = 4
SENDS_WITHIN = timedelta(minutes=15)


class CodeRefused(Exception):
    """The base of everything that can be wrong with a code."""


class CodeWrong(CodeRefused):
    """Not the code that was sent; ``tries_left`` may be zero."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("wrong")
        self.tries_left = tries_left


class CodeSpent(CodeRefused):
    """There is no code to compare with: never sent, used, too old, or tried too often. A new one is needed."""


class TooManyCodes(CodeRefused):
    """As many codes were sent as may be within a quarter of an hour or a day; the next one may be sent at ``retry_at``."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__("too many")
        self.retry_at = retry_at


@transaction.atomic
def issue(*, cardholder: Any, purpose: str, subject_hash: str, now: datetime) -> str:
    """Make a new code and return it, to be sent at once and kept nowhere.

    :raises TooManyCodes: if the person has been sent too many codes for this purpose, or on this day.
    """
    type(cardholder).objects.select_for_update().get(pk=cardholder.pk)
    of_person = StepUpCode.objects.filter(cardholder=cardholder)
    sent = of_person.filter(purpose=purpose)
    _refuse_too_many(sent, MAX_SENDS, SENDS_WITHIN, now)
    _refuse_too_many(of_person, settings.CODES_A_DAY, timedelta(days=1), now)
    sent.filter(subject_hash=subject_hash, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    code = f"{secrets.randbelow(10**6):06}"
    row = StepUpCode(
        cardholder=cardholder, purpose=purpose, subject_hash=subject_hash, sent_at=now, expires_at=now + VALID_FOR
    )
    row.code_hash = _hash(row, code)
    row.save(force_insert=True)
    return code


def _refuse_too_many(codes: QuerySet[StepUpCode], most: int, within: timedelta, now: datetime) -> None:
    recent = codes.filter(sent_at__gt=now - within).order_by("-sent_at").values_list("sent_at", flat=True)[:most]
    if len(recent) >= most:
        raise TooManyCodes(whole_minute(min(recent, default=now) + within))


def redeem(*, cardholder: Any, purpose: str, subject_hash: str, code: str, now: datetime) -> str:
    """Use the code and return the reference of this event. Counts a try before it compares, outside any transaction.

    :raises CodeWrong: if it is not the code that was sent.
    :raises CodeSpent: if there is no code that can still be used.
    """
    with transaction.atomic(durable=True):
        row = _claim_try(cardholder, purpose, subject_hash, now)
    if row is None:
        raise CodeSpent
    if not hmac.compare_digest(row.code_hash, _hash(row, _digits(code))):
        raise CodeWrong(MAX_TRIES - StepUpCode.objects.values_list("tries", flat=True).get(pk=row.pk))
    if not StepUpCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now):
        raise CodeSpent
    return str(row.pk)


def _claim_try(cardholder: Any, purpose: str, subject_hash: str, now: datetime) -> StepUpCode | None:
    usable = StepUpCode.objects.filter(
        cardholder=cardholder,
        purpose=purpose,
        subject_hash=subject_hash,
        used_at__isnull=True,
        expires_at__gt=now,
        tries__lt=MAX_TRIES,
    )
    row = usable.order_by("-sent_at").first()
    if row is None or not usable.filter(pk=row.pk).update(tries=F("tries") + 1):
        return None
    return row


def _digits(code: str) -> str:
    """What was typed, without the spaces and dashes people put between digits; full-width digits count."""
    return "".join(str(int(character)) for character in code if character.isdecimal())


def _hash(row: StepUpCode, code: str) -> str:
    said = f"{row.pk}:{row.purpose}:{row.subject_hash}:{code}"
    return salted_hmac("portal.accounts.codes", said, algorithm="sha256").hexdigest()
