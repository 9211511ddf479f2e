"""Publishes files completely and all together, or not at all."""
import os
from pathlib import Path

from report.common import MISSING, Failure


def publish(directory: Path, files: dict):
    """{name: text}: all are written to temporary files and synced to the disk before the first is renamed."""
    beside = {directory / name: directory / f"{name}.tmp" for name in files}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for target, temporary in beside.items():
            with temporary.open("w", encoding="utf-8", errors="replace") as file:
                file.write(files[target.name])
                file.flush()
                os.fsync(file.fileno())
        for target, temporary in beside.items():
            temporary.replace(target)
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(descriptor)
        os.close(descriptor)
    except OSError as error:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)
        raise Failure(MISSING, f"cannot write to {directory}: {error.strerror}; is the disk full?") from None
