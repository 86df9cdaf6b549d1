import django.db.models.deletion
from django.db import migrations, models

DOCUMENTS = [("original", "original"), ("duplicate", "duplicata"), ("supplement", "supplément")]


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_papers_that_prove")]

    operations = [
        migrations.RenameModel("SupplementRefusal", "FileRefusal"),
        migrations.AlterModelOptions(
            "filerefusal", {"verbose_name": "fichier refusé", "verbose_name_plural": "fichiers refusés"}
        ),
        migrations.AlterField(
            "filerefusal",
            "certificate",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="file_refusals",
                to="certificates.certificate",
                verbose_name="certificat",
            ),
        ),
        migrations.AddField(
            "filerefusal",
            "document",
            models.CharField(choices=DOCUMENTS, default="supplement", max_length=10, verbose_name="fichier"),
            preserve_default=False,
        ),
        migrations.AddField(
            "filerefusal",
            "rank",
            models.PositiveSmallIntegerField(default=1, verbose_name="rang"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "filerefusal",
            models.UniqueConstraint(fields=["certificate", "document", "rank"], name="certificates_filerefusal_once"),
        ),
        migrations.AddConstraint(
            "filerefusal",
            models.CheckConstraint(
                condition=models.Q(("document__in", ("supplement", "duplicate"))),
                name="certificates_filerefusal_derived",
            ),
        ),
        migrations.CreateModel(
            name="FileEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(choices=DOCUMENTS, max_length=10, verbose_name="fichier")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("payload", models.JSONField(verbose_name="contenu signé")),
                ("key_id", models.CharField(max_length=64, verbose_name="clé")),
                ("signature", models.CharField(max_length=128, verbose_name="signature")),
                ("signed_at", models.DateTimeField(verbose_name="signé le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_entries",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "inscription d’un fichier au registre",
                "verbose_name_plural": "inscriptions de fichiers au registre",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("certificate", "document", "rank"), name="certificates_fileentry_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document__in", ("supplement", "duplicate"))),
                        name="certificates_fileentry_derived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signature", ""), _negated=True), name="certificates_fileentry_signed"
                    ),
                ],
            },
        ),
    ]
