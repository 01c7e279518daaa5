"""Is there no room left for what was to be kept? Knows how a disk, a quota and either database say so."""

import errno
import sqlite3

from django.db import DatabaseError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
POSTGRESQL_DISK_FULL = "53100"


def is_full(exc: BaseException | None) -> bool:
    """Whether the exception says that a file or a row found no room."""
    if isinstance(exc, OSError):
        return exc.errno in NO_ROOM
    cause = exc.__cause__ if isinstance(exc, DatabaseError) else None
    return (
        getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(cause, "sqlstate", None) == POSTGRESQL_DISK_FULL
    )
