"""The settings and limits of a policy in words and figures, and what the services refuse in words. Knows no rows but their labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from negotiation.admin.authority_words import refused
from negotiation.admin.figures import tag
from negotiation.admin.four_eyes import TAGS, WORDS
from negotiation.domain.authority import AuthorityRefused
from negotiation.domain.policy import (
    ANY_PRODUCT,
    GapBetweenBands,
    LimitOutOfRange,
    LimitPolicy,
    Limits,
    MethodRate,
    NoBands,
    OverlappingBands,
)
from negotiation.domain.reasons import Kind
from negotiation.domain.terms import BusinessDayConvention, InterestMode, Remainder
from negotiation.models import PolicyBand, PolicyVersion, VersionState
from negotiation.models.fields import AmountField
from negotiation.models.policy import NO_SETTINGS, FractionField
from negotiation.services.wording import COMPONENTS, METHODS, written

RATIOS = ("max_step_ratio",)
CHOICES: dict[str, Any] = {
    Remainder.LAST: gettext_lazy("the last"),
    Remainder.FIRST: gettext_lazy("the first"),
    InterestMode.PERIODIC: gettext_lazy("periods of equal length"),
    InterestMode.DAILY_ACTUAL: gettext_lazy("actual days"),
    BusinessDayConvention.NONE: gettext_lazy("stay where they are"),
    BusinessDayConvention.FOLLOWING: gettext_lazy("move to the next business day"),
    BusinessDayConvention.MODIFIED_FOLLOWING: gettext_lazy("move to the next business day of the same month"),
    BusinessDayConvention.PRECEDING: gettext_lazy("move to the business day before"),
}
REFUSALS: dict[type[Exception], Any] = {
    **WORDS,
    NoBands: gettext_lazy("This version has no band of limits yet. Add one first."),
}
SETTINGS = tuple(name for name in LimitPolicy.__dataclass_fields__ if name not in NO_SETTINGS)


@dataclass(frozen=True, slots=True)
class Named:
    """A setting or limit with its value, both in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownBand:
    """A band with the words that say which accounts it covers."""

    limits: Limits

    @property
    def name(self) -> str:
        return band_name(self.limits)

    @property
    def product_name(self) -> str:
        return product_name(self.limits.product)

    @property
    def balances(self) -> str:
        return balances(self.limits)

    @property
    def days(self) -> str:
        return days(self.limits)


def state_tag(version: PolicyVersion, in_force: int | None) -> SafeString:
    """The state in words; of the published versions the one in force is told apart."""
    if version.number == in_force:
        return tag("good", _("In force now"))
    is_over = version.state == VersionState.PUBLISHED and version.effective_from <= timezone.localdate()
    return tag("plain", _("Replaced")) if is_over else tag(TAGS[version.state], version.get_state_display())


def settings_of(version: PolicyVersion) -> dict[str, Any]:
    """The settings by name, whether or not they make a usable policy yet."""
    return {name: getattr(version, name) for name in SETTINGS}


def setting_lines(version: PolicyVersion) -> list[Named]:
    return [
        Named(setting_name(name), setting_value(name, value))
        for name, value in settings_of(version).items()
        if name not in ("name", "effective_from")
    ]


def limit_lines(limits: Limits) -> list[Named]:
    """Every limit of a band but those that say which accounts it covers."""
    covered = ("product", "balance_from", "balance_below", "dpd_from", "dpd_to")
    names = [name for name in Limits.__dataclass_fields__ if name not in covered]
    return [Named(limit_name(name), limit_value(name, getattr(limits, name))) for name in names]


def setting_name(name: str) -> str:
    return str(capfirst(PolicyVersion._meta.get_field(name).verbose_name))


def setting_value(name: str, value: Any) -> str:
    return _value(PolicyVersion._meta.get_field(name), value)


def limit_name(name: str) -> str:
    return str(capfirst(PolicyBand._meta.get_field(name).verbose_name))


def limit_value(name: str, value: Any) -> str:
    match name:
        case "method_rates":
            return _("; ").join(_rate(line) for line in value)
        case "frequencies" | "automatic_methods":
            return _listed(METHODS[code] for code in value)
        case "waiver_caps":
            return _listed(f"{COMPONENTS[cap.component]} {written(Kind.FRACTION, cap.share)}" for cap in value)
        case "product":
            return product_name(value)
    return _value(PolicyBand._meta.get_field(name), value)


def product_name(code: str) -> str:
    return _("All other products") if code == ANY_PRODUCT else code


def band_name(limits: Limits) -> str:
    """Which accounts a band covers: product, totals and days past due."""
    return " · ".join((product_name(limits.product), balances(limits), days(limits)))


def balances(limits: Limits) -> str:
    start = written(Kind.AMOUNT, limits.balance_from)
    if limits.balance_below is None:
        return _("from %(start)s") % {"start": start}
    return _("%(start)s to below %(end)s") % {"start": start, "end": written(Kind.AMOUNT, limits.balance_below)}


def days(limits: Limits) -> str:
    if limits.dpd_to is None:
        return _("from %(start)s days") % {"start": limits.dpd_from}
    return _("%(start)s to %(end)s days") % {"start": limits.dpd_from, "end": limits.dpd_to}


def told(refusal: Exception) -> str:
    """The words of what a service or a policy refused, with the place where it is."""
    match refusal:
        case OverlappingBands(first=first, second=second):
            bands = {"first": band_name(first), "second": band_name(second)}
            return (
                _("Two bands claim the same accounts: %(first)s, and %(second)s. Change the limits of one of them.")
                % bands
            )
        case GapBetweenBands(product=product, balance=balance, dpd=dpd):
            place = {"product": product_name(product), "balance": written(Kind.AMOUNT, balance), "days": dpd}
            return (
                _("No band covers %(product)s from %(balance)s and %(days)s days past due. Add a band or widen one.")
                % place
            )
        case LimitOutOfRange(field=field):
            return out_of_range(field)
        case AuthorityRefused():
            return refused(refusal)
    return str(REFUSALS[type(refusal)])


def out_of_range(field: str) -> str:
    """Which setting or limit has a value that it cannot have."""
    is_setting = field in SETTINGS
    name = setting_name(field) if is_setting else limit_name(field)
    return _("“%(name)s” has a value that it cannot have, or one that contradicts another limit.") % {"name": name}


def _value(field: Any, value: Any) -> str:
    if value is None:
        return _("no limit")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return written(Kind.DATE, value)
    if isinstance(field, AmountField):
        return written(Kind.AMOUNT, value)
    if isinstance(field, FractionField):
        return f"{Decimal(value).normalize():f} ×" if field.name in RATIOS else written(Kind.FRACTION, value)
    return str(CHOICES.get(value, value))


def _rate(line: MethodRate) -> str:
    words = {"method": METHODS[line.method]} | {
        name: written(Kind.FRACTION, getattr(line, name)) for name in ("rate", "lowest", "highest")
    }
    return (
        _("%(method)s at %(rate)s, a reviewer may agree %(lowest)s to %(highest)s") % words
        if line.highest
        else str(words["method"])
    )


def _listed(words: Iterable[Any] | Iterator[Any]) -> str:
    return _(", ").join(str(word) for word in words) or _("none")
