from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = "journal"

    def ready(self) -> None:
        from .guards import install_guards_of, lift_guards  # The registry of apps is complete only now.

        pre_migrate.connect(lift_guards, dispatch_uid="journal.guards")
        post_migrate.connect(install_guards_of, dispatch_uid="journal.guards")
