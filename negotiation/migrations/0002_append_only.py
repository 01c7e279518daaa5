"""Triggers that make statements of record unchangeable: events, offers, quotes, notes, messages, and documents once they are signed.

PostgreSQL has no TRUNCATE trigger here; an installation revokes TRUNCATE from the portal's role (docs/operations.md).
"""

from django.db import migrations

APPEND_ONLY = (
    "negotiation_event",
    "negotiation_offer",
    "negotiation_quote",
    "negotiation_arrearssnapshot",
    "negotiation_note",
    "negotiation_message",
)
SEALED = "negotiation_document"

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION negotiation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
"""


def _postgresql(table: str, when: str = "") -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW {when} EXECUTE FUNCTION negotiation_refuse_change();"
    ]


def _sqlite(table: str, when: str = "") -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
        for operation in ("UPDATE", "DELETE")
    ]


def create_triggers(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    trigger = _postgresql if is_postgresql else _sqlite
    statements = [POSTGRESQL_FUNCTION] if is_postgresql else []
    for table in APPEND_ONLY:
        statements += trigger(table)
    statements += trigger(SEALED, "WHEN (OLD.sealed_at IS NOT NULL)")
    for statement in statements:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    for table in (*APPEND_ONLY, SEALED):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table};")
        else:
            for operation in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{operation};")


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0001_initial")]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
