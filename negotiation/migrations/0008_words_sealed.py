"""The words that go with offers, and reviewers' notes, are sealed like messages. The columns stay text, so no table is rebuilt.

What was written before is sealed in place: the triggers that keep these tables append-only stand aside within this transaction.
Nothing that was hashed or recorded holds these words, so chains and evidence stay as they are (docs/decisions).
"""

import negotiation.models.sealed
from django.db import migrations

from negotiation.models.sealed import seal

OFFER, NOTE, NEGOTIATION = "negotiation_offer", "negotiation_note", "negotiation_negotiation"


def seal_what_was_written(apps, schema_editor):
    triggers = take_triggers_away(schema_editor)
    for row in apps.get_model("negotiation", "Offer").objects.exclude(message="").only("negotiation_id", "seq", "message"):
        write(row, message=seal(row.message, f"{OFFER}.message:{row.negotiation_id}:{row.seq}"))
    for row in apps.get_model("negotiation", "Note").objects.only("negotiation_id", "author_id", "text"):
        write(row, text=seal(row.text, f"{NOTE}.text:{row.negotiation_id}:{row.author_id}"))
    for row in apps.get_model("negotiation", "Negotiation").objects.exclude(pending_message="").only("pending_message"):
        write(row, pending_message=seal(row.pending_message, f"{NEGOTIATION}.pending_message:{row.pk}"))
    for statement in triggers:
        schema_editor.execute(statement, params=None)


def write(row, **sealed):
    type(row).objects.filter(pk=row.pk).update(**{name: str(text) for name, text in sealed.items()})


def take_triggers_away(schema_editor):
    """What puts them back, word for word as they were."""
    if schema_editor.connection.vendor == "postgresql":
        for table in (OFFER, NOTE):
            schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
        return [
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only" for table in (OFFER, NOTE)),
        ]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)", [OFFER, NOTE])
        found = cursor.fetchall()
    for name, _sql in found:
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)
    return [sql for _name, sql in found]


class Migration(migrations.Migration):
    dependencies = [("negotiation", "0007_unread")]

    operations = [
        migrations.RunPython(seal_what_was_written),
        migrations.SeparateDatabaseAndState(
            state_operations=[
            migrations.AlterField(
                model_name='negotiation',
                name='pending_message',
                field=negotiation.models.sealed.SealedTextField(blank=True, max_length=1000, verbose_name='message awaiting a second approval'),
            ),
            migrations.AlterField(
                model_name='note',
                name='text',
                field=negotiation.models.sealed.SealedTextField(bound_to=('negotiation_id', 'author_id'), max_length=1000, verbose_name='note'),
            ),
            migrations.AlterField(
                model_name='offer',
                name='message',
                field=negotiation.models.sealed.SealedTextField(blank=True, bound_to=('negotiation_id', 'seq'), max_length=1000, verbose_name='message'),
            ),
            ]
        ),
    ]
