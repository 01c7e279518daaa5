"""Which function does which kind of job, and which kinds come round by themselves?

A handler is `handler(payload, *, now)`. It runs in one transaction with the mark that its job is done: both or
neither. A `slow` handler (it sends mail, renders a document) runs outside any transaction, so that it holds no
lock, and may return a function; that function is what runs in one transaction with the mark. For an ``urgent`` kind somebody
waits at a screen: every worker has a thread that does nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings

Effect = Callable[[], None]
Handler = Callable[..., Effect | None]


class UnknownKind(LookupError):
    """No function handles this kind of job."""


@dataclass(frozen=True)
class Registration:
    """A handler, and how it wants to be run."""

    handler: Handler
    slow: bool
    every: timedelta | None
    urgent: bool = False


_registrations: dict[str, Registration] = {}


def handles(
    kind: str, *, slow: bool = False, every: timedelta | None = None, urgent: bool = False
) -> Callable[[Handler], Handler]:
    """Registers a function for a kind of job; with `every`, the workers enqueue it once an interval, counted from 1970.

    :raises ValueError: if another function has this kind.
    """

    def register(handler: Handler) -> Handler:
        if kind in _registrations:
            raise ValueError(f"two functions handle {kind}")
        _registrations[kind] = Registration(handler, slow, every, urgent)
        return handler

    return register


def load() -> None:
    """Imports every module named in the setting JOB_HANDLERS."""
    for module in settings.JOB_HANDLERS:
        import_module(module)


def registration_for(kind: str) -> Registration:
    """How to do a kind of job.

    :raises UnknownKind: if nothing handles it.
    """
    try:
        return _registrations[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def urgent() -> list[str]:
    """The kinds for which somebody waits at a screen."""
    return [kind for kind, entry in _registrations.items() if entry.urgent]


def periodic() -> dict[str, timedelta]:
    """Each kind that comes round by itself, with its interval."""
    return {kind: entry.every for kind, entry in _registrations.items() if entry.every}
