"""The study: its own layout, with the values it published (published.csv) next to ours, and where the
shape agrees: {rows, shape, conclusion?}; None for other suites."""
import csv
import math
import re
from pathlib import Path

from report.common import at, distinct, listed, median, percent

PUBLISHED = Path(__file__).parent / "published.csv"
SIDES = ("qemu", "docker")
CPU, FILES = ("cpu-2000", "cpu-20000"), ("fileio-sync", "fileio-async")
PLACES = {"total_time_s": ("total_time_s",), "latency_min_ms": ("latency_ns", "min"), "latency_avg_ms": ("latency_ns", "avg"),
          "latency_max_ms": ("latency_ns", "max"), "latency_p95_ms": ("latency_ns", "p95"),
          "reads_per_s": ("operations", "read", "per_s"), "writes_per_s": ("operations", "write", "per_s"),
          "read_mib_per_s": ("operations", "read", "mib_per_s"), "written_mib_per_s": ("operations", "write", "mib_per_s")}


def here(documents: list, experiment: str, metric: str, environment: str) -> list:
    """Our values in the study's columns: the first five iterations."""
    values = []
    for document in documents:
        if document["environment"] == environment and document["iteration"] <= 5:
            own = next((e for e in document["experiments"] if e["name"] == experiment), None)
            value = at(own, *PLACES[metric])
            if value is not None:
                values.append(value / 1e6 if metric.endswith("_ms") else value)
    return values


def rows(documents: list) -> list:
    published: dict = {}
    with PUBLISHED.open(newline="") as file:
        for line in csv.DictReader(file):
            values = published.setdefault((line["experiment"], line["metric"]), {})
            values.setdefault(line["environment"], []).append((int(line["iteration"]), float(line["value"])))
    return [{"experiment": experiment, "metric": metric,
             "published": {side: [value for _, value in sorted(values)] for side, values in sides.items()},
             "here": {side: here(documents, experiment, metric, side) for side in SIDES}}
            for (experiment, metric), sides in published.items()]


def times(ratio) -> str:
    return "-" if ratio is None else f"{ratio:.3f} times" if ratio < 10 else f"{ratio:.2f} times" if ratio < 100 else f"{ratio:.1f} times"


def divided(a, b):
    return a / b if b and a is not None else None


def near(a, b, factor: float) -> bool:
    return bool(a and b) and abs(math.log(a / b)) < math.log(factor)


def grows(values: list) -> bool:
    return len(values) >= 5 and all(a < b for a, b in zip(values, values[1:]))


def spread(values: list):
    return divided(max(values) - min(values), median(values)) if len(values) > 1 else None


class Shape:
    """The points in which the published shape and ours are compared."""

    def __init__(self, study_rows: list):
        self.rows = {(row["experiment"], row["metric"]): row for row in study_rows}
        self.points: list = []

    def add(self, experiment: str, point: str, what: str, values: tuple, write, agrees: bool):
        self.points.append({"experiment": experiment, "point": point, "what": what, "published": write(values[0]),
                            "here": write(values[1]), "agrees": agrees})

    def both(self, experiment: str, metric: str, value) -> tuple:
        row = self.rows[experiment, metric]
        return value(row["published"]), value(row["here"])

    def order(self, experiment: str):
        """Which environment is ahead: in all metrics except minima, maxima and time, which are not results."""
        ahead = []
        for (name, metric), _ in self.rows.items():
            if name == experiment and not re.search("min_ms|max_ms|total", metric):
                less = metric.startswith("latency")
                ahead.append(self.both(name, metric, lambda side: (median(side["docker"]) < median(side["qemu"])) == less
                                       and median(side["docker"]) != median(side["qemu"])))
        counts = tuple(sum(side) for side in zip(*ahead))
        self.add(experiment, "order", "docker is ahead of qemu", counts, lambda n: f"in {n} of {len(ahead)} rows", all(p == h for p, h in ahead))

    def size(self, experiment: str, metric: str):
        values = self.both(experiment, metric, lambda side: divided(median(side["qemu"]), median(side["docker"])))
        what = "reads/s are" if metric == "reads_per_s" else "average latency is"
        self.add(experiment, "size", f"qemu's {what}, of docker's", values, times, near(*values, 2))

    def growth(self, experiment: str, side: str):
        values = self.both(experiment, "latency_avg_ms", lambda sides: grows(sides[side]))
        self.add(experiment, "growth", f"{side}'s average latency grows with each iteration", values,
                 lambda yes: "yes" if yes else "no", values[0] == values[1])

    def quotient(self, above: str, below: str, metric: str, side: str) -> tuple:
        above, below = (self.both(name, metric, lambda sides: median(sides[side])) for name in (above, below))
        return divided(above[0], below[0]), divided(above[1], below[1])

    def scaling(self, side: str):
        """The divisions that the two experiments need: 301275 and 13397."""
        values = self.quotient("cpu-20000", "cpu-2000", "latency_avg_ms", side)
        self.add("cpu-20000", "scaling", f"{side}'s average latency is, of cpu-2000's (22.5 times the divisions)", values, times, near(*values, 1.5))

    def steadiness(self, experiment: str, side: str):
        values = self.both(experiment, "reads_per_s", lambda sides: spread(sides[side]))
        self.add(experiment, "steadiness", f"{side}'s reads/s spread, of their median", values,
                 lambda share: "-" if share is None else percent(share), None not in values and (values[0] > 0.5) == (values[1] > 0.5))

    def gain(self, side: str):
        values = self.quotient("fileio-async", "fileio-sync", "reads_per_s", side)
        self.add("fileio-async", "gain by asynchronous I/O", f"{side}'s reads/s are, of fileio-sync's", values, times,
                 None not in values and (values[0] > 1) == (values[1] > 1))


def shape(study_rows: list) -> list:
    found = Shape(study_rows)
    for name in CPU + FILES:
        found.order(name)
    for name in CPU:
        found.size(name, "latency_avg_ms")
    for name in FILES:
        found.size(name, "reads_per_s")
    for name in CPU:
        for side in SIDES:
            found.growth(name, side)
    for side in SIDES:
        found.scaling(side)
    for name in FILES:
        for side in SIDES:
            found.steadiness(name, side)
    for side in SIDES:
        found.gain(side)
    return found.points


def conclusion(points: list) -> str:
    agreeing = sum(point["agrees"] for point in points)
    others: dict = {}
    for point in points:
        if not point["agrees"]:
            others.setdefault(point["experiment"], []).append(point["point"])
    if not others:
        return f"The shape agrees in all {agreeing} points."
    return (f"The shape agrees in {agreeing} of {len(points)} points; it does not in "
            + ", ".join(f"{name}'s {listed(distinct(points))}" for name, points in sorted(others.items())) + ".")


def study(documents: list):
    if any(document["suite"] != "seed" for document in documents) or len({document["run"] for document in documents}) > 1:
        return None
    study_rows = rows(documents)
    # The shape is one of both environments: with one of them alone there is only the layout.
    if not all(values for row in study_rows for values in row["here"].values()):
        return {"rows": study_rows, "shape": []}
    points = shape(study_rows)
    return {"rows": study_rows, "shape": points, "conclusion": conclusion(points)}
