import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("negotiation", "0010_archive_renewals"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactPreference",
            fields=[
                (
                    "cardholder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="contact_preference",
                        serialize=False,
                        to="negotiation.cardholder",
                        verbose_name="cardholder",
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language of messages")),
                (
                    "channel",
                    models.CharField(
                        choices=[("EMAIL", "E-mail"), ("SMS", "Text message"), ("BOTH", "E-mail and text message")],
                        max_length=5,
                        verbose_name="way of messages",
                    ),
                ),
                (
                    "hours",
                    models.CharField(
                        choices=[
                            ("ANY", "Whenever the law allows"),
                            ("MORNING", "In the morning"),
                            ("AFTERNOON", "In the afternoon"),
                            ("EVENING", "In the evening"),
                        ],
                        max_length=9,
                        verbose_name="hours of messages",
                    ),
                ),
                ("is_written_only", models.BooleanField(verbose_name="asks not to be called")),
                ("chosen_at", models.DateTimeField(verbose_name="chosen at")),
            ],
            options={
                "verbose_name": "contact preference",
                "verbose_name_plural": "contact preferences",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(language__in=("zh-hans", "en")), name="contactpreference_language_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(channel__in=["EMAIL", "SMS", "BOTH"]),
                        name="contactpreference_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(hours__in=["ANY", "MORNING", "AFTERNOON", "EVENING"]),
                        name="contactpreference_hours_known",
                    ),
                ],
            },
        ),
    ]
