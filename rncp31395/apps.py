from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "rncp31395"
    verbose_name = "projet"

    def ready(self) -> None:
        from accounts.signals import password_asked  # Models are there only now.

        from .passwords import may_choose_password

        password_asked.connect(may_choose_password, dispatch_uid="rncp31395.may_choose_password")
