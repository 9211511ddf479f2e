"""Documents of many machines -> machines: which document belongs to which machine, which machines are of one model, and what is
known about each besides its values. Each document is read and released, so that thousands of them fit into memory."""
import hashlib
import multiprocessing
import os
import re
import signal
from collections import Counter
from pathlib import Path

from report import documents as files
from report.common import USAGE, Failure, at, base, distinct, median, printable
from report.facts import waited
from report.metrics import good, kind, rows_of, test

OURS = re.compile(r"(report|fleet)\.json")
FACTS = ("board", "bios", "microcode", "disk")


def below(directory: Path) -> list:
    """[(file, its folder as shown)] of all possible documents, in any subfolders; links to folders are not followed."""
    if not directory.is_dir():
        raise Failure(USAGE, f"{directory} is not a folder; give DIR, a folder of result documents")
    found = []
    for folder, folders, names in os.walk(directory):
        folders.sort()
        shown = str(Path(folder).relative_to(directory)) if Path(folder) != directory else directory.absolute().name
        found += [(Path(folder, name), shown) for name in sorted(names) if name.endswith(".json") and not OURS.fullmatch(name)]
    return found


def of_runs(runs: list, out: str) -> list:
    """The same for runs, given by name."""
    directories = distinct(files.find(run, out) for run in runs)
    return [(path, directory.name) for directory in directories for path in sorted(directory.iterdir()) if files.NAME.fullmatch(path.name)]


def label_of(environment: str):
    """The machine's name from samebits.conf."""
    found = re.search(r"[:,]label=([^,]*)", environment)
    return found[1] if found else None


def facts_of(document: dict) -> dict:
    """What may explain why a machine differs from others of its model."""
    host, inside = document.get("host", {}), document["platform"]
    known = {name: at(host, "machine_id", name) for name in FACTS} | {
        "memory": inside.get("memory_bytes"), "processors": at(inside, "cpu", "online"), "clock": at(host, "frequency_mhz", "median"),
        "governor": inside.get("governor") or host.get("governor"), "kernel": inside.get("kernel"), "clock source": inside.get("clocksource"),
        "file system": at(inside, "filesystem", "type"), "io scheduler": at(inside, "filesystem", "io_scheduler"), "waited": waited([document])}
    return {name: value for name, value in known.items() if value is not None}


def rows_in(document: dict) -> list:
    """The rows of primary metrics, and the same per second of processor time."""
    document |= {"label": "", "sequence": 0}
    rows: dict = {}
    for experiment in document["experiments"]:
        if good(experiment):
            for row in rows_of(document, experiment):
                if row["family"] in ("primary", "cpu"):
                    rows.setdefault((row["experiment"], row["metric"]), row | {"test": test(experiment)})
    return list(rows.values())


def place_of(path: Path, folder: str, environment: str) -> str:
    """The place of documents that do not name their machine: a folder, as for runs, or a common prefix as in node7-native-1.json."""
    stem = re.sub("-[0-9]+$", "", path.stem)
    name = stem.removesuffix(f"-{environment}")
    return folder if stem.startswith(environment) else f"{folder}/{name}"


def record(path: Path, folder: str, text: bytes) -> dict:
    """What is kept of a document."""
    document = files.parse(text, histograms=False)
    environment = document["environment"]
    return {"file": f"{folder}/{path.name}", "place": place_of(path, folder, base(environment)), "environment": environment,
            "kind": kind(document), "suite": document["suite"], "machine_id": at(document, "host", "machine_id") or {},
            "bits": tuple(document["identity"].get(part, "") for part in ("rootfs", "bench")),
            "start": (str(document.get("run")), environment, document["iteration"]), "when": at(document, "host", "start_utc") or "",
            "iteration": document["iteration"], "cpu": at(document, "platform", "cpu", "model") or at(document, "host", "cpu_model") or "",
            "facts": facts_of(document), "rows": rows_in(document)}


def read_one(place: tuple) -> tuple:
    """(sha256, record or None, why not)"""
    path, folder = place
    try:
        text = files.content(path)
        return hashlib.sha256(text).digest(), record(path, folder, text), ""
    except files.Unusable as error:
        return b"", None, str(error)


def ignore_interrupts():
    """The process that waits for us ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def read_all(paths: list, problems: list) -> list:
    """paths: [(path, folder as shown)]. Duplicates count once. Uses all processors."""
    with multiprocessing.Pool(len(os.sched_getaffinity(0)), ignore_interrupts) as readers:
        read = readers.map(read_one, paths, chunksize=16)
    records: dict = {}
    for (path, folder), (digest, found, why) in zip(paths, read):
        if found:
            records.setdefault(digest, found)
        else:
            problems.append({"file": f"{folder}/{path.name}", "why": why})
    return list(records.values())


def keep_most(records: list, what: str, of, problems: list) -> list:
    """The comparable records: those with the most frequent value."""
    counts = Counter(map(of, records))
    most = max(counts, key=counts.get)
    problems += [{"file": r["file"], "why": f"{what} than most of the others: {of(r)}"} for r in records if of(r) != most]
    return [r for r in records if of(r) == most]


def comparable(records: list, problems: list) -> list:
    """Documents of one suite, of the same bits, and of hosts (if there are any)."""
    records = keep_most(records, "of another suite", lambda r: r["suite"], problems)
    records = keep_most(records, "other bits", lambda r: r["bits"][1][:19], problems)
    records = keep_most(records, "other bits", lambda r: r["bits"][0][:19], problems)
    if any(r["kind"] == "host" for r in records):
        return [r for r in records if r["kind"] == "host"]
    return keep_most(records, "in another environment", lambda r: base(r["environment"]), problems)


def model_of(r: dict) -> tuple:
    return tuple(r["machine_id"].get(name, "") for name in ("vendor", "product")) + (r["cpu"], base(r["environment"]))


def owner(r: dict) -> tuple:
    """The machine that a document names; empty parts where it names none."""
    return tuple(value or "" for value in (r["machine_id"].get("serial"), r["machine_id"].get("hostname"), label_of(r["environment"])))


def grouped(records: list) -> list:
    """[[record]] for each machine: as the documents name it; by place where they do not, or where a start occurs twice."""
    owners: dict = {}
    for r in records:
        owners.setdefault((model_of(r), owner(r)), []).append(r)
    machines = []
    for (_, known), own in owners.items():
        twice = len({r["start"] for r in own}) < len(own)
        places: dict = {}
        for r in own:
            places.setdefault(r["place"] if twice or not any(known) else "", []).append(r)
        machines += places.values()
    return machines


def named(machines: list) -> list:
    """A unique name for each: its label, its host's name, its serial number, or its place; or with a number."""
    names = []
    for own in machines:
        serial, hostname, label = owner(own[0])
        names.append([name for name in (label, hostname, serial, own[0]["place"]) if name])
    counts = Counter(name for some in names for name in set(some))
    numbers: Counter = Counter()
    found = []
    for some in names:
        numbers[some[0]] += 1
        found.append(next((name for name in some if counts[name] == 1), f"{some[0]} #{numbers[some[0]]}"))
    return found


def together(own: list) -> dict:
    """A fact's value in most starts; numbers by their median."""
    values: dict = {}
    for r in own:
        for name, value in r["facts"].items():
            values.setdefault(name, []).append(value)
    return {name: median(some) if isinstance(some[0], (int, float)) else Counter(some).most_common(1)[0][0] for name, some in values.items()}


def machines(paths: list) -> tuple:
    """([{name, model, starts, facts, rows, suite}], problems), the rows with their place in the machine's own order."""
    problems: list = []
    records = read_all(paths, problems)
    if not records:
        why = f": {printable(problems[0]['file'])}: {problems[0]['why']}" if problems else " there"
        raise Failure(USAGE, f"no usable result documents{why}")
    records = comparable(records, problems)
    groups = grouped(records)
    found = []
    for name, own in zip(named(groups), groups):
        own.sort(key=lambda r: (r["when"], r["iteration"], r["file"]))
        rows = [row | {"sequence": place, "iteration": place} for place, r in enumerate(own, 1) for row in r["rows"]]
        found.append({"name": name, "model": model_of(own[0]), "starts": len(own), "facts": together(own), "rows": rows,
                      "suite": own[0]["suite"], "bits": own[0]["bits"], "machine_id": own[0]["machine_id"]})
    return found, problems
