"""Documents, the output of stats and the audit -> report.json, from which every form of the report is made."""
import math
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from report import costs
from report.audit import audit, waiting
from report.common import at, base, distinct, median
from report.facts import waited
from report.metrics import good, histograms_of, kinds_by_label, pairs, rows_of, test
from report.statistics import findings
from report.study import study

ALPHA = 0.05
# After each so many starts of each environment scripts/measure checks whether everything is decided.
LOOK, MOST_LOOKS = 10, 1000000
VERDICTS = ("slower", "faster", "same", "slight", "undecided")
KINDS = Path(__file__).parent / "kinds.table"
SINCE_START = ("first_instruction", "kernel", "init", "benchmark")
SINCE_MEASURED = ("result", "gone")


def read_kinds() -> dict:
    """{test: kind of cost}, in the order of the table."""
    lines = [re.split(" {2,}", line.strip()) for line in KINDS.read_text().splitlines() if not line.startswith(("#", "kind "))]
    return {name: kind for kind, names in lines for name in names.split()}


def most_starts(documents: list):
    """The most starts of each environment, as fixed before a run that may end early; None for other runs."""
    return max((at(document, "host", "max_iterations") or 0 for document in documents), default=0) or None


def looks(documents: list) -> int:
    """At how many numbers of starts the run may have ended because of its results: after 10, 20, ... and the most. Several
    runs may have ended at any combination of these."""
    runs: dict = {}
    for document in documents:
        runs.setdefault(document["run"], []).append(document)
    return min(math.prod(math.ceil((most_starts(own) or 1) / LOOK) for own in runs.values()), MOST_LOOKS)


def settings(documents: list, margin: float, paired: bool) -> dict:
    """The settings of out/bin/stats."""
    return {"alpha": ALPHA, "margin": margin, "paired": paired, "looks": looks(documents)}


def done(documents: list) -> list:
    """(document, experiment) of all that completed."""
    return [(document, experiment) for document in documents for experiment in document["experiments"] if good(experiment)]


def rows_of_all(documents: list) -> list:
    return unique([row for document, experiment in done(documents) for row in rows_of(document, experiment)] + costs.rows(documents))


def input_of(documents: list, margin: float, paired: bool) -> dict:
    """The input of out/bin/stats."""
    return {"rows": rows_of_all(documents), "pairs": pairs(documents),
            "histograms": [histogram for document, experiment in done(documents) for histogram in histograms_of(document, experiment)],
            } | settings(documents, margin, paired)


def unique(rows) -> list:
    """An experiment that occurs twice in a document counts once."""
    seen: dict = {}
    for row in rows:
        seen.setdefault((row["experiment"], row["metric"], row["environment"], row["iteration"]), row)
    return list(seen.values())


def inverted(comparison: dict) -> dict:
    """How many times as good: the ratio, inverted where less is better."""
    ratio, interval = comparison.get("ratio"), comparison.get("interval")
    if not ratio or ratio <= 0:
        return {}
    if comparison["better"] == "more":
        return {"performance": ratio} | ({"performance_interval": interval} if interval else {})
    added = {"performance": 1 / ratio}
    if interval and interval[0] > 0:
        added["performance_interval"] = [1 / interval[1], 1 / interval[0]]
    return added


def profile(experiments: list, comparisons: list) -> list:
    """The geometric mean of the primary metrics by kind of cost, in the order of kinds.table; for what an environment costs by
    itself, of all its metrics."""
    kinds = {experiment["name"]: experiment.get("kind") for experiment in experiments}
    groups: dict = defaultdict(list)
    for row in comparisons:
        if row["family"] in ("primary", "cost") and kinds.get(row["experiment"]):
            groups[row["a"], row["b"], kinds[row["experiment"]]].append(row)
    order = [*distinct(read_kinds().values()), *(kind for _, kind, _ in costs.COSTS)]
    found = []
    for (a, b, kind), rows in groups.items():
        product, count = 1.0, 0
        for row in rows:
            if "performance" in row:
                product, count = product * row["performance"], count + 1
        if count:
            found.append({"a": a, "b": b, "kind": kind, "performance": product ** (1 / count), "verdicts": tally(rows),
                          "count": len({row["experiment"] for row in rows if "performance" in row})})
    pairs = distinct((one["a"], one["b"]) for one in found)
    return sorted(found, key=lambda one: (pairs.index((one["a"], one["b"])), order.index(one["kind"])))


def tally(rows: list) -> dict:
    counts = dict.fromkeys(VERDICTS, 0)
    for row in rows:
        if row.get("verdict") in counts:
            counts[row["verdict"]] += 1
    return counts


def tallies(comparisons: list) -> list:
    groups: dict = defaultdict(list)
    for row in comparisons:
        groups[row["a"], row["b"]].append(row)
    return [{"a": a, "b": b, "primary": tally([row for row in rows if row["family"] == "primary"]), "all": tally(rows)}
            for (a, b), rows in groups.items()]


def machine(documents: list) -> dict:
    """The machine of the run; with several machines, the first one."""
    known: dict = {}
    versions: dict = {}
    for document in documents:
        host, inside = document.get("host", {}), document["platform"]
        mine = kinds_by_label([document])[document["label"]] == "host"
        facts = {"cpu": host.get("cpu_model"), "processors": at(inside, "cpu", "online") if mine else None,
                 "cpus": len(host["cpus"]) if "cpus" in host else None, "memory_bytes": host.get("memory_bytes"),
                 "host_memory_bytes": inside.get("memory_bytes") if mine else None, "scratch_filesystem": host.get("scratch_filesystem"),
                 "host_kernel": host.get("kernel"), "accelerator": host.get("accelerator"), "hypervisor_bit": host.get("hypervisor_bit"),
                 "hostname": at(host, "machine_id", "hostname")}
        for name, value in facts.items():
            if value is not None:
                known.setdefault(name, value)
        versions |= {name: version for name, version in host.get("versions", {}).items() if name not in versions}
    return known | {"versions": versions}


def start_of(document: dict) -> dict:
    host = document.get("host", {})
    known = {"environment": document["label"], "run": document["run"], "iteration": document["iteration"], "sequence": document["sequence"],
             "status": document.get("status"), "waited_share": waited([document]),
             "load_before": (host.get("load") or [None])[0], "load_after": (host.get("load_after") or [None])[0]}
    known |= {name: host.get(name) for name in ("start_utc", "end_utc", "steal", "others_busy", "frequency_mhz", "caches_dropped",
                                                "start_to_init_ms", "wall_ms", "order_seed", "samples")}
    return {name: value for name, value in known.items() if value is not None}


def startup_times(documents: list) -> dict:
    """Medians in ms of the times of stages: since the start, and since the last experiment was measured."""
    lines: dict = {}
    for document in documents:
        if at(document, "host", "timeline_ms"):
            line = dict(document["host"]["timeline_ms"])
            if "benchmark" in line:  # without the pause before it
                line["benchmark"] -= document.get("wait_ms", 0)
            lines.setdefault(document["label"], []).append(line)

    def medians(own: list, since, stages: tuple) -> dict:
        found = {stage: median([line[stage] - (line[since] if since else 0) for line in own if stage in line and (not since or since in line)])
                 for stage in stages}
        return {stage: value for stage, value in found.items() if value is not None}

    return {label: {"n": len(own), "since_start_ms": medians(own, None, SINCE_START),
                    "since_measured_ms": medians(own, "benchmark_end", SINCE_MEASURED)} for label, own in lines.items()}


def unavailable(documents: list) -> list:
    found: dict = {}
    for document in documents:
        for experiment in document["experiments"]:
            if "unavailable" in experiment:
                found.setdefault((document["label"], experiment["name"]), []).append(experiment["unavailable"])
        # The reason is the same for the whole start.
        why = next((why for experiment in document["experiments"] if (why := at(experiment, "counters", "unavailable"))), None)
        if why:
            found.setdefault((document["label"], "instructions and cycles"), []).append(why)
    return [{"environment": label, "experiment": name, "n": len(why), "why": why[0]} for (label, name), why in found.items()]


def experiments_of(documents: list, rows: list) -> list:
    kinds, primary = read_kinds(), {row["experiment"]: row["metric"] for row in rows if row["family"] == "primary"}
    found: dict = {}
    for document in documents:
        for experiment in document["experiments"]:
            if experiment["name"] not in found:
                known = {"name": experiment["name"], "command": experiment["command"], "test": test(experiment),
                         "kind": kinds.get(test(experiment)), "primary": primary.get(experiment["name"])}
                found[experiment["name"]] = {name: value for name, value in known.items() if value is not None}
    return list(found.values())


def seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def times(documents: list) -> dict:
    """When the first run began and the last one ended, and their total duration."""
    runs: dict = {}
    for document in documents:
        if at(document, "host", "start_utc") and at(document, "host", "end_utc"):
            runs.setdefault(document["run"], []).append((document["host"]["start_utc"], document["host"]["end_utc"]))
    if not runs:
        return {}
    spans = [(min(start for start, _ in own), max(end for _, end in own)) for own in runs.values()]
    return {"start_utc": min(start for start, _ in spans), "end_utc": max(end for _, end in spans),
            "duration_s": sum(seconds(end) - seconds(start) for start, end in spans)}


def reference(labels: list, compared: list, runs: list) -> str:
    if len(runs) > 1:
        return f"the same of {runs[0]}"
    return compared[0][1] if compared else next((label for label in labels if base(label) == label), labels[0])


def programs(documents: list):
    """The paths of the user's files that ran, the same in all documents; None without any."""
    sums = distinct(d["identity"].get("programs") for d in documents)
    return [program["path"] for program in documents[0].get("programs", [])] if len(sums) == 1 and sums[0] else None


def compose(documents: list, problems: list, stats: str, margin: float, paired: bool) -> tuple:
    """report.json without its answer, and the rows."""
    data = input_of(documents, margin, paired)
    found = findings(stats, data)
    comparisons = [row | inverted(row) for row in found["comparisons"]]
    experiments, of_itself = experiments_of(documents, data["rows"]), costs.experiments(documents)
    labels, runs = distinct(d["label"] for d in documents), distinct(d["run"] for d in documents)
    report = {
        "schema": "samebits-report-2", "runs": runs, "suite": ", ".join(distinct(d["suite"] for d in documents)),
        "environments": labels, "kinds": kinds_by_label(documents), "reference": reference(labels, data["pairs"], runs),
        "iterations": max(d["iteration"] for d in documents),
        "identity": distinct(d["identity"]["rootfs"] for d in documents if "rootfs" in d["identity"]),
        "programs": programs(documents), "most_starts": most_starts(documents), "settings": settings(documents, margin, paired), "machine": machine(documents), **times(documents),
        "experiments": experiments, "costs": of_itself, "groups": found["groups"], "comparisons": comparisons, "geomeans": found["geomeans"],
        "detectable": found["detectable"], "percentiles": found["percentiles"], "profile": profile(experiments + of_itself, comparisons),
        "tally": tallies(comparisons), "waiting": waiting(documents), "unavailable": unavailable(documents) + costs.unavailable(documents),
        "audit": audit(documents, data["rows"], data["pairs"]), "problems": problems,
        "starts": [start_of(document) for document in documents], "startup_times": startup_times(documents), "on_disk": costs.on_disk(documents),
        "commands": {d["label"]: d["host"]["command"] for d in reversed(documents) if at(d, "host", "command")},
        "study": study(documents)}
    return {name: value for name, value in report.items() if value is not None}, data["rows"]
