"""Which group of staff may see and do what. The one list of permissions; ``manage.py sync_roles`` writes it to the database."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from negotiation.queries.staff import AUDITOR, POLICY_MANAGER, REVIEWER, SENIOR_REVIEWER, SUPPORT

_CASE_FILES = (
    "negotiation",
    "offer",
    "note",
    "message",
    "supportingdocument",
    "quote",
    "agreement",
    "document",
    "plan",
    "instalment",
    "cardaccount",
    "statement",
    "ledgerentry",
    "arrearssnapshot",
    "event",
    "concern",
)
_POLICIES = ("policyversion", "policyband", "policyauthority", "bankholiday")
_TEXTS = ("textversion",)
_FIGURES = ("course",)
_OPERATION = ("feedbatch", "job", "eventstream")


def _view(*models: str) -> tuple[str, ...]:
    return tuple(f"view_{model}" for model in models)


PERMISSIONS: dict[str, tuple[str, ...]] = {
    REVIEWER: (*_view(*_CASE_FILES, *_POLICIES), "decide_negotiation", "answer_concern", "view_cardholder"),
    SENIOR_REVIEWER: (
        *_view(*_CASE_FILES, *_POLICIES, *_FIGURES),
        "decide_negotiation",
        "confirm_negotiation",
        "answer_concern",
        "view_cardholder",
    ),
    POLICY_MANAGER: (
        *_view(*_POLICIES, *_TEXTS, *_FIGURES),
        "draft_policy",
        "publish_policy",
        "draft_text",
        "publish_text",
        "add_bankholiday",
        "change_bankholiday",
    ),
    AUDITOR: (*_view(*_CASE_FILES, *_POLICIES, *_TEXTS, *_FIGURES, *_OPERATION), "view_cardholder", "view_user"),
    SUPPORT: (*_view("negotiation", "concern", *_OPERATION), "answer_concern"),
}


@transaction.atomic
def sync_roles() -> None:
    """Make every group hold exactly its permissions. Running it again changes nothing.

    :raises Permission.DoesNotExist: if a permission of the list is not in the database (migrations have not run).
    """
    known = {item.codename: item for item in Permission.objects.filter(content_type__app_label="negotiation")}
    for name, codenames in PERMISSIONS.items():
        missing = [codename for codename in codenames if codename not in known]
        if missing:
            raise Permission.DoesNotExist(", ".join(missing))
        Group.objects.get_or_create(name=name)[0].permissions.set([known[codename] for codename in codenames])
