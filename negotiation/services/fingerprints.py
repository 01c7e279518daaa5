"""A fingerprint of words, for the event that records them: it shows that they were altered, and tells nobody what they are.

Keyed, so that a short message cannot be guessed from an export of events; salted, so that equal words look different. The key
comes from ``INDEX_KEY``, which stays when the keys that seal the words are changed (docs/decisions/012).
"""

import hashlib
import hmac
import secrets
from typing import Any

from django.conf import settings

from negotiation.models.sealed import blind_index

FIELD = "words"
"""The name under which the data of an event holds a fingerprint."""


def fingerprinted(words: str = "") -> dict[str, str]:
    """What an event says of words that a row keeps sealed: part of the event's ``data``, as ``{**others, **fingerprinted(text)}``.

    Take the words exactly as the row keeps them. No words have a fingerprint too, so that words planted later show.
    """
    salt = secrets.token_hex(16)
    return {FIELD: f"{comparable_prefix()}{salt}.{_code(salt, words)}"}


def are_altered(words: str, data: dict[str, Any]) -> bool:
    """Whether the words are not those that an event with this data recorded; False where there is nothing to compare with."""
    said = data.get(FIELD, "")
    if not said.startswith(comparable_prefix()):
        return False
    salt, _, code = said.removeprefix(comparable_prefix()).partition(".")
    return not hmac.compare_digest(code, _code(salt, words))


def comparable_prefix() -> str:
    """How every fingerprint begins that was made with the present ``INDEX_KEY``."""
    return f"v1.{blind_index('name of the key', '')[:8]}."


def _code(salt: str, words: str) -> str:
    key = hmac.new(settings.INDEX_KEY, b"fingerprints of words", hashlib.sha256).digest()
    return hmac.new(key, f"{salt}:{words}".encode(), hashlib.sha256).hexdigest()
