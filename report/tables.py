"""report.json -> the rows that all forms of the report show."""
from dataclasses import dataclass, field

from report import answer, words


@dataclass
class Row:
    experiment: str
    kind: str
    metric: str
    unit: str = ""
    better: str = "more"
    family: str = "primary"
    cells: dict = field(default_factory=dict)  # environment -> group
    ratios: dict = field(default_factory=dict)  # environment -> comparison with its base

    def scale(self, reference: str) -> tuple:
        """(unit, per) in which the reference's median (or another's) is readable."""
        medians = [cell["median"] for cell in [self.cells.get(reference), *self.cells.values()] if cell and cell["median"]]
        return words.scale(self.unit, medians[0] if medians else None)

    def verdicts(self) -> set:
        return {c.get("verdict") or "undecided" for c in self.ratios.values()}

    def state(self) -> str:
        """The row's state for the page's filter."""
        found = self.verdicts()
        return "differs" if found & {"slower", "faster"} else "undecided" if "undecided" in found else "same"


def rows(report: dict) -> list:
    """All rows, in the order of the experiments; an experiment that ran nowhere has a row without a metric."""
    kinds = {x["name"]: x.get("kind", "") for x in [*report["experiments"], *report.get("costs", [])]}
    by_name: dict = {name: {} for name in kinds}
    bases = dict(answer.compared(report))
    for group in report["groups"]:
        metrics = by_name.setdefault(group["experiment"], {})
        row = metrics.setdefault(group["metric"], Row(
            group["experiment"], kinds.get(group["experiment"], ""), group["metric"], group["unit"], group["better"], group["family"]))
        row.cells[group["environment"]] = group
    for c in report["comparisons"]:
        row = by_name.get(c["experiment"], {}).get(c["metric"])
        if row and bases.get(c["a"]) == c["b"]:
            row.ratios[c["a"]] = c
    return [row for name, metrics in by_name.items() for row in (metrics.values() or [Row(name, kinds[name], "")])]


def first(report: dict) -> list:
    """The rows to read first: for each experiment the primary metric, and the same per CPU second."""
    return [row for row in rows(report) if row.family in ("primary", "cpu")]


def costs(report: dict) -> list:
    """The rows of what an environment costs by itself."""
    return [row for row in rows(report) if row.family == "cost" and row.metric]


def against_baseline(report: dict):
    """The report with each environment compared with the same one of the baseline; None without a baseline."""
    then = report.get("baseline")
    return then and report | {key: then[key] for key in ("comparisons", "geomeans", "detectable", "tally")} | {"reference": None}


def absent(report: dict, row: Row, environment: str) -> str:
    return "unavailable" if any(u["experiment"] == row.experiment and u["environment"] == environment
                                for u in report.get("unavailable", [])) else "-"


def value(report: dict, row: Row, environment: str) -> str:
    cell = row.cells.get(environment)
    return words.figure(cell["median"] / row.scale(report["reference"])[1]) if cell else absent(report, row, environment)


def name(report: dict, row: Row) -> str:
    return words.printable(words.labelled(row.metric, row.scale(report["reference"])[0]))


def summary(report: dict) -> list:
    """For each compared environment, worst first: (environment, base, geometric mean or None, tally of its primary rows)."""
    found = []
    for a, b in answer.compared(report):
        mean = next(iter(answer.of_pair(report["geomeans"], a, b)), None)
        tally = next((t["primary"] for t in report["tally"] if t["a"] == a and t["b"] == b), {})
        found.append((a, b, mean, tally))
    return sorted(found, key=lambda item: item[2]["ratio"] if item[2] else 0)


STAGES = (("first instruction", "since_start_ms", "first_instruction"), ("kernel", "since_start_ms", "kernel"),
          ("init", "since_start_ms", "init"), ("first event", "since_start_ms", "benchmark"),
          ("measured to result", "since_measured_ms", "result"), ("measured to gone", "since_measured_ms", "gone"))


def startup(report: dict) -> tuple:
    """(head, rows) of the startup times, as text; no rows where none is known."""
    rows = [[environment] + [words.figure(known.get(part, {}).get(key)) for _, part, key in STAGES]
            for environment, known in report.get("startup_times", {}).items()]
    return ["environment"] + [stage for stage, _, _ in STAGES], rows


def on_disk(report: dict) -> list:
    """[environment, MiB, its parts] of what has to be on a disk to start it, as text."""
    def line(environment: str, known: dict) -> list:
        if "why" in known:
            return [environment, "unavailable", known["why"]]
        parts = sorted(known["parts"].items(), key=lambda part: -part[1])
        return [environment, mib(known["bytes"]), ", ".join(f"{name} {mib(count)}" for name, count in parts)]

    def mib(count) -> str:
        return words.figure(count / 2 ** 20)
    return [line(environment, known) for environment, known in report.get("on_disk", {}).items()]
