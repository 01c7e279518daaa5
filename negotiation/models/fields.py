"""How amounts and references are kept in rows."""

import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 12


def new_reference() -> str:
    """A random reference for addresses and letters: 12 characters (60 bits) of Crockford's base 32."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(REFERENCE_LENGTH))


class AmountField(models.BigIntegerField):
    """Yuan as ``Decimal`` with two places in Python, whole fen in the database.

    :raises ValueError: if a value with more than two places, or a float, is written.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if not isinstance(value, (Decimal, int)):
            raise ValueError(f"{self.name} is an amount: Decimal, not {type(value).__name__}")
        fen = Decimal(value).scaleb(2)
        if fen != fen.to_integral_value():
            raise ValueError(f"{self.name} has more than two places")
        return int(fen)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except ArithmeticError as exc:
            raise ValidationError("not an amount", code="invalid") from exc

    @property
    def validators(self) -> list[Any]:
        return []

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self, **{"form_class": forms.DecimalField, "decimal_places": 2, "max_digits": 14, **kwargs}
        )
