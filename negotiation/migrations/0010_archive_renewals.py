"""Archive timestamps and their renewals; a renewal is append-only like the document that it continues."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

TABLE = "negotiation_archiverenewal"
TAKEN = " OR ".join(
    f"EXISTS (SELECT 1 FROM {TABLE} WHERE {key})"
    for key in ("id = NEW.id", "sha256 = NEW.sha256", "document_id = NEW.document_id AND seq = NEW.seq")
)
REFUSE = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END;"
SQLITE = {
    f"{TABLE}_no_update": f"BEFORE UPDATE ON {TABLE} {REFUSE}",
    f"{TABLE}_no_delete": f"BEFORE DELETE ON {TABLE} {REFUSE}",
    f"{TABLE}_no_replace": f"BEFORE INSERT ON {TABLE} WHEN {TAKEN} {REFUSE}",
}


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION negotiation_refuse_change();"
        )
        return
    for name, rule in SQLITE.items():
        schema_editor.execute(f"CREATE TRIGGER {name} {rule}")


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE};")
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name};")


class Migration(migrations.Migration):
    dependencies = [
        ("negotiation", "0009_no_replacing"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="archived_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="archive timestamp holds until"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["archived_until"], name="document_archived_until"),
        ),
        migrations.CreateModel(
            name="ArchiveRenewal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("seq", models.PositiveSmallIntegerField(verbose_name="number")),
                ("appended", models.BinaryField(verbose_name="bytes appended")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="hash")),
                ("renewed_at", models.DateTimeField(verbose_name="renewed at")),
                ("archived_until", models.DateTimeField(verbose_name="archive timestamp holds until")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="negotiation.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "renewal of an archive timestamp",
                "verbose_name_plural": "renewals of archive timestamps",
                "ordering": ["document", "seq"],
                "constraints": [models.UniqueConstraint(fields=("document", "seq"), name="archiverenewal_one_a_seq")],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
