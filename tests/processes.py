"""Servers and workers that a test starts: they never outlive it, even killed without a word.

Run as a program, it leaves behind one that reads the pipe held by the test and kills their group when it ends, then
becomes the command itself. The kernel's own signal at a parent's death would come with that of the thread that started
them, and not to what they start.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def leashed(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """In a group of its own, whose number is the process's."""
    leash = [sys.executable, "-I", "-S", str(Path(__file__)), *command]
    return subprocess.Popen(leash, stdin=subprocess.PIPE, start_new_session=True, **options)  # noqa: S603


def kill_group(process: subprocess.Popen[Any]) -> None:
    """As a power cut would: every process at once, without a word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _leave_a_watch() -> None:
    """Born twice, so that it is not among the command's own children."""
    if born := os.fork():
        os.waitpid(born, 0)
        return
    if os.fork():
        os._exit(0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for output in (1, 2):  # whoever reads the command's output waits for its end, and not for ours
        os.dup2(nowhere, output)
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


def _become(command: Sequence[str]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    _leave_a_watch()
    _become(sys.argv[1:])
