"""BASELINE: an earlier run, or its report.json, with which each environment of a report is compared."""
import os
from pathlib import Path

from report import audit, result
from report import documents as files
from report.answer import finding
from report.common import USAGE, Failure, at, distinct, printable
from report.statistics import findings
from report.words import counted, listed

number = (int, float)
# The parts of a report.json that are read, and their types.
SHAPE = {
    "schema": str, "runs": [str], "suite": str, "kinds": {"*": str}, "identity": [str], "settings": {"looks": int},
    "experiments": [{"name": str, "command": str}],
    "groups": [{"experiment": str, "metric": str, "unit": str, "better": str, "environment": str, "values": [number], "sequence": [number]}],
    "machine": {"cpu": str, "memory_bytes": number, "scratch_filesystem": str, "host_kernel": str, "accelerator": str, "hostname": str, "versions": {"*": str}},
    "starts": [{"environment": str, "sequence": number, "start_utc": str}]}
REQUIRED = {"": ("runs", "suite", "groups", "settings"), "settings": ("looks",), "groups": tuple(SHAPE["groups"][0]), "experiments": ("name", "command")}


class Baseline:
    """An earlier run as far as it is known: its documents, and the rows of their metrics."""

    def __init__(self, name: str, out: str, order: list):
        self.name, self.problems = printable(name)[:200], []
        if os.path.isfile(name):
            self.place = Path(name).resolve().parent
            try:
                self.documents, self.rows, self.looks = of_report(files.read_json(Path(name)))
            except files.Unusable as error:
                raise Failure(USAGE, f"BASELINE={self.name} cannot be used: {error}") from None
        else:
            if not os.path.isdir(name if "/" in name else f"{out}/results/{name}"):
                raise Failure(USAGE, f"BASELINE={self.name} is neither a run nor the path of a report.json; list the runs: ls {out}/results")
            self.place = files.find(name, out)
            self.documents, self.problems = files.join([self.place], order)
            self.rows, self.looks = result.rows_of_all(self.documents), result.looks(self.documents)
        self.run, self.suite = self.documents[0]["run"], self.documents[0]["suite"]
        self.environments = distinct(document["environment"] for document in self.documents)

    def check(self, suite: str, environments: list, directories: list):
        """Refuses a run of the suite in these environments that cannot be compared with it."""
        if self.place in directories:
            raise Failure(USAGE, f"BASELINE={self.name} is the run itself; give an earlier one")
        if self.suite != suite:
            raise Failure(USAGE, f"BASELINE={self.name} has the suite {printable(self.suite)[:60]}, this run {printable(suite)[:60]}; give one of the same suite")
        if not set(environments) & set(self.environments):
            raise Failure(USAGE, f"BASELINE={self.name} has no environment of this run: it has {listed(self.environments)}, and not {listed(environments)}")


def of_report(report: dict) -> tuple:
    """(documents, rows, looks) as far as a report.json contains them: a document for each start, without experiments' values."""
    if at(report, "schema") != "samebits-report-2":
        raise files.Unusable("it is not a samebits-report-2; make that report again")
    files.expect(report, SHAPE, "")
    for path, names in REQUIRED.items():
        for one in report.get(path, []) if path in ("groups", "experiments") else [report.get(path, report)]:
            for name in names:
                if name not in one:
                    raise files.Unusable(f"{path or 'it'} has no {name}")
    if len(report["runs"]) != 1:
        raise files.Unusable("it covers several runs; give one")
    if not 0 < at(report, "settings", "looks") <= result.MOST_LOOKS:
        raise files.Unusable("settings.looks is not a number of looks")
    if not all(files.STAMP.fullmatch(start.get("start_utc", "2000-01-01T00:00:00Z")) for start in report.get("starts", [])):
        raise files.Unusable("the start_utc of a start is not a time in UTC")
    found, rows = {}, []
    for group in report["groups"]:
        if len(group["values"]) != len(group["sequence"]) or len(set(group["sequence"])) != len(group["sequence"]):
            raise files.Unusable(f"{printable(group['metric'])[:40]} has values without places of their own in the run")
        for place, value in zip(group["sequence"], group["values"]):
            found.setdefault((group["environment"], place), start_of(report, group["environment"], place))
            rows.append({name: group[name] for name in ("experiment", "metric", "unit", "better", "environment")}
                        | {"family": "other", "value": value, "sequence": place, "iteration": place})
    if not found:
        raise files.Unusable("it has no values")
    return list(found.values()), result.unique(rows), report["settings"]["looks"]


def start_of(report: dict, environment: str, place) -> dict:
    """One start of a report.json, as a document."""
    machine, kind = report.get("machine", {}), at(report, "kinds", environment)
    start = next((s for s in report.get("starts", []) if (s.get("environment"), s.get("sequence")) == (environment, place)), {})
    host = {"kernel": machine.get("host_kernel"), "cpu_model": machine.get("cpu"), "scratch_filesystem": machine.get("scratch_filesystem"),
            "memory_bytes": machine.get("memory_bytes"), "start_utc": start.get("start_utc"), "kind": kind,
            "machine_id": {"hostname": machine["hostname"]} if "hostname" in machine else None,
            "accelerator": machine.get("accelerator") if kind == "guest" else None, "versions": machine.get("versions") if kind == "guest" else None}
    return {"run": report["runs"][0], "environment": environment, "iteration": place, "sequence": place, "suite": report["suite"], "platform": {},
            "identity": ({"rootfs": report["identity"][0]} if report.get("identity") else {}) | ({"programs": None} if "programs" in report else {}),
            "experiments": [],
            "commands": {x["name"]: x["command"] for x in report.get("experiments", [])},
            "host": {name: value for name, value in host.items() if value is not None}}


def joined(documents: list, rows: list, then: Baseline) -> tuple:
    """(documents of then with labels of their own, their rows, {label: label of then}): only metrics that the run has, too, in
    the same unit, direction and family."""
    labels = {d["label"]: d["environment"] for d in documents}
    name = then.run if not any(f"{e}@{then.run}" in labels for e in then.environments) else f"baseline {then.run}"
    pairs = {label: f"{e}@{name}" for label, e in labels.items() if e in then.environments}
    known = {(row["experiment"], row["metric"]): row for row in reversed(rows)}
    found = []
    for row in then.rows:
        ours = known.get((row["experiment"], row["metric"]))
        if ours and (ours["unit"], ours["better"]) == (row["unit"], row["better"]) and f"{row['environment']}@{name}" in pairs.values():
            found.append(row | {"environment": f"{row['environment']}@{name}", "family": ours["family"]})
    return [d | {"label": f"{d['environment']}@{name}"} for d in then.documents if d["environment"] in labels.values()], found, pairs


def commands(documents: list) -> dict:
    found: dict = {}
    for document in documents:
        for experiment in document["experiments"]:
            found.setdefault(experiment["name"], experiment["command"])
        found = document.get("commands", {}) | found
    return found


def notes(documents: list, then: Baseline, pairs: dict) -> list:
    """What could not be compared with it, or was measured differently."""
    ours, theirs = commands(documents), commands(then.documents)
    missing = [label for label in distinct(d["label"] for d in documents) if label not in pairs]
    new = [name for name in ours if name not in theirs]
    return ([f"not in the baseline: {listed(missing)}"] if missing else []) + ([f"not measured then: {listed(new)}"] if new else []) + [
        f"another command then: {printable(name)} ({printable(theirs[name])[:200]})" for name in ours if ours[name] != theirs.get(name, ours[name])]


def said(report: dict, found: dict) -> dict:
    """The text: {what, lines: [{environment, text}], differences}."""
    date, view = found.get("start_utc", "")[:10], report | found
    confounds = [fact["name"] for fact in found["audit"]["facts"] if fact["class"] == "confound"]
    return {"what": f"Against the baseline {found['run']}{f' of {date}' if date else ''}, {counted(found['starts'], 'start')} of each environment",
            "lines": [{"environment": a, "text": finding(view, a, b)[1]} for a, b in found["pairs"]],
            "differences": (f"Since then {counted(len(confounds), 'recorded difference')} may affect results: {listed(confounds)}." if confounds
                            else "Since then nothing that was recorded and may affect results has changed.")
            + "".join(f" {note[0].upper()}{note[1:]}." for note in found["notes"])}


def against(report: dict, documents: list, rows: list, then: Baseline, stats: str) -> tuple:
    """(its part of report.json, documents and rows of then for report.csv). Its verdicts come from separate rows, so that
    they change none of the run's."""
    theirs, their_rows, pairs = joined(documents, rows, then)
    settings = report["settings"] | {"paired": False, "looks": min(result.looks(documents) * then.looks, result.MOST_LOOKS)}
    found = findings(stats, {"rows": rows + their_rows, "histograms": [], "pairs": [list(pair) for pair in pairs.items()]} | settings)
    comparisons = [row | result.inverted(row) for row in found["comparisons"]]
    if not comparisons:
        raise Failure(USAGE, f"BASELINE={then.name} has no metric of this run in {listed(pairs)}; give one of the same suite")
    starts = [d["host"]["start_utc"] for d in theirs if at(d, "host", "start_utc")]
    section = {"run": then.run, "pairs": [list(pair) for pair in pairs.items()], "starts": max(group["n"] for group in found["groups"] if group["environment"] in pairs.values()),
               "settings": settings, "groups": [group for group in found["groups"] if group["environment"] in pairs.values()],
               "comparisons": comparisons, "geomeans": found["geomeans"], "detectable": found["detectable"], "tally": result.tallies(comparisons),
               "audit": audit.differences(documents + theirs, [list(pair) for pair in pairs.items()]), "notes": notes(documents, then, pairs)}
    section |= {"start_utc": min(starts)} if starts else {}
    return section | {"answer": said(report, section)}, theirs, their_rows
