"""What of the cardholder's nobody at the bank has looked at, for the queue; auditors as actors; products in an index.

A document was first opened when its first event says so; of messages, those after the bank's newest are unread.
"""

from django.db import migrations, models


def note_what_was_opened(apps, schema_editor):
    documents = apps.get_model("negotiation", "SupportingDocument").objects
    events = apps.get_model("negotiation", "Event").objects.filter(kind="document_opened").order_by("at")
    for at, said in events.values_list("at", "data").iterator():
        documents.filter(reference=said["document"], opened_at__isnull=True).update(opened_at=at)


def note_what_is_new(apps, schema_editor):
    rows = apps.get_model("negotiation", "Negotiation").objects
    unopened = models.Q(
        supporting_documents__opened_at__isnull=True, supporting_documents__deleted_at__isnull=True
    )
    for row in rows.annotate(first=models.Min("supporting_documents__attached_at", filter=unopened)).exclude(first=None):
        rows.filter(pk=row.pk).update(unopened_since=row.first)
    for row in rows.filter(messages__party="CARDHOLDER").distinct():
        answered = row.messages.exclude(party="CARDHOLDER").aggregate(last=models.Max("made_at"))["last"]
        written = row.messages.filter(party="CARDHOLDER")
        unread = written.filter(made_at__gt=answered) if answered else written
        rows.filter(pk=row.pk).update(unread_since=unread.aggregate(first=models.Min("made_at"))["first"])


class Migration(migrations.Migration):

    dependencies = [
        ('negotiation', '0006_plan_standing'),
    ]

    operations = [
        migrations.AddField(
            model_name='negotiation',
            name='unopened_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='document unopened since'),
        ),
        migrations.AddField(
            model_name='negotiation',
            name='unread_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='message unread since'),
        ),
        migrations.AddField(
            model_name='supportingdocument',
            name='opened_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='first opened at the bank'),
        ),
        migrations.AlterField(
            model_name='event',
            name='actor_kind',
            field=models.CharField(choices=[('CARDHOLDER', 'Cardholder'), ('REVIEWER', 'Reviewer'), ('SENIOR_REVIEWER', 'Senior reviewer'), ('POLICY_MANAGER', 'Policy manager'), ('SYSTEM', 'Automatic'), ('AUDITOR', 'Auditor')], max_length=20, verbose_name='by'),
        ),
        migrations.AddIndex(
            model_name='cardaccount',
            index=models.Index(fields=['product'], name='cardaccount_product'),
        ),
        migrations.AddIndex(
            model_name='negotiation',
            index=models.Index(condition=models.Q(('unread_since__isnull', False), ('unopened_since__isnull', False), _connector='OR'), fields=['answer_due_at'], name='negotiation_unread'),
        ),
        migrations.RunPython(note_what_was_opened, migrations.RunPython.noop),
        migrations.RunPython(note_what_is_new, migrations.RunPython.noop),
    ]
