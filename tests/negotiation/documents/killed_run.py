"""``python -m tests.negotiation.documents.killed_run STEP FOLDER`` on a database file of its own: what a killed ``seal_waiting`` leaves.

``prepare``  three agreements signed by their cardholders, and the bank's key
``signed``   ``seal_waiting``, which kills itself with -9 when it has signed the second one and kept nothing of it yet
``kept``     the same, killed when the second one's files are written and its transaction is still open
``seal``     ``seal_waiting`` to its end
``tell``     writes what is in the records, as JSON
"""

# ruff: noqa: E402 — the settings first
# isort: off
import tests.environment  # noqa: F401 — throw-away settings

# isort: on
import json
import os
import signal
import sys
from pathlib import Path

FOLDER = Path(sys.argv[2])
os.environ |= {
    "DATABASE_URL": f"sqlite:///{FOLDER / 'portal.sqlite3'}",
    "PORTAL_SIGN_P12_FILE": str(FOLDER / "bank.p12"),
    "PORTAL_SIGN_P12_PASSPHRASE_FILE": str(FOLDER / "passphrase"),
    "PORTAL_SIGN_CHAIN_FILE": str(FOLDER / "chain.pem"),
}

import django

django.setup()

from django.core.management import call_command

from negotiation.models import Agreement, Document, Event, Plan
from negotiation.services import sealing
from tests.factories import publish_policy, publish_texts
from tests.negotiation.documents.agreements import signed_agreement
from tests.negotiation.documents.authority import Authority


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    Authority().issue(days=20_000, since=300).write(FOLDER)
    publish_policy()
    publish_texts()
    for _ in range(3):
        signed_agreement(is_standard=True)


def seal_until_killed(step: str) -> None:
    kept, move, number = sealing.keep_sealed, sealing.move, [0]

    def keep(*args: object) -> None:
        number[0] += 1
        if number[0] == 2 and step == "signed":
            os.kill(os.getpid(), signal.SIGKILL)
        kept(*args)

    def move_then(**said: object) -> None:
        if number[0] == 2 and step == "kept":
            os.kill(os.getpid(), signal.SIGKILL)
        move(**said)

    sealing.keep_sealed, sealing.move = keep, move_then
    call_command("seal_waiting")


def tell() -> None:
    rows = Document.objects.order_by("agreement__signed_at", "agreement__pk", "language")
    sealed_events = Event.objects.filter(kind="sealed")
    said = {
        "sealed": Agreement.objects.filter(sealed_at__isnull=False).count(),
        "sha256": list(rows.values_list("sha256", flat=True)),
        "events": sorted(event.data["agreement"] for event in sealed_events),
        "plans": Plan.objects.count(),
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    steps = {"prepare": prepare, "tell": tell, "seal": lambda: call_command("seal_waiting")}
    steps.get(sys.argv[1], lambda: seal_until_killed(sys.argv[1]))()
