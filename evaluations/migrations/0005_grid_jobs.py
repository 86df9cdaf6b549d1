import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0003_admissibility"),
        ("evaluations", "0004_attachments_adaptations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GridJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "content",
                    models.CharField(
                        choices=[("blank", "vierges"), ("filled", "remplies")], max_length=10, verbose_name="grilles"
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="demandées le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en attente"),
                            ("running", "en cours"),
                            ("done", "prête"),
                            ("failed", "en échec"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("total", models.PositiveIntegerField(verbose_name="candidats")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="dessinés")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais du candidat en cours")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="dernière prise en charge")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="terminées le")),
                (
                    "stored_name",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="nom de stockage"),
                ),
                ("size", models.PositiveIntegerField(default=0, verbose_name="taille en octets")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="empreinte")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="pages")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="échec")),
                (
                    "cohort",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.cohort",
                        verbose_name="promotion",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.enrolment",
                        verbose_name="inscription",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandées par",
                    ),
                ),
            ],
            options={
                "verbose_name": "impression de grilles",
                "verbose_name_plural": "impressions de grilles",
            },
        ),
        migrations.CreateModel(
            name="GridSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="ordre")),
                ("channels", models.JSONField(verbose_name="voies imprimées")),
                ("pages", models.PositiveIntegerField(blank=True, null=True, verbose_name="pages")),
                ("content", models.BinaryField(blank=True, null=True, verbose_name="dessin")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="candidates.enrolment",
                        verbose_name="inscription",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheets",
                        to="evaluations.gridjob",
                        verbose_name="impression",
                    ),
                ),
            ],
            options={
                "verbose_name": "grilles d’un candidat",
                "verbose_name_plural": "grilles d’un candidat",
            },
        ),
        migrations.AddConstraint(
            model_name="gridjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cohort__isnull", False), ("enrolment__isnull", True)),
                    models.Q(("cohort__isnull", True), ("enrolment__isnull", False)),
                    _connector="OR",
                ),
                name="evaluations_gridjob_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("failure", ""),
                        ("finished_at__isnull", True),
                        ("state__in", ("waiting", "running")),
                        ("stored_name", ""),
                    ),
                    models.Q(
                        ("failure", ""),
                        ("finished_at__isnull", False),
                        ("state", "done"),
                        models.Q(("stored_name", ""), _negated=True),
                    ),
                    models.Q(
                        ("finished_at__isnull", False),
                        ("state", "failed"),
                        ("stored_name", ""),
                        models.Q(("failure", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="evaluations_gridjob_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridjob",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("total"))), name="evaluations_gridjob_progress"
            ),
        ),
        migrations.AddConstraint(
            model_name="gridjob",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cohort__isnull", False), ("state__in", ("waiting", "running"))),
                fields=("requested_by", "cohort", "content"),
                name="evaluations_gridjob_cohort_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridjob",
            constraint=models.UniqueConstraint(
                condition=models.Q(("enrolment__isnull", False), ("state__in", ("waiting", "running"))),
                fields=("requested_by", "enrolment", "content"),
                name="evaluations_gridjob_enrolment_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="gridsheet",
            constraint=models.UniqueConstraint(fields=("job", "enrolment"), name="evaluations_gridsheet_enrolment"),
        ),
    ]
