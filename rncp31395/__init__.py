"""Wiring: settings, addresses, Celery, and the home page that gathers each app's "to do"."""

from .celery import app as celery_app

__all__ = ["celery_app"]
