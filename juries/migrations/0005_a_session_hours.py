from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("juries", "0004_live_session")]

    operations = [
        migrations.AddField(
            model_name="jurysession",
            name="starts_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="commence à"),
        ),
        migrations.AddField(
            model_name="jurysession",
            name="expected_minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="durée prévue, en minutes"),
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
    ]
