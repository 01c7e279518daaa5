"""``manage.py publish_text NAME VERSION``: put a new wording of a clause into the register of approved texts.

The register is a file under version control: the change takes effect when a second person has reviewed and merged it.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from negotiation.documents.content import Language
from negotiation.documents.texts import REGISTER, TextNotPublished, fingerprint


class Command(BaseCommand):
    help = "Registers a new version of a clause in both languages and makes it the current one; a published version never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("version")

    def handle(self, *args: Any, **options: Any) -> None:
        name, version = options["name"], options["version"]
        register = json.loads(REGISTER.read_text("utf-8"))
        try:
            added = {
                f"{name}/{version}.{language.value}": fingerprint(name, version, language.value)
                for language in Language
            }
        except TextNotPublished as missing:
            raise CommandError(str(missing)) from missing
        if added.keys() & register["published"].keys():
            raise CommandError(f"{name} {version} is published already; give the new wording a new version")
        register["published"] = dict(sorted((register["published"] | added).items()))
        register["current"] = dict(sorted((register["current"] | {name: version}).items()))
        REGISTER.write_text(json.dumps(register, indent=2, ensure_ascii=False) + "\n", "utf-8")
        self.stdout.write(
            f"registered {name} {version}; have the change of {REGISTER.name} reviewed by a second person"
        )
