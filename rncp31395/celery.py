"""Celery wakes workers; what there is to do is always a row in the database."""

import os

from celery import Celery

from . import broker

broker.register()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rncp31395.settings")

app = Celery("rncp31395", task_cls="rncp31395.waking:WakingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="periodic")
