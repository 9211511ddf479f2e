"""The runs over time: where the primary metrics of an environment changed, by how much, and what else changed then."""
import json
import sqlite3
from collections import defaultdict

from report import words
from report.columns import wrapped
from report.common import median
from report.settings import order
from report.statistics import findings

ALPHA = 0.05
STARTS = 3  # a run with fewer has no value
# The runs of one history have these in common.
SAME = ("processor", "processors", "memory")


def histories(database: sqlite3.Connection) -> list:
    """[{suite, machine, runs: [{name, start_utc, facts}], series: [{environment, experiment, metric, unit, better, runs, values}]}],
    in chronological order."""
    runs: dict = {}
    for name, suite, start, facts in database.execute("SELECT name, suite, start_utc, facts FROM run WHERE why IS NULL ORDER BY start_utc, name"):
        runs[name] = {"name": name, "suite": suite, "start_utc": start, "facts": json.loads(facts)}
    values: dict = defaultdict(lambda: defaultdict(list))
    for run, *key, value in database.execute("SELECT run, environment, experiment, metric, unit, better, value FROM value WHERE family = 'primary' "
                                             "ORDER BY rowid"):
        values[run][tuple(key)].append(value)
    found: dict = {}
    for name, run in runs.items():
        key = run["suite"], *(run["facts"].get(fact) for fact in SAME)
        history = found.setdefault(key, {"suite": run["suite"], "machine": machine(run["facts"]), "runs": [], "series": {}})
        history["runs"].append(run)
        for key, own in values[name].items():
            if len(own) >= STARTS:
                series = history["series"].setdefault(key, dict(zip(("environment", "experiment", "metric", "unit", "better"), key)) | {"runs": [], "values": []})
                series["runs"].append(run)
                series["values"].append(median(own))
    places = {name: place for place, name in enumerate(order())}
    return [history | {"series": sorted(history["series"].values(), key=lambda series: places.get(series["environment"], len(places)))}
            for history in found.values()]


def machine(facts: dict) -> str:
    cpus, memory = facts.get("processors"), facts.get("memory")
    parts = [facts.get("processor"), words.counted(cpus, "processor") if cpus else None, words.size(memory) if memory else None]
    return ", ".join(words.printable(part) for part in parts if part) or "a machine that is not recorded"


def since(before: dict, after: dict) -> list:
    """What else is known to have changed from one run to the next: ["host kernel 6.1 -> 6.18"]"""
    def shown(value):
        return words.printable(value)[:19]
    both = [(name, before["facts"].get(name), after["facts"].get(name)) for name in sorted(before["facts"].keys() | after["facts"].keys())]
    return [f"{name} {shown(a)} -> {shown(b)}" for name, a, b in both if a is not None and b is not None and a != b]


def look(history: dict, stats: str, margin: float):
    """Adds to each series its `changes`, and whether it has `enough` runs; to the history how many are `needed`."""
    found = findings(stats, {"rows": [], "pairs": [], "alpha": ALPHA, "margin": margin,
                             "series": [{"name": str(i), "values": series["values"]} for i, series in enumerate(history["series"])]})
    for series, one in zip(history["series"], found["series"]):
        series["enough"], history["needed"] = one["enough"], one["needed"]
        series["changes"] = [told(series, change, margin) for change in one["changes"]]


def told(series: dict, change: dict, margin: float) -> dict:
    place, ratio, interval = change["at"], change.get("ratio"), change.get("interval")
    if ratio and series["better"] == "less":
        ratio, interval = 1 / ratio, interval and sorted(1 / end for end in interval if end > 0)
    how = words.by_how_much(ratio, interval) if ratio else "another level"
    if interval and 1 / (1 + margin) <= interval[0] and interval[1] <= 1 + margin:
        how += f", within the margin of {words.percent(margin)}"
    return change | {"run": series["runs"][place], "how": how, "since": since(series["runs"][place - 1], series["runs"][place])}


def changes(found: list) -> list:
    """All (history, series, change), the newest first."""
    every = [(history, series, change) for history in found for series in history["series"] for change in series["changes"]]
    return sorted(every, key=lambda one: (one[2]["run"]["start_utc"], -one[2]["p"]), reverse=True)


def keep(database: sqlite3.Connection, found: list):
    database.execute("DELETE FROM change")
    database.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (
        [history["suite"], history["machine"], *(series[name] for name in ("environment", "experiment", "metric")), change["run"]["name"], change["p"],
         change.get("ratio"), *(change.get("interval") or [None, None])] for history, series, change in changes(found)))


def sentence(series: dict, change: dict) -> str:
    run = change["run"]
    return (f"{words.printable(series['environment'])} {words.printable(series['experiment'])}: {change['how']} since {run['start_utc'][:10]}, "
            f"run {run['name']}" + (f" ({words.listed(change['since'], 3)})" if change["since"] else ""))


def summary(history: dict) -> str:
    """ "suite quick · CPU: 24 runs; of 12 series 1 changed, 11 did not show a change" """
    series = history["series"]
    said = f"suite {words.printable(history['suite'])} · {history['machine']}: {words.counted(len(history['runs']), 'run')}"
    needed = f"{history['needed']} with {STARTS} starts or more are needed for {len(series)} series" if series else f"none has {STARTS} starts"
    if not any(one["enough"] for one in series):
        return f"{said}: not enough runs; {needed}"
    changed, short = sum(bool(one["changes"]) for one in series), sum(not one["enough"] for one in series)
    return (f"{said}; of {len(series)} series {changed} changed, {len(series) - changed - short} did not show a change"
            + (f", {short} {'has' if short == 1 else 'have'} not enough runs; {needed}" if short else ""))


def title(found: list) -> str:
    every = changes(found)
    if every:
        more = f", and {words.counted(len(every) - 1, 'other change')}" if len(every) > 1 else ""
        return sentence(*every[0][1:]) + more
    if any(series["enough"] for history in found for series in history["series"]):
        return f"no change was found in {words.counted(sum(len(history['runs']) for history in found), 'run')}"
    return f"not enough runs to find a change: {words.counted(sum(len(history['runs']) for history in found), 'run')}"


def terminal(found: list, left_out: list, page: str) -> str:
    lines = [line for _, series, change in changes(found) for line in wrapped(sentence(series, change), "", "    ")] or wrapped(title(found))
    lines += [""] + [line for history in found for line in wrapped(summary(history), "", "    ")]
    lines += [line for name, why in left_out for line in wrapped(f"left out: {name}: {why}", "", "    ")]
    return "\n".join(lines + wrapped(f"Every series: {page}")) + "\n"


def compose(database: sqlite3.Connection, stats: str, margin: float) -> tuple:
    """(histories, [(run, why it is left out)])"""
    found = histories(database)
    for history in found:
        look(history, stats, margin)
    keep(database, found)
    return found, database.execute("SELECT name, why FROM run WHERE why IS NOT NULL ORDER BY name").fetchall()
