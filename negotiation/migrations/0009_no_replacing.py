"""SQLite's ``INSERT OR REPLACE`` removes the row that stands in its way without asking the triggers that refuse a removal.

So there the record tables refuse a second row under a key that is taken; PostgreSQL knows no such statement.
"""

from django.db import migrations

KEYS = {
    "negotiation_event": ("id", "stream_id, seq"),
    "negotiation_offer": ("id", "negotiation_id, seq"),
    "negotiation_quote": ("id", "reference"),
    "negotiation_arrearssnapshot": ("id",),
    "negotiation_note": ("id",),
    "negotiation_message": ("id",),
    "negotiation_document": ("id", "reference"),
    "negotiation_policyversion": ("id", "number"),
    "negotiation_policyband": ("id",),
    "negotiation_policyauthority": ("id",),
    "negotiation_textversion": ("id", "name, version"),
}


def _is_taken(table, key):
    new = ", ".join(f"NEW.{column.strip()}" for column in key.split(","))
    return f"EXISTS (SELECT 1 FROM {table} WHERE ({key}) = ({new}))"  # noqa: S608 -- names of this file


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, keys in KEYS.items():
        taken = " OR ".join(_is_taken(table, key) for key in keys)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
        )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in KEYS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_replace;")


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0008_words_sealed")]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
