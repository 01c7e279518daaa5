"""A database as the first version left it, migrated. Run in a process of its own on an empty database of its own (test_old_rows.py)."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from negotiation.domain.authority import FIRST_MATRIX
from negotiation.domain.chain import event_hash, sha256_of
from negotiation.domain.policy import policy_data
from negotiation.domain.terms import Component
from negotiation.models import Negotiation, Note, Offer, PolicyAuthority, PolicyVersion
from negotiation.models.policy import band_columns
from negotiation.queries.policies import policy_version
from negotiation.services.demonstration_policy import demonstration_policy
from negotiation.services.events import broken_links

FIRST = [("negotiation", "0003_published_policies")]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SHA256 = "76154b02324b80417f08e8267109707319dd95ca6c3cf36c05675757c49715ff"
"""What the code of that time recorded for the demonstration's limits of that day."""


def rows_of(apps: Any) -> Callable[[str], Any]:
    """The rows of a model as it was then."""
    return lambda name: apps.get_model("negotiation", name).objects


def make_versions(model: Callable[[str], Any]) -> None:
    """A published version with its event, and a draft, as they were written then."""

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
    make_event(model, "policy:1", "policy_published", bob, {"sha256": SHA256})


def make_event(model: Callable[[str], Any], stream: str, kind: str, actor: Any, data: dict[str, Any]) -> None:
    """The only event of a stream, one day on."""
    said = {"seq": 1, "kind": kind, "actor_kind": "REVIEWER", "at": NOW + DAY, "data": data, "previous_hash": ""}
    digest = event_hash(stream=stream, actor_id=actor.pk, **said)
    chain = model("EventStream").create(name=stream, length=1, head=digest)
    model("Event").create(stream_id=chain.pk, actor_user_id=actor.pk, hash=digest, **said)


def make_case(model: Callable[[str], Any]) -> None:
    """A negotiation with words of every kind; the newest message and one of two documents nobody has looked at."""
    alice = model("User").get(email="alice@bank.example")
    person = model("User").create(name="")
    batch = model("FeedBatch").create(
        batch_id="B1", sequence=1, as_of=NOW, control_sha256="0" * 64, row_count=1, rejected_count=0, imported_at=NOW
    )
    cardholder = model("Cardholder").create(
        source_id="C1", name="张示例", birth_date="1985-06-15", user_id=person.pk, claimed_at=NOW
    )
    account = model("CardAccount").create(
        cardholder_id=cardholder.pk,
        batch_id=batch.pk,
        source_id="A1",
        product="gold",
        as_of=NOW,
        card_last4="1234",
        credit_limit=1000,
        opened_on=date(2020, 3, 1),
        statement_day=5,
        due_day=25,
        daily_rate=Decimal("0.0005"),
        total=Decimal(0),
        **{component.value: Decimal(0) for component in Component},
    )
    case = model("Negotiation").create(
        account_id=account.pk,
        cardholder_id=cardholder.pk,
        state="WITH_BANK",
        opened_at=NOW,
        expires_at=NOW + DAY,
        pending_message="三个月内",
    )
    of = {"negotiation_id": case.pk, "made_at": NOW}
    model("Offer").create(kind="WITHDRAW", party="CARDHOLDER", author_id=person.pk, seq=1, message="谢谢", **of)
    model("Offer").create(kind="EXPIRE", party="SYSTEM", seq=2, **of)
    model("Note").create(author_id=alice.pk, text="打过电话", **of)
    for hours, party, author in ((0, "CARDHOLDER", person), (1, "REVIEWER", alice), (2, "CARDHOLDER", person)):
        said = {"negotiation_id": case.pk, "made_at": NOW + timedelta(hours=hours), "author_id": author.pk}
        model("Message").create(party=party, text="您好", **said)
    for number in (1, 2):
        model("SupportingDocument").create(
            negotiation_id=case.pk,
            reference=f"PAPER{number}",
            shows="INCOME",
            file_kind="PDF",
            byte_count=1,
            sha256=str(number),
            consent_version="1",
            attached_at=NOW + number * DAY,
        )
    make_event(model, f"negotiation:{case.reference}", "document_opened", alice, {"document": "PAPER1"})


def found_case() -> dict[str, Any]:
    """How the negotiation reads after the migration, and what the database holds of its words."""

    case = Negotiation.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT message FROM negotiation_offer UNION ALL SELECT text FROM negotiation_note")
        held = [text for (text,) in cursor.fetchall()]
    return {
        "words": [
            *(offer.message for offer in case.offers.order_by("seq")),
            case.notes.get().text,
            case.pending_message,
        ],
        "sealed": [text.startswith("v1.") for text in held if text],
        "unread_hours": (case.unread_since - NOW) / timedelta(hours=1),
        "unopened_days": (case.unopened_since - NOW) / DAY,
        "opened": [bool(paper.opened_at) for paper in case.supporting_documents.order_by("reference")],
        "can_be_edited": any(is_changed(model) for model in (Offer, Note)),
    }


def found() -> dict[str, Any]:
    """How the two versions read after the migration."""

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

    try:
        with transaction.atomic():
            return PolicyAuthority.objects.filter(policy__number=number).update(max_months=12) == 4
    except DatabaseError:
        return False


def is_changed(model: Any) -> bool:
    """Whether the database lets a statement of record be changed."""
    try:
        with transaction.atomic():
            return bool(model.objects.update(made_at=NOW + DAY))
    except DatabaseError:
        return False


def main() -> None:

    executor = MigrationExecutor(connection)
    rows = rows_of(executor.migrate(FIRST).apps)
    make_versions(rows)
    make_case(rows)
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps({"policies": found(), "case": found_case()}))
