"""The report's settings that come from the environment."""
import os
import re

from report.common import USAGE, Failure


def setting(name: str, absent: str) -> str:
    return os.environ.get(name) or absent


def statistics() -> str:
    """The program that computes the statistics: a release's, or the one that make has built."""
    return f"{setting('RELEASE', setting('OUT', 'out'))}/bin/stats"


def margin() -> float:
    text = setting("MARGIN", "3%")
    found = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,9})?)(%?)", text)
    value = float(found[1]) / (100 if found[2] else 1) if found else 0
    if not 0 < value < 1:
        raise Failure(USAGE, f"MARGIN={text} is not a share such as 3% or 0.03")
    return value


def yes(name: str) -> bool:
    if setting(name, "0") not in ("0", "1"):
        raise Failure(USAGE, f"{name}={setting(name, '')} is neither 1 nor empty")
    return setting(name, "0") == "1"


def order() -> list:
    """The order in which environments are shown."""
    return setting("ENVS", "native docker qemu").split()
