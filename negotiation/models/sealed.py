"""Personal data at rest: AES-256-GCM, bound to table, column and row, with a keyed blind index for look-ups.

The keys come from the settings ``DATA_KEYS`` (key id to 32 bytes; the first one seals) and ``INDEX_KEY``.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

_NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value does not open: it was altered, moved to another row, or its key is not configured."""


class Sealed(str):
    """A value as the database holds it: ``v1.<key id>.<base64 of nonce and ciphertext>``."""


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _box(plain: bytes, place: str) -> tuple[str, bytes]:
    """The name of the current key, and nonce and ciphertext under it."""
    key_id, key = next(iter(settings.DATA_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    return key_id, nonce + _cipher(key).encrypt(nonce, plain, place.encode())


def _open(key_id: str, box: bytes, place: str) -> bytes:
    return _cipher(settings.DATA_KEYS[key_id]).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], place.encode())


def seal(plain: str, place: str) -> Sealed:
    """Seal ``plain`` under the current key, bound to ``place`` (``table.column:pk``)."""
    key_id, box = _box(plain.encode(), place)
    return Sealed(f"v1.{key_id}.{base64.b64encode(box).decode()}")


def seal_bytes(plain: bytes, place: str) -> bytes:
    """The same for a file's content: ``v1.<key id>.``, then nonce and ciphertext as they are."""
    key_id, box = _box(plain, place)
    return f"v1.{key_id}.".encode() + box


def unseal_bytes(sealed: bytes, place: str) -> bytes:
    """Open what ``seal_bytes`` made for the same place.

    :raises SealBroken: as ``unseal``.
    """
    try:
        version, key_id, box = sealed.split(b".", 2)
        if version != b"v1":
            raise ValueError(version)
        return _open(key_id.decode(), box, place)
    except (ValueError, KeyError, InvalidTag) as exc:
        raise SealBroken(place.partition(":")[0]) from exc


def unseal(token: str, place: str) -> str:
    """Open what ``seal`` made for the same place.

    :raises SealBroken: if the token is malformed, altered, from another place, or its key is unknown.
    """
    try:
        version, key_id, body = token.split(".", 2)
        box = base64.b64decode(body, validate=True)
        if version != "v1":
            raise ValueError(version)
        plain = _open(key_id, box, place)
    except (ValueError, KeyError, InvalidTag) as exc:
        raise SealBroken(place.partition(":")[0]) from exc
    return plain.decode()


def blind_index(purpose: str, value: str) -> str:
    """Hex HMAC-SHA-256 of the case-folded, stripped value: equal values can be found, none can be read."""
    message = f"{purpose}:{value.strip().casefold()}".encode()
    return hmac.new(settings.INDEX_KEY, message, hashlib.sha256).hexdigest()


class SealedAttribute(DeferredAttribute):
    """Opens a sealed value on first access."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = unseal(value, self.field.place(instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: str | None) -> None:
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.TextField):
    """Text that only ever leaves this process sealed; an empty text holds nothing and stays empty.

    Bound to its row by ``bound_to``: attributes that are known before saving and never change, by default the key (UUID keys).
    Written through instances (``save``, ``bulk_create``); ``update()`` takes only what ``sealed_for`` made, filters raise ``TypeError``.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, bound_to: tuple[str, ...] = ("pk",), **kwargs: Any) -> None:
        self.bound_to = tuple(bound_to)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs if self.bound_to == ("pk",) else {**kwargs, "bound_to": self.bound_to}

    def place(self, instance: models.Model) -> str:
        row = ":".join(str(getattr(instance, name)) for name in self.bound_to)
        return f"{self.model._meta.db_table}.{self.column}:{row}"

    def sealed_for(self, instance: models.Model, plain: str) -> str:
        """The text as this row of the database would hold it."""
        return seal(plain, self.place(instance)) if plain else plain

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        value: str | None = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.sealed_for(model_instance, value)

    def get_prep_value(self, value: Any) -> str | None:
        if not value or isinstance(value, Sealed):
            return value
        raise TypeError(
            f"{self.model.__name__}.{self.name} is sealed: write it through an instance, find it by its index"
        )
