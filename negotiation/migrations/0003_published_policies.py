"""Triggers that make a published policy unchangeable: its row, and its bands.

The publishing update itself is allowed because the old row is still a draft; nothing is allowed after it.
"""

from django.db import migrations

POLICY, BAND = "negotiation_policyversion", "negotiation_policyband"

POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION negotiation_refuse_published_band() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM negotiation_policyversion
    WHERE state = 'PUBLISHED' AND id IN (
      CASE WHEN TG_OP = 'INSERT' THEN NEW.policy_id ELSE OLD.policy_id END,
      CASE WHEN TG_OP = 'DELETE' THEN OLD.policy_id ELSE NEW.policy_id END
    )
  ) THEN RAISE EXCEPTION 'a published policy is never edited'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    f"CREATE TRIGGER {POLICY}_published BEFORE UPDATE OR DELETE ON {POLICY} FOR EACH ROW "
    "WHEN (OLD.state = 'PUBLISHED') EXECUTE FUNCTION negotiation_refuse_change();",
    f"CREATE TRIGGER {BAND}_published BEFORE INSERT OR UPDATE OR DELETE ON {BAND} FOR EACH ROW "
    "EXECUTE FUNCTION negotiation_refuse_published_band();",
]
DROP_POSTGRESQL = [
    f"DROP TRIGGER IF EXISTS {POLICY}_published ON {POLICY};",
    f"DROP TRIGGER IF EXISTS {BAND}_published ON {BAND};",
    "DROP FUNCTION IF EXISTS negotiation_refuse_published_band();",
]
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'a published policy is never edited'); END;"
_OF_BAND = {"INSERT": "(NEW.policy_id)", "UPDATE": "(OLD.policy_id, NEW.policy_id)", "DELETE": "(OLD.policy_id)"}


def _sqlite() -> list[str]:
    return [
        *(
            f"CREATE TRIGGER {POLICY}_published_no_{operation.lower()} BEFORE {operation} ON {POLICY} "
            f"WHEN OLD.state = 'PUBLISHED' {_REFUSE}"
            for operation in ("UPDATE", "DELETE")
        ),
        *(
            f"CREATE TRIGGER {BAND}_published_no_{operation.lower()} BEFORE {operation} ON {BAND} "
            f"WHEN EXISTS (SELECT 1 FROM {POLICY} WHERE state = 'PUBLISHED' AND id IN {rows}) {_REFUSE}"
            for operation, rows in _OF_BAND.items()
        ),
    ]


def _drop_sqlite() -> list[str]:
    names = [f"{POLICY}_published_no_{operation}" for operation in ("update", "delete")]
    names += [f"{BAND}_published_no_{operation.lower()}" for operation in _OF_BAND]
    return [f"DROP TRIGGER IF EXISTS {name};" for name in names]


def create_triggers(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    for statement in DROP_POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _drop_sqlite():
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0002_append_only")]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
