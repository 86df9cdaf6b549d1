from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("juries", "0006_d_packs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sessionpaperfile",
            name="content",
            field=models.BinaryField(verbose_name="document"),
        ),
        migrations.AddConstraint(
            model_name="deliberation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            ("outcome__isnull", True),
                            ("outcome", models.F("proposal")),
                            models.Q(("proposal__in", ["acquired", "not_acquired"]), _negated=True),
                            _connector="OR",
                        ),
                        ("departure_ground__isnull", True),
                        ("departure_reason", ""),
                    ),
                    models.Q(
                        models.Q(
                            ("outcome__isnull", True),
                            ("outcome", models.F("proposal")),
                            models.Q(("proposal__in", ["acquired", "not_acquired"]), _negated=True),
                            _connector="OR",
                            _negated=True,
                        ),
                        models.Q(("departure_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="juries_deliberation_departure",
                violation_error_message="Un motif accompagne chaque écart à la proposition, et rien d’autre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jurysession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opened_at__isnull", True),
                    ("written_opens_at__isnull", True),
                    ("opened_at__gte", models.F("written_opens_at")),
                    _connector="OR",
                ),
                name="juries_session_written_opening",
                violation_error_message="Un vote par écrit ne s’ouvre pas avant son heure.",
            ),
        ),
    ]
