"""report.json -> formats of other programs: OpenMetrics, github-action-benchmark's JSON, Bencher's. They contain the rows that tables
show first: the primary metrics, the same per second of processor time, and what an environment costs by itself."""
import json

from report.timeline import seconds
from report.words import printable

FAMILIES = ("primary", "cpu", "cost")
LONGEST_MEASURE = 64  # Bencher's
HELP = {"median": "Median of the starts of an environment", "median_low": "Lower end of the median's interval",
        "median_high": "Upper end of the median's interval", "starts": "Number of values", "ratio": "Ratio to what the environment is compared with (base)",
        "ratio_low": "Lower end of the ratio's 95 % interval", "ratio_high": "Upper end of the ratio's 95 % interval",
        "verdict": "1 for the verdict on the ratio", "end_timestamp_seconds": "When the last start of the run ended"}


def shown(rows: list) -> list:
    return [row for row in rows if row["family"] in FAMILIES]


def sample(name: str, labels: dict, value: float) -> tuple:
    """(name, labels as text, value)"""
    def quoted(text):
        return printable(text).replace("\\", r"\\").replace('"', r"\"")
    return name, ",".join(f'{key}="{quoted(text)}"' for key, text in labels.items()), value


def samples(report: dict) -> list:
    run = {"suite": report["suite"], "run": "+".join(report["runs"])}
    found = [sample("end_timestamp_seconds", run, seconds(report["end_utc"]))] if "end_utc" in report else []

    def ends(name, labels, interval):
        return [sample(f"{name}_{end}", labels, value) for end, value in zip(("low", "high"), interval or [])]

    for group in shown(report["groups"]):
        labels = run | {key: group[key] for key in ("environment", "experiment", "metric", "unit", "better", "family")}
        found += [sample("median", labels, group["median"]), sample("starts", labels, group["n"]), *ends("median", labels, group.get("ci"))]
    compared = [(row, run) for row in report["comparisons"]]
    then = report.get("baseline")
    if then:
        compared += [(row, run | {"baseline": then["run"]}) for row in then["comparisons"]]
    for row, labels in compared:
        if row["family"] in FAMILIES and "ratio" in row:
            labels = labels | {"environment": row["a"], "base": row["b"]} | {key: row[key] for key in ("experiment", "metric", "better", "family")}
            found += [sample("ratio", labels, row["ratio"]), *ends("ratio", labels, row.get("interval")),
                      sample("verdict", labels | {"verdict": row.get("verdict") or "undecided"}, 1)]
    return found


def openmetrics(report: dict) -> str:
    """Families one after the other, without duplicate samples."""
    found: dict = {name: {} for name in HELP}
    for name, labels, value in samples(report):
        found[name].setdefault(labels, value)
    lines = []
    for name, own in found.items():
        if own:
            lines += [f"# TYPE samebits_{name} gauge", f"# HELP samebits_{name} {HELP[name]}"]
            lines += [f"samebits_{name}{{{labels}}} {float(value)!r}" for labels, value in own.items()]
    return "\n".join([*lines, "# EOF"]) + "\n"


def github(report: dict, better: str) -> str:
    """The rows in which more, or less, is better: the tool is customBiggerIsBetter or customSmallerIsBetter."""
    found: dict = {}
    for group in shown(report["groups"]):
        if group["better"] == better:
            name = printable(f"{group['experiment']} {group['metric']}, {group['environment']}")
            ends = group.get("ci")
            found.setdefault(name, {"name": name, "unit": printable(group["unit"]), "value": group["median"], "extra": f"median of {group['n']}"}
                             | ({"range": f"{ends[0]:.6g} to {ends[1]:.6g}"} if ends else {}))
    return json.dumps(list(found.values()), indent=1) + "\n"


def bencher(report: dict) -> str:
    """Bencher Metric Format: an environment's experiment is a benchmark, its metrics are measures."""
    found: dict = {}
    for group in shown(report["groups"]):
        measures = found.setdefault(printable(f"{group['environment']} {group['experiment']}")[:1024], {})
        ends = group.get("ci")
        measures.setdefault(printable(group["metric"])[:LONGEST_MEASURE] or "value", {"value": group["median"]}
                            | ({"lower_value": ends[0], "upper_value": ends[1]} if ends else {}))
    return json.dumps(found, indent=1) + "\n"


def files(report: dict) -> dict:
    return {"openmetrics.txt": openmetrics(report), "github-bigger-is-better.json": github(report, "more"),
            "github-smaller-is-better.json": github(report, "less"), "bencher.json": bencher(report)}
