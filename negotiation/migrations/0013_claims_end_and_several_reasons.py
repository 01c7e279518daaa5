"""When a case was taken, so that a claim can end by itself; and room for every reason of a decline.

SQLite builds the table of offers anew for a longer column and loses its triggers with the old one, so they are made again.
"""

from django.db import migrations, models

TABLE = "negotiation_offer"
TAKEN = (
    f"EXISTS (SELECT 1 FROM {TABLE} WHERE (id) = (NEW.id)) "
    f"OR EXISTS (SELECT 1 FROM {TABLE} WHERE (negotiation_id, seq) = (NEW.negotiation_id, NEW.seq))"
)
TRIGGERS = {
    "no_update": f"BEFORE UPDATE ON {TABLE}",
    "no_delete": f"BEFORE DELETE ON {TABLE}",
    "no_replace": f"BEFORE INSERT ON {TABLE} WHEN {TAKEN}",
}


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{name}")


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name, rule in TRIGGERS.items():
            schema_editor.execute(
                f"CREATE TRIGGER {TABLE}_{name} {rule} BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0012_concerns")]

    operations = [
        migrations.AddField(
            model_name="negotiation",
            name="assigned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken at"),
        ),
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.RenameField(model_name="offer", old_name="reason_code", new_name="reason_codes"),
        migrations.AlterField(
            model_name="offer",
            name="reason_codes",
            field=models.CharField(blank=True, max_length=120, verbose_name="reasons"),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
