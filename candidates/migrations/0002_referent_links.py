import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token_hash",
                    models.CharField(
                        blank=True, max_length=64, null=True, unique=True, verbose_name="empreinte du lien"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="dernier accès le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="révoqué le")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Vide quand un rappel automatique porte le lien.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="révoqué par",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referent_links",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="référent",
                    ),
                ),
            ],
            options={
                "verbose_name": "accès de référent",
                "verbose_name_plural": "accès de référents",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True))
                        | models.Q(("revoked_at__gte", models.F("created_at")), ("revoked_by__isnull", False)),
                        name="candidates_referentlink_revoked",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferentCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(blank=True, max_length=64, verbose_name="empreinte du code")),
                ("asked_at", models.DateTimeField(verbose_name="demandé le")),
                ("expires_at", models.DateTimeField(verbose_name="expire le")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="utilisé le")),
                ("superseded_at", models.DateTimeField(blank=True, null=True, verbose_name="remplacé le")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="candidates.referentlink",
                        verbose_name="accès",
                    ),
                ),
            ],
            options={
                "verbose_name": "code d’accès",
                "verbose_name_plural": "codes d’accès",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("asked_at"))),
                        name="candidates_referentcode_life",
                    ),
                    models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="candidates_referentcode_tries"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at__isnull", True),
                            models.Q(
                                ("superseded_at__isnull", True),
                                models.Q(("code_hash", ""), _negated=True),
                                ("tries__gte", 1),
                            ),
                            _connector="OR",
                        ),
                        name="candidates_referentcode_used",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True), ("used_at__isnull", True)),
                        fields=("link",),
                        name="candidates_referentcode_once",
                    ),
                ],
            },
        ),
    ]
