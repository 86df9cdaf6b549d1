import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import kill_group, leashed

# A server as they are: a process that starts another, both deaf to a polite request.
SERVER = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); time.sleep(60)"
TEST = """
import subprocess, sys, time
from threading import Thread
from tests.processes import leashed
begun = []
command = [sys.executable, "-c", {server!r}]
{start}
print(begun[0].pid, flush=True)
time.sleep(60)
"""
LEASHED = "thread = Thread(target=lambda: begun.append(leashed(command))); thread.start(); thread.join()"
FREE = "begun.append(subprocess.Popen(command, start_new_session=True))"


def living(group: int) -> int:
    """How many processes of the group are alive; those that nobody has buried are not."""
    states = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = path.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        states.append((int(number), state))
    return sum(number == group and state not in "ZX" for number, state in states)


def wait_for(number: int, *, group: int) -> int:
    deadline = time.monotonic() + 10
    while living(group) != number and time.monotonic() < deadline:
        time.sleep(0.05)
    return living(group)


@pytest.mark.parametrize(("start", "left"), [(FREE, 2), (LEASHED, 0)], ids=["control", "leashed"])
def test_what_a_test_starts_dies_with_it(start, left):
    test = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", TEST.format(server=SERVER, start=start)], stdout=subprocess.PIPE, text=True
    )
    with test:
        group = int(test.stdout.readline())
        started = wait_for(2 if start == FREE else 3, group=group)  # the watch is the third

        test.kill()
        test.wait()

        assert started == (2 if start == FREE else 3)
        assert wait_for(left, group=group) == left
    if left:
        os.killpg(group, signal.SIGKILL)


def test_it_is_killed_whole_and_its_output_read_to_the_end():
    server = leashed([sys.executable, "-c", "print('ready', flush=True);" + SERVER], stdout=subprocess.PIPE, text=True)
    with server:
        assert server.stdout.readline() == "ready\n"

        kill_group(server)

        assert server.stdout.read() == ""
    assert wait_for(0, group=server.pid) == 0


def test_its_end_is_told_to_who_reads_its_output():
    with leashed([sys.executable, "-c", "print('done')"], stdout=subprocess.PIPE, text=True) as done:
        assert done.stdout.read() == "done\n"
    assert done.returncode == 0
