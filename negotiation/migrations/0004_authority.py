"""The authority matrix as rows of every version, unchangeable with it.

Versions from before get the matrix that held for them, which was in the code. Their hash stays: the first matrix adds nothing to
what is hashed (``domain.policy.policy_data``).
"""

from decimal import Decimal

import django.db.models.deletion
import negotiation.models.fields
import negotiation.models.policy
from django.db import migrations, models


AUTHORITY, POLICY = "negotiation_policyauthority", "negotiation_policyversion"
FIRST = (
    ("REVIEWER", True, Decimal(50_000), Decimal("0.05"), 36),
    ("REVIEWER", False, None, Decimal(1), 60),
    ("SENIOR_REVIEWER", True, Decimal(300_000), Decimal("0.20"), 60),
    ("SENIOR_REVIEWER", False, None, Decimal(1), 60),
)
POSTGRESQL = (
    f"CREATE TRIGGER {AUTHORITY}_published BEFORE INSERT OR UPDATE OR DELETE ON {AUTHORITY} FOR EACH ROW "
    "EXECUTE FUNCTION negotiation_refuse_published_band();"
)
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'a published policy is never edited'); END;"
_ROWS = {"INSERT": "(NEW.policy_id)", "UPDATE": "(OLD.policy_id, NEW.policy_id)", "DELETE": "(OLD.policy_id)"}
SQLITE = {
    operation: f"CREATE TRIGGER {AUTHORITY}_published_no_{operation.lower()} BEFORE {operation} ON {AUTHORITY} "
    f"WHEN EXISTS (SELECT 1 FROM {POLICY} WHERE state = 'PUBLISHED' AND id IN {rows}) {_REFUSE}"
    for operation, rows in _ROWS.items()
}


def give_the_first_matrix(apps, schema_editor):
    model = apps.get_model("negotiation", "PolicyAuthority")
    numbers = apps.get_model("negotiation", "PolicyVersion").objects.values_list("pk", flat=True)
    model.objects.bulk_create(
        model(policy_id=pk, role=role, alone=alone, max_amount=amount, max_waived_share=share, max_months=months)
        for pk in numbers
        for role, alone, amount, share, months in FIRST
    )


def create_triggers(apps, schema_editor):
    for statement in [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE.values():
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {AUTHORITY}_published ON {AUTHORITY};")
        return
    for operation in SQLITE:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {AUTHORITY}_published_no_{operation.lower()};")


class Migration(migrations.Migration):

    dependencies = [
        ('negotiation', '0003_published_policies'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyAuthority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('REVIEWER', 'REVIEWER'), ('SENIOR_REVIEWER', 'SENIOR_REVIEWER')], max_length=15, verbose_name='role')),
                ('alone', models.BooleanField(verbose_name='alone')),
                ('max_amount', negotiation.models.fields.AmountField(blank=True, null=True, verbose_name='debt up to')),
                ('max_waived_share', negotiation.models.policy.FractionField(decimal_places=8, max_digits=11, verbose_name='waiver up to, share of the debt')),
                ('max_months', models.PositiveSmallIntegerField(verbose_name='term up to, in months')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='authority', to='negotiation.policyversion', verbose_name='policy')),
            ],
            options={
                'verbose_name': 'authority',
                'verbose_name_plural': 'authority',
                'ordering': ['policy', 'role', '-alone'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'role', 'alone'), name='policyauthority_one_a_place'), models.CheckConstraint(condition=models.Q(('role__in', ['REVIEWER', 'SENIOR_REVIEWER'])), name='policyauthority_role_known'), models.CheckConstraint(condition=models.Q(('max_waived_share__gte', 0), ('max_waived_share__lte', 1)), name='policyauthority_share'), models.CheckConstraint(condition=models.Q(('max_months__gte', 1), ('max_months__lte', 60)), name='policyauthority_months')],
            },
        ),
        migrations.RunPython(give_the_first_matrix, migrations.RunPython.noop),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
