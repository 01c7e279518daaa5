"""How an archive timestamp is asked for and appended to a signed document, and renewed before its authority's certificate ends."""

import hashlib
from datetime import datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from negotiation.documents.archive import Proofs, archived
from negotiation.documents.coroutines import run
from negotiation.documents.long_term import certificates_of, revocation_data
from negotiation.documents.signed_parts import parts_of
from negotiation.documents.signing_keys import SigningUnavailable
from negotiation.documents.verification import Trust

DIGEST = "sha256"
SPARE_DIGITS = 1024
"""A timestamp may be this much longer than the one before; tokens of one authority differ by a few bytes."""


class TimestampUnavailable(SigningUnavailable):
    """A timestamp authority is configured and gave no timestamp; nothing is signed without it."""


class RevocationDataMissing(SigningUnavailable):
    """What is configured does not prove that the authority of the last timestamp was not revoked; it cannot be renewed on that."""


def asked(work: Any) -> Any:
    """The answer of a timestamp authority.

    :raises TimestampUnavailable: if it gives none.
    """
    try:
        return run(work)
    except (TimestampRequestError, OSError, TimeoutError) as silent:
        raise TimestampUnavailable(str(silent)) from silent


def stamped(pdf: bytes, authority: TimeStamper, proofs: Proofs) -> bytes:
    """``pdf``, signed by the bank, followed by an archive timestamp over all of it and over ``proofs``.

    :raises TimestampUnavailable: if the authority gives none.
    :raises NotPrepared: if the file has no place for one.
    """
    usual: cms.ContentInfo = asked(authority.async_dummy_response(DIGEST))
    digits = 2 * len(usual.dump()) + SPARE_DIGITS
    covered = archived(pdf, proofs, digits=digits).covered
    token = asked(authority.async_timestamp(hashlib.sha256(covered).digest(), DIGEST)).dump()
    if 2 * len(token) > digits:
        raise TimestampUnavailable("the timestamp is longer than those before")
    return archived(pdf, proofs, digits=digits, token=token).pdf


def renewed(pdf: bytes, authority: TimeStamper, *, trust: Trust, now: datetime) -> bytes:
    """``pdf``, which carries an archive timestamp, followed by another and by proof that the authority of the last was good ``now``.

    :raises RevocationDataMissing: if ``trust`` holds no such proof.
    :raises TimestampUnavailable, NotPrepared: as ``stamped``.
    """
    last = cms.ContentInfo.load(parts_of(pdf)[-1].contents)
    leaf, carried = certificates_of(last)
    known = (*trust.of_timestamps.certificates, *carried)
    data = revocation_data((leaf,), known, trust.revocation, now)
    if data is None:
        raise RevocationDataMissing("no current revocation data of the authority of the last timestamp")
    return stamped(pdf, authority, data.proofs)
