"""A database as it was before versions had an authority matrix, migrated: ``python -m tests.negotiation.old_policies``.

A process of its own on an empty database of its own, so that no other test meets a half-migrated one. Prints what it found as JSON.
"""

import json
import sys
from datetime import UTC, date, datetime
from typing import Any

import tests.environment  # noqa: F401  (before Django's settings)

BEFORE = [("negotiation", "0003_published_policies")]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHA256 = "76154b02324b80417f08e8267109707319dd95ca6c3cf36c05675757c49715ff"
"""What the code of that time recorded for the demonstration's limits of that day."""


def make_versions(apps: Any) -> None:
    """A published version with its event, and a draft, as they were written then."""
    from negotiation.domain.chain import event_hash  # noqa: PLC0415
    from negotiation.models.policy import band_columns  # noqa: PLC0415
    from negotiation.services.demonstration_policy import demonstration_policy  # noqa: PLC0415

    def model(name: str) -> Any:
        return apps.get_model("negotiation", name).objects

    alice, bob = (model("User").create(email=f"{name}@bank.example", is_staff=True) for name in ("alice", "bob"))
    policy = demonstration_policy(now=NOW)
    columns = {
        "name": "demonstration",
        "effective_from": date(2026, 11, 23),
        "drafted_by_id": alice.pk,
        "drafted_at": NOW,
    }
    published, _draft = (model("PolicyVersion").create(number=number, **columns) for number in (1, 2))
    for limits in policy.bands:
        model("PolicyBand").create(policy_id=published.pk, **band_columns(limits))
    model("PolicyVersion").filter(number=1).update(
        state="PUBLISHED", published_by_id=bob.pk, published_at=NOW, sha256=SHA256
    )
    said = {"seq": 1, "kind": "policy_published", "actor_kind": "POLICY_MANAGER", "at": NOW, "data": {"sha256": SHA256}}
    digest = event_hash(stream="policy:1", actor_id=bob.pk, previous_hash="", **said)
    chain = model("EventStream").create(name="policy:1", length=1, head=digest)
    model("Event").create(stream_id=chain.pk, actor_user_id=bob.pk, hash=digest, previous_hash="", **said)


def found() -> dict[str, Any]:
    """How the two versions read after the migration."""
    from negotiation.domain.authority import FIRST_MATRIX  # noqa: PLC0415
    from negotiation.domain.chain import sha256_of  # noqa: PLC0415
    from negotiation.domain.policy import policy_data  # noqa: PLC0415
    from negotiation.models import PolicyVersion  # noqa: PLC0415
    from negotiation.queries.policies import policy_version  # noqa: PLC0415
    from negotiation.services.events import broken_links  # noqa: PLC0415

    draft = PolicyVersion.objects.get(number=2)
    return {
        "has_first_matrix": policy_version(1).authority == FIRST_MATRIX,
        "hash_holds": sha256_of(policy_data(policy_version(1))) == PolicyVersion.objects.get(number=1).sha256,
        "published_can_be_edited": is_edited(1),
        "draft_has_first_matrix": tuple(row.line for row in draft.authority.all()) == FIRST_MATRIX,
        "draft_can_be_edited": is_edited(2),
        "broken": [fault.stream for fault in broken_links()],
    }


def is_edited(number: int) -> bool:
    """Whether the database lets a line of the version be changed."""
    from django.db import DatabaseError, transaction  # noqa: PLC0415

    from negotiation.models import PolicyAuthority  # noqa: PLC0415

    try:
        with transaction.atomic():
            return PolicyAuthority.objects.filter(policy__number=number).update(max_months=12) == 4
    except DatabaseError:
        return False


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    make_versions(executor.migrate(BEFORE).apps)
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(found()))


if __name__ == "__main__":
    main()
