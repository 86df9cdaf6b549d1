"""A file is looked up by its fingerprint, whichever of a paper's files it is, and a seal by whose it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_c_cdc_complement")]

    operations = [
        migrations.AlterField(
            model_name="supplementfile",
            name="sha256",
            field=models.CharField(db_index=True, max_length=64, verbose_name="empreinte"),
        ),
        migrations.AlterField(
            model_name="duplicate",
            name="sha256",
            field=models.CharField(blank=True, db_index=True, max_length=64, verbose_name="empreinte"),
        ),
        migrations.AlterField(
            model_name="certificatefile",
            name="seal_sha256",
            field=models.CharField(
                blank=True, db_index=True, max_length=64, verbose_name="empreinte du certificat du sceau"
            ),
        ),
    ]
