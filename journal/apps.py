from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = "journal"

    def ready(self) -> None:
        from .guards import install_guards_of  # The registry of apps is complete only now.

        post_migrate.connect(install_guards_of, dispatch_uid="journal.guards")
