from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "certificats"

    def ready(self) -> None:
        """Its tasks are woken by their names: whoever wakes them must know them."""
        from . import periodic  # noqa: F401
