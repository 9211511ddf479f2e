"""Thresholds for a report. A threshold is a line "WHAT >= NUMBER" or "WHAT <= NUMBER"; # begins a comment.
WHAT is "cpu-2000.qemu/native", the ratio of an experiment's primary metric, "cpu-2000.native", its median, or
"cpu-2000 latency p95.native", the median of another metric, in the unit of report.json. "cpu-2000.qemu/baseline" is the
ratio to the same environment of BASELINE. For a fleet it is "fleet.cpu-2000", the ratio of each machine to the median of the others of
its model (fleet_gate.py).
A threshold is met when the whole interval meets it, missed when none of it does, and undecided otherwise."""
import re
from pathlib import Path
from xml.sax.saxutils import quoteattr

from report.common import MISSED, MISSING, USAGE, Failure, distinct, figure, printable

NUMBER = r"-?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?"
LINE = re.compile(rf"(?P<what>.*[^\s<>=])\s*(?P<sign>[<>]=)\s*(?P<limit>{NUMBER})")
MOST_LINES = 10
BASELINE = "baseline"


def thresholds(path: str) -> list:
    """[{what, sign, limit, line}] of a file."""
    try:
        text = Path(path).read_bytes().decode(errors="replace")
    except OSError:
        raise Failure(MISSING, f"GATE={path} cannot be read; docs/ci/thresholds is an example") from None
    found, wrong = [], []
    for number, line in enumerate(text.split("\n"), 1):
        words = printable(line.partition("#")[0].replace("\t", " ").replace("\r", " ").strip())
        match = LINE.fullmatch(words)
        if match:
            found.append(match.groupdict() | {"line": number})
        elif words:
            wrong.append(f"line {number}: {words[:60]}: not WHAT >= NUMBER or WHAT <= NUMBER, such as cpu-2000.qemu/native >= 0.9")
    if not found and not wrong:
        wrong = ["it has no thresholds"]
    refuse(path, wrong)
    return found


def refuse(path: str, wrong: list):
    if wrong:
        shown = wrong[:MOST_LINES] + ["and so on"] * (len(wrong) > MOST_LINES)
        raise Failure(USAGE, "\n".join([*shown, f"GATE={path} does not match this run; see above"]))


class Measured:
    """The values of a report, or of a suite before it is measured."""

    def __init__(self, report: dict):
        self.environments = report["environments"]
        self.experiments = [experiment["name"] for experiment in [*report["experiments"], *report.get("costs", [])]]
        self.unavailable = report.get("unavailable", [])
        self.groups: dict = {}
        self.ratios: dict = {}
        for group in report.get("groups", []):
            for name in self.names(group):
                self.groups[name, group["environment"]] = group
        for row in report.get("comparisons", []):
            if row.get("ratio"):
                interval = row.get("interval") or [row["ratio"], row["ratio"]]
                for name in self.names(row):
                    self.ratios[name, row["a"], row["b"]] = row["ratio"], interval
                    self.ratios[name, row["b"], row["a"]] = 1 / row["ratio"], [1 / interval[1], 1 / interval[0]]
        self.others = self.environments + [BASELINE] * bool(report.get("baseline"))
        for row in (report.get("baseline") or {}).get("comparisons", []):
            if row.get("ratio"):
                for name in self.names(row):
                    self.ratios[name, row["a"], BASELINE] = row["ratio"], row.get("interval") or [row["ratio"], row["ratio"]]

    @staticmethod
    def names(row: dict) -> list:
        """A primary metric has the name of its experiment."""
        return [f"{row['experiment']} {row['metric']}"] + [row["experiment"]] * (row["family"] == "primary")

    def sides(self) -> list:
        """What there are values for: an environment, or two for a ratio."""
        return [side for a in self.environments for side in [a, *(f"{a}/{b}" for b in self.others if a != b)]]

    def split(self, what: str) -> tuple:
        """(metric's name, a, b or None), or None."""
        for a in self.environments:
            for b in (None, *self.others):
                end = f".{a}/{b}" if b else f".{a}"
                if a != b and what.endswith(end) and self.experiment(what.removesuffix(end)):
                    return what.removesuffix(end), a, b
        return ()

    def experiment(self, name: str):
        return next((x for x in self.experiments if name == x or name.startswith(f"{x} ")), None)

    def value(self, what: str) -> tuple:
        """(value, [low, high]), or an empty tuple."""
        name, a, b = self.split(what)
        if b is None:
            return self.median(name, a)
        if (name, a, b) in self.ratios:
            return self.ratios[name, a, b]
        above, below = self.median(name, a), self.median(name, b)
        if not above or not below or below[0] == 0 or below[1][0] <= 0:
            return ()
        return above[0] / below[0], [above[1][0] / below[1][1], above[1][1] / below[1][0]]

    def median(self, name: str, environment: str) -> tuple:
        """With too few values for an interval, their range takes its place."""
        group = self.groups.get((name, environment))
        if not group:
            return ()
        middle = group["median"]
        return middle, group.get("ci") or [group.get("min", middle), group.get("max", middle)]

    def unknown(self, threshold: dict):
        """What is wrong with a threshold whose name matches nothing measured, or None."""
        what, parts = threshold["what"], self.split(threshold["what"])
        begin = f"line {threshold['line']}: {what} is not measured; "
        if not parts:
            near = next((x for x in self.experiments if what == x or what.startswith((f"{x}.", f"{x} "))), None)
            if what.endswith(f"/{BASELINE}") and BASELINE not in self.others:
                return begin + "give BASELINE=run"
            return begin + (f"valid names: {', '.join(f'{near}.{side}' for side in self.sides()[:20])}" if near
                            else f"valid experiments: {', '.join(self.experiments)}")
        experiment = self.experiment(parts[0])
        own = [name for name, _ in self.groups if self.experiment(name) == experiment]
        if own and parts[0] not in own and parts[0] != experiment:
            return begin + f"valid metrics of {experiment}: " + ", ".join(sorted(name.removeprefix(f"{experiment} ") for name in distinct(own)
                                                                                  if name != experiment))
        return None

    def why_absent(self, what: str) -> str:
        name, a, b = self.split(what)
        experiment = self.experiment(name)
        if b == BASELINE:
            return ": the baseline does not have it"
        return next((f": unavailable in {side}: {one['why']}" for side in (a, b) for one in self.unavailable
                     if one["experiment"] == experiment and one["environment"] == side), "")

    def judge(self, threshold: dict) -> tuple:
        """("met" | "missed" | "undecided", the line that reports it)."""
        what = threshold["what"]
        found = self.value(what)
        if not found:
            return "missed", f"{what} was not measured{self.why_absent(what)}"
        value, (low, high) = found
        return compare(what, threshold, value, low, high)


def compare(what: str, threshold: dict, value: float, low: float, high: float) -> tuple:
    """As Measured.judge, for a value with its interval."""
    sign, limit = threshold["sign"], float(threshold["limit"])
    meets = [end >= limit if sign == ">=" else end <= limit for end in (low, high)]
    if all(meets):
        return "met", ""
    shown = figure(value) + (f" [{figure(low)}, {figure(high)}]" if low != high else "")
    if any(meets):
        return "undecided", f"{what} is {shown}: undecided whether {sign} {threshold['limit']}; more ITERATIONS may decide"
    return "missed", f"{what} is {shown}, not {sign} {threshold['limit']}"


def check(path: str, measured) -> list:
    """Thresholds, after checking that all of them are about what is measured."""
    found = thresholds(path)
    refuse(path, [why for why in map(measured.unknown, found) if why])
    return found


def junit(judged: list) -> str:
    """JUnit's format, for a CI server."""
    def case(threshold, outcome, line):
        tag = {"missed": "failure", "undecided": "skipped"}.get(outcome)
        name = quoteattr(f"{threshold['what']} {threshold['sign']} {threshold['limit']}")
        return f'<testcase classname="samebits" name={name}>' + (f"<{tag} message={quoteattr(printable(line))}/>" if tag else "") + "</testcase>\n"

    failures, skipped = (sum(one[1] == outcome for one in judged) for outcome in ("missed", "undecided"))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<testsuite name="samebits" tests="{len(judged)}" failures="{failures}" skipped="{skipped}">\n'
            + "".join(case(*one) for one in judged) + "</testsuite>\n")


def hold(path: str, report: dict, strict: bool) -> tuple:
    """(lines to print, gate.xml, Failure or None)"""
    measured = Measured(report)
    return conclude(path, ", ".join(report["runs"]), [(threshold, *measured.judge(threshold)) for threshold in check(path, measured)], strict)


def conclude(path: str, subject: str, judged: list, strict: bool) -> tuple:
    lines = [printable(line) for _, outcome, line in judged if line]
    counts = {outcome: sum(one[1] == outcome for one in judged) for outcome in ("missed", "undecided")}
    failure = None
    if counts["missed"]:
        failure = Failure(MISSED, f"{subject} misses thresholds of {path}: {counts['missed']}")
    elif counts["undecided"] and strict:
        failure = Failure(MISSED, f"{subject} leaves thresholds of {path} undecided, and GATE_STRICT=1: {counts['undecided']}")
    elif counts["undecided"]:
        lines.append(f"no threshold of {path} is missed; {counts['undecided']} of {len(judged)} are undecided")
    else:
        lines.append(f"all thresholds of {path} are met")
    return lines, junit(judged), failure
