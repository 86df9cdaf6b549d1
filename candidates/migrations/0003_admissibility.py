import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blocks", "0002_parameters_added_later"),
        ("candidates", "0002_referent_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdmissibilityRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_on", models.DateField(verbose_name="reçue le")),
                ("complete_on", models.DateField(blank=True, null=True, verbose_name="dossier complet le")),
                ("reply_due_on", models.DateField(blank=True, null=True, verbose_name="réponse attendue jusqu’au")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("admissible", "recevable"), ("inadmissible", "non recevable")],
                        max_length=12,
                        verbose_name="décision",
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="décidée le")),
                ("reason", models.TextField(blank=True, verbose_name="motif")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décision enregistrée le")),
                (
                    "admitted_on",
                    models.DateField(
                        blank=True,
                        help_text="Écrite à l’inscription : elle vaut date d’entrée.",
                        null=True,
                        verbose_name="recevable depuis le",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissibility_requests",
                        to="candidates.candidate",
                        verbose_name="candidat",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décision enregistrée par",
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissibility",
                        to="candidates.enrolment",
                        verbose_name="inscription",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="enregistrée par",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissibility_requests",
                        to="blocks.standardversion",
                        verbose_name="référentiel",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de recevabilité",
                "verbose_name_plural": "demandes de recevabilité",
                "indexes": [
                    models.Index(
                        condition=models.Q(("decision", ""), ("enrolment__isnull", True)),
                        fields=["reply_due_on"],
                        name="candidates_admissibility_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("enrolment__isnull", True), models.Q(("decision", "inadmissible"), _negated=True)
                        ),
                        fields=("candidate", "version"),
                        name="candidates_admissibility_once",
                        violation_error_message="Une demande de ce candidat est déjà en cours.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("complete_on__isnull", True), ("reply_due_on__isnull", True)),
                            models.Q(
                                ("complete_on__isnull", False),
                                ("reply_due_on__isnull", False),
                                ("complete_on__gte", models.F("received_on")),
                                ("reply_due_on__gt", models.F("complete_on")),
                            ),
                            _connector="OR",
                        ),
                        name="candidates_admissibility_complete",
                        violation_error_message="Le dossier est complet au plus tôt le jour de sa réception.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decided_on__isnull", True),
                                ("decision", ""),
                                ("reason", ""),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("decision", "admissible"),
                            ),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("decision", "inadmissible"),
                            ),
                            _connector="OR",
                        ),
                        name="candidates_admissibility_decision",
                        violation_error_message="Une décision a sa date et son auteur ; un refus, son motif.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_on__isnull", True),
                            models.Q(
                                ("complete_on__isnull", False),
                                ("decided_on__gte", models.F("complete_on")),
                                ("decided_on__lte", models.F("reply_due_on")),
                            ),
                            _connector="OR",
                        ),
                        name="candidates_admissibility_in_time",
                        violation_error_message="Une décision se prend sur un dossier complet et dans le délai.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("admitted_on__isnull", True), ("enrolment__isnull", True)),
                            models.Q(
                                ("admitted_on__isnull", False),
                                ("complete_on__isnull", False),
                                ("enrolment__isnull", False),
                                models.Q(
                                    models.Q(("admitted_on", models.F("decided_on")), ("decision", "admissible")),
                                    models.Q(("admitted_on__gt", models.F("reply_due_on")), ("decision", "")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="candidates_admissibility_used",
                        violation_error_message="Une inscription part d’une demande recevable.",
                    ),
                ],
            },
        ),
    ]
