"""Numbers, units and sentences: how what was found is said, whatever the form. No form's escaping is done here."""
import math
import re
import unicodedata

MANY = 6  # environments that are compared: beyond this, an environment is a row and not a column
SIGNS = {"slower": "slower", "faster": "faster", "same": "same", "slight": "slight", "undecided": "?"}


def printable(text) -> str:
    """Text from a document, on one line, without what would move a cursor or turn the reading direction."""
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
    return f"{value:.{min(max(3 - math.floor(math.log10(abs(value))), 0), 9)}f}"


def scale(unit: str, value) -> tuple:
    """The unit in which a value is readable, and how much of its own unit it is."""
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
    """By how much, of a ratio above 1: "6.6x", "5.2 %"."""
    return percent(ratio - 1) if ratio < 1.5 else f"{ratio:.1f}x" if ratio < 99.5 else f"{ratio:.0f}x"


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

def listed(names, most=4) -> str:
    """ "a, b and c"; of many the first and how many more. """
    names = [printable(name) for name in names]
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def counted(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def grouped(values: dict) -> str:
    """What environments have, those with the same together: "native, docker none; qemu tcg"."""
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
    """A command that started an environment, without the folders and variables of the person who ran it."""
    def shorter(match):
        path = match.group()
        return path if path.startswith(SYSTEM) else "…/" + path.rstrip("/").rsplit("/", 1)[-1]

    def quoted(word):
        word = printable(re.sub(r"(?<![\w.…])/[\w.@+-]+(?:/[\w.@+-]+)*/?", shorter, word))
        return word if re.fullmatch(r"[\w@%+=:,./…-]+", word) else "'" + word.replace("'", "'\\''") + "'"

    return " ".join(quoted(word) for word in map(str, arguments) if not re.match(r"(PATH|HOME|USER|LOGNAME|PWD)=", word))


# --- the answer

def base_of(report: dict, environment: str):
    """What an environment is compared with in the tables; None of the reference."""
    return next((c["b"] for c in report["comparisons"] if c["a"] == environment), None)


def compared(report: dict) -> list:
    """[(environment, what it is compared with)]"""
    bases: dict = {}
    for c in report["comparisons"]:
        bases.setdefault(c["a"], c["b"])
    return [(e, bases[e]) for e in report["environments"] if e in bases]


def of_pair(rows: list, a: str, b: str) -> list:
    return [row for row in rows if row["a"] == a and row["b"] == b]


def emulated(report: dict, environment: str) -> bool:
    values = next((f["values"] for f in report["audit"].get("facts", []) if f["name"] == "accelerator"), {})
    return str(values.get(environment, "")).startswith("tcg")


def undecided(report: dict, a: str, b: str, names: list, total: int) -> str:
    """What was not decided, and how large a difference could have hidden."""
    limits = [d["ratio"] for d in of_pair(report.get("detectable", []), a, b) if d["experiment"] in names and d.get("ratio")]
    where = f"{listed(names, 3)} undecided" if len(names) < total or total <= 4 else f"all {total} undecided"
    starts = report["iterations"]
    if limits:
        return f"{where}: less than {factor(max(limits))} could not be seen"
    return f"{where}: {counted(starts, 'start')} each cannot show a difference"


def finding(report: dict, a: str, b: str) -> tuple:
    """(short, long): what is known of an environment and what it is compared with."""
    rows = [c for c in of_pair(report["comparisons"], a, b) if c["family"] == "primary"]
    names: dict = {verdict: [] for verdict in SIGNS}
    for row in rows:
        names[row.get("verdict") or "undecided"].append(row["experiment"])
    total, margin = len(rows), percent(report["settings"].get("margin", 0.03))
    if not rows:
        return "not comparable", "no experiment was measured in both"
    decided = len(names["slower"]) + len(names["faster"])
    mean = next(iter(of_pair(report["geomeans"], a, b)), None)
    says = []
    short = ""
    if mean and decided and mean.get("interval") and (mean["interval"][0] > 1 or mean["interval"][1] < 1):
        says.append(f"{by_how_much(mean['ratio'], mean['interval'])}, geometric mean of {mean['count']}")
        short = by_how_much(mean["ratio"])
        if decided < total or (names["slower"] and names["faster"]):
            says += [f"{way} in {len(names[way])} of {total}" for way in ("slower", "faster") if names[way]]
    else:
        for way in ("slower", "faster"):
            found = [c for c in rows if c.get("verdict") == way]
            if found:
                each = [f"{printable(c['experiment'])} {factor(max(c['performance'], 1 / c['performance']))}"
                        for c in sorted(found, key=lambda c: -abs(math.log(c["performance"])))]
                says.append(f"{way} in {len(found)} of {total} ({listed(each, 3)})")
        short = " and ".join(f"{way} in {len(names[way])} of {total}" for way in ("slower", "faster") if names[way])
    if names["same"]:
        says.append(f"same within {margin} in {len(names['same'])} of {total}")
        short = short or f"the same within {margin}" + (f" in {len(names['same'])} of {total}" if len(names["same"]) < total else "")
    if names["slight"]:
        says.append(f"a difference below {margin} in {listed(names['slight'], 3)}")
        short = short or f"less than {margin} apart"
    if names["undecided"]:
        says.append(undecided(report, a, b, names["undecided"], total))
        short = short or "undecided"
    return short, "; ".join(says)


def title(report: dict, found: list) -> str:
    """The finding in a heading."""
    if not found:
        return f"{listed(report['environments'])}: nothing to compare with"
    if len(found) <= 3:
        said = [f"{printable(a)} {short}" + (f" than {printable(b)}" if short.endswith(("slower", "faster")) else
                f" as {printable(b)}" if short.startswith("the same within") and short.endswith("%") else f" against {printable(b)}")
                + (" (emulated)" if emulated(report, a) else "") for a, b, short, _ in found]
        return "; ".join(said)
    ways = {way: sum(short.endswith(way) or f"{way} in" in short for _, _, short, _ in found) for way in ("slower", "faster")}
    return (f"Of {counted(len(found), 'environment')} compared with {printable(report['reference'])}, {ways['slower']} slower, "
            f"{ways['faster']} faster, {sum(not re.search('slower|faster', short) for _, _, short, _ in found)} neither")


def version(text) -> str:
    match = re.match(r"\d+\.\d+", str(text))
    return match.group() if match else printable(text)


def what(report: dict) -> str:
    """What was measured, on what: parts between " · "."""
    machine = report.get("machine", {})
    cpus = machine.get("cpus") or []
    sizes = [machine.get("cpu"), f"{len(cpus)} of {counted(machine['processors'], 'processor')}" if machine.get("processors") else None,
             size(machine["memory_bytes"]) if machine.get("memory_bytes") else None, machine.get("scratch_filesystem")]
    versions = machine.get("versions", {})
    names = {"qemu": "QEMU", "docker": "Docker", "podman": "Podman"}
    made = [f"Linux {version(machine['host_kernel'])}" if machine.get("host_kernel") else None] + [
        f"{names.get(name, name)} {version(versions[name])}" + (f" ({machine['accelerator'].upper()})"
        if name == "qemu" and machine.get("accelerator") else "") for name in versions if versions[name]]
    parts = [f"suite {report['suite']}", f"{counted(report['iterations'], 'start')} each"] + [
        ", ".join(printable(part) for part in some if part) for some in (sizes, made)]
    return " · ".join(printable(part) for part in parts + [duration(report.get("duration_s"))] if part and part != "-")


def differences(report: dict) -> str:
    """One line for the class of differences, and what is wrong with the data."""
    audit = report["audit"]
    confounds = [fact for fact in audit.get("facts", []) if fact["class"] == "confound"]
    everywhere = [fact["name"] for fact in confounds if len(fact.get("explains", [])) == len(report["experiments"])]
    if not confounds:
        said = "Apart from virtualization, only harmless differences were recorded."
    else:
        said = f"Virtualization is not the only difference: {len(confounds)} others may affect results"
        said += f", {len(everywhere)} of them every result ({listed(everywhere)})." if everywhere else "."
    if audit.get("faults"):
        said += f" Problems in the data: {listed(dict.fromkeys(fault['name'] for fault in audit['faults']))}."
    if report.get("problems"):
        said += f" Left out: {listed([problem['file'] for problem in report['problems']], 2)}."
    return said


def answer(report: dict) -> dict:
    """The words of the first lines: {title, what, lines: [{environment, text}], differences}."""
    found = [(a, b, *finding(report, a, b)) for a, b in compared(report)]
    bad = report["audit"].get("illegitimate", [])
    return {"title": ("Not a legitimate comparison: " if bad else "") + title(report, found),
            "what": what(report),
            "lines": [{"environment": a, "text": long + ("; emulated (TCG): says nothing about KVM" if emulated(report, a) else "")}
                      for a, _, _, long in found],
            "differences": (f"Not a legitimate comparison: {listed(bad)}. " if bad else "") + differences(report)}
