"""The bank's limits as rows: versions under four eyes, the bands of each, and who decides under it.

The columns mirror ``domain.policy`` field for field. A published version is never edited: constraints and triggers refuse it.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from negotiation.domain.authority import AuthorityLimit, Bound, Role
from negotiation.domain.policy import LimitPolicy, Limits, MethodRate
from negotiation.domain.terms import (
    ZERO,
    BusinessDayConvention,
    Component,
    Frequency,
    InterestMode,
    PlanMethod,
    Remainder,
    Waiver,
)
from negotiation.models.fields import AmountField
from negotiation.models.four_eyes import FourEyes, four_eyes


class FractionField(models.DecimalField):
    """A share or a rate as a fraction, eight places; ratios up to 999."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 11, "decimal_places": 8, **kwargs})


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in kind]


class PolicyVersion(FourEyes):
    """One version of the limits, with the settings that hold for all its bands."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    longest_years = models.PositiveSmallIntegerField(_("longest plan in years from signing"), default=5)
    quote_validity_days = models.PositiveSmallIntegerField(_("days a quote is valid"), default=7)
    offer_validity_days = models.PositiveSmallIntegerField(_("days an offer is open"), default=7)
    answer_days = models.PositiveSmallIntegerField(_("days in which the bank answers"), default=2)
    max_rounds = models.PositiveSmallIntegerField(_("most rounds of a negotiation"), default=5)
    grace_days = models.PositiveSmallIntegerField(_("days of grace after a due date"), default=3)
    grace_amount = AmountField(_("shortfall that is let pass"), default=Decimal("10.00"))
    breach_after_days = models.PositiveSmallIntegerField(_("breach after this many days late"), default=30)
    breach_after_missed = models.PositiveSmallIntegerField(_("breach after this many missed in a row"), default=2)
    cure_days = models.PositiveSmallIntegerField(_("days to cure a breach"), default=10)
    affordability_margin = FractionField(_("share of the surplus kept back"), default=Decimal("0.1"))
    remainder = models.CharField(
        _("instalment that takes the odd fen"), max_length=5, choices=_choices(Remainder), default=Remainder.LAST.value
    )
    interest_mode = models.CharField(
        _("interest by"), max_length=12, choices=_choices(InterestMode), default=InterestMode.PERIODIC.value
    )
    days_in_year = models.PositiveSmallIntegerField(_("days in a year of interest"), default=365)
    business_day_convention = models.CharField(
        _("due dates on holidays"),
        max_length=18,
        choices=_choices(BusinessDayConvention),
        default=BusinessDayConvention.NONE.value,
    )
    keeps_month_end = models.BooleanField(_("plans that begin at a month's end stay at month ends"), default=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["-number"]
        permissions = [("draft_policy", "Can draft a policy"), ("publish_policy", "Can publish a policy")]
        constraints = four_eyes("policyversion")

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"

    @property
    def limit_policy(self) -> LimitPolicy:
        """The version as the domain's value.

        :raises PolicyRefused: if the rows do not make a usable policy; a published version always does.
        """
        return LimitPolicy(
            version=self.number,
            bands=tuple(band.limits for band in self.bands.all()),
            remainder=Remainder(self.remainder),
            interest_mode=InterestMode(self.interest_mode),
            business_day_convention=BusinessDayConvention(self.business_day_convention),
            authority=tuple(row.line for row in self.authority.all()),
            **{name: getattr(self, name) for name in PLAIN_SETTINGS},
        )


class PolicyBand(models.Model):
    """The limits of one product, balance band and range of days past due, in one version."""

    policy = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="bands", verbose_name=_("policy"))
    product = models.CharField(_("product"), max_length=20)
    balance_from = AmountField(_("total from"))
    balance_below = AmountField(_("total below"), null=True, blank=True)
    dpd_from = models.PositiveIntegerField(_("days past due from"))
    dpd_to = models.PositiveIntegerField(_("days past due to"), null=True, blank=True)
    method_rates = models.JSONField(_("methods and rates"))
    frequencies = models.JSONField(_("frequencies"))
    min_months = models.PositiveSmallIntegerField(_("shortest term in months"))
    max_months = models.PositiveSmallIntegerField(_("longest term in months"))
    min_instalment = AmountField(_("smallest instalment"))
    max_instalment = AmountField(_("largest instalment"), null=True, blank=True)
    min_down_payment_share = FractionField(_("smallest down payment, share"))
    min_start_days = models.PositiveSmallIntegerField(_("fewest days to the first instalment"))
    max_start_days = models.PositiveSmallIntegerField(_("most days to the first instalment"))
    waiver_caps = models.JSONField(_("largest waivers, share of each component"), default=dict, blank=True)
    max_step_ratio = FractionField(_("largest step, times the smallest"))
    max_balloon_share = FractionField(_("largest balloon, share"))
    max_interest_only_months = models.PositiveSmallIntegerField(_("most months of interest alone"))
    max_renegotiations = models.PositiveSmallIntegerField(_("most renegotiations"))
    min_renegotiation_share = FractionField(_("smallest down payment of a renegotiation, share"))
    yearly_cost_ceiling = FractionField(_("highest yearly cost"))
    automatic_methods = models.JSONField(_("automatic: methods"), default=list, blank=True)
    automatic_max_principal = AmountField(_("automatic: largest amount"))
    automatic_max_months = models.PositiveSmallIntegerField(_("automatic: longest term in months"))
    automatic_min_instalment = AmountField(_("automatic: smallest instalment"), default=ZERO)
    automatic_min_down_payment_share = FractionField(_("automatic: smallest down payment, share"))
    automatic_max_start_days = models.PositiveSmallIntegerField(_("automatic: most days to the first instalment"))
    automatic_max_waived_share = FractionField(_("automatic: largest waiver, share of the total"))
    automatic_max_renegotiations = models.PositiveSmallIntegerField(_("automatic: most renegotiations"))

    class Meta:
        verbose_name = _("band of limits")
        verbose_name_plural = _("bands of limits")
        ordering = ["policy", "product", "balance_from", "dpd_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(balance_below__isnull=True) | models.Q(balance_below__gt=models.F("balance_from")),
                name="policyband_balances_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(dpd_to__isnull=True) | models.Q(dpd_to__gte=models.F("dpd_from")),
                name="policyband_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["policy", "product", "balance_from", "dpd_from"], name="policyband_one_a_corner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.balance_from}–{self.balance_below or '∞'} {self.dpd_from}–{self.dpd_to or '∞'}"

    @property
    def limits(self) -> Limits:
        """The band as the domain's value.

        :raises LimitOutOfRange: if a column has a value that no limit can have.
        """
        return Limits(
            method_rates=tuple(_method_rate(line) for line in self.method_rates),
            frequencies=tuple(Frequency(code) for code in self.frequencies),
            waiver_caps=tuple(_waiver_caps(self.waiver_caps)),
            automatic_methods=tuple(PlanMethod(code) for code in self.automatic_methods),
            **{name: getattr(self, name) for name in PLAIN_LIMITS},
        )


class PolicyAuthority(models.Model):
    """How far one role decides under one version: alone, or with a second person."""

    policy = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="authority", verbose_name=_("policy"))
    role = models.CharField(_("role"), max_length=15, choices=_choices(Role))
    alone = models.BooleanField(_("alone"))
    max_amount = AmountField(_("debt up to"), null=True, blank=True)
    max_waived_share = FractionField(_("waiver up to, share of the debt"))
    max_months = models.PositiveSmallIntegerField(_("term up to, in months"))

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authority")
        ordering = ["policy", "role", "-alone"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "role", "alone"], name="policyauthority_one_a_place"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="policyauthority_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(max_waived_share__gte=0, max_waived_share__lte=1), name="policyauthority_share"
            ),
            models.CheckConstraint(
                condition=models.Q(max_months__gte=1, max_months__lte=60), name="policyauthority_months"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {'alone' if self.alone else 'with a second person'}"

    @property
    def line(self) -> AuthorityLimit:
        """The line as the domain's value.

        :raises AuthorityOutOfRange: if a column has a value that no line can have.
        """
        bounds = {name: getattr(self, name) for name in AUTHORITY_BOUNDS}
        return AuthorityLimit(role=Role(self.role), alone=self.alone, **bounds)


AUTHORITY_BOUNDS = tuple(bound.value for bound in Bound)
_JSON_LIMITS = ("method_rates", "frequencies", "waiver_caps", "automatic_methods")
_ENUM_SETTINGS = ("remainder", "interest_mode", "business_day_convention")
NO_SETTINGS = ("version", "bands", "authority")
PLAIN_LIMITS = tuple(name for name in Limits.__dataclass_fields__ if name not in _JSON_LIMITS)
PLAIN_SETTINGS = tuple(name for name in LimitPolicy.__dataclass_fields__ if name not in (*NO_SETTINGS, *_ENUM_SETTINGS))


def band_columns(limits: Limits) -> dict[str, Any]:
    """The columns of a band: the inverse of ``PolicyBand.limits``."""
    return {
        "method_rates": [
            {"method": line.method.value, **{name: str(getattr(line, name)) for name in ("rate", "lowest", "highest")}}
            for line in limits.method_rates
        ],
        "frequencies": [frequency.value for frequency in limits.frequencies],
        "waiver_caps": {cap.component.value: str(cap.share) for cap in limits.waiver_caps},
        "automatic_methods": [method.value for method in limits.automatic_methods],
        **{name: getattr(limits, name) for name in PLAIN_LIMITS},
    }


def authority_columns(line: AuthorityLimit) -> dict[str, Any]:
    """The columns of a line of the matrix: the inverse of ``PolicyAuthority.line``."""
    bounds = {name: getattr(line, name) for name in AUTHORITY_BOUNDS}
    return {"role": line.role.value, "alone": line.alone, **bounds}


def setting_columns(policy: LimitPolicy) -> dict[str, Any]:
    """The columns of a version that hold its settings, without number and name."""
    plain = {name: getattr(policy, name) for name in PLAIN_SETTINGS if name != "name"}
    return plain | {name: getattr(policy, name).value for name in _ENUM_SETTINGS}


def _waiver_caps(shares: dict[str, str]) -> Iterator[Waiver]:
    """In the order of the components: a database need not keep the order of a JSON object."""
    for component in Component:
        if component.value in shares:
            yield Waiver(component, Decimal(shares[component.value]))


def _method_rate(line: dict[str, str]) -> MethodRate:
    return MethodRate(
        PlanMethod(line["method"]), Decimal(line["rate"]), Decimal(line["lowest"]), Decimal(line["highest"])
    )
