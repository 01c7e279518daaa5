"""How records are hashed: canonical JSON, and the hash that links an event to the one before it."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any


def canonical_json(data: Any) -> str:
    """The one text of some plain data: sorted keys, no spaces, no escapes.

    >>> canonical_json({"b": 1, "a": ["是"]})
    '{"a":["是"],"b":1}'
    """
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(data: Any) -> str:
    """Hex SHA-256 of the canonical JSON of ``data``."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()


def event_hash(
    *,
    stream: str,
    seq: int,
    kind: str,
    actor_kind: str,
    actor_id: int | None,
    at: datetime,
    data: Any,
    previous_hash: str,
) -> str:
    """Hex SHA-256 over everything an event says and the hash before it; ``at`` counts in UTC, to the microsecond."""
    return sha256_of(
        {
            "stream": stream,
            "seq": seq,
            "kind": kind,
            "actor_kind": actor_kind,
            "actor_id": actor_id,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "data": data,
            "previous_hash": previous_hash,
        }
    )
