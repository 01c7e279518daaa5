"""Is this process alive, and can this installation do its work?"""

import shutil
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from negotiation.queries import jobs, sealing, texts

LONGEST_SILENCE = timedelta(seconds=60)
LEAST_ROOM = 100 * 1024 * 1024


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; it says nothing about anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part can do its work, else 503; in both cases which part can."""
    parts = {name: can_work(check) for name, check in CHECKS.items()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def can_work(check: Callable[[], bool]) -> bool:
    """The answer of one check; a database that does not answer is a no."""
    try:
        return check()
    except DatabaseError:
        return False


def database_answers() -> bool:
    """The database runs a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def migrations_are_done() -> bool:
    """The database has the shape that this code expects."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def worker_lives() -> bool:
    """A worker has said that it lives during the last minute."""
    silence = jobs.worker_silence(now=timezone.now())
    return silence is not None and silence < LONGEST_SILENCE


def signing_key_works() -> bool:
    """The bank's key opens and its certificate is valid today; of a token only the module is looked for."""
    if settings.SIGN_PKCS11_MODULE:
        return settings.SIGN_PKCS11_MODULE.exists()
    return sealing.can_sign(now=timezone.now())


def storage_has_room() -> bool:
    """Where files and, on SQLite, the database lie has at least ``LEAST_ROOM`` bytes left."""
    return shutil.disk_usage(settings.VAR_DIR).free >= LEAST_ROOM


def texts_are_published() -> bool:
    """Every clause, undertaking and consent has a published wording, as it was published."""
    return not texts.unusable_texts(at=timezone.now())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_are_done,
    "worker": worker_lives,
    "signing_key": signing_key_works,
    "texts": texts_are_published,
    "storage": storage_has_room,
}
