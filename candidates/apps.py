from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class CandidatesConfig(AppConfig):
    name = "candidates"
    verbose_name = "candidats"

    def ready(self) -> None:
        from .entrance import forget_link  # Models are there only now.

        user_logged_in.connect(forget_link, dispatch_uid="candidates.forget_link")
