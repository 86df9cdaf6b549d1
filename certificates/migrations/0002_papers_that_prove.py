import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blocks", "0003_convening_and_declaration"),
        ("candidates", "0004_declaration_data"),
        ("certificates", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.AddField(
            model_name="certificate",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="certificates.certificate",
                verbose_name="remplace",
            ),
        ),
        migrations.AddField(
            model_name="certificatefile",
            name="seal_sha256",
            field=models.CharField(
                blank=True, db_index=True, max_length=64, verbose_name="empreinte du certificat du sceau"
            ),
        ),
        migrations.CreateModel(
            name="CdcFlow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identifier", models.UUIDField(unique=True, verbose_name="identifiant du flux")),
                ("schema_version", models.CharField(max_length=10, verbose_name="version du schéma")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("made", "à déposer"),
                            ("deposited", "déposé"),
                            ("refused", "refusé en entier"),
                            ("answered", "traité"),
                        ],
                        default="made",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="fichier")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("made_at", models.DateTimeField(verbose_name="établi le")),
                ("deposited_on", models.DateField(blank=True, null=True, verbose_name="déposé le")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="réponse importée le")),
                ("report", models.BinaryField(blank=True, null=True, verbose_name="compte rendu de traitement")),
                (
                    "report_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du compte rendu"),
                ),
                ("refusal", models.TextField(blank=True, verbose_name="motif du refus")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="établi par",
                    ),
                ),
            ],
            options={
                "verbose_name": "flux vers la CDC",
                "verbose_name_plural": "flux vers la CDC",
            },
        ),
        migrations.CreateModel(
            name="CdcPassage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("technical_id", models.CharField(max_length=255, verbose_name="idTechnique")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "en attente de la réponse"),
                            ("accepted", "accepté"),
                            ("rejected", "rejeté"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("message", models.TextField(blank=True, verbose_name="message de la CDC")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cdc_passages",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
                (
                    "flow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passages",
                        to="certificates.cdcflow",
                        verbose_name="flux",
                    ),
                ),
            ],
            options={
                "verbose_name": "passage déclaré",
                "verbose_name_plural": "passages déclarés",
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
            },
        ),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("reason", models.TextField(verbose_name="motif")),
                ("context", models.JSONField(verbose_name="contenu figé")),
                ("made_at", models.DateTimeField(verbose_name="établi le")),
                ("content", models.BinaryField(blank=True, null=True, verbose_name="document")),
                ("sha256", models.CharField(blank=True, db_index=True, max_length=64, verbose_name="empreinte")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="dessiné le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="établi par",
                    ),
                ),
            ],
            options={
                "verbose_name": "duplicata",
                "verbose_name_plural": "duplicatas",
            },
        ),
        migrations.CreateModel(
            name="FileEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.CharField(
                        choices=[("original", "original"), ("duplicate", "duplicata"), ("supplement", "supplément")],
                        max_length=10,
                        verbose_name="fichier",
                    ),
                ),
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
            },
        ),
        migrations.CreateModel(
            name="FileRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.CharField(
                        choices=[("original", "original"), ("duplicate", "duplicata"), ("supplement", "supplément")],
                        max_length=10,
                        verbose_name="fichier",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais de dessin")),
                ("last_error", models.TextField(verbose_name="dernier refus du dessin")),
                ("refused_at", models.DateTimeField(verbose_name="refusé le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_refusals",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier refusé",
                "verbose_name_plural": "fichiers refusés",
            },
        ),
        migrations.CreateModel(
            name="HolderLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True, verbose_name="empreinte du lien")),
                ("made_at", models.DateTimeField(verbose_name="établi le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holder_links",
                        to="candidates.candidate",
                        verbose_name="titulaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien d’un titulaire",
                "verbose_name_plural": "liens des titulaires",
            },
        ),
        migrations.CreateModel(
            name="IssuingJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "en cours"), ("stopped", "arrêté"), ("done", "terminé")],
                        default="running",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="demandé le")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
            ],
            options={
                "verbose_name": "délivrance en lot",
                "verbose_name_plural": "délivrances en lot",
            },
        ),
        migrations.CreateModel(
            name="IssuingItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="rang")),
                (
                    "kind",
                    models.CharField(
                        choices=[("certificate", "certificat"), ("block_statement", "attestation de bloc")],
                        max_length=20,
                        verbose_name="document",
                    ),
                ),
                (
                    "confirmed_reason",
                    models.TextField(blank=True, verbose_name="motif de délivrance hors enregistrement"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "à délivrer"), ("issued", "délivré"), ("refused", "refusé")],
                        default="waiting",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("refusal", models.TextField(blank=True, verbose_name="motif du refus")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="pris le")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                (
                    "catalogue_block",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="blocks.catalogueblock",
                        verbose_name="bloc",
                    ),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="certificates.issuingjob",
                        verbose_name="lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "document d’un lot",
                "verbose_name_plural": "documents d’un lot",
            },
        ),
        migrations.CreateModel(
            name="IssuingStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(verbose_name="motif")),
                ("stopped_at", models.DateTimeField(verbose_name="arrêtée le")),
                ("resumed_at", models.DateTimeField(blank=True, null=True, verbose_name="reprise le")),
                (
                    "resumed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reprise par",
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="arrêtée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrêt de la délivrance",
                "verbose_name_plural": "arrêts de la délivrance",
            },
        ),
        migrations.CreateModel(
            name="PaperDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[("drawn", "dessiné"), ("checked", "contrôlé"), ("sealed", "scellé")],
                        max_length=10,
                        verbose_name="étape",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="document")),
                ("text", models.TextField(verbose_name="texte du document")),
                ("pages", models.PositiveSmallIntegerField(verbose_name="pages")),
                ("key_hash", models.CharField(max_length=64, verbose_name="empreinte de la clé")),
                (
                    "seal_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du certificat du sceau"),
                ),
                ("written_at", models.DateTimeField(verbose_name="écrit le")),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "document en cours d’établissement",
                "verbose_name_plural": "documents en cours d’établissement",
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "en cours d’établissement"),
                            ("published", "valide"),
                            ("replaced", "remplacé"),
                            ("revoked", "retiré"),
                        ],
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("payload", models.JSONField(verbose_name="contenu signé")),
                ("key_id", models.CharField(max_length=64, verbose_name="clé")),
                ("signature", models.CharField(max_length=128, verbose_name="signature")),
                ("signed_at", models.DateTimeField(verbose_name="signé le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_entries",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "inscription au registre",
                "verbose_name_plural": "inscriptions au registre",
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "demandé"), ("approved", "approuvé"), ("declined", "écarté")],
                        default="requested",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("reason", models.TextField(verbose_name="motif")),
                ("requested_at", models.DateTimeField(verbose_name="demandé le")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidé le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocations",
                        to="certificates.certificate",
                        verbose_name="certificat",
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
                        verbose_name="décidé par",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="demandé par",
                    ),
                ),
            ],
            options={
                "verbose_name": "retrait",
                "verbose_name_plural": "retraits",
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True, verbose_name="empreinte du lien")),
                ("label", models.CharField(blank=True, max_length=80, verbose_name="pour")),
                ("made_at", models.DateTimeField(verbose_name="établi le")),
                ("ends_at", models.DateTimeField(verbose_name="jusqu’au")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "partage",
                "verbose_name_plural": "partages",
            },
        ),
        migrations.CreateModel(
            name="SupplementFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField(verbose_name="document")),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="empreinte")),
                ("drawn_at", models.DateTimeField(verbose_name="dessiné le")),
                (
                    "seal_sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du certificat du sceau"),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplement",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "supplément délivré",
                "verbose_name_plural": "suppléments délivrés",
            },
        ),
        migrations.CreateModel(
            name="CdcComplement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "initiative",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("CERTIFIE", "le candidat"),
                            ("OF", "l’organisme de formation"),
                            ("EMPLOYEUR", "l’employeur"),
                            ("POLE_EMPLOI", "France Travail (Pôle emploi)"),
                            ("AUTRE", "une autre personne"),
                        ],
                        max_length=20,
                        verbose_name="initiative de l’inscription",
                    ),
                ),
                (
                    "vae_way",
                    models.CharField(
                        blank=True,
                        choices=[("VAE_CLASSIQUE", "VAE hors congé"), ("CONGES_VAE", "congé de VAE")],
                        max_length=20,
                        verbose_name="cadre de la VAE",
                    ),
                ),
                ("exam_starts_on", models.DateField(blank=True, null=True, verbose_name="premier jour des épreuves")),
                ("exam_ends_on", models.DateField(blank=True, null=True, verbose_name="dernier jour des épreuves")),
                (
                    "exam_mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("EN_PRESENTIEL", "en présence"),
                            ("A_DISTANCE", "à distance"),
                            ("MIXTE", "en partie à distance"),
                        ],
                        max_length=20,
                        verbose_name="modalité des épreuves",
                    ),
                ),
                (
                    "exam_postcode",
                    models.CharField(
                        blank=True,
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9]{5}$", "Indiquez un code postal de cinq chiffres."
                            )
                        ],
                        verbose_name="code postal du centre d’examen",
                    ),
                ),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cdc_complement",
                        to="certificates.certificate",
                        verbose_name="certificat",
                    ),
                ),
            ],
            options={
                "verbose_name": "complément de déclaration",
                "verbose_name_plural": "compléments de déclaration",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exam_starts_on__isnull", True),
                            ("exam_ends_on__isnull", True),
                            ("exam_ends_on__gte", models.F("exam_starts_on")),
                            _connector="OR",
                        ),
                        name="certificates_cdccomplement_exam",
                        violation_error_message="Le dernier jour des épreuves ne précède pas le premier.",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="cdcflow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("deposited_on__isnull", True), ("state", "made")),
                    models.Q(("answered_at__isnull", True), ("deposited_on__isnull", False), ("state", "deposited")),
                    models.Q(("answered_at__isnull", False), ("state__in", ["refused", "answered"])),
                    _connector="OR",
                ),
                name="certificates_cdcflow_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="cdcflow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), models.Q(("refusal", ""), _negated=True)),
                    models.Q(models.Q(("state", "refused"), _negated=True), ("refusal", "")),
                    _connector="OR",
                ),
                name="certificates_cdcflow_refusal",
                violation_error_message="Un fichier refusé l’est pour un motif.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cdcpassage",
            constraint=models.UniqueConstraint(fields=("flow", "certificate"), name="certificates_cdcpassage_once"),
        ),
        migrations.AddConstraint(
            model_name="cdcpassage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "rejected"), _negated=True),
                fields=("certificate",),
                name="certificates_cdcpassage_single",
                violation_error_message="Ce certificat est déjà déclaré, ou attend une réponse.",
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                fields=("status_list", "status_index"), name="certificates_credential_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(("status_index__lt", 131072), ("status_list__gte", 1)),
                name="certificates_credential_in_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document", ""), _negated=True),
                    models.Q(("token", ""), _negated=True),
                    models.Q(("key_id", ""), _negated=True),
                ),
                name="certificates_credential_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.UniqueConstraint(fields=("certificate", "rank"), name="certificates_duplicate_rank"),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="certificates_duplicate_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("content__isnull", True), ("drawn_at__isnull", True), ("sha256", "")),
                    models.Q(
                        ("content__isnull", False), ("drawn_at__isnull", False), models.Q(("sha256", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="certificates_duplicate_drawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="fileentry",
            constraint=models.UniqueConstraint(
                fields=("certificate", "document", "rank"), name="certificates_fileentry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="fileentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("document__in", ("supplement", "duplicate"))), name="certificates_fileentry_derived"
            ),
        ),
        migrations.AddConstraint(
            model_name="fileentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("signature", ""), _negated=True), name="certificates_fileentry_signed"
            ),
        ),
        migrations.AddConstraint(
            model_name="filerefusal",
            constraint=models.UniqueConstraint(
                fields=("certificate", "document", "rank"), name="certificates_filerefusal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="filerefusal",
            constraint=models.CheckConstraint(
                condition=models.Q(("document__in", ("supplement", "duplicate"))),
                name="certificates_filerefusal_derived",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuingjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("finished_at__isnull", True)),
                    _connector="OR",
                ),
                name="certificates_job_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuingitem",
            constraint=models.UniqueConstraint(fields=("job", "position"), name="certificates_item_position"),
        ),
        migrations.AddConstraint(
            model_name="issuingitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("certificate__isnull", True), ("state", "waiting")),
                    models.Q(("certificate__isnull", False), ("state", "issued")),
                    models.Q(
                        ("certificate__isnull", True), ("state", "refused"), models.Q(("refusal", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="certificates_item_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuingstop",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="certificates_stop_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="issuingstop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resumed_at__isnull", True), ("resumed_by__isnull", True)),
                    models.Q(("resumed_at__isnull", False), ("resumed_by__isnull", False)),
                    _connector="OR",
                ),
                name="certificates_stop_resumed",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuingstop",
            constraint=models.UniqueConstraint(
                models.Value(1), condition=models.Q(("resumed_at__isnull", True)), name="certificates_stop_single"
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(fields=("certificate", "rank"), name="certificates_registerentry_rank"),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("signature", ""), _negated=True), name="certificates_registerentry_signed"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="certificates_revocation_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "declined"), _negated=True),
                fields=("certificate",),
                name="certificates_revocation_single",
                violation_error_message="Un retrait de ce document est déjà demandé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "requested")),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state", "declined")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state", "approved"),
                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="certificates_revocation_two_people",
                violation_error_message="Un retrait est approuvé par une autre personne que celle qui le demande.",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("made_at"))), name="certificates_share_period"
            ),
        ),
    ]
