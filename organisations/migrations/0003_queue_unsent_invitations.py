"""Invitations whose mail had not left yet wait in the outbox from now on."""

from django.db import migrations
from django.utils import timezone


def queue(apps, schema_editor):
    Invitation = apps.get_model("organisations", "Invitation")
    Mail = apps.get_model("correspondence", "Mail")
    now = timezone.now()
    unsent = Invitation.objects.filter(sent_at=None, accepted_at=None, superseded_at=None, expires_at__gt=now)
    for invitation in unsent.order_by("pk"):
        Mail.objects.get_or_create(
            key=f"organisations.invitation:{invitation.pk}",
            defaults={
                "kind": "organisations.invitation",
                "to": invitation.email,
                "about": f"invitation:{invitation.pk}",
                "facts": {"invitation": invitation.pk},
                "queued_at": now,
                "send_after": now,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_managers"), ("correspondence", "0001_initial")]

    operations = [migrations.RunPython(queue, migrations.RunPython.noop)]
