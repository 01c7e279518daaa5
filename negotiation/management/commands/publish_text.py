"""``manage.py publish_text NAME VERSION --drafted-by A --approved-by B``: register a new wording of a clause.

Two different people stand behind a wording, and the register names both. It is a file under version control, so the commit shows
who put the names there.
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
        parser.add_argument("--drafted-by", required=True, metavar="PERSON")
        parser.add_argument("--approved-by", required=True, metavar="PERSON")

    def handle(self, *args: Any, **options: Any) -> None:
        name, version, approval = options["name"], options["version"], _approval(options)
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
        register["approvals"] = dict(sorted((register.get("approvals", {}) | {f"{name}/{version}": approval}).items()))
        register["current"] = dict(sorted((register["current"] | {name: version}).items()))
        REGISTER.write_text(json.dumps(register, indent=2, ensure_ascii=False) + "\n", "utf-8")
        self.stdout.write(
            f"registered {name} {version}, drafted by {approval['drafted_by']}, approved by {approval['approved_by']}"
        )


def _approval(options: dict[str, Any]) -> dict[str, str]:
    """Who drafted and who approved.

    :raises CommandError: if one of them has no name, or both are the same person.
    """
    names = {key: " ".join(options[key].split()) for key in ("drafted_by", "approved_by")}
    if not all(names.values()) or names["drafted_by"].casefold() == names["approved_by"].casefold():
        raise CommandError("a wording is approved by somebody other than who drafted it; name both")
    return names
