"""How services wake the workers: a message that nobody needs, since the rows say what there is to do."""

from typing import Any

from celery.contrib.django.task import DjangoTask
from django.db import transaction


class WakingTask(DjangoTask):
    """A broker that is down at the commit fails no page: what was decided is decided, and the sweep finds the work."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        def wake() -> None:
            self.delay(*args, **kwargs)

        transaction.on_commit(wake, robust=True)
