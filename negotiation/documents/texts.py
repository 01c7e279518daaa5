"""Which words stand in a document, and in which version.

A clause is a file ``texts/<name>/<version>.<language>.html``; a published file never changes, a new wording is a new version.
``texts/published.json`` holds the fingerprint that a second person approved; a file that differs from it is refused.
"""

import hashlib
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
REGISTER = TEMPLATES / "texts" / "published.json"

UNDERTAKINGS = ("no_new_cards", "true_information", "costs_read", "agree_to_sign")
AGREEMENT = (
    "labels",
    "preamble",
    *(f"undertaking_{name}" for name in UNDERTAKINGS),
    "rights",
    "breach",
    "cost_statement",
    "early_settlement",
    "other_matters",
    "complaints",
    "data_notice",
    "electronic_signature",
    "governing_language",
)


class TextNotPublished(Exception):
    """The clause does not exist in this version, or its file is not the one that was approved."""


@lru_cache(maxsize=1)
def _register() -> dict[str, Any]:
    return json.loads(REGISTER.read_text("utf-8"))


def current_versions(names: tuple[str, ...] = AGREEMENT) -> dict[str, str]:
    """Name → version of the clauses as they are used in new documents."""
    return {name: _register()["current"][name] for name in names}


def fingerprint(name: str, version: str, language: str) -> str:
    """SHA-256 (hex) of the file that holds this wording.

    :raises TextNotPublished: if there is no such file.
    """
    return hashlib.sha256(_source(name, version, language)).hexdigest()


@lru_cache(maxsize=256)
def text_path(name: str, version: str, language: str) -> str:
    """Path of the clause below ``templates/documents``, after checking that it is the approved one.

    :raises TextNotPublished: if it does not exist or was altered after approval.
    """
    approved = _register()["published"].get(f"{name}/{version}.{language}")
    if approved != fingerprint(name, version, language):
        raise TextNotPublished(f"{name} {version} ({language}) is not the approved wording")
    return _path(name, version, language)


@lru_cache(maxsize=16)
def labels(version: str, language: str) -> dict[str, Any]:
    """The fixed words of the layout: headings, column heads, names of components and methods.

    :raises TextNotPublished: as ``text_path``.
    """
    return tomllib.loads((TEMPLATES / text_path("labels", version, language)).read_text("utf-8"))


def undertaking(name: str, version: str, language: str) -> str:
    """The words of one undertaking, for the page on which it is ticked.

    :raises TextNotPublished: as ``text_path``.
    """
    path = TEMPLATES / text_path(f"undertaking_{name}", version, language)
    return path.read_text("utf-8").strip()


def _path(name: str, version: str, language: str) -> str:
    suffix = "toml" if name == "labels" else "html"
    return f"texts/{name}/{version}.{language}.{suffix}"


def _source(name: str, version: str, language: str) -> bytes:
    try:
        return (TEMPLATES / _path(name, version, language)).read_bytes()
    except OSError as missing:
        raise TextNotPublished(f"there is no text {name} {version} ({language})") from missing
