"""New members who had not been told of their mandate yet are told through the outbox from now on."""

from django.db import migrations
from django.utils import timezone


def queue(apps, schema_editor):
    JuryMember = apps.get_model("juries", "JuryMember")
    Mail = apps.get_model("correspondence", "Mail")
    now = timezone.now()
    untold = JuryMember.objects.filter(invited_at__isnull=False, mail_sent_at=None, user__is_active=True)
    for member in untold.select_related("user").order_by("pk"):
        Mail.objects.get_or_create(
            key=f"juries.mandate:{member.pk}",
            defaults={
                "kind": "juries.mandate",
                "to": member.user.email,
                "about": f"jury_member:{member.pk}",
                "facts": {"member": member.pk},
                "queued_at": now,
                "send_after": now,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("juries", "0001_initial"), ("correspondence", "0001_initial")]

    operations = [migrations.RunPython(queue, migrations.RunPython.noop)]
