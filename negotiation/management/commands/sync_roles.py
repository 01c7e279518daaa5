"""``manage.py sync_roles``: write the groups of staff and their permissions to the database."""

from typing import Any

from django.core.management.base import BaseCommand

from negotiation.services.roles import PERMISSIONS, sync_roles


class Command(BaseCommand):
    help = "Makes every group of staff hold exactly its permissions; run it after migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        self.stdout.write(", ".join(PERMISSIONS))
