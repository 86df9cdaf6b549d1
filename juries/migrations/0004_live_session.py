import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blocks", "0003_convening_and_declaration"),
        ("candidates", "0004_declaration_data"),
        ("juries", "0003_jurymember_without_mail_sent_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_on", models.DateField(verbose_name="reçu le")),
                ("deadline_on", models.DateField(verbose_name="dernier jour pour contester")),
                ("grounds", models.TextField(verbose_name="moyens")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "accueilli"), ("rejected", "rejeté"), ("inadmissible", "irrecevable")],
                        max_length=12,
                        null=True,
                        verbose_name="issue",
                    ),
                ),
                ("outcome_on", models.DateField(blank=True, null=True, verbose_name="date de l’issue")),
                ("outcome_reason", models.TextField(blank=True, verbose_name="motif de l’issue")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="issue enregistrée le")),
            ],
            options={
                "verbose_name": "recours",
                "verbose_name_plural": "recours",
            },
        ),
        migrations.CreateModel(
            name="BallotErasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ballots", models.PositiveIntegerField(verbose_name="bulletins effacés")),
                ("remarks", models.PositiveIntegerField(verbose_name="remarques effacées")),
                ("erased_at", models.DateTimeField(verbose_name="effacés le")),
            ],
            options={
                "verbose_name": "effacement des bulletins",
                "verbose_name_plural": "effacements des bulletins",
            },
        ),
        migrations.CreateModel(
            name="ConveningNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(blank=True, max_length=64, verbose_name="empreinte du lien")),
                ("called_at", models.DateTimeField(verbose_name="convoqué le")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("room", "présent en salle"), ("remote", "présent à distance"), ("excused", "excusé")],
                        max_length=10,
                        null=True,
                        verbose_name="réponse",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
            ],
            options={
                "verbose_name": "convocation",
                "verbose_name_plural": "convocations",
            },
        ),
        migrations.CreateModel(
            name="MinutesApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("approved_at", models.DateTimeField(verbose_name="approuvé le")),
            ],
            options={
                "verbose_name": "approbation du procès-verbal",
                "verbose_name_plural": "approbations du procès-verbal",
            },
        ),
        migrations.CreateModel(
            name="MinutesDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("incidents", models.JSONField(blank=True, default=list, verbose_name="incidents de séance")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("submitted_at", models.DateTimeField(verbose_name="soumis le")),
            ],
            options={
                "verbose_name": "projet de procès-verbal",
                "verbose_name_plural": "projets de procès-verbaux",
            },
        ),
        migrations.CreateModel(
            name="Motion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "proposée"), ("closed", "close")],
                        default="open",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="proposée le")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="close le")),
            ],
            options={
                "verbose_name": "adoption en bloc",
                "verbose_name_plural": "adoptions en bloc",
            },
        ),
        migrations.CreateModel(
            name="MotionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pulled_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
            ],
            options={
                "verbose_name": "dossier adopté en bloc",
                "verbose_name_plural": "dossiers adoptés en bloc",
            },
        ),
        migrations.CreateModel(
            name="Pack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requested_at", models.DateTimeField(verbose_name="demandé le")),
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
                ("total", models.PositiveIntegerField(verbose_name="dossiers")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="dessinés")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais du dossier en cours")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="dernière prise en charge")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                (
                    "stored_name",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="nom de stockage"),
                ),
                ("size", models.PositiveIntegerField(default=0, verbose_name="taille en octets")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="empreinte")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="pages")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="échec")),
                ("is_masked", models.BooleanField(default=False, verbose_name="dossiers anonymes")),
                ("is_announced", models.BooleanField(default=False, verbose_name="annoncé par message")),
            ],
            options={
                "verbose_name": "dossiers à emporter",
                "verbose_name_plural": "dossiers à emporter",
            },
        ),
        migrations.CreateModel(
            name="PackSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="ordre")),
                ("pages", models.PositiveIntegerField(blank=True, null=True, verbose_name="pages")),
                ("content", models.BinaryField(blank=True, null=True, verbose_name="dessin")),
                ("heading", models.CharField(blank=True, max_length=300, verbose_name="intitulé")),
                ("first_page", models.PositiveIntegerField(blank=True, null=True, verbose_name="première page")),
            ],
            options={
                "verbose_name": "dossier à emporter",
                "verbose_name_plural": "dossiers à emporter",
            },
        ),
        migrations.CreateModel(
            name="PresenceEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("joined", "arrivé"),
                            ("left", "parti"),
                            ("lost", "connexion perdue"),
                            ("back", "de retour"),
                        ],
                        max_length=10,
                        verbose_name="mouvement",
                    ),
                ),
                (
                    "means",
                    models.CharField(
                        choices=[("room", "en salle"), ("remote", "à distance"), ("written", "par écrit")],
                        max_length=10,
                        verbose_name="moyen",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="moment")),
            ],
            options={
                "verbose_name": "mouvement",
                "verbose_name_plural": "mouvements",
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="texte")),
                ("written_at", models.DateTimeField(verbose_name="écrit le")),
            ],
            options={
                "verbose_name": "remarque",
                "verbose_name_plural": "remarques",
            },
        ),
        migrations.CreateModel(
            name="SessionPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notice", "convocation"),
                            ("extract", "extrait du procès-verbal"),
                            ("addendum", "additif au procès-verbal"),
                            ("letter", "lettre de résultats"),
                        ],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="numéro")),
                ("context", models.JSONField(verbose_name="contenu")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("template_version", models.CharField(max_length=10, verbose_name="version du modèle")),
                ("made_at", models.DateTimeField(verbose_name="établi le")),
            ],
            options={
                "verbose_name": "document de session",
                "verbose_name_plural": "documents de session",
            },
        ),
        migrations.CreateModel(
            name="SessionPaperFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField(verbose_name="document")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("drawn_at", models.DateTimeField(verbose_name="dessiné le")),
            ],
            options={
                "verbose_name": "fichier de document de session",
                "verbose_name_plural": "fichiers de documents de session",
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="appelé le")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="minutes par dossier"),
                ),
                ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="dernier signe d’un membre")),
                ("listening_since", models.DateTimeField(blank=True, null=True, verbose_name="à l’écoute depuis")),
            ],
            options={
                "verbose_name": "séance",
                "verbose_name_plural": "séances",
            },
        ),
        migrations.RemoveConstraint(
            model_name="deliberation",
            name="juries_deliberation_state",
        ),
        migrations.AddField(
            model_name="deliberation",
            name="departure_ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("evidence", "éléments apportés en séance"),
                    ("reassessed", "évaluation mal fondée ou incohérente"),
                    ("circumstances", "circonstances de l’évaluation"),
                    ("experience", "expérience professionnelle établie"),
                    ("insufficient", "preuves insuffisantes"),
                    ("other", "autre motif"),
                ],
                max_length=20,
                null=True,
                verbose_name="nature de l’écart",
            ),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="expected_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="durée prévue, en minutes"),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="masks_identity",
            field=models.BooleanField(default=False, verbose_name="dossiers anonymes"),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="publication_due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="à publier le"),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="publication_set_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="publication fixée par",
            ),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="starts_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="commence à"),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="written_closes_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="vote par écrit clos le"),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="written_opens_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="vote par écrit ouvert le"),
        ),
        migrations.AddField(
            model_name="seat",
            name="attends_by",
            field=models.CharField(
                blank=True,
                choices=[("room", "en salle"), ("remote", "à distance"), ("written", "par écrit")],
                max_length=10,
                null=True,
                verbose_name="participe",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="is_vice_chair",
            field=models.BooleanField(default=False, verbose_name="vice-préside"),
        ),
        migrations.AddField(
            model_name="seat",
            name="seen_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="dernier signe"),
        ),
        migrations.AlterField(
            model_name="deliberation",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "à venir"),
                    ("open", "vote ouvert"),
                    ("closed", "vote clos, à décider"),
                    ("decided", "décidé"),
                    ("lapsed", "sans décision, faute de quorum"),
                ],
                default="pending",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="jurysession",
            name="means",
            field=models.CharField(
                choices=[
                    ("on_site", "en présence"),
                    ("remote", "à distance"),
                    ("mixed", "en présence et à distance"),
                    ("written", "par écrit"),
                ],
                max_length=10,
                verbose_name="tenue",
            ),
        ),
        migrations.AlterField(
            model_name="seat",
            name="presence",
            field=models.CharField(
                choices=[
                    ("expected", "attendu"),
                    ("present", "présent"),
                    ("excused", "excusé"),
                    ("absent", "absent"),
                    ("left", "parti en cours de séance"),
                    ("lost", "déconnecté"),
                ],
                default="expected",
                max_length=10,
                verbose_name="présence",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliberation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("opened_at__isnull", True), ("outcome__isnull", True), ("state", "pending")),
                    models.Q(
                        ("closed_at__isnull", True),
                        ("opened_at__isnull", False),
                        ("outcome__isnull", True),
                        ("presided_by__isnull", False),
                        ("proposal__isnull", False),
                        ("quorum_count__isnull", False),
                        ("state", "open"),
                    ),
                    models.Q(
                        ("abstain_count__isnull", False),
                        ("acquired_count__isnull", False),
                        ("closed_at__isnull", False),
                        ("not_acquired_count__isnull", False),
                        ("outcome__isnull", True),
                        ("quorum_count__isnull", False),
                        ("state", "closed"),
                    ),
                    models.Q(
                        ("abstain_count__isnull", False),
                        ("acquired_count__isnull", False),
                        ("closed_at__isnull", False),
                        ("decided_at__isnull", False),
                        ("not_acquired_count__isnull", False),
                        ("outcome__isnull", False),
                        ("quorum_count__isnull", False),
                        ("state", "decided"),
                    ),
                    models.Q(
                        ("abstain_count__isnull", True),
                        ("acquired_count__isnull", True),
                        ("closed_at__isnull", False),
                        ("not_acquired_count__isnull", True),
                        ("opened_at__isnull", False),
                        ("outcome__isnull", True),
                        ("state", "lapsed"),
                    ),
                    _connector="OR",
                ),
                name="juries_deliberation_state",
            ),
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
                    models.Q(
                        ("means", "written"),
                        ("written_closes_at__gt", models.F("written_opens_at")),
                        ("written_opens_at__isnull", False),
                    ),
                    models.Q(
                        models.Q(("means", "written"), _negated=True),
                        ("written_closes_at__isnull", True),
                        ("written_opens_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="juries_session_written_window",
                violation_error_message="Un vote par écrit s’ouvre et se clôt à des dates fixées.",
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
        migrations.AddConstraint(
            model_name="jurysession",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__isnull", False), ("expected_minutes__isnull", True), _connector="OR"),
                name="juries_session_expected_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="jurysession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("means", "written"), _negated=True), ("starts_at__isnull", True), _connector="OR"
                ),
                name="juries_session_written_without_hour",
                violation_error_message="Un vote par écrit a une période, et non une heure.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jurysession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publication_due_at__isnull", True), ("publication_set_by__isnull", True)),
                    models.Q(("publication_due_at__isnull", False), ("publication_set_by__isnull", False)),
                    _connector="OR",
                ),
                name="juries_session_publication_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_vice_chair", True)), fields=("session",), name="juries_seat_single_vice_chair"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_chair", True), ("is_vice_chair", True), _negated=True),
                name="juries_seat_one_office",
                violation_error_message="Qui préside ne vice-préside pas.",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="juries.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="enregistré par",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="issue enregistrée par",
            ),
        ),
        migrations.AddField(
            model_name="balloterasure",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ballot_erasure",
                to="juries.jurysession",
                verbose_name="session",
            ),
        ),
        migrations.AddField(
            model_name="conveningnotice",
            name="called_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="convoqué par",
            ),
        ),
        migrations.AddField(
            model_name="conveningnotice",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="juries.jurymember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="conveningnotice",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="juries.seat",
                verbose_name="siège",
            ),
        ),
        migrations.AddField(
            model_name="minutesapproval",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.jurymember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="minutesapproval",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="juries.seat", verbose_name="siège"
            ),
        ),
        migrations.AddField(
            model_name="minutesapproval",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="minutes_approvals",
                to="juries.jurysession",
                verbose_name="session",
            ),
        ),
        migrations.AddField(
            model_name="minutesdraft",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="minutes_draft",
                to="juries.jurysession",
                verbose_name="session",
            ),
        ),
        migrations.AddField(
            model_name="minutesdraft",
            name="submitted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="soumis par",
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.seat",
                verbose_name="proposée par",
            ),
        ),
        migrations.AddField(
            model_name="motion",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="motions",
                to="juries.jurysession",
                verbose_name="session",
            ),
        ),
        migrations.AddField(
            model_name="motionitem",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="motion_items",
                to="juries.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="motionitem",
            name="motion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="juries.motion",
                verbose_name="adoption en bloc",
            ),
        ),
        migrations.AddField(
            model_name="motionitem",
            name="pulled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.seat",
                verbose_name="retiré par",
            ),
        ),
        migrations.AddField(
            model_name="pack",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packs",
                to="juries.jurymember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="pack",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packs",
                to="juries.seat",
                verbose_name="siège",
            ),
        ),
        migrations.AddField(
            model_name="pack",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packs",
                to="juries.jurysession",
                verbose_name="session",
            ),
        ),
        migrations.AddField(
            model_name="packsheet",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pack_sheets",
                to="juries.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="packsheet",
            name="pack",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sheets",
                to="juries.pack",
                verbose_name="dossiers à emporter",
            ),
        ),
        migrations.AddField(
            model_name="presenceevent",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.jurymember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="presenceevent",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presence_events",
                to="juries.seat",
                verbose_name="siège",
            ),
        ),
        migrations.AddField(
            model_name="remark",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remarks",
                to="juries.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="remark",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.jurymember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="remark",
            name="seat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remarks",
                to="juries.seat",
                verbose_name="siège",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="dossier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="juries.dossier",
                verbose_name="dossier",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="établi par",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.jurymember",
                verbose_name="membre",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="seat",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="juries.seat",
                verbose_name="siège",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaper",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="papers",
                to="juries.jurysession",
                verbose_name="session",
            ),
        ),
        migrations.AddField(
            model_name="conveningnotice",
            name="paper",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notice",
                to="juries.sessionpaper",
                verbose_name="convocation",
            ),
        ),
        migrations.AddField(
            model_name="sessionpaperfile",
            name="paper",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="file",
                to="juries.sessionpaper",
                verbose_name="document",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="dossier",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="juries.dossier",
                verbose_name="dossier appelé",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, to="juries.jurysession", verbose_name="session"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("grounds", ""), _negated=True), name="juries_appeal_grounds"
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome__isnull", True),
                        ("outcome_on__isnull", True),
                        ("outcome_reason", ""),
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                    ),
                    models.Q(
                        ("outcome__isnull", False),
                        ("outcome_on__gte", models.F("received_on")),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        models.Q(("outcome_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="juries_appeal_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutesapproval",
            constraint=models.UniqueConstraint(
                fields=("session", "seat", "sha256"), name="juries_minutesapproval_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="motion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    _connector="OR",
                ),
                name="juries_motion_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="motion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("session", "seat"), name="juries_motion_single_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="motionitem",
            constraint=models.UniqueConstraint(fields=("motion", "dossier"), name="juries_motionitem_once"),
        ),
        migrations.AddConstraint(
            model_name="motionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pulled_at__isnull", True), ("pulled_by__isnull", True)),
                    models.Q(("pulled_at__isnull", False), ("pulled_by__isnull", False)),
                    _connector="OR",
                ),
                name="juries_motionitem_pulled",
            ),
        ),
        migrations.AddConstraint(
            model_name="pack",
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
                name="juries_pack_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("total"))), name="juries_pack_progress"
            ),
        ),
        migrations.AddConstraint(
            model_name="pack",
            constraint=models.UniqueConstraint(fields=("seat", "member"), name="juries_pack_once"),
        ),
        migrations.AddConstraint(
            model_name="packsheet",
            constraint=models.UniqueConstraint(fields=("pack", "dossier"), name="juries_packsheet_dossier"),
        ),
        migrations.AddConstraint(
            model_name="remark",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="juries_remark_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("dossier__isnull", True),
                        ("kind", "notice"),
                        ("member__isnull", False),
                        ("number__isnull", True),
                        ("seat__isnull", False),
                    ),
                    models.Q(
                        ("dossier__isnull", True),
                        ("kind", "addendum"),
                        ("member__isnull", True),
                        ("number__isnull", False),
                        ("seat__isnull", True),
                    ),
                    models.Q(
                        ("dossier__isnull", False),
                        ("kind__in", ["extract", "letter"]),
                        ("member__isnull", True),
                        ("number__isnull", True),
                        ("seat__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="juries_sessionpaper_about",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "notice")), fields=("seat", "member"), name="juries_sessionpaper_notice"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "addendum")),
                fields=("session", "number"),
                name="juries_sessionpaper_addendum",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionpaper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dossier__isnull", False)),
                fields=("dossier", "kind"),
                name="juries_sessionpaper_dossier",
            ),
        ),
        migrations.AddConstraint(
            model_name="conveningnotice",
            constraint=models.UniqueConstraint(fields=("seat", "member"), name="juries_conveningnotice_once"),
        ),
        migrations.AddConstraint(
            model_name="conveningnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_hash", ""), _negated=True),
                fields=("token_hash",),
                name="juries_conveningnotice_token",
            ),
        ),
        migrations.AddConstraint(
            model_name="conveningnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", True), ("answered_at__isnull", True)),
                    models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="juries_conveningnotice_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("called_at__isnull", True), ("dossier__isnull", True)),
                    models.Q(("called_at__isnull", False), ("dossier__isnull", False)),
                    _connector="OR",
                ),
                name="juries_sitting_called",
            ),
        ),
    ]
