"""The broker of the trial: files, read while others write them."""

from collections.abc import Iterator
from threading import Thread

import pytest
from kombu import Connection
from kombu.transport.virtual import BrokerState

from rncp31395 import broker

WRITERS, EACH = 4, 100


@pytest.fixture
def connect(tmp_path, monkeypatch) -> Iterator[object]:
    broker.register()
    monkeypatch.setattr(broker.Transport, "global_state", BrokerState())
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    options = folders | {"control_folder": str(tmp_path / "control")}
    return lambda: Connection(f"{broker.SCHEME}://localhost/", transport_options=options)


def test_a_message_is_read_as_it_was_written(connect, tmp_path):
    with connect() as connection:
        queue = connection.SimpleQueue("celery")
        queue.put({"mail": "à Zoé"})

        assert [path.suffix for path in tmp_path.iterdir() if path.is_file()] == [".msg"]
        assert queue.get(timeout=5).payload == {"mail": "à Zoé"}


def test_a_message_half_written_is_nobody_s(connect, tmp_path):
    """As a killed process leaves it."""
    with connect() as connection:
        queue = connection.SimpleQueue("celery")
        (tmp_path / ".1_x.celery.msg.part").write_text("")
        queue.put(1)

        assert queue.get(timeout=5).payload == 1


def test_none_is_read_before_it_is_whole(connect):
    """With kombu's own way of writing, some are read empty, and the worker stops."""
    with connect() as connection:
        connection.SimpleQueue("celery").close()

    def write():
        with connect() as connection:
            queue = connection.SimpleQueue("celery")
            for number in range(EACH):
                queue.put(number)

    writers = [Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    with connect() as connection:
        queue = connection.SimpleQueue("celery")
        read = [queue.get(timeout=20).payload for _ in range(WRITERS * EACH)]
    for writer in writers:
        writer.join()

    assert sorted(read) == sorted([*range(EACH)] * WRITERS)
