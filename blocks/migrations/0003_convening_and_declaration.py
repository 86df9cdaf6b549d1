from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blocks", "0002_parameters_added_later"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ruleparameter",
            name="key",
            field=models.CharField(
                choices=[
                    ("mandatory_blocks", "blocs obligatoires"),
                    ("optional_blocks", "blocs optionnels"),
                    ("optional_minimum", "nombre de blocs optionnels exigés"),
                    ("rating_scale", "échelle d’évaluation"),
                    ("jury_quorum", "quorum du jury"),
                    ("jury_quorum_colleges", "collèges présents au quorum"),
                    ("abstentions_count", "abstentions comptées dans les voix exprimées"),
                    ("casting_vote", "voix prépondérante du président"),
                    ("proxies_allowed", "procurations"),
                    ("training_seat_votes_on_own", "vote du représentant sur ses propres candidats"),
                    ("appeal_months", "délai de recours en mois"),
                    ("resit_channels", "voies évaluées de nouveau en rattrapage"),
                    ("convening_days", "convocation du jury, en jours avant la session"),
                    ("vae_reply_months", "délai de réponse à une demande de VAE, en mois"),
                    ("declaration_months", "délai de déclaration à la Caisse des Dépôts, en mois"),
                    ("declaration_alert_days", "alertes avant la déclaration, en jours après la délivrance"),
                ],
                max_length=40,
                verbose_name="règle",
            ),
        ),
    ]
