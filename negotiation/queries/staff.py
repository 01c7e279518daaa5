"""Which role a member of staff acts in."""

from negotiation.domain.workflow import ActorKind
from negotiation.models import User

REVIEWER, SENIOR_REVIEWER, POLICY_MANAGER, AUDITOR, SUPPORT = (
    "reviewer",
    "senior reviewer",
    "policy manager",
    "auditor",
    "support",
)
GROUPS = (REVIEWER, SENIOR_REVIEWER, POLICY_MANAGER, AUDITOR, SUPPORT)


def reviewing_role(user: User) -> ActorKind | None:
    """The role in which the user may decide on negotiations; None if they may not."""
    if not (user.is_active and user.is_staff):
        return None
    names = set(user.groups.values_list("name", flat=True))
    if SENIOR_REVIEWER in names:
        return ActorKind.SENIOR_REVIEWER
    return ActorKind.REVIEWER if REVIEWER in names else None


def reading_role(user: User) -> ActorKind | None:
    """The role in which the user may look into what a cardholder attached: a reviewer, or an auditor; None for everybody else."""
    role = reviewing_role(user)
    if role is not None:
        return role
    is_auditor = user.is_active and user.is_staff and user.groups.filter(name=AUDITOR).exists()
    return ActorKind.AUDITOR if is_auditor else None


def answering_role(user: User) -> ActorKind | None:
    """The role in which the user may answer what cardholders raise: a reviewer, or support; None for everybody else."""
    role = reviewing_role(user)
    if role is not None:
        return role
    is_support = user.is_active and user.is_staff and user.groups.filter(name=SUPPORT).exists()
    return ActorKind.SUPPORT if is_support else None
