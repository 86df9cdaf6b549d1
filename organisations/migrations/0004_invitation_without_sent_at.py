from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_queue_unsent_invitations")]

    operations = [
        migrations.RemoveConstraint(model_name="invitation", name="organisations_invitation_sent"),
        migrations.RemoveField(model_name="invitation", name="sent_at"),
    ]
