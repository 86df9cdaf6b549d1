"""Reading the seal of a file that anybody sends: in a process of its own, with little time and memory, kept nowhere.

Run as a module it is that process: the file on its input, what the seal says on its output.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from threading import BoundedSemaphore

from django.conf import settings

from .sealing import UNSEALED, SealReading

CPU_SECONDS, MEMORY_BYTES = 5, 768 * 1024 * 1024
WALL_SECONDS = 15.0
AT_ONCE, WAIT_SECONDS = 2, 5.0  # in one web process: whoever floods it leaves the other pages their share
READER = ("-m", "documents.seal_reading")

_readers = BoundedSemaphore(AT_ONCE)


class SealReadersBusy(Exception):
    """As many files are being read as may be; the next one waits its turn elsewhere."""


def read_seal_apart(pdf: bytes) -> SealReading:
    """A file that takes too long or too much memory has no seal that holds. Raises `SealReadersBusy`."""
    if not _readers.acquire(timeout=WAIT_SECONDS):
        raise SealReadersBusy
    try:
        return _read_by_a_child(pdf)
    finally:
        _readers.release()


def _read_by_a_child(pdf: bytes) -> SealReading:
    # Neither our secrets nor what it prints on its way leave with the child.
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    try:
        child = subprocess.run(  # noqa: S603  (our own module)
            [sys.executable, *READER],
            input=pdf,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=environment,
            timeout=WALL_SECONDS,
            check=True,
        )
        return SealReading(**json.loads(child.stdout))
    except (subprocess.SubprocessError, ValueError, TypeError):
        return UNSEALED


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # It writes no file, whatever it meets.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit()
    from . import signing
    from .sealing import FIELD

    sys.stdout.write(json.dumps(asdict(signing.read(sys.stdin.buffer.read(), FIELD))))


if __name__ == "__main__":
    _main()
