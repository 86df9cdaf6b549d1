from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("juries", "0002_queue_untold_mandates")]

    operations = [
        migrations.RemoveConstraint(model_name="jurymember", name="juries_jurymember_mail"),
        migrations.RemoveField(model_name="jurymember", name="invited_at"),
        migrations.RemoveField(model_name="jurymember", name="mail_sent_at"),
    ]
