"""Documents -> rows, histograms and pairs: the input of out/bin/stats. A row is one metric of one experiment in one start."""
import math

from report.common import at, base, distinct, environment

# The least processor time for a value per CPU second: shorter times are too coarse to compare.
SHORTEST_CPU_S = 0.05
# Probes that wait most of the time: their work per second of processor time means nothing.
WAITING = ("timer", "osnoise")
OPERATIONS = (("read", "reads", "read"), ("write", "writes", "written"), ("fsync", "fsyncs", "synced"))


def kind(document: dict) -> str:
    """host, container or guest. Older documents do not contain it."""
    host = document.get("host", {})
    if "kind" in host:
        return host["kind"]
    if "accelerator" in host:
        return "guest"
    return "container" if "engine" in host or at(document, "platform", "virtualization", "container") else "host"


def good(experiment: dict) -> bool:
    """Whether it ran and completed."""
    return experiment.get("exit", 0) == 0 and "unavailable" not in experiment and "stage" not in experiment


def test(experiment: dict) -> str:
    return experiment["command"].split(" ")[0]


def row(metric: str, unit: str, better: str, family: str, value) -> tuple:
    return metric, unit, better, family, value


def latencies(prefix: str, which: tuple, values) -> list:
    return [row(f"{prefix} {name}", "ns", "less", "other", (values or {}).get(name)) for name in which]


def file_metrics(operations: dict) -> list:
    """MiB/s are a multiple of the rate, and the writes of a mixed test are a multiple of its reads: shown, not tested."""
    rows = []
    for name, plural, done in OPERATIONS:
        operation = operations.get(name, {})
        if operation and operation.get("count") != 0:
            multiple = name == "write" and bool(rows)
            rows += [row(f"{plural}/s", "1/s", "more", "none" if multiple else "other", operation.get("per_s")),
                     row(f"{done} MiB/s", "MiB/s", "more", "none", operation.get("mib_per_s")),
                     *latencies(name, ("p50", "p95", "p99"), operation.get("latency_ns"))]
    return rows


def probe_metrics(experiment: dict) -> list:
    """The memory touched by faults is their number times their size."""
    return [row(metric["name"], metric.get("unit", ""), metric.get("better", "more"),
                "none" if metric["name"] == "memory touched" else "other", metric["value"]) for metric in experiment["metrics"]]


def hundredths(seconds):
    return None if seconds is None else round(seconds * 100) / 100


def metrics(experiment: dict) -> list:
    """Rows, without those that have no value; the first one is the primary metric."""
    if "metrics" in experiment:
        rows = probe_metrics(experiment)
    else:
        rows = [*file_metrics(experiment.get("operations", {})),
                row("events/s", "1/s", "more", "other", experiment.get("events_per_s")),
                *latencies("latency", ("avg", "p50", "p95", "p99", "max"), experiment.get("latency_ns")),
                row("user s", "s", "less", "other", hundredths(at(experiment, "cpu", "user_s"))),
                row("system s", "s", "less", "other", hundredths(at(experiment, "cpu", "system_s")))]
    rows = [row for row in rows if row[4] is not None]
    first = next((place for place, row in enumerate(rows) if row[0] == experiment.get("primary")), 0)
    return [row[:3] + ("primary" if place == first else row[3],) + row[4:] for place, row in enumerate(rows)]


def counted(experiment: dict) -> list:
    """Values free of noise: instructions and cycles of each event, where the processor counted them."""
    counters, events = experiment.get("counters", {}), experiment.get("events")
    return [row(f"{mode} {what} per event", "1", "less", "other", counters[f"{what}_{mode}"] / events)
            for what in ("instructions", "cycles") for mode in ("user", "kernel") if events and f"{what}_{mode}" in counters]


def done(experiment: dict, primary: str):
    """How often the experiment did what its primary metric counts."""
    for name, plural, _ in OPERATIONS:
        if primary == f"{plural}/s":
            return at(experiment, "operations", name, "count")
    return experiment.get("events")


def per_cpu(experiment: dict, primary: str, where: str):
    """Per second of processor time. A guest's own accounting does not show when the host gave it no time."""
    value = experiment.get("per_cpu_s")
    if value is None and test(experiment) not in WAITING:
        used = at(experiment, "host_cpu", "used_s")
        if used is None and where != "guest" and at(experiment, "cpu", "user_s") is not None:
            used = experiment["cpu"]["user_s"] + (at(experiment, "cpu", "system_s") or 0)
        count = done(experiment, primary)
        value = count / used if count and used and used >= SHORTEST_CPU_S else None
    return value if value and value > 0 else None


def per_cpu_name(primary: str) -> str:
    return f"{primary.removesuffix('/s') if primary.endswith('/s') and ' ' not in primary else 'events'} per CPU second"


def steal(document: dict, experiment: dict):
    """The greatest share of time that the host below took, in the start or in the experiment."""
    shares = [at(document, "host", "steal")]
    if at(experiment, "cpu", "steal_s") and experiment.get("total_time_s"):
        shares.append(experiment["cpu"]["steal_s"] / experiment["total_time_s"])
    return max((share for share in shares if share is not None), default=None)


def rows_of(document: dict, experiment: dict) -> list:
    rows = metrics(experiment)
    if not rows:
        return []
    primary = next(row for row in rows if row[3] == "primary")
    value = per_cpu(experiment, primary[0], kind(document))
    if value is not None:
        rows.insert(rows.index(primary) + 1, row(per_cpu_name(primary[0]), "1/s", "more", "cpu", value))
    rows += counted(experiment)
    common = {"environment": document["label"], "iteration": document["iteration"], "sequence": document["sequence"]}
    share = steal(document, experiment)
    if share is not None:
        common["steal"] = share
    return [{"experiment": experiment["name"], "metric": metric, "unit": unit, "better": better, "family": family, "value": value}
            | common for metric, unit, better, family, value in rows if math.isfinite(value)]


def histograms_of(document: dict, experiment: dict) -> list:
    kinds = [("event", experiment.get("latency_ns"), experiment.get("latency_histogram"))]
    kinds += [(name, operation.get("latency_ns"), operation.get("histogram"))
              for name, operation in experiment.get("operations", {}).items()]
    return [{"experiment": experiment["name"], "environment": document["label"], "iteration": document["iteration"],
             "kind": name, "min": latency["min"], "max": latency["max"], "histogram": histogram}
            for name, latency, histogram in kinds
            if latency and histogram and "min" in latency and "max" in latency]


def kinds_by_label(documents: list) -> dict:
    return {document["label"]: kind(document) for document in documents}


def pairs(documents: list) -> list:
    """What is compared with what: everything with the first of the runs, or with the host itself (otherwise the first environment), a
    variant with its base, and virtual machines with containers."""
    kinds = kinds_by_label(documents)
    labels = list(kinds)
    if any("@" in label for label in labels):
        first: dict = {}
        for label in labels:
            first.setdefault(environment(label), label)
        return [[label, first[environment(label)]] for label in labels if first[environment(label)] != label]
    bases = [label for label in labels if base(label) == label]
    reference = next((label for label in bases if kinds[label] == "host"), labels[0])
    others = [label for label in labels if label != reference]
    return [list(pair) for pair in distinct(
        [(label, reference) for label in others]
        + [(label, base(label)) for label in labels if ":" in label and base(label) in kinds]
        + [(guest, container) for guest in bases for container in bases
           if kinds[guest] == "guest" and kinds[container] == "container" and reference not in (guest, container)])]
