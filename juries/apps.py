from django.apps import AppConfig


class JuriesConfig(AppConfig):
    name = "juries"
    verbose_name = "jurys"

    def ready(self) -> None:
        from evaluations.signals import reopening_considered

        from .receivers import keep_what_is_deliberated

        reopening_considered.connect(keep_what_is_deliberated, dispatch_uid="juries.keep_what_is_deliberated")
