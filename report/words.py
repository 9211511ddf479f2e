"""Numbers, units and lists as text, for all forms; escaping for a form is done elsewhere. The answer is made in answer.py."""
import math
import re
import unicodedata

MANY = 6  # compared environments: beyond this number, an environment is a row and not a column
SIGNS = {"slower": "slower", "faster": "faster", "same": "same", "slight": "slight", "undecided": "?"}
SAID = SIGNS | {"worse": "worse", "better": "better"}


def printable(text) -> str:
    """Text from a document, on one line, without characters that move a cursor or turn the reading direction."""
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in str(text))


# --- numbers

def figure(value) -> str:
    """Four significant digits; from a million on with a letter."""
    if value is None:
        return "-"
    for per, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if abs(value) >= 0.99995 * per:
            return figure(value / per) + letter
    if value == 0:
        return "0"
    digits = math.floor(math.log10(float(f"{abs(value):.3e}")))  # as rounded: 9.9999 has one more digit before the point
    return f"{value:.{min(max(3 - digits, 0), 9)}f}"


def scale(unit: str, value) -> tuple:
    """The unit in which a value is readable, and how many of the value's own unit it has."""
    if unit != "ns" or not value:
        return unit, 1
    return next(((u, per) for per, u in ((1e9, "s"), (1e6, "ms"), (1e3, "us")) if abs(value) >= per), ("ns", 1))


def labelled(metric: str, unit: str) -> str:
    """The metric with its unit, unless its name ends in it."""
    return metric if unit in ("1/s", "") or metric.endswith(unit) else f"{metric} {unit}"


def times(ratio) -> str:
    """A ratio, with as many digits as matter."""
    if ratio is None:
        return "-"
    if ratio < 0.0005:
        return "<0.001"
    return f"{ratio:.3f}" if ratio < 0.0995 else f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.0f}" if ratio < 9999.5 else figure(ratio)


def percent(share: float) -> str:
    """A share: 0.034 is "3.4 %"."""
    return f"{share * 100:.0f} %" if abs(share) >= 0.0995 or round(share * 1000) % 10 == 0 else f"{share * 100:.1f} %"


def around(ratio, interval) -> str:
    """An interval by its distance from the ratio: "+-3 %", or "-19..45 %" where the sides differ."""
    if not interval or not ratio:
        return ""
    low, high = ((end / ratio - 1) * 100 for end in interval)
    if high > 999:
        return f"{low:.0f}..>999 %"
    if max(-low, high) < 0.95:
        return f"+-{max(-low, high, 0.1):.1f} %"
    if abs(high + low) <= max(1, 0.2 * high):
        return f"+-{max(-low, high):.0f} %"
    return f"{low:.0f}..{high:.0f} %".replace("-0..", "0..")


def factor(ratio: float) -> str:
    """The size of a ratio above 1: "6.6x", "5.2 %"."""
    if ratio < 1.5:
        return percent(ratio - 1)
    return f"{ratio:.1f}x" if ratio < 99.5 else f"{ratio:.0f}x" if ratio < 1e6 else "over 1000000x"


def by_how_much(performance: float, interval=None) -> str:
    """"6.6x slower [6.2, 7.1]" """
    way = "slower" if performance < 1 else "faster"
    ends = sorted(1 / end if performance < 1 else end for end in interval or [])
    said = factor(max(performance, 1 / performance))
    if not ends:
        return f"{said} {way}"
    if said.endswith("x"):
        return f"{said} {way} [{', '.join(f'{end:.1f}' if end < 99.5 else f'{end:.0f}' for end in ends)}]"
    return f"{said} {way} [{', '.join(f'{(end - 1) * 100:.1f}' for end in ends)}]"


def duration(seconds) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def size(count) -> str:
    for per, letter in ((2 ** 30, "G"), (2 ** 20, "M"), (2 ** 10, "K")):
        if count >= per:
            return f"{count / per:.4g}{letter}"
    return str(count)


def p_value(p) -> str:
    return "-" if p is None else "<0.0001" if p < 0.0001 else f"{p:.4f}"


# --- words

def verdict(comparison: dict) -> str:
    """The verdict of a row; empty if it is not tested. Memory is neither slow nor fast."""
    if comparison["family"] == "none":
        return ""
    found = comparison.get("verdict") or "undecided"
    return {"slower": "worse", "faster": "better"}.get(found, found) if comparison["unit"] == "MiB" and comparison["family"] == "cost" else found


def listed(names, most=4) -> str:
    """ "a, b and c"; of a long list the first ones and the number of the others. """
    names = [printable(name) for name in names]
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def counted(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def grouped(values: dict) -> str:
    """The environments' values, those with the same value together: "native, docker none; qemu tcg"."""
    groups: dict = {}
    for environment, value in values.items():
        groups.setdefault("not recorded" if value is None else str(value), []).append(environment)
    return "; ".join(f"{listed(names, 5).replace(' and ', ', ')}: {printable(value)}" for value, names in groups.items())


def bearing(report: dict, fact: dict) -> str:
    """Which experiments a difference may affect."""
    names, total = fact.get("explains", []), len(report["experiments"])
    if not names:
        return "none"
    if len(names) == total:
        return "all"
    return listed(names, 4) if len(names) <= 5 else f"{listed(fact.get('kinds', []))}: {len(names)} of {total}"


SYSTEM = ("/usr/", "/bin/", "/dev/", "/scratch", "/results", "/etc/samebits", "/init")


def command(arguments: list) -> str:
    """The command that started an environment, without the folders and variables of the person who ran it."""
    def shorter(match):
        path = match.group()
        return path if path.startswith(SYSTEM) else "…/" + path.rstrip("/").rsplit("/", 1)[-1]

    def quoted(word):
        word = printable(re.sub(r"(?<![\w.…])/[\w.@+-]+(?:/[\w.@+-]+)*/?", shorter, word))
        return word if re.fullmatch(r"[\w@%+=:,./…-]+", word) else "'" + word.replace("'", "'\\''") + "'"

    return " ".join(quoted(word) for word in map(str, arguments) if not re.match(r"(PATH|HOME|USER|LOGNAME|PWD)=", word))
