"""The words of documents as rows, and triggers that make a published one unchangeable.

The publishing update itself is allowed because the old row is still a draft; nothing is allowed after it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


TEXT = "negotiation_textversion"
PUBLISHED = "OLD.state = 'PUBLISHED'"
OPERATIONS = ("UPDATE", "DELETE")


def create_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {TEXT}_published BEFORE UPDATE OR DELETE ON {TEXT} FOR EACH ROW "
            f"WHEN ({PUBLISHED}) EXECUTE FUNCTION negotiation_refuse_change();"
        )
        return
    for operation in OPERATIONS:
        schema_editor.execute(
            f"CREATE TRIGGER {TEXT}_published_no_{operation.lower()} BEFORE {operation} ON {TEXT} WHEN {PUBLISHED} "
            "BEGIN SELECT RAISE(ABORT, 'a published text is never edited'); END;"
        )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TEXT}_published ON {TEXT};")
        return
    for operation in OPERATIONS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TEXT}_published_no_{operation.lower()};")


class Migration(migrations.Migration):

    dependencies = [
        ('negotiation', '0004_authority'),
    ]

    operations = [
        migrations.CreateModel(
            name='TextVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='text')),
                ('version', models.CharField(max_length=10, verbose_name='version')),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('PUBLISHED', 'Published'), ('DISCARDED', 'Discarded')], default='DRAFT', max_length=9, verbose_name='state')),
                ('body_zh', models.TextField(verbose_name='Chinese wording')),
                ('body_en', models.TextField(verbose_name='English wording')),
                ('effective_from', models.DateField(verbose_name='in force from')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted at')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
                ('sha256', models.CharField(blank=True, editable=False, max_length=64, verbose_name='hash')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'version of a text',
                'verbose_name_plural': 'texts',
                'ordering': ['name', '-drafted_at', '-pk'],
                'permissions': [('draft_text', 'Can draft a text'), ('publish_text', 'Can publish a text')],
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='textversion_one_a_version'), models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'PUBLISHED', 'DISCARDED'])), name='textversion_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'PUBLISHED'), models.Q(('sha256', ''), _negated=True)), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at__isnull', True), ('published_by__isnull', True), ('sha256', '')), _connector='OR'), name='textversion_published_completely'), models.CheckConstraint(condition=models.Q(('published_by__isnull', True), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='textversion_four_eyes')],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
