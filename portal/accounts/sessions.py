"""How a session is kept: sealed, because a pending sign-in holds an address and a code."""

import json
from typing import Any

from negotiation.services.personal_data import SealBroken, seal, unseal

PLACE = "django_session.session_data"


class SealedSessionSerializer:
    """JSON under AES-256-GCM with the keys of ``DATA_KEYS``. Django signs the result with the session's own salt."""

    def dumps(self, session: dict[str, Any]) -> bytes:
        return seal(json.dumps(session, separators=(",", ":")), PLACE).encode()

    def loads(self, data: bytes) -> dict[str, Any]:
        """The session; an empty one if the seal does not open, so that a lost key signs people out and no more."""
        try:
            return dict(json.loads(unseal(data.decode(), PLACE)))
        except SealBroken:
            return {}
