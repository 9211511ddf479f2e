"""What the report's parts share: failures with their exit status, names, and the format of single values."""
import math
import os
import re
import subprocess
from pathlib import Path

# The command that a person types before audit and the like: a release's ./samebits, or make.
COMMAND = os.environ.get("SAMEBITS_COMMAND") or "make"
FAILED, USAGE, MISSING, MISSED, DIFFER = 1, 2, 3, 4, 6


class Failure(Exception):
    """Ends the program: a message for the user, and the exit status."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status, self.message = status, message


def advice(package: str) -> str:
    """How to install this Debian package on this system."""
    script = Path(__file__).parent.parent / "packages/advice"
    return subprocess.run([script, package], text=True, capture_output=True, check=False).stdout.strip() or f"install {package}"


def printable(text) -> str:
    """One line for a terminal, whatever a file or a document contains."""
    return "".join(c if c.isprintable() else "?" for c in str(text))


def median(values):
    values = sorted(values)
    half = len(values) // 2
    if not values:
        return None
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def distinct(values) -> list:
    """Each value once, in the order of first occurrence."""
    return list(dict.fromkeys(values))


def environment(label: str) -> str:
    """The environment of a label. With several runs a label ends in the run's name: "docker:seccomp=unconfined@monday"."""
    return re.sub("@[^@]*$", "", label)


def base(label: str) -> str:
    return re.sub("[@:].*", "", label, flags=re.DOTALL)


def at(thing, *path):
    """The value at this path, or None."""
    for name in path:
        if not isinstance(thing, dict):
            return None
        thing = thing.get(name)
    return thing


def plain(value) -> str:
    """A JSON value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def figure(value) -> str:
    """Four significant digits, without an exponent."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    digits = max(math.floor(math.log10(abs(value))), -6)
    return f"{value:.{3 - digits}f}" if digits < 4 else f"{round(value, 3 - digits):.0f}"


def percent(share) -> str:
    return f"{share * 100:.1f}%" if abs(share) < 0.9995 else f"{share * 100:.0f}%"


def listed(names) -> str:
    """ "a, b and c" """
    names = list(names)
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
