"""What an environment costs by itself, whatever runs in it, as rows of two experiments that no suite has: its start, and the
memory taken. They form a family of their own, so that they do not change the correction of other rows."""
import math

from report.common import at, distinct

MIB = 1 << 20
# An experiment, its kind in the cost profile, and its description.
COSTS = (("start", "start", "What a start takes by itself: from the command to the first process, from there to the first event (without the "
          "pause in which memory is read), from the last event until all is gone; and the processor time of everything that belongs to it, "
          "with the engine's daemons, until the workload could begin."),
         ("memory-taken", "memory taken", "Host memory while the workload waits to begin: PSS of all processes that belong to the "
          "environment, shared pages in parts; the engine's daemons, which all containers share, are separate. Available is how much of "
          "MEMORY the workload can get."))


def names(taken) -> list:
    """The names of the experiments; one that a suite uses already gets another word."""
    found = []
    for name, _, _ in COSTS:
        while name in taken:
            name += "-cost"
        found.append(name)
    return found


def between(later, earlier, less=0.0):
    return None if later is None or earlier is None else later - earlier - less


def mib(count):
    return None if count is None else count / MIB


def of_start(document: dict) -> list:
    """(metric, unit, value)"""
    moments, wait = at(document, "host", "timeline_ms") or {}, document.get("wait_ms") or 0
    return [("to first process", "ms", moments.get("init")),
            ("to first event", "ms", between(moments.get("benchmark"), moments.get("init"), wait)),
            ("to gone", "ms", between(moments.get("gone"), moments.get("benchmark_end"))),
            ("processor time", "s", at(document, "host", "footprint", "cpu_s"))]


def of_memory(document: dict) -> list:
    taken = at(document, "host", "footprint") or {}
    return [("host memory", "MiB", mib(taken.get("memory_bytes"))), ("engine's memory", "MiB", mib(taken.get("engine_bytes"))),
            ("available", "MiB", mib(at(document, "platform", "memory_available_bytes")))]


def taken_names(documents: list) -> list:
    return names({experiment["name"] for document in documents for experiment in document["experiments"]})


def rows(documents: list) -> list:
    """In the format of metrics.rows_of. Nothing takes no time and no memory, so a value that is not above 0 is unknown."""
    found = []
    called = taken_names(documents)
    for document in documents:
        for name, measured in zip(called, (of_start(document), of_memory(document))):
            found += [{"experiment": name, "metric": metric, "unit": unit, "better": "more" if metric == "available" else "less",
                       "family": "cost", "value": value, "environment": document["label"], "iteration": document["iteration"],
                       "sequence": document["sequence"]}
                      for metric, unit, value in measured if value is not None and math.isfinite(value) and value > 0]
    return found


def unavailable(documents: list) -> list:
    """Why memory and processor time could not be read, where a document has the reason."""
    found: dict = {}
    for document in documents:
        why = at(document, "host", "footprint", "unavailable")
        if why:
            found.setdefault(document["label"], []).append(why)
    return [{"environment": label, "experiment": name, "n": len(why), "why": why[0]}
            for label, why in found.items() for name in taken_names(documents)]


def on_disk(documents: list) -> dict:
    """{environment: {parts, bytes}} of what has to be on a disk to start it, in bytes, or {why}: it does not vary, so it is not
    tested."""
    found: dict = {}
    for document in documents:
        parts, why = at(document, "host", "disk_bytes"), at(document, "host", "disk_unavailable")
        if why:
            found[document["label"]] = {"why": why}
        elif parts:
            found.setdefault(document["label"], {"parts": parts, "bytes": sum(parts.values())})
    return found


def experiments(documents: list) -> list:
    """Those with a known value or a reason why there is none."""
    known = distinct([row["experiment"] for row in rows(documents)] + [one["experiment"] for one in unavailable(documents)])
    return [{"name": name, "kind": kind, "about": about}
            for name, (_, kind, about) in zip(taken_names(documents), COSTS) if name in known]
