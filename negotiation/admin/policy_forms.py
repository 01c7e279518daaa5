"""What a policy manager types: a new draft, settings, the limits of a band. Per cents on the page, fractions inside.

Whether numbers make sense is the domain's to say: its refusals are put beside the fields they name.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.policy_words import CHOICES, RATIOS, SETTINGS
from negotiation.domain.policy import ANY_PRODUCT, LimitOutOfRange, LimitPolicy, Limits, MethodRate
from negotiation.domain.policy_changes import corner
from negotiation.domain.policy_refused import PolicyRefused
from negotiation.domain.terms import Component, Frequency, PlanMethod, Waiver
from negotiation.models import PolicyBand, PolicyVersion
from negotiation.models.fields import AmountField
from negotiation.models.policy import PLAIN_LIMITS, FractionField
from negotiation.services.wording import COMPONENTS, METHODS

MOST_COUNTED = 9_999
_HUNDRED = Decimal(100)
_PLACEHOLDER_BAND = Limits(
    product=ANY_PRODUCT,
    balance_from=Decimal("0.00"),
    balance_below=None,
    dpd_from=0,
    dpd_to=None,
    method_rates=(MethodRate(PlanMethod.INTEREST_FREE, Decimal(0), Decimal(0), Decimal(0)),),
)
_WRONG = gettext_lazy("This value is out of range, or contradicts another limit.")


class PercentField(forms.DecimalField):
    """A fraction that is typed and shown as per cent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=9, decimal_places=6, widget=text_input("decimal"), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * _HUNDRED).normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        percent: Decimal | None = super().clean(value)
        return None if percent is None else percent / _HUNDRED


class DraftForm(forms.Form):
    """The name and the first day of a new draft."""

    name = forms.CharField(label=gettext_lazy("Name of the version"), max_length=80)
    effective_from = forms.DateField(
        label=gettext_lazy("In force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class SettingsForm(forms.Form):
    """The settings that hold for all bands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: _field(PolicyVersion, name) for name in SETTINGS}

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                LimitPolicy(version=1, bands=(_PLACEHOLDER_BAND,), **typed)
            except LimitOutOfRange as refusal:
                self.add_error(refusal.field, _WRONG)
        return typed


class BandForm(forms.Form):
    """All limits of one band; a method without a place in the order is not offered."""

    frequencies = forms.MultipleChoiceField(
        label=gettext_lazy("How often"),
        choices=[(code.value, METHODS[code]) for code in Frequency],
        widget=forms.CheckboxSelectMultiple,
    )
    limits: Limits

    def __init__(self, *args: Any, band: Limits | None = None, others: Iterable[Limits] = (), **kwargs: Any) -> None:
        """``band`` is what the form begins from; ``others`` are those beside which the new one stands."""
        self.corners = {corner(other) for other in others}
        super().__init__(*args, **kwargs | {"initial": {} if band is None else _initial(band)})
        self.fields |= {name: _field(PolicyBand, name) for name in PLAIN_LIMITS}
        self.fields["product"].help_text = _("* for every product without bands of its own")
        for method in PlanMethod:
            self.fields |= _method_fields(method)
        for component in Component:
            self.fields[f"waive_{component.value}"] = PercentField(
                label=capfirst(COMPONENTS[component]), required=False, min_value=0
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                self.limits = _limits(typed)
            except LimitOutOfRange as refusal:
                self.add_error(refusal.field if refusal.field in self.fields else None, _message(refusal))
            else:
                self._refuse_twin()
        return typed

    def _refuse_twin(self) -> None:
        """Other overlaps and gaps may stand while a draft is being changed; the version's page names them until they are gone."""
        if corner(self.limits) in self.corners:
            self.add_error("product", _("Another band begins at the same total and days past due."))

    @property
    def methods(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Each method with its fields: place, rate, lowest, highest, answered at once."""
        for method in PlanMethod:
            yield METHODS[method], [self[f"{method.value}_{part}"] for part in _METHOD_PARTS]

    @property
    def waivers(self) -> list[forms.BoundField]:
        return [self[f"waive_{component.value}"] for component in Component]

    def group(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def covered(self) -> list[forms.BoundField]:
        return self.group("product", "balance_from", "balance_below", "dpd_from", "dpd_to")

    @property
    def automatic(self) -> list[forms.BoundField]:
        return self.group(*(name for name in PLAIN_LIMITS if name.startswith("automatic_")))

    @property
    def others(self) -> list[forms.BoundField]:
        shown = {field.name for field in (*self.covered, *self.automatic)}
        return self.group(*(name for name in PLAIN_LIMITS if name not in shown))


_METHOD_PARTS = ("place", "rate", "lowest", "highest", "automatic")


def standing_fault(version: PolicyVersion) -> PolicyRefused | None:
    """Why the draft cannot be judged by or published yet; None if it can."""
    try:
        assert version.limit_policy
    except PolicyRefused as refusal:
        return refusal
    return None


def _method_fields(method: PlanMethod) -> dict[str, forms.Field]:
    rates = {part: PercentField(required=False, min_value=0, max_value=_HUNDRED) for part in _METHOD_PARTS[1:4]}
    place = forms.IntegerField(required=False, min_value=1, max_value=len(PlanMethod), widget=text_input("numeric"))
    fields = {"place": place, **rates, "automatic": forms.BooleanField(required=False)}
    labels = (_("order"), _("rate"), _("lowest"), _("highest"), _("answered at once"))
    for field, label in zip(fields.values(), labels, strict=True):
        field.label = f"{METHODS[method]}: {label}"
        field.widget.attrs["aria-label"] = field.label
    return {f"{method.value}_{part}": field for part, field in fields.items()}


def _field(model: Any, name: str) -> forms.Field:
    """The form field of a column: yuan, per cent, a number, a choice in words."""
    column = model._meta.get_field(name)
    words = {"label": capfirst(column.verbose_name), "required": not column.null}
    if isinstance(column, AmountField):
        return forms.DecimalField(max_digits=14, decimal_places=2, min_value=0, widget=text_input("decimal"), **words)
    if isinstance(column, FractionField):
        ratio = {"max_digits": 7, "decimal_places": 4, "min_value": 0, "widget": text_input("decimal")}
        return (
            forms.DecimalField(**ratio, **words) if name in RATIOS else PercentField(min_value=0, **_in_percent(words))
        )
    if column.choices:
        return forms.ChoiceField(choices=[(code, CHOICES[code]) for code, _label in column.choices], **words)
    field: forms.Field = column.formfield(**words)
    if isinstance(field, forms.BooleanField):
        field.required = False
    if isinstance(field, forms.IntegerField):
        field = forms.IntegerField(min_value=0, max_value=MOST_COUNTED, widget=text_input("numeric"), **words)
    if isinstance(field, forms.DateField):
        field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return field


def _in_percent(words: dict[str, Any]) -> dict[str, Any]:
    return words | {"label": _("%(name)s (%%)") % {"name": words["label"]}}


def text_input(mode: str) -> forms.TextInput:
    """A field for figures; ``mode`` is the keyboard that a phone shows."""
    return forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})


def _initial(band: Limits) -> dict[str, Any]:
    values = {name: getattr(band, name) for name in PLAIN_LIMITS}
    values |= {name: f"{values[name].normalize():f}" for name in RATIOS}
    values["frequencies"] = [code.value for code in band.frequencies]
    for place, line in enumerate(band.method_rates, 1):
        rates = {"place": place, "rate": line.rate, "lowest": line.lowest, "highest": line.highest}
        values |= {f"{line.method.value}_{part}": value for part, value in rates.items()}
    values |= {f"{method.value}_automatic": True for method in band.automatic_methods}
    return values | {f"waive_{cap.component.value}": cap.share for cap in band.waiver_caps}


def _limits(typed: dict[str, Any]) -> Limits:
    """The domain's value of what was typed.

    :raises LimitOutOfRange: if it has a value that no limit can have.
    """
    offered = [method for method in PlanMethod if typed[f"{method.value}_place"] is not None]
    offered.sort(key=lambda method: typed[f"{method.value}_place"])
    others = [method for method in PlanMethod if method not in offered]
    caps = ((component, typed[f"waive_{component.value}"]) for component in Component)
    return Limits(
        method_rates=tuple(_method_rate(method, typed) for method in offered),
        frequencies=tuple(Frequency(code) for code in typed["frequencies"]),
        waiver_caps=tuple(Waiver(component, share) for component, share in caps if share),
        automatic_methods=tuple(method for method in (*offered, *others) if typed[f"{method.value}_automatic"]),
        **{name: typed[name] for name in PLAIN_LIMITS},
    )


def _method_rate(method: PlanMethod, typed: dict[str, Any]) -> MethodRate:
    rate, lowest, highest = (typed[f"{method.value}_{part}"] for part in ("rate", "lowest", "highest"))
    rate = rate or Decimal(0)
    return MethodRate(method, rate, rate if lowest is None else lowest, rate if highest is None else highest)


def _message(refusal: LimitOutOfRange) -> Any:
    match refusal.field:
        case "method_rates":
            return _(
                "Offer at least one method, each with a rate between its lowest and highest; interest stopped has none."
            )
        case "automatic_methods":
            return _("Only a method that is offered can be answered at once.")
        case "waiver_caps":
            return _("A waiver is between 0% and 100% of its part.")
    return _WRONG
