from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "rncp31395"
    verbose_name = "projet"
