"""A plan that was paid off may be unpaid again and reopened; its next settlement certificate stands beside the withdrawn one.

SQLite builds the table of documents anew for the constraint and loses its triggers with the old one, so they are made again.
"""

from django.db import migrations, models

TABLE = "negotiation_document"
TAKEN = (
    f"EXISTS (SELECT 1 FROM {TABLE} WHERE (id) = (NEW.id)) "
    f"OR EXISTS (SELECT 1 FROM {TABLE} WHERE (reference) = (NEW.reference))"
)
TRIGGERS = {
    "no_update": f"BEFORE UPDATE ON {TABLE} WHEN (OLD.sealed_at IS NOT NULL)",
    "no_delete": f"BEFORE DELETE ON {TABLE} WHEN (OLD.sealed_at IS NOT NULL)",
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
    dependencies = [("negotiation", "0013_claims_end_and_several_reasons")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="reopened_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="reopened at"),
        ),
        migrations.AddField(
            model_name="plan",
            name="unpaid_again_on",
            field=models.DateField(blank=True, null=True, verbose_name="paid off, but unpaid again by the figures of"),
        ),
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.RemoveConstraint(model_name="document", name="document_as_of_if_statement"),
        migrations.AlterField(
            model_name="document",
            name="as_of",
            field=models.DateField(blank=True, null=True, verbose_name="day of the figures"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("as_of__isnull", False), ("kind", "STATEMENT_OF_ACCOUNT"))
                | models.Q(("as_of__isnull", True), ("kind", "AGREEMENT"))
                | models.Q(("kind", "SETTLEMENT_CERTIFICATE")),
                name="document_as_of_if_statement",
            ),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
