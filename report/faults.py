"""Problems in the measured values themselves, whatever the environments: [{name, where, detail}]."""
import re
from collections import defaultdict

from report.common import at, distinct, figure, listed
from report.metrics import good, kind, test

PERCENTILES = ("min", "p50", "p90", "p95", "p99", "p999", "max")


def option(experiment: dict, name: str):
    """The value of --NAME=VALUE in a command; None without this option."""
    values = re.findall(rf"--{name}=([^ ]*)", experiment["command"])
    return values[-1] if values else None


def option_number(experiment: dict, name: str, absent: float) -> float:
    try:
        return float(option(experiment, name) or absent)
    except ValueError:
        return absent


def ran(documents: list) -> list:
    """(where, document, experiment) of all that completed."""
    return [(f"{d['label']} {e['name']}", d, e) for d in documents for e in d["experiments"] if good(e)]


def span(values: list, unit: str = "") -> str:
    values = [value for value in values if value is not None]
    if not values:
        return ""
    low, high = figure(min(values)), figure(max(values))
    return low + unit if low == high else f"{low} to {high}{unit}"


def several_at_once(all_ran: list, documents: list) -> list:
    found = [(where, e["latency_ns"]["avg"] / e["latency_ns"]["min"]) for where, d, e in all_ran if test(e) == "cpu"
             and option_number(e, "threads", 1) <= (at(d, "platform", "cpu", "count") or 1)
             and (at(e, "latency_ns", "min") or 0) > 0 and (at(e, "latency_ns", "avg") or 0) >= 2 * e["latency_ns"]["min"]]
    return found + [(d["label"], None) for d in documents if (at(d, "host", "concurrent") or 0) > 1]


def same_time(documents: list) -> list:
    runs = defaultdict(list)
    for document in documents:
        if at(document, "host", "start_utc") and at(document, "host", "end_utc"):
            runs[document["run"]].append(document)
    found = []
    for starts in runs.values():
        starts.sort(key=lambda document: document["host"]["start_utc"])
        found += [(f"{a['label']}-{a['iteration']} and {b['label']}-{b['iteration']}", None)
                  for a, b in zip(starts, starts[1:]) if b["host"]["start_utc"] < a["host"]["end_utc"]]
    return found


def growing(rows: list) -> list:
    series = defaultdict(list)
    for row in rows:
        if row["family"] == "primary" or row["metric"] == "latency avg":
            series[row["environment"], row["experiment"], row["metric"]].append(row)
    found = []
    for (label, experiment, _), own in series.items():
        own.sort(key=lambda row: row["sequence"])
        v = [row["value"] if row["better"] == "less" else -row["value"] for row in own]
        if len(v) >= 5 and v[0] * v[-1] > 0 and all(a < b for a, b in zip(v, v[1:])):
            times = max(v[-1] / v[0], v[0] / v[-1])
            if times > 1.05:
                found.append((f"{label} {experiment}", times))
    return found


def exact(experiment: dict) -> list:
    """Values measured to six digits and more: averages and percentiles, whole nanoseconds, may be equal by chance."""
    values = {"total_time_s": experiment.get("total_time_s"), "events_per_s": experiment.get("events_per_s"),
              "max": at(experiment, "latency_ns", "max"), "read": at(experiment, "operations", "read", "per_s"),
              "write": at(experiment, "operations", "write", "per_s")}
    return [(name, value) for name, value in values.items()
            if value is not None and len(re.sub(r"^[0.]+|[.]|e.*$", "", repr(value).removesuffix(".0")).rstrip("0")) >= 6]


def copied(all_ran: list) -> list:
    experiments: dict = {}
    for _, document, experiment in all_ran:
        for value in exact(experiment):
            experiments.setdefault(experiment["name"], defaultdict(list))[value].append(document["label"])
    twice = {name: [labels for labels in values.values() if len(labels) > 1] for name, values in experiments.items()}
    return [(name, groups) for name, groups in twice.items() if len(groups) >= 2]


def contradictions(latency: dict, count) -> list:
    """Which rules the values of one distribution break: the order of the percentiles, an average that its own largest values
    allow (a tenth of the values at or above p90 alone make a tenth of p90), a maximum within the sum."""
    found = []
    known = [latency[name] for name in PERCENTILES if name in latency]
    if known != sorted(known):
        found.append("minimum, percentiles and maximum out of order")
    average, low, high = (latency.get(name) for name in ("avg", "min", "max"))
    if average is None:
        return found
    if low is not None and average * 1.03 < low or high is not None and average > high * 1.03:
        found.append("average outside minimum and maximum")
    if any(name in latency and average * 1.03 < least * latency[name]
           for least, name in ((0.5, "p50"), (0.1, "p90"), (0.05, "p95"), (0.01, "p99"))):
        found.append("average lower than its percentiles allow")
    if count is not None and high is not None and high > average * count * 1.03:
        found.append("maximum above the sum")
    return found


def impossible(all_ran: list) -> list:
    found = []
    for where, _, e in all_ran:
        why = contradictions(e.get("latency_ns", {}), e.get("events") or None)
        for operation in e.get("operations", {}).values():
            why += contradictions(operation.get("latency_ns", {}), operation.get("count"))
        if e.get("total_time_s") and at(e, "latency_ns", "max") and e["latency_ns"]["max"] > e["total_time_s"] * 1.03e9:
            why.append("an event longer than the experiment")
        found += [(where, text) for text in why]
    return found


def overran(all_ran: list) -> list:
    found = []
    for where, document, e in all_ran:
        asked = option_number(e, "time", 10)
        if e.get("total_time_s") and not option(e, "events") and 0 < asked and e["total_time_s"] > asked * 1.2 + 1:
            found.append((f"{where} iteration {document['iteration']}", e["total_time_s"]))
    return found


def busy(experiment: dict):
    user, system = at(experiment, "cpu", "user_s"), at(experiment, "cpu", "system_s")
    return None if user is None or system is None else user + system


def more_than_had(all_ran: list) -> list:
    return [(where, busy(e)) for where, d, e in all_ran if at(d, "platform", "cpu", "count") and e.get("total_time_s")
            and (busy(e) or 0) > (e["total_time_s"] * 1.1 + 0.1) * d["platform"]["cpu"]["count"]]


def other_kernel(document: dict) -> bool:
    host, inside = at(document, "host", "kernel"), document["platform"].get("kernel")
    return bool(kind(document) == "container" and not at(document, "host", "own_kernel") and host and inside and host != inside)


def few(documents: list) -> list:
    counts: dict = defaultdict(int)
    for document in documents:
        counts[document["label"]] += 1
    return [(label, count) for label, count in counts.items() if count < 6]


def faults(documents: list, rows: list) -> list:
    all_ran = ran(documents)

    def of(condition):
        return [(document["label"], None) for document in documents if condition(document)]

    def nothing(values):
        return ""

    def copies(values):
        groups = [labels for groups in values for labels in groups]
        return f"{len(groups)} values agree to the last digit in {listed(sorted({label for labels in groups for label in labels}))}"

    found = [
        ("several at once", several_at_once(all_ran, documents), lambda values: f"average latency {span(values)} times the minimum"),
        ("measured at the same time", same_time(documents), nothing),
        ("slower with each iteration", growing(rows), lambda values: f"the last one by {span(values)} times"),
        ("copied values", copied(all_ran), copies),
        ("impossible values", impossible(all_ran), lambda values: "; ".join(distinct(values))),
        ("took longer than asked", overran(all_ran), lambda values: span(values, " s")),
        ("user and kernel time unknown", [(d["label"], None) for _, d, e in all_ran if busy(e) is None], nothing),
        ("user and kernel time impossible", more_than_had(all_ran), lambda values: span(values, " s")),
        ("bits unknown", of(lambda document: "bench" not in document["identity"]), nothing),
        ("container in a virtual machine", of(other_kernel), nothing),
        ("not repeatable", of(lambda document: not at(document, "host", "command")), nothing),
        ("too few iterations", few(documents), lambda values: f"n = {', '.join(map(str, sorted(set(values))))}")]
    return [{"name": name, "where": distinct(where for where, _ in places), "detail": detail([value for _, value in places])}
            for name, places, detail in found if places]
