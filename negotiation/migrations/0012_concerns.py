"""What cardholders raise: what was raised never changes, what is closed never changes, nothing is removed; support as an actor."""

import django.db.models.deletion
import negotiation.models.fields
import negotiation.models.sealed
import uuid
from django.conf import settings
from django.db import migrations, models


TABLE = "negotiation_concern"
RAISED = (
    "id, reference, kind, cardholder_id, account_id, component, posting, queried_amount, believed_amount, reason, words, raised_at"
)
CLOSED = "OLD.state IN ('ANSWERED', 'WITHDRAWN')"
TAKEN = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR reference = NEW.reference)"
POSTGRESQL = {
    f"{TABLE}_raised": f"BEFORE UPDATE OF {RAISED} ON {TABLE} FOR EACH ROW",
    f"{TABLE}_closed": f"BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN ({CLOSED})",
    f"{TABLE}_no_delete": f"BEFORE DELETE ON {TABLE} FOR EACH ROW",
}
SQLITE = {
    f"{TABLE}_raised": f"BEFORE UPDATE OF {RAISED} ON {TABLE}",
    f"{TABLE}_closed": f"BEFORE UPDATE ON {TABLE} WHEN {CLOSED}",
    f"{TABLE}_no_delete": f"BEFORE DELETE ON {TABLE}",
    f"{TABLE}_no_replace": f"BEFORE INSERT ON {TABLE} WHEN {TAKEN}",
}
REFUSE = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END;"


def create_triggers(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    end = "EXECUTE FUNCTION negotiation_refuse_change();" if is_postgresql else REFUSE
    for name, rule in (POSTGRESQL if is_postgresql else SQLITE).items():
        schema_editor.execute(f"CREATE TRIGGER {name} {rule} {end}", params=None)


def drop_triggers(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {TABLE};" if is_postgresql else ";"))


class Migration(migrations.Migration):

    dependencies = [
        ('negotiation', '0011_contact_preferences'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='actor_kind',
            field=models.CharField(choices=[('CARDHOLDER', 'Cardholder'), ('REVIEWER', 'Reviewer'), ('SENIOR_REVIEWER', 'Senior reviewer'), ('POLICY_MANAGER', 'Policy manager'), ('SYSTEM', 'Automatic'), ('AUDITOR', 'Auditor'), ('SUPPORT', 'Support')], max_length=20, verbose_name='by'),
        ),
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reference', models.CharField(default=negotiation.models.fields.new_reference, editable=False, max_length=12, unique=True, verbose_name='reference')),
                ('kind', models.CharField(choices=[('DISPUTE', 'Dispute of an amount'), ('COMPLAINT', 'Complaint'), ('CORRECTION', 'Correction of personal data'), ('ERASURE', 'Deletion of personal data')], max_length=10, verbose_name='kind')),
                ('component', models.CharField(blank=True, max_length=24, verbose_name='component')),
                ('posting', models.CharField(blank=True, max_length=40, verbose_name='posting number')),
                ('queried_amount', negotiation.models.fields.AmountField(blank=True, null=True, verbose_name='amount in question')),
                ('believed_amount', negotiation.models.fields.AmountField(blank=True, null=True, verbose_name='amount the cardholder believes right')),
                ('reason', models.CharField(blank=True, choices=[('NOT_MINE', 'I did not make this transaction'), ('PAID', 'I have paid this already'), ('TWICE', 'It is there twice'), ('WRONG_AMOUNT', 'The amount is not what I agreed to'), ('WRONGLY_CHARGED', 'The interest or fee is worked out wrongly'), ('OTHER', 'Something else is wrong')], max_length=16, verbose_name='reason')),
                ('words', negotiation.models.sealed.SealedTextField(verbose_name='words of the cardholder')),
                ('raised_at', models.DateTimeField(verbose_name='raised at')),
                ('state', models.CharField(choices=[('RECEIVED', 'To be answered'), ('LENGTHENED', 'To be answered, lengthened'), ('LENGTHENED_AGAIN', 'To be answered, lengthened twice'), ('ANSWERED', 'Answered'), ('WITHDRAWN', 'Withdrawn')], default='RECEIVED', max_length=16, verbose_name='state')),
                ('answer_by', models.DateField(verbose_name='answer by')),
                ('lengthened_for', models.CharField(blank=True, choices=[('RECORDS', 'Older records have to be fetched'), ('OTHERS', 'A merchant or another office has to answer first'), ('MANY', 'Many items have to be checked one by one'), ('OPINION', 'A specialist has to look at it')], max_length=8, verbose_name='why it takes longer')),
                ('outcome', models.CharField(blank=True, choices=[('UPHELD', 'UPHELD'), ('PARTLY', 'PARTLY'), ('NOT_UPHELD', 'NOT_UPHELD')], max_length=10, verbose_name='outcome')),
                ('answer', negotiation.models.sealed.SealedTextField(blank=True, verbose_name='answer of the bank')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='concerns', to='negotiation.cardaccount', verbose_name='card account')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('cardholder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concerns', to='negotiation.cardholder', verbose_name='cardholder')),
            ],
            options={
                'verbose_name': 'concern',
                'verbose_name_plural': 'concerns',
                'ordering': ['answer_by', 'raised_at', 'pk'],
                'permissions': [('answer_concern', 'Can answer a concern')],
                'indexes': [models.Index(condition=models.Q(('state__in', ['RECEIVED', 'LENGTHENED', 'LENGTHENED_AGAIN'])), fields=['answer_by'], name='concern_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['DISPUTE', 'COMPLAINT', 'CORRECTION', 'ERASURE'])), name='concern_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['RECEIVED', 'LENGTHENED', 'LENGTHENED_AGAIN', 'ANSWERED', 'WITHDRAWN'])), name='concern_state_known'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'ANSWERED')), models.Q(('answered_by__isnull', False), ('outcome__in', ['UPHELD', 'PARTLY', 'NOT_UPHELD'])), models.Q(('answer', ''), _negated=True)), models.Q(models.Q(('state', 'ANSWERED'), _negated=True), ('answer', ''), ('answered_by__isnull', True), ('outcome', '')), _connector='OR'), name='concern_answered_completely'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ['ANSWERED', 'WITHDRAWN'])), models.Q(models.Q(('state__in', ['RECEIVED', 'LENGTHENED', 'LENGTHENED_AGAIN'])), ('closed_at__isnull', True)), _connector='OR'), name='concern_closed_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['LENGTHENED', 'LENGTHENED_AGAIN']), _negated=True), models.Q(('lengthened_for', ''), _negated=True), _connector='OR'), name='concern_lengthened_for_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'DISPUTE')), models.Q(('reason', ''), _negated=True), ('account__isnull', False)), models.Q(models.Q(('kind', 'DISPUTE'), _negated=True), ('believed_amount__isnull', True), ('component', ''), ('posting', ''), ('queried_amount__isnull', True), ('reason', '')), _connector='OR'), name='concern_dispute_of_an_account'), models.CheckConstraint(condition=models.Q(('component', ''), ('posting', ''), _connector='OR'), name='concern_one_line'), models.CheckConstraint(condition=models.Q(('component__in', ['', 'purchase_principal', 'cash_principal', 'instalment_principal', 'interest', 'accrued_interest', 'late_fee', 'other_fee', 'recovery_cost'])), name='concern_component_known'), models.CheckConstraint(condition=models.Q(('believed_amount__isnull', True), ('believed_amount__gte', 0), _connector='OR'), name='concern_believed_amount'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='concern_has_words'), models.UniqueConstraint(condition=models.Q(models.Q(('kind', 'DISPUTE')), models.Q(('state__in', ['RECEIVED', 'LENGTHENED', 'LENGTHENED_AGAIN']))), fields=('account', 'component', 'posting'), name='concern_one_open_dispute_a_line')],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
