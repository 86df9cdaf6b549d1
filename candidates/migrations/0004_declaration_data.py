import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blocks", "0003_convening_and_declaration"),
        ("candidates", "0003_admissibility"),
        ("organisations", "0004_invitation_without_sent_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="candidate",
            name="candidates_candidate_birth_place",
        ),
        migrations.AddField(
            model_name="cohort",
            name="exam_postcode",
            field=models.CharField(
                blank=True,
                help_text="La déclaration des titulaires à la Caisse des Dépôts le demande.",
                max_length=5,
                validators=[
                    django.core.validators.RegexValidator("^[0-9]{5}$", "Indiquez un code postal de cinq chiffres.")
                ],
                verbose_name="code postal du centre d’examen",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="initiative",
            field=models.CharField(
                blank=True,
                choices=[
                    ("CERTIFIE", "le candidat"),
                    ("OF", "l’organisme de formation"),
                    ("EMPLOYEUR", "l’employeur"),
                    ("POLE_EMPLOI", "France Travail (Pôle emploi)"),
                    ("AUTRE", "une autre personne"),
                ],
                help_text="Qui l’a voulue ? La déclaration du titulaire à la Caisse des Dépôts le demande.",
                max_length=20,
                verbose_name="initiative de l’inscription",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(("birth_country", "FR"), ("birth_commune_code", ""), _connector="OR"),
                name="candidates_candidate_birth_place",
                violation_error_message="Le code de la commune n’accompagne qu’une naissance en France.",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("initiative__in", ["", "CERTIFIE", "OF", "EMPLOYEUR", "POLE_EMPLOI", "AUTRE"])),
                name="candidates_enrolment_initiative",
            ),
        ),
    ]
