from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stepupcode",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("CLAIM", "Claiming an account"),
                    ("SIGN", "Signing a document"),
                    ("EXPORT", "Downloading one’s own data"),
                ],
                max_length=8,
                verbose_name="purpose",
            ),
        ),
    ]
