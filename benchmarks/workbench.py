"""How long do the reviewers' queue and the bank's figures take with 100,000 negotiations? Prints a Markdown table.

On a PostgreSQL of its own, through the whole site: python -m benchmarks.workbench [--number N]
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.feed import ROOT, boot

sys.path.insert(0, str(ROOT))

from scripts.test import postgresql

ROUNDS = 9
DAYS = (30, 90, 366)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100_000)
    number = parser.parse_args().number
    with tempfile.TemporaryDirectory() as var, postgresql() as url:
        os.environ["DATABASE_URL"] = url
        boot(Path(var))
        for line in table(number):
            print(line, flush=True)


def table(number: int) -> Any:
    from django.db import connection
    from django.utils import timezone

    logging.disable()
    fill(number)
    yield f"| page, {number:,} negotiations | queries | median ms | slowest ms |"
    yield "|---|---|---|---|"
    client = signed_in()
    for name, address in pages(timezone.localdate()):
        queries, times = measured(client, address)
        yield f"| {name} | {queries} | {statistics.median(times):,.0f} | {max(times):,.0f} |"
    connection.close()


def fill(number: int) -> None:
    """The limits, the negotiations, and the statistics that the database keeps by itself in use."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from benchmarks.negotiations import make_negotiations
    from negotiation.services.demonstration_policy import seed_demonstration_policy

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    now = timezone.now()
    seed_demonstration_policy(now=now)
    make_negotiations(number, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def signed_in() -> Any:
    """A browser of a member of staff who may see every page measured, past the second factor."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.models import Group
    from django.test import Client

    from negotiation.models import User
    from negotiation.queries.staff import SENIOR_REVIEWER

    user = User.objects.create_user("senior@bank.example", name="Senior", is_staff=True)
    user.groups.add(Group.objects.get(name=SENIOR_REVIEWER))
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def pages(today: Any) -> Any:
    from datetime import timedelta

    from django.urls import reverse

    queue = reverse("admin:negotiation_negotiation_changelist")
    yield "the queue", queue
    yield "the queue: new from the cardholder", f"{queue}?desk=unread"
    yield "the queue: new first", f"{queue}?o=3"
    yield "the queue: every case of one product", f"{queue}?desk=all&product=gold"
    for days in DAYS:
        period = urlencode({"first": today - timedelta(days=days - 1), "last": today})
        yield f"the bank's figures, {days} days", f"{reverse('admin:negotiation_course_changelist')}?{period}"


def measured(client: Any, address: str) -> tuple[int, list[float]]:
    """Queries of one request, and the milliseconds of several, after one that fills caches."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    queries = list(captured)
    assert response.status_code == 200, (address, response.status_code)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    if os.environ.get("BENCH_QUERIES"):
        for query in queries:
            print(f"{query['time']} s  {query['sql'][:300]}", file=sys.stderr)
    return len(queries), times


if __name__ == "__main__":
    main()
