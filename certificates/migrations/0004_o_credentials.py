import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0004_v_fingerprints"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="numéro")),
                ("ended", models.PositiveIntegerField(verbose_name="justificatifs éteints")),
                ("document", models.TextField(verbose_name="liste signée")),
                ("token", models.TextField(verbose_name="jeton")),
                ("key_id", models.CharField(max_length=64, verbose_name="clé")),
                ("signed_at", models.DateTimeField(verbose_name="signée le")),
            ],
            options={
                "verbose_name": "liste d’états",
                "verbose_name_plural": "listes d’états",
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identifier", models.UUIDField(unique=True, verbose_name="identifiant")),
                ("status_list", models.PositiveSmallIntegerField(verbose_name="liste d’états")),
                ("status_index", models.PositiveIntegerField(verbose_name="rang dans la liste")),
                ("document", models.TextField(verbose_name="justificatif")),
                ("token", models.TextField(verbose_name="jeton")),
                ("key_id", models.CharField(max_length=64, verbose_name="clé")),
                ("signed_at", models.DateTimeField(verbose_name="signé le")),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credential",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "justificatif numérique",
                "verbose_name_plural": "justificatifs numériques",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("status_list", "status_index"), name="certificates_credential_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status_index__lt", 131072), ("status_list__gte", 1)),
                        name="certificates_credential_in_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document", ""), _negated=True),
                            models.Q(("token", ""), _negated=True),
                            models.Q(("key_id", ""), _negated=True),
                        ),
                        name="certificates_credential_signed",
                    ),
                ],
            },
        ),
    ]
