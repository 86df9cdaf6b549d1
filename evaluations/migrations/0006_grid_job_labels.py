from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0005_grid_jobs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gridjob",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="essais du dossier en cours"),
        ),
        migrations.AlterField(
            model_name="gridjob",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="terminé le"),
        ),
        migrations.AlterField(
            model_name="gridjob",
            name="requested_at",
            field=models.DateTimeField(verbose_name="demandé le"),
        ),
        migrations.AlterField(
            model_name="gridjob",
            name="total",
            field=models.PositiveIntegerField(verbose_name="dossiers"),
        ),
    ]
