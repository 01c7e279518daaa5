"""How reviewers type: figures with a sign, commas, spaces or full-width digits; sentences as they can be read."""

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from negotiation.domain.words import plain_words

_DROPPED = str.maketrans("", "", "¥￥,， 元%％")


class WordsField(forms.CharField):
    """A few sentences, without what nobody can see in them."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: a browser would cut what is pasted without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        return super().to_python(plain_words(value) if isinstance(value, str) else value)


class FigureField(forms.DecimalField):
    """An amount in yuan or a rate in per cent: ``¥1,800``, ``１８００``, ``6 %``. Not below zero."""

    default_error_messages = {
        "invalid": _("Write a number in figures, such as 1,200 or 6.5."),
        "min_value": _("It cannot be below %(limit_value)s."),
        "max_value": _("It cannot be above %(limit_value)s."),
        "max_digits": _("That is more than this page can work with."),
        "max_whole_digits": _("That is more than this page can work with."),
        "max_decimal_places": _("It has at most %(max)s places after the point."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"required": False, "min_value": Decimal(0), "widget": widget} | kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(_plain(value))


class CountField(forms.IntegerField):
    """How many instalments, from 1."""

    default_error_messages = {
        "invalid": _("Write a whole number, such as 24."),
        "min_value": _("It cannot be below %(limit_value)s."),
        "max_value": _("It cannot be above %(limit_value)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"required": False, "min_value": 1, "widget": widget} | kwargs)

    def to_python(self, value: Any) -> int | None:
        return super().to_python(_plain(value))


def _plain(value: Any) -> Any:
    return unicodedata.normalize("NFKC", value).translate(_DROPPED) if isinstance(value, str) else value
