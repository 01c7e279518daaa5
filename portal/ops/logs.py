"""How the product logs: one JSON object a line, with the request's id and without anything about a person.

An exception is named by its type and its lines of code, never by its message, which may quote a row.
"""

import logging
import re
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

SECRET_PARTS = re.compile(r"(?<=/l/)[^/\s]+|(?<=/)[0-9A-Za-z]{12}(?=/)|[^\s<>@]+@[^\s<>@]+|\d{7,}")
MASK = "…"


def mask_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Masks, in every text of a line, link tokens, references, e-mail addresses and long numbers."""
    texts = {name: value for name, value in event.items() if isinstance(value, str) and name != "request_id"}
    return event | {name: SECRET_PARTS.sub(MASK, value) for name, value in texts.items()}


def name_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replaces an exception by its type and where it was raised."""
    exc_info = event.pop("exc_info", None)
    if exc_info:
        kind, _value, trace = sys.exc_info() if exc_info is True else exc_info
        assert kind is not None
        event["exception"] = kind.__name__
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-8:]]
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter() -> logging.Formatter:
    """Writes a record of either kind of logger as one JSON object."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.EventRenamer("message"),
            name_exception,
            mask_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING; also sets structlog up, so that both kinds of logger write alike."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # Says nothing that the access line does not say, and quotes the path.
            "django.request": {"level": "ERROR", "propagate": True},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "WARNING"},
            "pyhanko": {"level": "WARNING"},
        },
    }
