"""How people type amounts and sentences: amounts with a sign, commas, spaces or full-width digits; kept as exact yuan and fen."""

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from negotiation.domain.words import plain_words

_DROPPED = str.maketrans("", "", "¥￥,， 元")
LARGEST = Decimal("999999999.99")
PLACES = 2


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


class WordsField(forms.CharField):
    """A few sentences, without what nobody can see in them. A line's end counts as one character, however the browser sends it."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: a browser would cut what is pasted without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value: Any) -> str:
        return super().to_python(plain_words(value) if isinstance(value, str) else value)


class MoneyField(forms.DecimalField):
    """Yuan with at most two places. Refuses what is no amount, below ``min_value`` (default 0) or has a fraction of a fen."""

    default_error_messages = {
        "invalid": _("Write an amount in figures, such as 1,200 or 1200.50."),
        "min_value": _("The amount cannot be below %(limit_value)s yuan."),
        "max_value": _("That is more than this page can work with. Please check the amount."),
        "max_decimal_places": _("An amount has at most two places after the point."),
        "max_digits": _("That is more than this page can work with. Please check the amount."),
        "max_whole_digits": _("That is more than this page can work with. Please check the amount."),
    }

    def __init__(self, *, min_value: Decimal = Decimal(0), **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            **{
                "max_value": LARGEST,
                "min_value": min_value,
                "max_digits": 11,
                "decimal_places": PLACES,
                "widget": widget,
            }
            | kwargs
        )

    def to_python(self, value: Any) -> Decimal | None:
        plain = unicodedata.normalize("NFKC", str(value)).translate(_DROPPED) if value is not None else None
        amount = super().to_python(plain)
        is_odd = amount is None or not amount.is_finite() or amount.as_tuple().exponent < -PLACES or amount > LARGEST
        return amount if is_odd else amount.quantize(Decimal(1).scaleb(-PLACES))

    def prepare_value(self, value: Any) -> Any:
        """An amount read from a row is shown without needless places: 2025, 2025.50."""
        if not isinstance(value, Decimal):
            return value
        return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")
