"""How fast is the page of one account, beside a bare Django view that makes the same queries? Prints a Markdown table.

The bare view goes through the same middleware and writes every field of every row it read into a plain table.
"""

import logging
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.feed import NOW, boot

ROUNDS = 60
BARE = "<h1>{{ a.total }}</h1><table>{% for r in rows %}<tr>{% for c in r %}<td>{{ c }}</td>{% endfor %}</tr>{% endfor %}</table>"


def prepare() -> tuple[Any, str]:
    """A signed-in client and the reference of an account with six statements."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    from negotiation.models import CardAccount

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with tempfile.TemporaryDirectory() as feed:
        call_command(
            "make_demo_feed", "--as-of", "2026-11-22", "--out", feed, "--limit", "50", verbosity=0, stdout=_Null()
        )
        call_command("import_feed", feed, verbosity=0, stdout=_Null())
    account = CardAccount.objects.select_related("cardholder").get(source_id__startswith="DEMO-M3", total__gt=50000)
    holder = account.cardholder
    holder.user, holder.claimed_at = get_user_model().objects.create_user(), NOW
    holder.save()
    client = Client(SERVER_NAME="localhost")
    client.force_login(holder.user)
    return client, account.reference


class _Null:
    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass


def bare_view(request: Any, reference: str) -> Any:
    """The queries of the account's page, and nothing of what the page makes of them."""
    from django.http import HttpResponse
    from django.template import Context

    from negotiation.queries.accounts import account_for, cardholder_of, ledger_of, statements_of
    from negotiation.queries.agreements import plans_in_force_of
    from negotiation.queries.concerns import open_disputes_of
    from negotiation.queries.negotiations import open_negotiations_of
    from negotiation.queries.standings import standings_of

    cardholder = cardholder_of(request.user)
    account = account_for(cardholder=cardholder, reference=reference)
    list(open_disputes_of(account))
    list(open_negotiations_of(cardholder=cardholder))
    standings_of(list(plans_in_force_of(cardholder=cardholder)))
    found = [*ledger_of(account), *statements_of(account)]
    rows = [[getattr(row, field.attname) for field in row._meta.concrete_fields] for row in found]
    return HttpResponse(bare_template().render(Context({"a": account, "rows": rows})))


@lru_cache(maxsize=1)
def bare_template() -> Any:
    from django.template import Engine

    return Engine().from_string(BARE)


def milliseconds(work: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """Median processor time of both in ms, taking turns so that a busy machine meets both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for column, act in zip(taken, (work, other), strict=True):
            started = time.process_time()
            act()
            column.append((time.process_time() - started) * 1000)
    return median(taken[0]), median(taken[1])


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "static").mkdir()
        boot(Path(scratch))
        logging.disable(logging.CRITICAL)
        from django.conf import settings
        from django.urls import path

        from portal import urls

        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        urls.urlpatterns.append(path("bare/<str:reference>/", bare_view))
        client, reference = prepare()
        page, bare = f"/accounts/{reference}/", f"/bare/{reference}/"
        assert client.get(page).status_code == client.get(bare).status_code == 200
        ours, floor = milliseconds(lambda: client.get(page), lambda: client.get(bare))
    print("| page | ms (median) | beside the bare view |\n|---|---:|---:|")
    print(f"| bare view, same queries | {floor:.1f} | 1.00 |")
    print(f"| account: what you owe | {ours:.1f} | {ours / floor:.2f} |")


if __name__ == "__main__":
    main()
