"""The limits of the demonstration's bank: a usual practice, every number of it a setting (domain rules §1.6 and §3.8).

Drafted and published by two invented members of staff, through the same services as a real policy.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from negotiation.domain.policy import ANY_PRODUCT, LimitPolicy, Limits, MethodRate
from negotiation.domain.terms import Component, PlanMethod, Waiver
from negotiation.domain.workflow import ActorKind
from negotiation.models import PolicyVersion, User, VersionState
from negotiation.queries.policies import policy_in_force
from negotiation.queries.staff import POLICY_MANAGER
from negotiation.services.events import Actor
from negotiation.services.policies import draft_policy, publish_policy
from negotiation.services.roles import sync_roles

DRAFTER = ("policy.drafter@bank.example", "林若溪")
PUBLISHER = ("policy.publisher@bank.example", "周明远")
_EARLY, _LATE = (1, 90), (91, None)
_INSTALMENT = MethodRate(PlanMethod.EQUAL_INSTALMENT, Decimal("0.06"), Decimal(0), Decimal("0.12"))
_INTEREST_STOPPED = MethodRate(PlanMethod.INTEREST_FREE, Decimal(0), Decimal(0), Decimal(0))
_METHODS = {_EARLY: (_INSTALMENT,), _LATE: (_INTEREST_STOPPED, _INSTALMENT)}
_WAIVERS = {
    _EARLY: ((Component.ACCRUED_INTEREST, "0.3"), (Component.LATE_FEE, "0.5"), (Component.OTHER_FEE, "0.5")),
    _LATE: (
        (Component.INTEREST, "0.5"),
        (Component.ACCRUED_INTEREST, "0.5"),
        (Component.LATE_FEE, "1"),
        (Component.OTHER_FEE, "1"),
    ),
}


@transaction.atomic
def seed_demonstration_policy(*, now: datetime) -> LimitPolicy:
    """Publish the demonstration's policy, in force from today; nothing is done if a policy was published before."""
    if PolicyVersion.objects.filter(state=VersionState.PUBLISHED).exists():
        return policy_in_force(at=now)
    drafter, publisher = demonstration_managers()
    draft = draft_policy(
        actor=drafter,
        name="个性化分期限额 2026",
        effective_from=timezone.localdate(now),
        based_on=demonstration_policy(now=now),
        now=now,
    )
    return publish_policy(actor=publisher, number=draft.number, now=now)


def demonstration_managers() -> tuple[Actor, Actor]:
    """The two invented policy managers: who drafts, and who publishes."""
    sync_roles()
    return _policy_manager(*DRAFTER), _policy_manager(*PUBLISHER)


def demonstration_policy(*, now: datetime) -> LimitPolicy:
    """The same limits as a value, without a row: also what benchmarks and tests judge by."""
    return LimitPolicy(
        version=1, name="demonstration", effective_from=timezone.localdate(now), bands=demonstration_bands()
    )


def demonstration_bands() -> tuple[Limits, ...]:
    """Small and medium debts have an automatic corridor; for platinum cards a person decides."""
    return tuple(
        band
        for product, is_automatic in ((ANY_PRODUCT, True), ("platinum", False))
        for days in (_EARLY, _LATE)
        for band in _bands(product, days, is_automatic)
    )


def _bands(product: str, days: tuple[int, int | None], is_automatic: bool) -> tuple[Limits, ...]:
    small, medium = Decimal("10000.00"), Decimal("100000.00")
    first: dict[str, Any] = {
        "balance_from": Decimal("100.00"),
        "balance_below": small,
        "min_months": 2,
        "max_months": 24,
    }
    second: dict[str, Any] = {"balance_from": small, "balance_below": medium, "min_months": 3, "max_months": 48}
    third: dict[str, Any] = {"balance_from": medium, "balance_below": None, "min_months": 6, "max_months": 60}
    common: dict[str, Any] = {"product": product, **_of_days(days)}
    return (
        Limits(**common, **first, min_instalment=Decimal("100.00"), **(_corridor(days, 24) if is_automatic else {})),
        Limits(**common, **second, min_instalment=Decimal("200.00"), **(_corridor(days, 36) if is_automatic else {})),
        Limits(**common, **third, min_instalment=Decimal("500.00")),
    )


def _of_days(days: tuple[int, int | None]) -> dict[str, Any]:
    waivers = tuple(Waiver(component, Decimal(share)) for component, share in _WAIVERS[days])
    return {"dpd_from": days[0], "dpd_to": days[1], "method_rates": _METHODS[days], "waiver_caps": waivers}


def _corridor(days: tuple[int, int | None], months: int) -> dict[str, Any]:
    return {
        "automatic_methods": tuple(line.method for line in _METHODS[days]),
        "automatic_max_principal": Decimal("50000.00"),
        "automatic_max_months": months,
        "automatic_max_start_days": 35,
    }


def _policy_manager(email: str, name: str) -> Actor:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name, is_staff=True)
    user.groups.add(Group.objects.get(name=POLICY_MANAGER))
    return Actor(ActorKind.POLICY_MANAGER, user)
