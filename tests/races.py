"""Gestures made together, each on a connection of its own, as people do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(*gestures: Callable[[], Any]) -> list[Any]:
    """What each returned, or the exception it met."""
    barrier = Barrier(len(gestures))

    def run(gesture: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return gesture()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestures)) as pool:
        return list(pool.map(run, gestures))
